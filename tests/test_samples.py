"""The sample articles: what is read from each, and the events found in it, against `tests/goldens/`."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from extractors import extract_events, read_article, to_gold
from schemas import Article, Page, Problem, read_vocabulary
from sources import discover, read_page

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
GOLDENS = Path(__file__).parent / "goldens"

Json: TypeAlias = dict[str, Any]
EVENTS: dict[str, list[Json]] = {
    path.stem: json.loads(path.read_text("utf-8"))["events"] for path in sorted(GOLDENS.glob("*.json"))
}
READINGS: dict[str, Json] = tomllib.loads((GOLDENS / "articles.toml").read_text("utf-8"))
KNOWN_GAPS: dict[str, dict[str, str]] = tomllib.loads((GOLDENS / "known_gaps.toml").read_text("utf-8"))
EVENT_KEYS = [(doc, place) for doc, events in EVENTS.items() for place in range(len(events))]
ALL_EVENTS = [event for events in EVENTS.values() for event in events]


def cases_of(field: str) -> list[Any]:
    """A case for each golden event; where the extractor is known to fall short it must fail, and is told why."""
    gaps = KNOWN_GAPS.get(field, {})
    return [
        pytest.param(
            doc, place, marks=[pytest.mark.xfail(reason=gaps[name])] if (name := f"{doc}-{place}") in gaps else []
        )
        for doc, place in EVENT_KEYS
    ]


def articles_of(field: str) -> list[Any]:
    """As `cases_of`, but a case for each article."""
    gaps = KNOWN_GAPS.get(field, {})
    return [pytest.param(doc, marks=[pytest.mark.xfail(reason=gaps[doc])] if doc in gaps else []) for doc in EVENTS]


def _must(found: Any, kind: type) -> Any:
    assert isinstance(found, kind), f"a problem: {found}"
    return found


@cache
def read_samples() -> dict[str, Article]:
    """Every sample article by its name: the `doc` of a record, else the file's name up to the first dot."""
    articles = {}
    for reference in discover([str(SAMPLES)]):
        assert not isinstance(reference, Problem), reference
        article = _must(read_article(_must(read_page(reference), Page)), Article)
        articles[article.doc or Path(article.reference).name.split(".")[0]] = article
    return articles


@cache
def extract_samples() -> dict[str, list[Json]]:
    """The events found in every sample article, in the goldens' shape."""
    articles = read_samples()
    extractions = extract_events(list(articles.values()))
    return {doc: to_gold(extraction)["events"] for doc, extraction in zip(articles, extractions, strict=True)}


def victims(event: Json, golden_events: list[Json]) -> tuple[str, ...]:
    """The event's victims, each under the name that the goldens give it where they know it."""
    known = {
        fold(name): organisation["name"]
        for golden in golden_events
        for organisation in golden["organisations"]
        for name in (*organisation["aliases"], organisation["name"])
    }
    names = [organisation["name"] for organisation in event["organisations"] if organisation["role"] == "victim"]
    return tuple(sorted(known.get(fold(name), name) for name in names))


def fold(name: str) -> str:
    return re.sub(r"^(?:the|a|an) ", "", name.replace("\u2019", "'").casefold())


def outline(events: list[Json], golden_events: list[Json]) -> Counter[tuple[object, ...]]:
    """Who was hit, how, and how sure and central it is, for each event."""
    return Counter(
        (victims(event, golden_events), event["cause"], event["prominence"], event["status"]) for event in events
    )


def find_counterpart(doc: str, place: int) -> Json:
    """The event found in `doc` that has the victims of its golden event number `place`; fails where there is none."""
    golden = EVENTS[doc][place]
    wanted = set(victims(golden, EVENTS[doc]))
    sharing = [event for event in extract_samples()[doc] if wanted & set(victims(event, EVENTS[doc]))]
    sharing.sort(key=lambda event: (event["prominence"] != golden["prominence"], event["cause"] != golden["cause"]))
    if not sharing:
        pytest.fail(f"no event of {', '.join(sorted(wanted))} was found")
    return sharing[0]


def data_of(event: Json) -> set[tuple[object, ...]]:
    return {(item["category"], item["status"]) for item in event["data"]}


def counts_of(event: Json) -> set[tuple[object, ...]]:
    return {(count["min"], count["max"], count["approx"], count["unit"]) for count in event["affected"]}


def dates_of(event: Json) -> set[tuple[object, ...]]:
    return {(date["kind"], date["start"], date["end"]) for date in event["dates"]}


def quotes_of(event: Json) -> Iterator[tuple[str, int]]:
    """Every text that a golden event quotes, with which of its occurrences is meant."""
    if "cause_text" in event:
        yield event["cause_text"], 1
    for organisation in event["organisations"]:
        yield from ((name, 1) for name in (organisation["name"], *organisation["aliases"]))
    for value in (*event["data"], *event["affected"], *event["dates"]):
        yield value["text"], value.get("nth", 1)


# What is read


def test_every_sample_has_its_goldens() -> None:
    assert set(read_samples()) == set(EVENTS) == set(READINGS)


@pytest.mark.parametrize("doc", READINGS)
def test_headline_date_outlet_and_url_are_read(doc: str) -> None:
    article, reading = read_samples()[doc], READINGS[doc]
    said = (article.title, article.published, article.outlet, article.url)
    assert said == (reading["title"], reading["published"], reading.get("outlet"), reading.get("url"))


@pytest.mark.parametrize("doc", READINGS)
def test_body_is_the_article_and_nothing_around_it(doc: str) -> None:
    body, reading = read_samples()[doc].body, READINGS[doc]
    assert body.startswith(reading["opening"])
    assert body.rstrip().endswith(reading["closing"])
    assert [words for words in reading["absent"] if words in body] == []


# The events


@pytest.mark.parametrize("doc", articles_of("outline"))
def test_events_have_victim_cause_prominence_and_status(doc: str) -> None:
    assert outline(extract_samples()[doc], EVENTS[doc]) == outline(EVENTS[doc], EVENTS[doc])


@pytest.mark.parametrize(("doc", "place"), cases_of("data"))
def test_data_categories(doc: str, place: int) -> None:
    assert data_of(find_counterpart(doc, place)) == data_of(EVENTS[doc][place])


@pytest.mark.parametrize(("doc", "place"), cases_of("counts"))
def test_counts(doc: str, place: int) -> None:
    assert counts_of(find_counterpart(doc, place)) == counts_of(EVENTS[doc][place])


@pytest.mark.parametrize(("doc", "place"), cases_of("dates"))
def test_dates(doc: str, place: int) -> None:
    assert dates_of(find_counterpart(doc, place)) == dates_of(EVENTS[doc][place])


def test_known_gaps_name_events_of_the_goldens() -> None:
    places = {f"{doc}-{place}" for doc, place in EVENT_KEYS}
    assert set(KNOWN_GAPS) <= {"outline", "data", "counts", "dates"}
    assert set(KNOWN_GAPS.get("outline", {})) <= set(EVENTS)
    assert {name for field, gaps in KNOWN_GAPS.items() if field != "outline" for name in gaps} <= places


# The goldens themselves


@pytest.mark.parametrize(("doc", "place"), EVENT_KEYS)
def test_golden_quotes_stand_in_the_article(doc: str, place: int) -> None:
    text = read_samples()[doc].text
    assert [quote for quote, nth in quotes_of(EVENTS[doc][place]) if text.count(quote) < nth] == []


@pytest.mark.parametrize(("doc", "place"), EVENT_KEYS)
def test_golden_codes_are_in_the_vocabularies(doc: str, place: int) -> None:
    event = EVENTS[doc][place]
    read_vocabulary("causes").check(event["cause"])
    read_vocabulary("statuses").check(event["status"])
    read_vocabulary("prominences").check(event["prominence"])
    for organisation in event["organisations"]:
        read_vocabulary("roles").check(organisation["role"])
    for item in event["data"]:
        read_vocabulary("data_categories").check(item["category"])
        read_vocabulary("data_statuses").check(item["status"])
    for count in event["affected"]:
        read_vocabulary("units").check(count["unit"])
        read_vocabulary("scopes").check(count["scope"])
    for date in event["dates"]:
        read_vocabulary("date_kinds").check(date["kind"])


# The samples together hold what the extractor has to master


def test_samples_hold_every_cause() -> None:
    assert {event["cause"] for event in ALL_EVENTS} == set(read_vocabulary("causes"))


def test_samples_hold_every_status() -> None:
    assert {event["status"] for event in ALL_EVENTS} == set(read_vocabulary("statuses"))
    assert {item["status"] for event in ALL_EVENTS for item in event["data"]} == set(read_vocabulary("data_statuses"))


def test_samples_hold_every_role_and_kind_of_date() -> None:
    roles = {organisation["role"] for event in ALL_EVENTS for organisation in event["organisations"]}
    assert roles == set(read_vocabulary("roles"))
    kinds = {date["kind"] for event in ALL_EVENTS for date in event["dates"]}
    assert kinds == set(read_vocabulary("date_kinds"))


def test_samples_hold_a_round_up_of_four_organisations() -> None:
    round_ups = [doc for doc, events in EVENTS.items() if len({victims(event, events) for event in events}) >= 4]
    assert round_ups


def test_samples_hold_a_range_an_open_count_and_an_unknown_one() -> None:
    bounds = [(count["min"], count["max"]) for event in ALL_EVENTS for count in event["affected"]]
    assert any(None not in pair and pair[0] < pair[1] for pair in bounds)
    assert any(high is None for _, high in bounds)
    assert any(low is None for low, _ in bounds)
    unknown = re.compile(r"not known how many|number of people affected was unknown")
    assert any(
        unknown.search(read_samples()[doc].text) and not event["affected"] for doc in EVENTS for event in EVENTS[doc]
    )


def test_samples_hold_a_background_event_with_more_than_its_victim() -> None:
    background = [event for event in ALL_EVENTS if event["prominence"] == "background"]
    assert any(event["data"] and event["affected"] and event["dates"] for event in background)


def test_samples_hold_two_articles_without_an_event() -> None:
    assert sum(not events for events in EVENTS.values()) >= 2


@pytest.mark.parametrize(
    "form",
    [
        r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$",
        r"^\d{1,2} \w+$",
        r"^\w+ \d{1,2}$",
        r"^\d{4}$",
        r"^last month$",
        r"^earlier this month$",
        r"^since \w+$",
        r"^(?:early|mid|late)[- ]\w+$",
        r" to ",
    ],
)
def test_samples_hold_every_form_of_date(form: str) -> None:
    assert any(re.search(form, date["text"]) for event in ALL_EVENTS for date in event["dates"])


def test_samples_are_short_and_of_every_kind_of_file() -> None:
    kinds = Counter("".join(path.suffixes) for path in SAMPLES.iterdir() if path.suffix != ".md")
    assert set(kinds) == {".html", ".html.gz", ".txt", ".jsonl"}
    lengths = {doc: len(article.body.split()) for doc, article in read_samples().items()}
    assert {doc: words for doc, words in lengths.items() if not 120 <= words <= 350} == {}
