"""The event store: one DuckDB file, written by one process at a time and read by anyone in its published snapshot."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import duckdb

from schemas import Event, Extraction, Problem, Run, RunCounts, RunState
from schemas.corrections import Change, Correction
from store.answers import Answer, answer_relation, work
from store.connections import connect
from store.copies import add_signatures, read_signatures, read_texts, read_unsigned
from store.correcting import (
    Imported,
    add_corrections,
    find_event,
    import_corrections,
    list_corrections,
    make_correction,
    undo_correction,
)
from store.errors import QueryError, StoreError, raise_as
from store.loading import append, load_batch
from store.queries import find_query
from store.reading import read_events_by_id, read_extractions
from store.rows import in_utc, lay_out_run, lay_out_sources
from store.snapshots import is_published, publish, snapshot_of
from store.streams import stream_rows
from store.transactions import transaction
from store.versions import check_version, migrate


def open_store(
    path: str | Path,
    *,
    read_only: bool = True,
    as_of: date | str | None = None,
    wait_seconds: float = 0,
    tell: Callable[[str], None] | None = None,
    publishes: bool = True,
) -> "Store":
    """Open the store at `path`; a context manager.

    For reading, it must be there; what is opened is its snapshot, which nobody writes to, so that a run goes on
    meanwhile. With `as_of` (a day, meant to its end, or a moment; UTC) it answers as it would have answered then. For
    writing, it is made where it is missing and brought to the newest version; no other process can write meanwhile,
    and closing it publishes the snapshot anew, unless `publishes` is false. Waits up to `wait_seconds` for a process
    that has it, told once by `tell`, then raises `StoreLocked`; `NewerStore` where a newer breachwire wrote it; else
    `StoreError`.
    """
    moment = read_moment(as_of) if as_of else None
    if moment and not read_only:
        raise StoreError("The past can only be read; leave out as_of to write.")
    place = _choose_file(Path(path)) if read_only else Path(path)
    connection = connect(place, read_only=read_only, wait_seconds=wait_seconds, tell=tell)
    try:
        with raise_as(StoreError, f"The store {path} cannot be used: "):
            (check_version if read_only else migrate)(connection)
            if moment:
                connection.execute(f"SET VARIABLE as_of = TIMESTAMP '{moment.isoformat(sep=' ')}'")
        return Store(Path(path), connection, read_only=read_only, publishes=publishes)
    except BaseException:
        connection.close()
        raise


def read_moment(as_of: date | str) -> datetime:
    """The moment in UTC that `as_of` means: a day is meant to its end. Raises `StoreError` where it is none."""
    try:
        if isinstance(as_of, str):
            is_day = len(as_of.strip()) <= len("2024-05-01")
            as_of = date.fromisoformat(as_of.strip()) if is_day else datetime.fromisoformat(as_of.strip())
    except ValueError:
        raise StoreError(f"{as_of!r} is no day or moment; write it as 2024-05-01 or 2024-05-01T12:00 (UTC).") from None
    return in_utc(as_of) if isinstance(as_of, datetime) else datetime.combine(as_of, time.max)


def _choose_file(path: Path) -> Path:
    """What readers open: the snapshot, or the store itself where it was never published."""
    snapshot = snapshot_of(path)
    with suppress(OSError):  # a path that cannot be is told by who opens it
        return snapshot if path.exists() and snapshot.exists() else path
    return path


class Store:
    """An open event store. `open_store` makes it; a `with` block closes it."""

    def __init__(
        self, path: Path, connection: duckdb.DuckDBPyConnection, *, read_only: bool, publishes: bool = True
    ) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection
        self._publishes = publishes
        self._file: BinaryIO | None = None if read_only else path.open("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except StoreError:
            if error is None:  # else what went wrong first is what the user has to hear
                raise

    def close(self) -> None:
        """Publish what was written, and close the file, so that others can open it; relations that `sql` gave cannot be
        read after. Raises `StoreError` where the snapshot cannot be written."""
        try:
            if self._file and self._publishes:
                self.publish()
        finally:
            self._connection.close()
            if self._file:
                self._file.close()  # not before DuckDB closed it: see `publish`
                self._file = None

    def publish(self) -> bool:
        """Bring the snapshot to what the store holds now; False where it is so already. Raises `StoreError`."""
        file = self._check_writable()
        with raise_as(StoreError, "The store could not be written to its file: "):
            self._connection.execute("CHECKPOINT").fetchall()
        if is_published(self.path):
            return False
        publish(self.path, file)
        return True

    def sql(self, query: str, parameters: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyRelation:
        """The relation that `query` describes: `.df()`, `.fetchall()`, `.columns`, and further queries on it.

        `parameters` are the values of `$name` in it. Raises `QueryError` where the SQL cannot be understood. DuckDB
        runs the query only when the relation is read; what goes wrong with the values
        then is a `duckdb.Error`. `rows` has no such second place to look at.
        """
        with raise_as(QueryError):
            queries = len(self._connection.extract_statements(query))
            if queries != 1:
                raise QueryError("There is no query to run; give a SELECT." if queries == 0 else "Give one query only.")
            relation = self._connection.sql(query, params=dict(parameters) if parameters else None)
        if relation is None:
            raise QueryError("It answers nothing; give a SELECT.")
        return relation

    def query(self, name: str, /, *, folder: str | Path | None = None, **values: object) -> duckdb.DuckDBPyRelation:
        """The relation of a saved query with its parameters: `.query("causes-by-quarter", since="2024-01-01")`.

        `folder` holds queries of your own. Raises `QueryError` where there is no such query or parameter, or a value
        is not of its type.
        """
        saved = find_query(name, Path(folder) if folder else None)
        return self.sql(saved.sql, saved.bind(values))

    def answer(
        self, query: str, parameters: Mapping[str, Any] | None = None, *, most: int = 0, timeout: float = 0
    ) -> Answer:
        """What the query answers: its columns, and rows to go through once, at `most` so many where that is given.

        Raises `QueryError` for whatever is wrong with it before the first row is given, `QueryTimeout` where it takes
        longer than `timeout` seconds (0: it may take any time). Ctrl-C stops it.
        """

        def ask() -> Answer:
            relation = self.sql(query, parameters)
            with raise_as(QueryError):
                return answer_relation(relation.limit(most) if most else relation)

        return work(self._connection, ask, timeout)

    def rows(
        self, query: str, parameters: Mapping[str, Any] | None = None, *, timeout: float = 0
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns of `query` and all its rows; raises what `answer` raises."""
        answer = self.answer(query, parameters, timeout=timeout)
        return answer.columns, list(answer.rows)

    def load(self, extractions: Sequence[Extraction], problems: Sequence[Problem], run_id: str) -> RunCounts:
        """Take in articles with their events and evidence, and problems, all in one transaction.

        An article or a problem that the store has is left as it is, so that the same batch twice changes nothing. An
        article whose text changed, or that another version of the extractor read, is revised: events that are still
        told keep their ids, those no longer told are withdrawn, corrections stand, and what was held before stays as
        history. A copy whose original is neither stored nor in the batch is left out, with a problem; one in which a
        person corrected something stays as it is. Returns what was done; the references are the caller's to count.
        Raises `StoreError`, with nothing changed, where anything fails.
        """
        self._check_writable()
        with raise_as(StoreError, "The batch could not be loaded: "), transaction(self._connection):
            return load_batch(self._connection, extractions, problems, run_id, _now())

    def correct(self, event_id: str, changes: Sequence[Change], *, note: str, author: str) -> list[Correction]:
        """Make changes to an event, all or none, and keep them as corrections, which every later extraction gets too.

        Raises `CorrectionError`, with nothing changed, where there is no such event or a change cannot be made.
        """
        self._check_writable()
        now = _now()
        with raise_as(StoreError, "The event could not be corrected: "), transaction(self._connection):
            article_id = find_event(self._connection, event_id)
            corrections = [make_correction(article_id, event_id, one, note, author, now) for one in changes]
            add_corrections(self._connection, corrections, now)
        return corrections

    def undo(self, correction_id: str, *, author: str) -> Correction:
        """Take a correction back and return it; raises `CorrectionError` where there is none that stands."""
        self._check_writable()
        with raise_as(StoreError, "It could not be undone: "), transaction(self._connection):
            return undo_correction(self._connection, correction_id, author, _now())

    def list_corrections(self) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of all corrections with their articles and victims, in the order they were made."""
        with raise_as(StoreError):
            return list_corrections(self._connection)

    def import_corrections(self, records: Iterable[tuple[Correction, str]]) -> Imported:
        """Take in corrections of another store, each with the name of the event's victim; see `read_corrections`."""
        self._check_writable()
        with raise_as(StoreError, "The corrections could not be imported: "), transaction(self._connection):
            return import_corrections(self._connection, records, _now())

    def corrected_extractions(self) -> list[Extraction]:
        """The articles of which an event was corrected, with all their events as they are now."""
        query = "FROM articles WHERE article_id IN (SELECT article_id FROM corrections WHERE undone_at IS NULL)"
        with raise_as(StoreError):
            return read_extractions(self._connection, query)

    def known_pages(self, hashes: Iterable[str], extractor_version: str) -> set[str]:
        """Those of the page hashes whose article this version of the extractor has read already."""
        query = (
            "SELECT page_hash FROM articles WHERE extractor_version = ? AND page_hash IN (SELECT unnest(?::VARCHAR[]))"
        )
        with raise_as(StoreError):
            return {found for (found,) in self._connection.execute(query, [extractor_version, list(hashes)]).fetchall()}

    def outdated_pages(self, extractor_version: str) -> list[str]:
        """The hashes of the pages whose article another version of the extractor read, in no order."""
        query = "SELECT DISTINCT page_hash FROM articles WHERE extractor_version <> ?"
        with raise_as(StoreError):
            return [found for (found,) in self._connection.execute(query, [extractor_version]).fetchall()]

    def save_run(self, run: Run) -> None:
        """Write the run's row and those of its sources, in place of those it had."""
        self._check_writable()
        with raise_as(StoreError, "The run could not be recorded: "), transaction(self._connection):
            for table, rows in (("runs", [lay_out_run(run)]), ("source_runs", lay_out_sources(run))):
                self._connection.execute(f"DELETE FROM history.{table} WHERE run_id = ?", [run.run_id]).fetchall()
                append(self._connection, table, rows)

    def running(self) -> list[Run]:
        """The runs that have not said yet how they ended, the oldest first; their counts are not known."""
        query = "SELECT run_id, flow_name, started_at, process_name FROM runs WHERE state_code = 'running' ORDER BY 3"
        with raise_as(StoreError):
            rows = self._connection.execute(query).fetchall()
        return [
            Run(run_id=run_id, flow=flow, state=RunState.RUNNING, started_at=begun.replace(tzinfo=UTC), process=process)
            for run_id, flow, begun, process in rows
        ]

    def abandon_runs(self, run_ids: Sequence[str]) -> None:
        """Note of runs that have not said how they ended that they never will; of others, nothing."""
        self._check_writable()
        change = "UPDATE history.runs SET state_code = 'abandoned', ended_at = ? "
        chosen = "WHERE state_code = 'running' AND run_id IN (SELECT unnest(?::VARCHAR[]))"
        with raise_as(StoreError, "The runs could not be closed: "), transaction(self._connection):
            self._connection.execute(change + chosen, [_now(), list(run_ids)]).fetchall()

    def sources_found(self, since: datetime) -> dict[str, tuple[int, datetime]]:
        """For each source that a run ever read: how many references runs found since that moment, and when it was read
        first, in UTC."""
        query = """
            SELECT source_name, coalesce(sum(found_count) FILTER (started_at >= ?), 0)::BIGINT, min(started_at)
            FROM source_runs GROUP BY source_name ORDER BY source_name
        """
        with raise_as(StoreError):
            rows = self._connection.execute(query, [in_utc(since)]).fetchall()
        return {source: (found, first.replace(tzinfo=UTC)) for source, found, first in rows}

    def signatures(self) -> Iterator[tuple[str, bytes]]:
        """The id and the signature of each article that is no copy, in the order in which they were stored first.

        Nothing else may be asked of the store before the last was read.
        """
        return read_signatures(self._connection)

    def unsigned_texts(self, version: bytes) -> Iterator[tuple[str, str]]:
        """The ids of the texts that articles have now, and the texts, of those without a signature that begins with
        `version`.

        Nothing else may be asked of the store before the last was read.
        """
        return read_unsigned(self._connection, version)

    def add_signatures(self, signatures: Iterable[tuple[str, bytes]]) -> None:
        """Keep signatures of texts, by the ids of the texts, in place of those they had."""
        self._check_writable()
        with raise_as(StoreError, "The signatures could not be kept: "), transaction(self._connection):
            add_signatures(self._connection, signatures)

    def texts(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The texts of these articles; those that the store does not hold are left out."""
        with raise_as(StoreError):
            return read_texts(self._connection, article_ids)

    def corrected_articles(self) -> set[str]:
        """The ids of the articles in which a correction stands: they are never taken for copies."""
        query = "SELECT DISTINCT article_id FROM corrections WHERE undone_at IS NULL"
        with raise_as(StoreError):
            return {article_id for (article_id,) in self._connection.execute(query).fetchall()}

    def counts(self) -> dict[str, int]:
        """How many articles, events, problems and runs the store holds."""
        tables = ("articles", "events", "problems", "runs")
        columns = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return dict(zip(tables, self.rows(f"SELECT {columns}")[1][0], strict=True))

    def stream(self, query: str, size: int = 2_000) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of `query` in lists of up to `size`, for answers that memory need not hold whole.

        Nothing else may be asked of the store before the last was read. Raises `QueryError`; Ctrl-C stops it.
        """
        return stream_rows(self._connection, query, size)

    def read_events(self, event_ids: Sequence[str]) -> list[Event]:
        """The events with these ids, in the order of the ids; those that the store does not tell are left out."""
        return work(self._connection, lambda: read_events_by_id(self._connection, event_ids))

    def _check_writable(self) -> BinaryIO:
        if self._file is None:
            raise StoreError(f"The store {self.path} is open for reading only; open it with read_only=False.")
        return self._file


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
