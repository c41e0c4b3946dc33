"""Each example sentence of a vocabulary is found as its code by the extractor, and no counter-example is."""

import re
from datetime import date

import pytest
from spacy.tokens import Doc

from extractors.annotations import Finding, read_findings
from extractors.causes import choose_cause
from extractors.pipeline import load_pipeline
from extractors.prominence import is_recalled
from schemas import read_vocabulary

PUBLISHED = date(2024, 5, 15)


def rows(name: str, kind: str) -> list[pytest.param]:
    return [
        pytest.param(code, sentence, id=f"{code}: {sentence[:50]}")
        for code, term in read_vocabulary(name).items()
        for sentence in getattr(term, kind)
    ]


def annotate(sentence: str) -> tuple[Doc, range]:
    """The sentence as an article without a headline, and where its bracketed words stand (all of it where none are)."""
    bracket = re.search(r"\[(.+?)\]", sentence)
    doc = load_pipeline().make_doc("\n" + re.sub(r"[\[\]]", "", sentence))
    doc._.published = PUBLISHED
    for _, component in load_pipeline().pipeline:
        doc = component(doc)
    place = range(bracket.start() + 1, bracket.start() + 1 + len(bracket[1])) if bracket else range(len(doc.text))
    return doc, place


def likeliest(doc: Doc, group: str, place: range) -> Finding | None:
    """The surest finding of a group that overlaps the place."""
    there = [
        found
        for found in read_findings(doc, group)
        if found.span.start_char < place.stop and place.start < found.span.end_char
    ]
    return max(there, key=lambda found: found.confidence, default=None)


def cause_of(sentence: str) -> str:
    doc, _ = annotate(sentence)
    found = choose_cause(doc, {sent.start for sent in doc.sents})
    return found.label if found else "unknown"


def role_of(sentence: str) -> str | None:
    found = likeliest(*reorder(annotate(sentence), "organisations"))
    return found.label if found else None


def kind_of(sentence: str) -> str | None:
    found = likeliest(*reorder(annotate(sentence), "times"))
    return found.label if found else None


def scope_of(sentence: str) -> str | None:
    found = likeliest(*reorder(annotate(sentence), "counts"))
    return found.status if found else None


def data_status_of(sentence: str) -> str | None:
    found = likeliest(*reorder(annotate(sentence), "data_items"))
    return found.status if found else None


def status_of(sentence: str) -> str:
    doc, _ = annotate(sentence)
    labels = {found.label for found in read_findings(doc, "statuses")}
    return next((status for status in ("denied", "confirmed", "alleged") if status in labels), "confirmed")


def prominence_of(sentence: str) -> str:
    doc, _ = annotate(sentence)
    return "background" if is_recalled(doc, {sent.start for sent in doc.sents}) else "main"


def reorder(annotated: tuple[Doc, range], group: str) -> tuple[Doc, str, range]:
    return annotated[0], group, annotated[1]


FINDERS = {
    "causes": cause_of,
    "roles": role_of,
    "date_kinds": kind_of,
    "scopes": scope_of,
    "data_statuses": data_status_of,
    "statuses": status_of,
    "prominences": prominence_of,
}


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [pytest.param(name, *row.values, id=f"{name}-{row.id}") for name in FINDERS for row in rows(name, "examples")],
)
def test_example_is_found(name: str, code: str, sentence: str) -> None:
    assert FINDERS[name](sentence) == code


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        pytest.param(name, *row.values, id=f"{name}-{row.id}")
        for name in FINDERS
        for row in rows(name, "counter_examples")
    ],
)
def test_counter_example_is_not_found(name: str, code: str, sentence: str) -> None:
    assert FINDERS[name](sentence) != code
