"""Parts: what workers found in a batch of pages, written whole as Parquet, for the one process that loads the store.

A row is what became of one page. `article`, `events` and `problem` are JSON, so that DuckDB reads a part as it is:
`SELECT article->>'title', json_array_length(events) FROM 'events.parts/*.parquet'`.
"""

import os
from collections.abc import Sequence
from contextlib import closing, suppress
from enum import StrEnum
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import duckdb
from pydantic import TypeAdapter

from schemas import Article, Event, Extraction, Problem
from store.errors import StoreError, raise_as

PART_ENDING = ".parquet"

# Of a database in memory that lasts for one part: files are what it is for, and the workers have a core each.
_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "temp_directory": "",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
}
_COLUMNS = "place INTEGER, outcome VARCHAR, reference VARCHAR, article JSON, events JSON, version VARCHAR, problem JSON"
_EVENTS = TypeAdapter(tuple[Event, ...])


class Outcome(StrEnum):
    """What became of a page: an article (whose events may not have been found), no article, or nothing to read."""

    ARTICLE = "article"
    PROBLEM = "problem"
    STOPPED_FIRST_LOOK = "stopped_first_look"
    STOPPED_TOPIC = "stopped_topic"


class PartRow(NamedTuple):
    """What became of one page. An article comes with `events` and the `version` of the extractor that found them, or
    with the problem that kept them from being found."""

    outcome: Outcome
    reference: str
    article: Article | None = None
    events: tuple[Event, ...] | None = None
    version: str | None = None
    problem: Problem | None = None

    @property
    def result(self) -> Extraction | Problem | None:
        """The article with its events, or the problem; None for a page that was stopped."""
        if self.article is None or self.events is None or self.version is None:
            return self.problem
        return Extraction(article=self.article, events=self.events, extractor_version=self.version)


def write_part(file: Path, rows: Sequence[PartRow]) -> None:
    """Write a part that is whole as soon as it has its name, also after a loss of power. Raises `StoreError`."""
    hidden = file.with_name(f".{file.name}.{token_hex(8)}.part")  # workers of other machines have the same process ids
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with raise_as(StoreError, f"{file} could not be written: "), closing(_connect()) as connection:
            connection.execute(f"CREATE TABLE part ({_COLUMNS})").fetchall()
            with connection.appender("part") as appender:
                appender.append_rows([_lay_out(place, row) for place, row in enumerate(rows)])
            connection.execute("COPY part TO ? (FORMAT parquet, COMPRESSION zstd)", [str(hidden)]).fetchall()
        with hidden.open("rb+") as written:
            os.fsync(written.fileno())
        hidden.replace(file)
    except OSError as error:
        raise StoreError(f"{file} could not be written ({error.strerror}); make room or give rights there.") from error
    finally:
        with suppress(OSError):
            hidden.unlink()


def read_part(file: Path) -> list[PartRow]:
    """The rows of a part in the order in which they were written. Raises `StoreError` where it is damaged or gone."""
    with raise_as(StoreError, f"{file} cannot be read: "), closing(_connect()) as connection:
        rows = connection.execute(
            "SELECT * EXCLUDE (place) FROM read_parquet(?) ORDER BY place", [str(file)]
        ).fetchall()
    try:
        return [_read(*row) for row in rows]
    except (TypeError, ValueError) as error:
        raise StoreError(f"{file} cannot be read: it is not a part of this version of breachwire.") from error


def _connect() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config=_CONFIGURATION)


def _lay_out(place: int, row: PartRow) -> tuple[int | str | None, ...]:
    return (
        place,
        row.outcome.value,
        row.reference,
        row.article.model_dump_json(round_trip=True) if row.article else None,
        None if row.events is None else _EVENTS.dump_json(row.events, round_trip=True).decode(),
        row.version,
        row.problem.model_dump_json(round_trip=True) if row.problem else None,
    )


def _read(
    outcome: str, reference: str, article: str | None, events: str | None, version: str | None, problem: str | None
) -> PartRow:
    return PartRow(
        Outcome(outcome),
        reference,
        Article.model_validate_json(article) if article else None,
        None if events is None else _EVENTS.validate_json(events),
        version,
        Problem.model_validate_json(problem) if problem else None,
    )
