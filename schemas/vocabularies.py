"""The closed lists of codes, read from `data/vocabularies/*.toml`; a code outside its list raises."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from schemas.base import Contract

DATA_FOLDER = Path(__file__).resolve().parent.parent / "data"
VOCABULARY_FOLDER = DATA_FOLDER / "vocabularies"


class UnknownCode(ValueError):
    """A code that its vocabulary does not hold."""


class Term(Contract):
    """One code of a vocabulary.

    `veris` names the VERIS terms it maps to, dotted from the root of the VERIS
    schema (`action.malware.variety.Ransomware`); empty where VERIS has none. `naics` is the code of a sector in the
    North American Industry Classification System, as VERIS uses it.
    `phrases` are the wordings that finders look for, in the language of
    `extractors.phrases`; `list_phrases` are wordings that count only beside another
    data item in a list or right after an exposure verb. Each of `examples` must be found as this code, none of
    `counter_examples` may be.
    """

    code: str
    definition: str
    veris: tuple[str, ...] = ()
    naics: str = ""
    phrases: tuple[str, ...] = ()
    list_phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


class Vocabulary(Mapping[str, Term]):
    """A closed list of codes: a mapping from code to `Term`, in the file's order."""

    def __init__(self, name: str, definition: str, terms: list[Term]) -> None:
        self.name = name
        self.definition = definition
        self._terms = {term.code: term for term in terms}
        if len(self._terms) < len(terms):
            raise ValueError(f"vocabulary {name} holds a code twice")

    def __getitem__(self, code: str) -> Term:
        return self._terms[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def check(self, code: str) -> str:
        """Return `code` unchanged; raise `UnknownCode` where the vocabulary does not hold it."""
        if code not in self._terms:
            raise UnknownCode(f"{code!r} is not one of the {self.name}: {', '.join(self._terms)}")
        return code


@cache
def read_vocabulary(name: str) -> Vocabulary:
    """Read `data/vocabularies/NAME.toml`; raise `FileNotFoundError` or `ValueError` where it is missing or faulty."""
    with (VOCABULARY_FOLDER / f"{name}.toml").open("rb") as file:
        content: dict[str, Any] = tomllib.load(file)
    return Vocabulary(name, content["definition"], [Term(**term) for term in content["terms"]])


class CodeOf:
    """Marks a string type as a code of a vocabulary: `Annotated[str, CodeOf("causes")]`."""

    def __init__(self, name: str) -> None:
        self._vocabulary = read_vocabulary(name)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._vocabulary.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(self._vocabulary)}
