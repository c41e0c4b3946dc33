"""Corrections as CSV, so that a team shares them."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas.articles import identify_article
from schemas.corrections import Correction
from store.changes import CorrectionError
from store.connections import connect
from store.correcting import list_corrections
from store.doctor import find_readable
from store.errors import StoreError, raise_as
from store.exports.rows import restore_formula

_RENAMED = {"action_code": "action", "field_name": "field"}
_NEEDED = (
    "correction_id",
    "article_id",
    "event_id",
    "action_code",
    "field_name",
    "note",
    "corrected_by",
    "corrected_at",
)


def read_corrections(path: Path) -> Iterator[tuple[Correction, str]]:
    """Each correction of a CSV that `breachwire corrections export` wrote, with the name of the event's victim.

    Raises `CorrectionError`, naming the line, for a file or a line that is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise CorrectionError(
                    f"{path} has no column {missing[0]}; give what `breachwire corrections export` wrote."
                )
            for row in reader:
                yield _read_row(path, reader.line_num, row)
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorrectionError(f"{path} is not a CSV in UTF-8 ({error}).") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}).") from error


def rescue_corrections(path: Path) -> list[tuple[Correction, str]]:
    """The same of the store at `path`, else of its snapshot, whichever can be read; none where neither can."""
    readable = find_readable(path)
    if readable is None:
        return []
    with raise_as(StoreError), connect(readable, read_only=True) as connection:
        return _read_records(*list_corrections(connection))


def _read_records(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[tuple[Correction, str]]:
    named = [{_RENAMED.get(column, column): value for column, value in zip(columns, row, strict=True)} for row in rows]
    return [
        (
            _identify(Correction(**{name: one[name] for name in Correction.model_fields}), one["url"]),
            one["victim"] or "",
        )
        for one in named
    ]


def _identify(correction: Correction, url: str | None) -> Correction:
    """The correction with the identity that its article's address has now, which may not be that of its time."""
    return correction.model_copy(update={"article_id": identify_article(url, "")}) if url else correction


def _read_row(path: Path, line: int, row: dict[str, str | None]) -> tuple[Correction, str]:
    cells = {name: restore_formula(cell) if cell else None for name, cell in row.items() if name}
    values = {_RENAMED.get(name, name): cell for name, cell in cells.items()}
    try:
        for name in ("corrected_at", "undone_at"):
            moment = values.get(name)
            values[name] = datetime.fromisoformat(moment) if moment else None  # type: ignore[assignment]
        correction = Correction(**{name: values.get(name) for name in Correction.model_fields})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = error.errors()[0]
        raise CorrectionError(f"{path}, line {line}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}.") from error
    except ValueError as error:
        raise CorrectionError(f"{path}, line {line}: {error}.") from error
    return _identify(correction, values.get("url")), values.get("victim") or ""
