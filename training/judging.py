"""Which predicted values are right, by the alignment of the gold folder's own `score.py`."""

import importlib.util
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from extractors import to_gold
from schemas import Count, DataItem, Event, EventDate, Extraction, Organisation
from training.gold import day_of


class Judged(NamedTuple):
    """A predicted value (or whole event) of a slot with the confidences it was given, and whether it is right."""

    slot: str
    confidence: float
    event_confidence: float
    right: bool


def load_scorer(folder: Path) -> ModuleType:
    """The `score.py` of a gold folder; raise `FileNotFoundError` where it has none."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge(scorer: ModuleType, extractions: Sequence[Extraction], gold: dict[str, Any]) -> Iterator[Judged]:
    """Every event and value of the extractions; `gold` gives the annotated events of each `doc`."""
    for extraction in extractions:
        shaped = to_gold(extraction)
        published = day_of(extraction.article)
        mates = align(scorer, shaped["events"], gold[shaped["doc"]]["events"], published)
        for index, event in enumerate(extraction.events):
            mate = mates.get(index)
            yield Judged("event", event.confidence, event.confidence, mate is not None)
            for slot, place, confidence in _confidences(event):
                right = mate is not None and _is_right(scorer, slot, shaped["events"][index], place, mate, published)
                yield Judged(slot, confidence, event.confidence, right)


def align(scorer: ModuleType, predicted: list[Any], gold: list[Any], published: date) -> dict[int, Any]:
    """The annotated event that each predicted one stands for, as `score.py` pairs them."""
    pairs = []
    for i, one in enumerate(predicted):
        for j, other in enumerate(gold):
            counts = scorer.compare(one, other, published)
            if scorer.may_align(one, other, counts):
                weight = sum(matched for matched, _, _ in counts.values()) + (other.get("prominence") == "main") / 2
                pairs.append((-weight, i, j))
    mates: dict[int, Any] = {}
    used: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in mates and j not in used:
            mates[i] = gold[j]
            used.add(j)
    return mates


def _confidences(event: Event) -> Iterator[tuple[str, int, float]]:
    """Slot, place among the event's values of that slot, and confidence."""
    slots: dict[str, Sequence[Organisation | DataItem | Count | EventDate]] = {
        "organisations": event.organisations,
        "data": event.data,
        "affected": event.affected,
        "dates": event.dates,
    }
    for slot, values in slots.items():
        for place, value in enumerate(values):
            yield slot, place, value.confidence
    yield "cause", 0, event.cause_confidence


def _is_right(scorer: ModuleType, slot: str, event: Any, place: int, mate: Any, published: date) -> bool:
    if slot == "cause":
        return bool(event["cause"] == mate["cause"])
    value = event[slot][place]
    same = {
        "organisations": scorer.same_org,
        "data": lambda one, other: scorer.polarity(one) == scorer.polarity(other),
        "affected": scorer.same_count,
        "dates": lambda one, other: scorer.same_date(one, other, published),
    }[slot]
    return any(same(value, other) for other in mate.get(slot, []))
