"""The shape of the annotation guidelines: exact substrings, `nth` where the first occurrence is not the one meant."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import extract_events, to_gold
from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation

BODY = "Larkspur lost the names, not the names of staff, of about 500 people on Monday, and 500 people wrote."


def make_article(body: str = BODY, doc: str | None = "a1") -> Article:
    return Article(reference="a1.txt", title="Names leak", body=body, published=date(2024, 5, 1), doc=doc)


def find_nth(text: str, quote: str, nth: int = 1) -> Evidence:
    """The evidence of the nth occurrence of a quote, counted without overlaps."""
    start = -len(quote)
    for _ in range(nth):
        start = text.index(quote, start + len(quote))
    return Evidence.of(text, start, start + len(quote))


def make_extraction(article: Article, **values: Any) -> Extraction:
    victim = Organisation(
        name="Larkspur", role="victim", named=True, evidence=find_nth(article.text, "Larkspur"), confidence=0.9
    )
    known: dict[str, Any] = {
        "event_id": "e1",
        "article_id": article.article_id,
        "prominence": "main",
        "status": "confirmed",
        "cause": "unknown",
        "cause_confidence": 0.5,
        "organisations": (victim,),
        "confidence": 0.9,
    }
    return Extraction(article=article, events=(Event(**{**known, **values}),), extractor_version="0")


def shape_of(article: Article, **values: Any) -> Any:
    return to_gold(make_extraction(article, **values))["events"][0]


def make_item(evidence: Evidence, status: str = "exposed") -> DataItem:
    return DataItem(category="names", status=status, evidence=evidence, confidence=0.8)


def test_event_has_every_field_of_the_guidelines() -> None:
    article = make_article()
    count = Count(
        min=500,
        max=None,
        approx=True,
        unit="people",
        scope="total",
        evidence=find_nth(article.text, "about 500 people"),
        confidence=0.7,
    )
    day = EventDate(
        kind="occurred",
        start=date(2024, 4, 29),
        end=None,
        rule="weekday",
        evidence=find_nth(article.text, "Monday"),
        confidence=0.7,
    )
    item = make_item(find_nth(article.text, "the names"))
    assert to_gold(make_extraction(article, data=(item,), affected=(count,), dates=(day,))) == {
        "doc": "a1",
        "events": [
            {
                "prominence": "main",
                "status": "confirmed",
                "cause": "unknown",
                "organisations": [{"name": "Larkspur", "role": "victim", "named": True, "aliases": []}],
                "data": [{"text": "the names", "category": "names", "status": "exposed"}],
                "affected": [
                    {
                        "text": "about 500 people",
                        "min": 500,
                        "max": None,
                        "approx": True,
                        "unit": "people",
                        "scope": "total",
                    }
                ],
                "dates": [{"text": "Monday", "kind": "occurred", "start": "2024-04-29", "end": None}],
            }
        ],
    }


def test_article_without_events_has_an_empty_list() -> None:
    assert to_gold(Extraction(article=make_article(), events=(), extractor_version="0")) == {"doc": "a1", "events": []}


def test_article_without_an_identifier_of_its_own_has_the_stable_one() -> None:
    article = make_article(doc=None)
    assert to_gold(Extraction(article=article, events=(), extractor_version="0"))["doc"] == article.article_id


def test_cause_text_is_there_only_where_the_cause_has_evidence() -> None:
    article = make_article()
    evidence = find_nth(article.text, "lost")
    assert "cause_text" not in shape_of(article)
    assert shape_of(article, cause="lost_or_stolen", cause_evidence=evidence)["cause_text"] == "lost"


def test_aliases_are_quoted() -> None:
    article = make_article("Larkspur Health lost it. Larkspur was sorry.")
    text = article.text
    organisation = Organisation(
        name="Larkspur Health",
        role="victim",
        named=True,
        aliases=(find_nth(text, "Larkspur", 2),),
        evidence=find_nth(text, "Larkspur Health"),
        confidence=0.9,
    )
    assert shape_of(article, organisations=(organisation,))["organisations"][0]["aliases"] == ["Larkspur"]


@pytest.mark.parametrize(
    ("quote", "nth", "expected"),
    [
        ("the names", 1, {"text": "the names"}),
        ("the names", 2, {"text": "the names", "nth": 2}),
        ("names", 2, {"text": "names", "nth": 2}),
        ("Names", 1, {"text": "Names"}),  # of the headline; the body's are in lower case
        ("500 people", 2, {"text": "500 people", "nth": 2}),
    ],
)
def test_occurrence_is_counted_where_it_is_not_the_first(quote: str, nth: int, expected: dict[str, Any]) -> None:
    article = make_article()
    shaped = shape_of(article, data=(make_item(find_nth(article.text, quote, nth)),))["data"][0]
    assert {key: shaped[key] for key in shaped if key in ("text", "nth")} == expected


def test_overlapping_repeats_are_counted_as_str_count_does() -> None:
    # "data data" stands at 0 and 10 for str.count, and at 5 too for one who lets occurrences overlap
    article = make_article("data data data data of Larkspur")
    body = len("Names leak\n")
    shapes = [
        shape_of(article, data=(make_item(Evidence.of(article.text, body + place, body + place + 9)),))["data"][0]
        for place in (0, 10)
    ]
    assert [shape.get("nth", 1) for shape in shapes] == [1, 2]


@given(st.text("ab ", min_size=4, max_size=30), st.data())
def test_quote_and_nth_lead_back_to_the_evidence(body: str, data: st.DataObject) -> None:
    article = make_article(f"Larkspur {body}")
    text = article.text
    start = data.draw(st.integers(len(text) - len(body), len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    shaped = shape_of(article, data=(make_item(Evidence.of(text, start, end)),))["data"][0]
    places = occurrences(text, shaped["text"])
    if start in places:  # one that overlaps an earlier one can't be said in this shape
        assert places[shaped.get("nth", 1) - 1] == start


def occurrences(text: str, quote: str) -> list[int]:
    """Where the quote stands, as `str.count` counts: without overlaps, from the left."""
    places, place = [], text.find(quote)
    while place >= 0:
        places.append(place)
        place = text.find(quote, place + len(quote))
    return places


def test_shape_of_a_real_extraction_quotes_the_article() -> None:
    body = (
        "Larkspur Health said on Monday that hackers broke into its systems in April and stole the names and home "
        "addresses of about 5,000 patients, but not their phone numbers."
    )
    article = Article(reference="a", title="Hackers at Larkspur Health", body=body, published=date(2024, 5, 1))
    (extraction,) = extract_events([article])
    shaped = to_gold(extraction)
    assert json.loads(json.dumps(shaped)) == shaped
    assert shaped["events"]
    for event in shaped["events"]:
        for value in (*event["data"], *event["affected"], *event["dates"]):
            assert article.text.count(value["text"]) >= value.get("nth", 1)
        assert all(organisation["name"] in article.text for organisation in event["organisations"])
