"""The contracts of events: spans that quote the text, codes of the vocabularies, bounds in order."""

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation, Problem
from schemas.events import MOST

ARTICLE = Article(
    reference="a.txt",
    title="Names leak",
    body="Larkspur Health said on Monday that the names of 500 patients had leaked by mistake.",
    published=date(2024, 5, 1),
)
TEXT = ARTICLE.text


def quote(words: str) -> Evidence:
    start = TEXT.index(words)
    return Evidence.of(TEXT, start, start + len(words))


def make_count(**values: Any) -> Count:
    known: dict[str, Any] = {
        "min": 500,
        "max": 500,
        "approx": False,
        "unit": "people",
        "scope": "total",
        "evidence": quote("500 patients"),
        "confidence": 0.8,
    }
    return Count(**{**known, **values})


def make_date(**values: Any) -> EventDate:
    known: dict[str, Any] = {
        "kind": "disclosed",
        "start": date(2024, 4, 29),
        "end": date(2024, 4, 29),
        "rule": "weekday",
        "evidence": quote("Monday"),
        "confidence": 0.8,
    }
    return EventDate(**{**known, **values})


def make_organisation(**values: Any) -> Organisation:
    known: dict[str, Any] = {
        "name": "Larkspur Health",
        "role": "victim",
        "named": True,
        "evidence": quote("Larkspur Health"),
        "confidence": 0.9,
    }
    return Organisation(**{**known, **values})


def make_item(**values: Any) -> DataItem:
    known: dict[str, Any] = {
        "category": "names",
        "status": "exposed",
        "evidence": quote("names"),
        "confidence": 0.9,
    }
    return DataItem(**{**known, **values})


def make_event(**values: Any) -> Event:
    known: dict[str, Any] = {
        "event_id": "e1",
        "article_id": ARTICLE.article_id,
        "prominence": "main",
        "status": "confirmed",
        "status_evidence": quote("said"),
        "cause": "accidental_disclosure",
        "cause_evidence": quote("by mistake"),
        "cause_confidence": 0.9,
        "organisations": (make_organisation(aliases=(quote("Larkspur"),)),),
        "data": (make_item(),),
        "affected": (make_count(),),
        "dates": (make_date(),),
        "confidence": 0.9,
    }
    return Event(**{**known, **values})


def make_extraction(event: Event) -> Extraction:
    return Extraction(article=ARTICLE, events=(event,), extractor_version="0")


def moved(evidence: Evidence, by: int) -> Evidence:
    return Evidence(start=evidence.start + by, end=evidence.end + by, quote=evidence.quote)


def events_with(evidence: Evidence) -> dict[str, Event]:
    """An event for each place in which evidence can stand, with this evidence there."""
    return {
        "organisation": make_event(organisations=(make_organisation(evidence=evidence),)),
        "alias": make_event(organisations=(make_organisation(aliases=(evidence,)),)),
        "data": make_event(data=(make_item(evidence=evidence),)),
        "affected": make_event(affected=(make_count(evidence=evidence),)),
        "dates": make_event(dates=(make_date(evidence=evidence),)),
        "status": make_event(status_evidence=evidence),
        "cause": make_event(cause_evidence=evidence),
    }


PLACES = sorted(events_with(quote("names")))


def test_extraction_holds_an_event_whose_evidence_is_right() -> None:
    event = make_event()
    assert make_extraction(event).events == (event,)
    assert sorted(one.quote for one in event.all_evidence()) == sorted(
        ["said", "by mistake", "Larkspur Health", "Larkspur", "names", "500 patients", "Monday"]
    )


@given(st.integers(0, len(TEXT) - 1), st.integers(1, 20))
def test_evidence_of_a_text_quotes_it(start: int, length: int) -> None:
    end = min(start + length, len(TEXT))
    evidence = Evidence.of(TEXT, start, end)
    assert TEXT[evidence.start : evidence.end] == evidence.quote
    assert make_extraction(make_event(data=(make_item(evidence=evidence),)))


@given(
    st.sampled_from(PLACES), st.sampled_from(["Larkspur", "Monday", "500 patients", "names of"]), st.integers(-40, 200)
)
def test_shifted_evidence_is_refused_wherever_it_stands(place: str, words: str, by: int) -> None:
    assume(by != 0 and quote(words).start + by >= 0)
    event = events_with(moved(quote(words), by))[place]
    with pytest.raises(ValidationError, match="does not stand at"):
        make_extraction(event)


def test_event_of_another_article_is_refused() -> None:
    with pytest.raises(ValidationError, match="belongs to article"):
        make_extraction(make_event(article_id="another"))


@given(st.integers(0, 100), st.integers(1, 100), st.text(max_size=50))
def test_quote_fills_its_span(start: int, length: int, words: str) -> None:
    if len(words) == length:
        assert Evidence(start=start, end=start + length, quote=words).quote == words
        return
    with pytest.raises(ValidationError, match="does not fill"):
        Evidence(start=start, end=start + length, quote=words)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, 0, ""),  # empty
        (5, 5, ""),
        (-4, 0, "leak"),  # before the text
        (9, 5, "leak"),  # backwards
    ],
)
def test_span_that_is_none_is_refused(start: int, end: int, words: str) -> None:
    with pytest.raises(ValidationError):
        Evidence(start=start, end=end, quote=words)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (make_organisation, "role"),
        (make_item, "category"),
        (make_item, "status"),
        (make_count, "unit"),
        (make_count, "scope"),
        (make_date, "kind"),
        (make_event, "cause"),
        (make_event, "status"),
        (make_event, "prominence"),
    ],
)
@pytest.mark.parametrize("code", ["", "nonsense", "Names ", None])
def test_code_that_the_vocabulary_lacks_is_refused(make: Any, field: str, code: str | None) -> None:
    with pytest.raises(ValidationError):
        make(**{field: code})


def test_problem_of_unknown_code_is_refused() -> None:
    with pytest.raises(ValidationError):
        Problem(code="nonsense", reference="a.txt", detail="It can't be read.")


@pytest.mark.parametrize("make", [make_organisation, make_item, make_count, make_date, make_event])
@pytest.mark.parametrize("confidence", [-0.01, 1.01, float("nan")])
def test_confidence_is_a_probability(make: Any, confidence: float) -> None:
    with pytest.raises(ValidationError):
        make(confidence=confidence)


@pytest.mark.parametrize("make", [make_organisation, make_item, make_count, make_date, make_event])
def test_contracts_never_change_and_refuse_what_they_do_not_know(make: Any) -> None:
    with pytest.raises(ValidationError):
        make(mood="glum")
    with pytest.raises(ValidationError):
        make().confidence = 0.1


@pytest.mark.parametrize(("low", "high"), [(500, None), (None, 500), (500, 500), (0, 1), (0, MOST)])
def test_count_keeps_its_bounds(low: int | None, high: int | None) -> None:
    count = make_count(min=low, max=high)
    assert (count.min, count.max) == (low, high)


@pytest.mark.parametrize(
    ("low", "high"),
    [(None, None), (501, 500), (-1, 5), (None, -1), (1.5, 2), (0, MOST + 1), (MOST + 1, None)],
)
def test_count_without_good_bounds_is_refused(low: float | None, high: float | None) -> None:
    with pytest.raises(ValidationError):
        make_count(min=low, max=high)


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2024, 1, 1), None), (None, date(2024, 1, 1)), (date(2024, 1, 1), date(2024, 1, 1))],
)
def test_date_keeps_its_interval(start: date | None, end: date | None) -> None:
    event_date = make_date(start=start, end=end)
    assert (event_date.start, event_date.end) == (start, end)


@pytest.mark.parametrize(
    ("start", "end"), [(None, None), (date(2024, 1, 2), date(2024, 1, 1)), ("2024-02-30", "2024-03-01")]
)
def test_date_without_a_good_interval_is_refused(start: Any, end: Any) -> None:
    with pytest.raises(ValidationError):
        make_date(start=start, end=end)
