"""The rules of `data/rules/veris.toml`, and the VERIS terms that they choose for a code and the words it rests on."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from schemas import read_vocabulary
from schemas.vocabularies import DATA_FOLDER

RULES_PATH = DATA_FOLDER / "rules" / "veris.toml"


@cache
def read_rules() -> dict[str, Any]:
    """The content of `veris.toml`."""
    with RULES_PATH.open("rb") as file:
        return tomllib.load(file)


def rule_of(vocabulary: str, code: str) -> dict[str, Any]:
    """What the rules say of a code; nothing of most."""
    found: dict[str, Any] = read_rules().get(vocabulary, {}).get(code, {})
    return found


def choose_terms(vocabulary: str, code: str, *texts: str) -> list[str]:
    """The VERIS terms of a code, dotted: those told by the first of the texts that tells any, else what is assumed."""
    rule, terms = rule_of(vocabulary, code), read_vocabulary(vocabulary)[code].veris
    by_words = find_words(rule.get("words", {}), *texts)
    if by_words:
        return by_words
    if "otherwise" in rule:
        return [rule["otherwise"]]
    return list(terms[:1])


def is_told(vocabulary: str, code: str, *texts: str) -> bool:
    """False where the code has several terms and no words tell which."""
    words = rule_of(vocabulary, code).get("words")
    return not words or bool(find_words(words, *texts))


def is_shared(vocabulary: str, term: str) -> bool:
    """True where several codes of a vocabulary are that VERIS term, so that it does not tell which."""
    return sum(term in one.veris for one in read_vocabulary(vocabulary).values()) > 1


def find_words(words: Mapping[str, list[str]], *texts: str) -> list[str]:
    """The keys of `words` of which the first of the texts that has any has a wording."""
    for text in texts:
        found = [key for key, wordings in words.items() if _compile(tuple(wordings)).search(text)]
        if found:
            return found
    return []


def unknowns(section: str) -> dict[str, Any]:
    """What VERIS requires of a section and the article does not tell, as the rules name it; the caller's to change."""
    return deepcopy(dict(read_rules()["unknowns"].get(section, {})))


def last(term: str) -> str:
    """The value of a dotted VERIS term."""
    return term.rpartition(".")[2]


@cache
def _compile(wordings: Iterable[str]) -> re.Pattern[str]:
    escaped = (re.escape(wording).replace(r"\*", r"\w*") for wording in wordings)
    return re.compile(rf"(?<!\w)(?:{'|'.join(escaped)})(?!\w)", re.IGNORECASE)
