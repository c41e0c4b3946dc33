"""Reads the rule files of `data/rules/`."""

import tomllib
from functools import cache
from typing import Any

from schemas.vocabularies import DATA_FOLDER

RULE_FOLDER = DATA_FOLDER / "rules"


@cache
def read_rules(name: str) -> dict[str, Any]:
    """The content of `data/rules/NAME.toml`; raises `FileNotFoundError` or `tomllib.TOMLDecodeError`."""
    with (RULE_FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def read_words(name: str) -> frozenset[str]:
    """The words of `data/rules/NAME.txt`, one a line."""
    return frozenset((RULE_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())
