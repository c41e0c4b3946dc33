"""An event on one line: what the row of an event says of its parts, for `event_table` and `review_queue`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from schemas import Event
from schemas.events import Count, EventDate

_ROLE_COLUMNS = {
    "victim": "victim",
    "supplier": "suppliers",
    "attacker": "attackers",
    "authority": "authorities",
    "discloser": "disclosers",
}
_DATE_KINDS = ("occurred", "discovered", "disclosed")  # in the order in which they can only have been


def summarise(event: Event, published: date | None) -> dict[str, Any]:
    """The columns of `history.events` that tell the event's parts; `published` is the article's day, where known."""
    names = _group((one.role, one.name) for one in event.organisations)
    categories = _group((item.status, item.category) for item in event.data)
    return {
        **{column: names.get(role) for role, column in _ROLE_COLUMNS.items()},
        **{f"data_{status}": categories.get(status) for status in ("exposed", "possible", "not_exposed")},
        **_summarise_count(choose_count(event.affected)),
        **_summarise_dates(event.dates),
        "lowest_confidence": min(_confidences(event)),
        "contradictions": "; ".join(find_contradictions(event, published)) or None,
    }


def choose_count(counts: Iterable[Count]) -> Count | None:
    """The count that says most: a total before a subset, people before other units, then the largest."""
    return max(
        counts,
        key=lambda one: (one.scope == "total", one.unit == "people", max(one.min or 0, one.max or 0)),
        default=None,
    )


def join_dates(dates: Sequence[EventDate], kind: str) -> tuple[date | None, date | None]:
    """From the earliest start to the latest end that are told of a kind of date.

    "until May" and "in June" together have no known start, "since June" and "in May" no known end.
    """
    starts = [one.start for one in dates if one.kind == kind and one.start]
    ends = [one.end for one in dates if one.kind == kind and one.end]
    if not (starts or ends):
        return None, None
    start, end = min(starts, default=None), max(ends, default=None)
    if start and ends and start > min(ends):
        start = None
    if end and starts and end < max(starts):
        end = None
    return start, end


def find_contradictions(event: Event, published: date | None) -> list[str]:
    """What cannot all be true of the event, each in a few words."""
    return [*_contradictory_data(event), *_contradictory_totals(event), *_contradictory_dates(event, published)]


def _group(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The words of each group, each once, joined by "; "."""
    groups: dict[str, dict[str, None]] = {}
    for group, words in pairs:
        groups.setdefault(group, {})[words] = None
    return {group: "; ".join(words) for group, words in groups.items()}


def _confidences(event: Event) -> Iterator[float]:
    yield event.confidence
    yield event.cause_confidence
    for parts in (event.organisations, event.data, event.affected, event.dates):
        yield from (part.confidence for part in parts)


def _summarise_count(count: Count | None) -> dict[str, Any]:
    return {
        "affected_min": count and count.min,
        "affected_max": count and count.max,
        "affected_is_approx": count and count.approx,
        "affected_unit_code": count and count.unit,
        "affected_quote": count and count.evidence.quote,
    }


def _summarise_dates(dates: Sequence[EventDate]) -> dict[str, Any]:
    joined = {kind: join_dates(dates, kind) for kind in _DATE_KINDS}
    return {
        f"{kind}_{side}": day
        for kind, interval in joined.items()
        for side, day in zip(("start", "end"), interval, strict=True)
    }


def _contradictory_data(event: Event) -> Iterator[str]:
    if not any(item.status == "not_exposed" for item in event.data):
        return
    said = {(item.category, item.status) for item in event.data}
    for category in dict.fromkeys(item.category for item in event.data):
        if {(category, "exposed"), (category, "not_exposed")} <= said:
            yield f"{category} both exposed and not exposed"


def _contradictory_totals(event: Event) -> Iterator[str]:
    if len(event.affected) < 2:
        return
    totals = sorted((one for one in event.affected if one.scope == "total"), key=lambda one: one.unit)
    for unit, group in groupby(totals, key=lambda one: one.unit):
        bounds = [(one.min, one.max) for one in group]
        lows, highs = [low for low, _ in bounds if low is not None], [high for _, high in bounds if high is not None]
        if lows and highs and max(lows) > min(highs):
            yield f"different totals of {unit}"


def _contradictory_dates(event: Event, published: date | None) -> Iterator[str]:
    for place, earlier in enumerate(_DATE_KINDS):
        starts = [one.start for one in event.dates if one.kind == earlier and one.start]
        for later in _DATE_KINDS[place + 1 :]:
            ends = [one.end for one in event.dates if one.kind == later and one.end]
            if starts and ends and max(starts) > min(ends):
                yield f"{earlier} after it was {later}"
        if starts and published and max(starts) > published:
            yield f"{earlier} after the article was published"
