"""Scores the extractor on annotated articles: `python -m training.evaluate --gold ../shared/gold --part dev`.

Prints the figures of the gold folder's own `score.py` over all articles, then over those of each source, of each cause
and with several events; the share of articles without an event that stay so; how often the polarity of data is right.
`--ablate` prints what each head and each rule adds: the figures without it.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from extractors import events as event_making
from extractors import extract_events, readings, stories, to_gold
from extractors.model import Floats
from extractors.proposals import read_codes
from extractors.readings import Reading
from schemas import Extraction
from training.gold import GoldArticle, day_of, read_gold, spans_of
from training.judging import align, load_scorer

SOURCES = {"v": "excerpts on errors, thefts, insiders", "w": "stories of several events", "r": "news of 2022-2026"}
Chosen = Callable[[GoldArticle], bool]


def print_scores(scorer: ModuleType, articles: list[GoldArticle], predicted: dict[str, Any]) -> None:
    """A row of precision/recall/F1 for all articles and for each group of them."""
    print("".ljust(38) + "".join(slot.rjust(16) for slot in ("event", *scorer.SLOTS, "slot")))
    for name, chosen in groups_of(articles):
        mine = [one for one in articles if chosen(one)]
        if mine:
            print(
                f"{name} ({len(mine)})"[:37].ljust(38)
                + "".join(cell.rjust(16) for cell in score(scorer, mine, predicted))
            )


def groups_of(articles: list[GoldArticle]) -> Iterator[tuple[str, Chosen]]:
    """Names of groups of articles and what puts an article into each."""
    yield "all", lambda one: True
    yield "several events", lambda one: len(one.events) > 1
    yield "news of 2017-2019", lambda one: str(one.article.doc)[0].isdigit()
    for letter, name in SOURCES.items():
        yield name, lambda one, letter=letter: str(one.article.doc).startswith(letter)  # type: ignore[misc]
    for cause in sorted({event["cause"] for one in articles for event in one.events}):
        yield cause, lambda one, cause=cause: any(event["cause"] == cause for event in one.events[:1])  # type: ignore[misc]


def score(scorer: ModuleType, articles: list[GoldArticle], predicted: dict[str, Any]) -> list[str]:
    """`P/R/F1` of each figure."""
    records = {one.article.doc: {"published": str(one.article.published)} for one in articles}
    gold = {one.article.doc: {"events": one.events} for one in articles}
    figures, _ = scorer.score(records, gold, predicted, rounds=1)
    names = ("event", *scorer.SLOTS, "slot")
    return [
        "/".join(
            f"{figures[name][key]:.3f}"[1:] if figures[name][key] < 1 else "1.00"
            for key in ("precision", "recall", "f1")
        )
        for name in names
    ]


def print_emptiness(articles: list[GoldArticle], predicted: dict[str, Any]) -> None:
    """How many articles without an event are left without one."""
    empty = [one for one in articles if not one.events]
    stayed = sum(not predicted[str(one.article.doc)]["events"] for one in empty)
    print(f"without an event: {stayed} of {len(empty)} stay empty")


def print_polarity(scorer: ModuleType, articles: list[GoldArticle], predicted: dict[str, Any]) -> None:
    """Of the data items found where one is annotated, in events that are found: how many have its polarity."""
    same, alike, number = 0, 0, 0
    for article, events in articles:
        found = predicted[str(article.doc)]["events"]
        for index, mate in align(scorer, found, events, day_of(article)).items():
            for item in found[index]["data"]:
                place, _ = spans_of(article.text, item["text"], item.get("nth", 1))
                for other in mate["data"]:
                    theirs, _ = spans_of(article.text, other["text"], other.get("nth", 1))
                    if place and theirs and place[0] < theirs[1] and theirs[0] < place[1]:
                        number += 1
                        same += item["status"] == other["status"]
                        alike += (item["status"] == "not_exposed") == (other["status"] == "not_exposed")
    if number:
        print(
            f"polarity of {number} data items: exposed or not {alike / number:.3f}, three statuses {same / number:.3f}"
        )


@contextmanager
def without(name: str) -> Iterator[None]:
    """The extractor without one of its parts."""

    def all_same(self: Reading, things: Any) -> Floats:
        return np.ones((len(things), len(things)), dtype=np.float32)

    def vocabulary_code(self: Reading, head: str) -> Floats:
        chances = true_chances(self, head)
        family = {"category": "data", "unit": "count"}.get(head)
        for index, one in enumerate(self.proposals.listed):
            code = read_codes()[one.code].partition(":")[2]
            names = readings.codes_of({"data": "data_categories", "count": "units"}.get(family or "", "roles"))
            if one.family == family and code in names:
                chances[index] = np.eye(len(names), dtype=np.float32)[names.index(code)]
        return chances

    def limits(**changed: float) -> Callable[[str], float]:
        return lambda key: changed.get(key, true_limit(key))

    true_chances, true_limit = Reading.chances, stories.limit
    changes: dict[str, Any] = {
        "pairs (one event an article)": lambda: patch.object(Reading, "same_event", all_same),
        "learnt categories and units": lambda: patch.object(Reading, "chances", vocabulary_code),
        "span search": lambda: patch.object(readings, "add_learnt", lambda doc, proposals, found: proposals),
        "article head": lambda: patch.object(stories, "limit", limits(article=0.0)),
        "names of later mentions": lambda: patch.object(event_making, "choose_aliases", lambda entity, name: []),
    }
    with changes[name]():
        yield


PARTS = (
    "pairs (one event an article)",
    "learnt categories and units",
    "span search",
    "article head",
    "names of later mentions",
)


def predict(articles: list[GoldArticle]) -> dict[str, Any]:
    """The events of each article in the gold's shape, by its `doc`."""
    extractions: list[Extraction] = extract_events([one.article for one in articles])
    return {shaped["doc"]: shaped for shaped in map(to_gold, extractions)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True, help="folder with the annotated articles and score.py")
    parser.add_argument("--part", default="dev", help="train, dev or seed")
    parser.add_argument("--ablate", action="store_true", help="print the figures without each head and rule too")
    arguments = parser.parse_args()
    scorer, articles = load_scorer(arguments.gold), read_gold(arguments.gold, arguments.part)
    predicted = predict(articles)
    print_scores(scorer, articles, predicted)
    print_emptiness(articles, predicted)
    print_polarity(scorer, articles, predicted)
    if arguments.ablate:
        for name in PARTS:
            with without(name):
                print(
                    f"without {name}".ljust(38)
                    + "".join(cell.rjust(16) for cell in score(scorer, articles, predict(articles)))
                )


if __name__ == "__main__":
    main()
