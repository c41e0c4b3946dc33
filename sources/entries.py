"""The entries of sources: TOML files with a table `[[sources]]` an entry; own entries lie over the shipped ones."""

import json
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from schemas import Problem, Source
from sources.files import explain_read_error, show_path
from sources.filters import BadFilter, Filter
from sources.kinds import KINDS
from sources.locations import has_credentials, has_scheme, is_address


class _Entry(NamedTuple):
    """One table as it was written, and the file that holds it."""

    values: dict[str, Any]
    file: Path


class BadEntry(ValueError):
    """An entry that can't be used; the sentence says why."""


def read_sources(shipped: Iterable[Path], own: Iterable[Path] = ()) -> tuple[list[Source], list[Problem]]:
    """The sources of the files, in their order, and a Problem `bad_source` for each entry or file that is faulty.

    An own entry with the name of a shipped one is laid over it, key by key: a name and `enabled = false` switch it off.
    A relative path is relative to the file that states it. A file that is missing holds no entries.
    """
    problems: list[Problem] = []
    entries = _collect(shipped, problems)
    overlays = _collect(own, problems)
    merged: dict[str, list[_Entry]] = {name: [entry] for name, entry in entries.items()}
    for name, entry in overlays.items():
        merged.setdefault(name, []).append(entry)
    sources = []
    for layers in merged.values():
        try:
            sources.append(make_source(layers))
        except BadEntry as error:
            problems.append(_refuse(layers[-1].file, str(error), layers[-1].values["name"]))
    return sources, problems


def make_source(layers: Iterable[tuple[dict[str, Any], Path]]) -> Source:
    """The source of an entry and those laid over it, each with its file. Raises `BadEntry`."""
    values: dict[str, Any] = {}
    for stated, file in layers:
        values |= stated
        if "location" in stated:
            values["location"] = _place(stated["location"], file)
    try:
        source = Source.model_validate(values)
        Filter(source)
    except ValidationError as error:
        raise BadEntry(_explain(error)) from None
    except BadFilter as error:
        raise BadEntry(str(error)) from None
    check_location(source.kind, source.location)
    return source


def locate_entries(files: Iterable[Path]) -> dict[str, Path]:
    """The file of each entry that has a name, by that name."""
    return {name: entry.file for name, entry in _collect(files, []).items()}


def format_entry(values: dict[str, Any]) -> str:
    """The TOML of an entry: texts, numbers, booleans, days and lists of texts; what is None or empty is left out."""
    kept = {key: value for key, value in values.items() if value not in (None, "", (), [])}
    return "\n".join(["[[sources]]", *(f"{key} = {_format(value)}" for key, value in kept.items())]) + "\n"


def check_location(kind: str, location: str) -> None:
    """Raise `BadEntry` where a source of this kind can't be there, or the address holds a password."""
    if has_credentials(location):
        raise BadEntry("`location` holds a user's name or password, which are kept nowhere; take it out")
    if is_address(location):
        if not KINDS[kind].takes_addresses:
            raise BadEntry(f"`location` is an address, and a source of the kind {kind} is a path on this machine")
    elif has_scheme(location):
        raise BadEntry(f"`location` is no http(s) address: {location[:100]}")
    elif not KINDS[kind].takes_paths:
        raise BadEntry(f"`location` is no http(s) address, as a source of the kind {kind} has: {location[:100]}")


def _format(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_format, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    # A JSON string is one of TOML, save that TOML wants DEL escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _collect(files: Iterable[Path], problems: list[Problem]) -> dict[str, _Entry]:
    """The entries of some files by their names; a name that was there already is a problem."""
    entries: dict[str, _Entry] = {}
    for file in files:
        for entry in _read_file(file, problems):
            name = entry.values["name"]
            if name in entries:
                told = f"the name {name!r} is that of an entry in {show_path(entries[name].file)} already"
                problems.append(_refuse(file, told, name))
            else:
                entries[name] = entry
    return entries


def _read_file(file: Path, problems: list[Problem]) -> list[_Entry]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(_refuse(file, explain_read_error(error)))
        return []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        problems.append(_refuse(file, f"the file is not TOML ({error})"))
        return []
    tables = content.pop("sources", [])
    if content or not isinstance(tables, list):
        problems.append(_refuse(file, f"only tables [[sources]] are read, not {', '.join(content) or 'sources'}"))
    return [entry for place, table in enumerate(_listed(tables), 1) if (entry := _check(table, place, file, problems))]


def _listed(tables: Any) -> list[Any]:
    return tables if isinstance(tables, list) else []


def _check(table: Any, place: int, file: Path, problems: list[Problem]) -> _Entry | None:
    """The entry of a table that has a name."""
    if isinstance(table, dict) and isinstance(table.get("name"), str):
        return _Entry(table, file)
    problems.append(_refuse(file, "it has no `name`, or one that is no text", f"number {place}"))
    return None


def _place(location: Any, file: Path) -> Any:
    """A path as seen from the file that states it."""
    if not isinstance(location, str) or has_scheme(location):
        return location
    return str(file.parent / Path(location).expanduser()) if location.strip() else ""


def _explain(error: ValidationError) -> str:
    """What is wrong with the first key that is; never the value of a location, which may hold a password."""
    told = []
    for one in error.errors(include_url=False)[:3]:
        key = ".".join(map(str, one["loc"])) or "the entry"
        if one["type"] == "extra_forbidden":
            told.append(f"`{key}` is no key of an entry")
        elif one["type"] == "missing":
            told.append(f"`{key}` is missing")
        else:
            told.append(f"`{key}`: {one['msg'].removeprefix('Value error, ')}")
    return "; ".join(told)


def _refuse(file: Path, told: str, name: str = "") -> Problem:
    shown = f"The entry {name}" if name else "The file"
    detail = f"{shown} is left out: {told.rstrip('.')}. Correct {show_path(file)}."
    return Problem(code="bad_source", reference=f"{show_path(file)}{f' ({name})' if name else ''}", detail=detail)
