"""Each example sentence of a vocabulary is found as its code by the extractor, and no counter-example is."""

import re
import tomllib
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc

from extractors.annotations import Finding, read_findings
from extractors.pipeline import load_pipeline
from schemas import read_vocabulary

PUBLISHED = date(2024, 5, 15)
# What the model is known to get wrong, and why; a line whose gap has been closed fails the test until it is taken out.
KNOWN_GAPS: dict[str, str] = tomllib.loads((Path(__file__).parent / "vocabulary_gaps.toml").read_text("utf-8"))


def rows(kind: str) -> list[Any]:
    """A case for each sentence of each vocabulary that a finder answers for."""
    cases = []
    for name in FINDERS:
        for code, term in read_vocabulary(name).items():
            for sentence in getattr(term, kind):
                key = f"{kind} {code}: {sentence}"
                marks = [pytest.mark.xfail(reason=KNOWN_GAPS[key])] if key in KNOWN_GAPS else []
                cases.append(pytest.param(name, code, sentence, marks=marks, id=f"{name}-{code}: {sentence[:50]}"))
    return cases


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


def judge(sentence: str, name: str) -> str:
    """The likeliest code of a vocabulary for the event that the whole sentence tells."""
    reading = annotate(sentence)[0]._.reading
    chances = reading.judge_event(list(range(len(reading.proposals.listed))))[name]
    return list(read_vocabulary(name))[int(chances.argmax())]


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


def reorder(annotated: tuple[Doc, range], group: str) -> tuple[Doc, str, range]:
    return annotated[0], group, annotated[1]


FINDERS = {
    "causes": partial(judge, name="causes"),
    "roles": role_of,
    "date_kinds": kind_of,
    "scopes": scope_of,
    "data_statuses": data_status_of,
    "statuses": partial(judge, name="statuses"),
    "prominences": partial(judge, name="prominences"),
}


@pytest.mark.parametrize(("name", "code", "sentence"), rows("examples"))
def test_example_is_found(name: str, code: str, sentence: str) -> None:
    assert FINDERS[name](sentence) == code


@pytest.mark.parametrize(("name", "code", "sentence"), rows("counter_examples"))
def test_counter_example_is_not_found(name: str, code: str, sentence: str) -> None:
    assert FINDERS[name](sentence) != code
