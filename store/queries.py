"""Saved queries: files NAME.sql that begin with what they ask, what can be given to them, and what they answer.

    -- question: How many breaches had each cause in each quarter?
    -- note: A breach is counted once for each article that reports it.
    -- parameter since date 1900-01-01: only articles published on or after this day
    -- parameter cause causes any: only breaches with this cause
    -- column quarter: the first day of the quarter in which
    --     the article was published
    SELECT … WHERE published_date >= $since AND ($cause IS NULL OR cause_code = $cause)

A line that begins with more room goes on with the one before. A parameter is a date, an integer, a number, a text, a
boolean, or a code of the vocabulary that is named (`causes`); without a default it has to be given. The value `any`
is null. Values are bound as DuckDB's named parameters, never written into the SQL.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import dropwhile
from pathlib import Path
from typing import Any

from schemas import UnknownCode, read_vocabulary
from schemas.vocabularies import DATA_FOLDER
from store.errors import QueryError

SHIPPED_FOLDER = DATA_FOLDER / "queries"
LOCAL_FOLDER = DATA_FOLDER / "local" / "queries"
ANY = "any"

_LINE = re.compile(r"--(\s*)(.*)")
_ROOM = 2  # spaces or more before a line that goes on with the one before
_ENTRIES = {
    "question": (re.compile(r"question: (.+)"), "question: …"),
    "note": (re.compile(r"note: (.+)"), "note: …"),
    "column": (re.compile(r"column (\w+): (.+)"), "column NAME: what it means"),
    "parameter": (
        re.compile(r"parameter ([a-z]\w*) (\w+)(?: (\S+|'[^']*'))?: (.+)"),
        "parameter NAME TYPE DEFAULT: what it does",
    ),
}


@dataclass(frozen=True)
class Parameter:
    """Something that can be given to a query; `kind` is the name of its type, `default` the text of the header."""

    name: str
    kind: str
    default: str | None
    meaning: str

    @property
    def option(self) -> str:
        """What the command line calls it, without the dashes in front."""
        return self.name.replace("_", "-")

    @property
    def is_coded(self) -> bool:
        """True where it is a code of the vocabulary `kind`."""
        return self.kind not in _READERS

    def read(self, value: object) -> Any:
        """The value as it is bound; raises `QueryError` where it is not of the parameter's type."""
        if value is None or value == ANY:
            return None
        try:
            return read_vocabulary(self.kind).check(str(value)) if self.is_coded else _READERS[self.kind](value)
        except UnknownCode as error:
            raise QueryError(f"The parameter {self.name} cannot be so: {error}.") from error
        except ValueError as error:
            expected = _EXPECTED.get(self.kind, "")
            raise QueryError(f"The parameter {self.name} is {expected}, and {str(value)!r} is none.") from error


@dataclass(frozen=True)
class SavedQuery:
    """A saved query; `columns` tells what each column of the answer means."""

    name: str
    question: str  # empty where the file asks none
    note: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    sql: str

    @property
    def body(self) -> str:
        """The SQL without the header."""
        lines = self.sql.splitlines()
        return "\n".join(dropwhile(_LINE.fullmatch, lines)).strip()

    def bind(self, given: Mapping[str, object]) -> dict[str, Any]:
        """A value for each parameter, given or its default; raises `QueryError` for one unknown, wrong or missing."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                raise QueryError(f"The query {self.name} has no parameter {name!r}; {has}.")
        missing = [one for one in self.parameters if one.default is None and one.name not in given]
        if missing:
            told = " and ".join(f"{one.name} ({one.meaning})" for one in missing)
            raise QueryError(f"The query {self.name} needs {told}.")
        return {name: one.read(given.get(name, one.default)) for name, one in known.items()}


def list_queries(folder: Path | None = None) -> dict[str, Path]:
    """The file of each saved query: those of `folder`, then the user's, then those that breachwire ships.

    Of two of one name the first counts. Raises `QueryError` where there is no such folder.
    """
    if folder and not folder.is_dir():
        raise QueryError(f"There is no folder {folder}; give one that holds queries (NAME.sql).")
    folders = (SHIPPED_FOLDER, LOCAL_FOLDER, *([folder] if folder else []))
    paths = {path.stem: path for place in folders for path in sorted(place.glob("*.sql"))}
    return dict(sorted(paths.items()))


def find_query(name: str, folder: Path | None = None) -> SavedQuery:
    """The saved query of that name; raises `QueryError`, with names that are near, where there is none."""
    paths = list_queries(folder)
    if name not in paths:
        raise QueryError(f"There is no query {name!r}{suggest(name, paths)}; `breachwire query` lists them.")
    return read_query(paths[name])


def suggest(name: str, known: Iterable[str]) -> str:
    """`, did you mean …?` with the names nearest to `name`; nothing where none is near."""
    known = list(known)
    near = get_close_matches(name, known, n=3, cutoff=0.5) or [one for one in known if name and name in one][:3]
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def read_query(path: Path) -> SavedQuery:
    """The saved query in the file; raises `QueryError` where it cannot be read, or a line of its header is faulty."""
    try:
        sql = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise QueryError(f"The query {path} cannot be read ({error}).") from error
    found: dict[str, list[tuple[str, ...]]] = {kind: [] for kind in _ENTRIES}
    for line in _read_header(sql):
        kind = re.split(r"[\s:]", line)[0]
        if kind in _ENTRIES:
            pattern, shape = _ENTRIES[kind]
            match = pattern.fullmatch(line)
            if not match:
                raise QueryError(f"The line `-- {line}` of {path} is not to be understood; write it as `-- {shape}`.")
            found[kind].append(match.groups())
    return SavedQuery(
        name=path.stem,
        question=" ".join(text for (text,) in found["question"]),
        note=" ".join(text for (text,) in found["note"]),
        parameters=tuple(_read_parameter(path, *parts) for parts in found["parameter"]),
        columns=dict(found["column"]),  # type: ignore[arg-type]
        sql=sql,
    )


def _read_header(sql: str) -> list[str]:
    """The comments with which the file begins, each entry on one line."""
    entries: list[str] = []
    for line in sql.splitlines():
        match = _LINE.fullmatch(line)
        if not match:
            break
        room, text = match.groups()
        if len(room) >= _ROOM and entries:
            entries[-1] += f" {text.strip()}"
        else:
            entries.append(text.strip())
    return entries


def _read_parameter(path: Path, name: str, kind: str, default: str | None, meaning: str) -> Parameter:
    if kind not in _READERS:
        try:
            read_vocabulary(kind)
        except FileNotFoundError:
            kinds = ", ".join(_READERS)
            raise QueryError(
                f"The parameter {name} of {path} has the type {kind!r}; give {kinds}, or a vocabulary."
            ) from None
    parameter = Parameter(name, kind, default and default.strip("'"), meaning)
    if default is not None:
        parameter.read(parameter.default)
    return parameter


def _read_date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value).strip())


def _read_boolean(value: object) -> bool:
    try:
        return {"true": True, "yes": True, "false": False, "no": False}[str(value).lower()]
    except KeyError:
        raise ValueError(value) from None


_READERS: dict[str, Callable[[object], Any]] = {
    "date": _read_date,
    "integer": lambda value: int(str(value)),
    "number": lambda value: float(str(value)),
    "text": str,
    "boolean": _read_boolean,
}
_EXPECTED = {
    "date": "a day (2024-05-01)",
    "integer": "a whole number",
    "number": "a number (0.5)",
    "boolean": "yes or no",
}
