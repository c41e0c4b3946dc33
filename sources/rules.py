"""The rules of `data/rules/sources.toml`: where sites keep their feeds, and which addresses wrap others."""

import re
import tomllib
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from schemas.vocabularies import DATA_FOLDER
from sources.locations import is_address


@cache
def read_source_rules() -> dict[str, Any]:
    """The content of `data/rules/sources.toml`; raises `FileNotFoundError` or `tomllib.TOMLDecodeError`."""
    with (DATA_FOLDER / "rules" / "sources.toml").open("rb") as file:
        return tomllib.load(file)


def unwrap_address(url: str) -> str:
    """The article's own address where `url` is that of an aggregator that leads to it; else `url` itself."""
    for rule in read_source_rules()["wrappers"]:
        if re.match(rule["address"], url, re.IGNORECASE):
            parameters = parse_qs(urlsplit(url).query)
            own = [value for name in rule["parameters"] for value in parameters.get(name, ()) if is_address(value)]
            return own[0] if own else url
    return url
