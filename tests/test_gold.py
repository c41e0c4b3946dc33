"""The bars of the extractor, on annotated articles: these lie beside the checkout and not in it."""

import csv
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from extractors import extract_events, to_gold
from flows.ingest import ingest
from schemas import Extraction
from store import export_events, open_store
from training.gold import read_gold

GOLD = Path(__file__).parents[1].parent / "shared" / "gold"
pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated articles are not beside this checkout")


def load_script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, GOLD / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["seed", "dev", "train"])
def part(request: pytest.FixtureRequest) -> tuple[str, list[Extraction]]:
    articles = [gold.article for gold in read_gold(GOLD, request.param)]
    return request.param, extract_events(articles[::3] if request.param == "train" else articles)


def score(name: str, extractions: list[Extraction]) -> dict[str, Any]:
    scorer = load_script("score")
    found = {one.article.doc: to_gold(one) for one in extractions}
    articles, gold = (scorer.read(GOLD / f"{name}.{part}.jsonl") for part in ("articles", "gold"))
    mine = {doc: events for doc, events in gold.items() if doc in found}
    figures, _ = scorer.score(articles, mine, found, rounds=10)
    return dict(figures)


def test_every_value_quotes_its_evidence(part: tuple[str, list[Extraction]]) -> None:
    _, extractions = part
    spans = [(one.article.text, span) for one in extractions for event in one.events for span in event.all_evidence()]
    assert len(spans) > 20
    assert all(text[span.start : span.end] == span.quote for text, span in spans)


def test_every_value_is_as_the_guidelines_want_it(part: tuple[str, list[Extraction]]) -> None:
    name, extractions = part
    faults = load_script("check").faults
    articles = {one["doc"]: one for one in map(json.loads, (GOLD / f"{name}.articles.jsonl").open(encoding="utf-8"))}
    assert [fault for one in extractions for fault in faults(articles[one.article.doc], to_gold(one))] == []


def test_scores_reach_their_bars(part: tuple[str, list[Extraction]]) -> None:
    name, extractions = part
    figures = score(name, extractions)
    bars = {
        "seed": {"event": 1.0, "slot": 0.90},
        "dev": {"event": 0.80, "slot": 0.65},
        "train": {"event": 0.90, "slot": 0.85},
    }
    assert all(figures[slot]["f1"] >= bar for slot, bar in bars[name].items())


def test_the_model_case_through_the_store_into_a_csv(tmp_path: Path) -> None:
    store, table = tmp_path / "store.duckdb", tmp_path / "events.csv"
    ingest.fn([str(GOLD / "afp-2023-08-27.txt")], store)
    with open_store(store) as opened:
        export_events(opened, table)
    with table.open(encoding="utf-8", newline="") as file:
        events = {row["victim"].split("; ")[0]: row for row in csv.DictReader(file)}
    causes = {victim: row["cause_code"] for victim, row in events.items()}
    assert causes == {
        "Metropolitan Police": "hacking",
        "Police Service of Northern Ireland": "accidental_disclosure",
        "Norfolk and Suffolk Police": "accidental_disclosure",
        "South Yorkshire Police": "system_failure",
    }
    capital = events["Metropolitan Police"]
    assert set(capital["data_not_exposed"].split("; ")) == {"postal_addresses", "phone_numbers", "financial"}
    assert {"names", "employment", "photos_video"} <= set(capital["data_exposed"].split("; "))


def test_no_category_of_one_event_of_the_model_case_stands_in_another() -> None:
    (gold,) = read_gold(GOLD, "seed")
    (extraction,) = extract_events([gold.article])
    expected = {organisation["name"]: event for event in gold.events for organisation in event["organisations"]}
    for event in extraction.events:
        victim = next(one.name for one in event.organisations if one.role == "victim")
        mine = next(event for name, event in expected.items() if victim in name)
        theirs = [other for other in gold.events if other is not mine]
        leaked = {item["text"] for other in theirs for item in other["data"]} - {item["text"] for item in mine["data"]}
        assert not leaked & {item.evidence.quote for item in event.data}
