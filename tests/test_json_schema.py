"""The JSON Schema of Event: current, and true of what is extracted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from extractors import extract_events, read_article
from schemas import Article, Page
from schemas.json_schema import SCHEMA_PATH, render_schema
from sources import Reference, discover, read_page

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    """Every event of the samples, as `extract --json` prints it."""
    return [event.model_dump(mode="json") for found in extract_events(list(_read_samples())) for event in found.events]


def _read_samples() -> Iterator[Article]:
    for reference in discover([str(SAMPLES)]):
        assert isinstance(reference, Reference)
        page = read_page(reference)
        assert isinstance(page, Page)
        article = read_article(page)
        assert isinstance(article, Article)
        yield article


def test_the_schema_is_current() -> None:
    assert SCHEMA_PATH.read_text("utf-8") == render_schema(), "run `make schema`"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA_PATH.read_text("utf-8")))


def test_the_events_of_the_samples_fit_it(events: list[dict[str, Any]]) -> None:
    validator = _make_validator()
    assert len(events) >= 14
    for event in events:
        validator.validate(event)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cause": "gremlins"}, "'gremlins' is not one of"),
        ({"confidence": 1.5}, "1.5 is greater than the maximum of 1"),
        ({"severity": "high"}, "'severity' was unexpected"),
        ({"cause_evidence": {"start": 0, "end": 0, "quote": ""}}, "is not valid under any of the given schemas"),
        ({"organisations": "Orchard Dental"}, "is not of type 'array'"),
    ],
)
def test_what_is_no_event_does_not_fit_it(events: list[dict[str, Any]], change: dict[str, Any], told: str) -> None:
    errors = [error.message for error in _make_validator().iter_errors(events[0] | change)]
    assert len(errors) == 1
    assert told in errors[0]


def test_every_field_is_required(events: list[dict[str, Any]]) -> None:
    for name in events[0]:
        assert not _make_validator().is_valid({key: value for key, value in events[0].items() if key != name}), name


def _make_validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA_PATH.read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
