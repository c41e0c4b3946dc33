"""The vocabularies: closed lists that load, compile, map to VERIS and find their own examples."""

import json
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

from extractors.phrases import PhraseFinder, compile_phrase
from schemas import Term, UnknownCode, read_vocabulary
from schemas.vocabularies import VOCABULARY_FOLDER

SHARED = Path(__file__).parents[1].parent / "shared"
NAMES = sorted(path.stem for path in VOCABULARY_FOLDER.glob("*.toml"))
TERMS = [pytest.param(name, code, id=f"{name}-{code}") for name in NAMES for code in read_vocabulary(name)]
UNSAID = ("problems", "source_kinds", "date_sources")  # their terms are not read from an article's words
EXPLAINED = [row for row in TERMS if row.values[0] not in UNSAID]
FOUND = [row for row in TERMS if row.values[0] in ("data_categories", "units")]


def term_of(name: str, code: str) -> Term:
    return read_vocabulary(name)[code]


@cache
def read_veris() -> Any:
    path = SHARED / "veris" / "verisc-enum.json"
    if not path.exists():
        pytest.skip("the VERIS enumerations of the shared folder are not here")
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def finder_of(name: str) -> PhraseFinder:
    terms = read_vocabulary(name).items()
    return PhraseFinder(blank().vocab, [(code, (*term.phrases, *term.list_phrases)) for code, term in terms])


@cache
def blank() -> Language:
    return spacy.blank("en")


def find_codes(name: str, sentence: str) -> dict[str, str]:
    """The codes found in the sentence, each with the last words that it was found in."""
    return {span.label_: span.text for span in finder_of(name).find(blank()(sentence))}


@pytest.mark.parametrize(
    ("name", "constant"),
    [
        ("causes", "CAUSES"),
        ("roles", "ROLES"),
        ("data_categories", "CATEGORIES"),
        ("units", "UNITS"),
        ("date_kinds", "KINDS"),
    ],
)
def test_codes_are_those_of_the_guidelines(name: str, constant: str) -> None:
    check = SHARED / "gold" / "check.py"
    if not check.exists():
        pytest.skip("the annotation guidelines of the shared folder are not here")
    assert set(read_vocabulary(name)) == runpy.run_path(str(check))[constant]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("data_statuses", ["exposed", "possible", "not_exposed"]),
        ("statuses", ["confirmed", "alleged", "denied"]),
        ("prominences", ["main", "background"]),
        ("scopes", ["total", "subset"]),
    ],
)
def test_small_vocabularies_hold_their_codes(name: str, codes: list[str]) -> None:
    assert list(read_vocabulary(name)) == codes


@pytest.mark.parametrize("name", NAMES)
def test_vocabulary_says_what_it_is(name: str) -> None:
    assert read_vocabulary(name).definition.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_unknown_code_raises(name: str) -> None:
    with pytest.raises(UnknownCode, match="'no_such_code' is not one of the"):
        read_vocabulary(name).check("no_such_code")


@pytest.mark.parametrize(("name", "code"), TERMS)
def test_term_has_a_definition(name: str, code: str) -> None:
    assert term_of(name, code).definition.endswith(".")


@pytest.mark.parametrize(("name", "code"), EXPLAINED)
def test_term_has_examples_and_counter_examples(name: str, code: str) -> None:
    term = term_of(name, code)
    assert len(term.examples) >= 2
    assert term.counter_examples


@pytest.mark.parametrize("code", list(read_vocabulary("problems")))
def test_problem_says_what_to_do_next(code: str) -> None:
    assert term_of("problems", code).definition.count(". ") >= 1


@pytest.mark.parametrize(("name", "code"), TERMS)
def test_veris_terms_exist(name: str, code: str) -> None:
    for path in term_of(name, code).veris:
        *branches, value = path.split(".")
        node = read_veris()
        for branch in branches:
            node = node[branch]
        assert value in node, path


@pytest.mark.parametrize(("name", "code"), TERMS)
def test_phrases_compile(name: str, code: str) -> None:
    term = term_of(name, code)
    assert all(compile_phrase(phrase) for phrase in (*term.phrases, *term.list_phrases))


@pytest.mark.parametrize("name", ["data_categories", "units"])
def test_no_phrase_is_given_twice(name: str) -> None:
    phrases = [phrase for term in read_vocabulary(name).values() for phrase in (*term.phrases, *term.list_phrases)]
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize(("name", "code"), FOUND)
def test_examples_are_found_by_the_phrases(name: str, code: str) -> None:
    for example in term_of(name, code).examples:
        assert code in find_codes(name, example), example


@pytest.mark.parametrize(("name", "code"), FOUND)
def test_counter_examples_are_not(name: str, code: str) -> None:
    for example in term_of(name, code).counter_examples:
        assert code not in find_codes(name, example), example
