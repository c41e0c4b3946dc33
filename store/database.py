"""The event store: one DuckDB file, opened to be read by anyone or written by one."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb

from schemas import Extraction, Problem, Run, RunCounts
from store.connections import connect
from store.errors import QueryError, StoreError, raise_as
from store.rows import Row, lay_out_run, list_rows, mend
from store.transactions import transaction
from store.versions import check_version, migrate

Item = TypeVar("Item")


def open_store(path: str | Path, *, read_only: bool = True, wait_seconds: float = 0) -> "Store":
    """Open the store at `path`; a context manager.

    For reading, it must be there. For writing, it is made where it is missing
    and brought to the newest version; no other process can have it open
    meanwhile. Waits up to `wait_seconds` for a process that has it, then raises
    `StoreLocked`; `NewerStore` where a newer breachwire wrote it; else `StoreError`.
    """
    connection = connect(Path(path), read_only=read_only, wait_seconds=wait_seconds)
    try:
        with raise_as(StoreError, f"The store {path} cannot be used: "):
            (check_version if read_only else migrate)(connection)
    except BaseException:
        connection.close()
        raise
    return Store(Path(path), connection, read_only=read_only)


class Store:
    """An open event store. `open_store` makes it; a `with` block closes it."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, so that others can open it; relations that `sql` gave cannot be read after."""
        self._connection.close()

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """The relation that `query` describes: `.df()`, `.fetchall()`, `.columns`, and further queries on it.

        Raises `QueryError` where the SQL cannot be understood. DuckDB runs the
        query only when the relation is read; what goes wrong with the values
        then is a `duckdb.Error`. `rows` has no such second place to look at.
        """
        with raise_as(QueryError):
            queries = len(self._connection.extract_statements(query))
            if queries != 1:
                raise QueryError("There is no query to run; give a SELECT." if queries == 0 else "Give one query only.")
            relation = self._connection.sql(query)
        if relation is None:
            raise QueryError("It answers nothing; give a SELECT.")
        return relation

    def rows(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns of `query` and all its rows; raises `QueryError` for whatever is wrong with it.

        Ctrl-C stops it. While DuckDB works in the main thread, Python does not always
        get to hear of a signal; so the work is done in another.
        """
        with ThreadPoolExecutor(max_workers=1) as worker:
            future = worker.submit(self._fetch, query)
            try:
                return future.result()
            except KeyboardInterrupt:
                self._connection.interrupt()
                raise

    def _fetch(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        relation = self.sql(query)
        with raise_as(QueryError):
            return relation.columns, relation.fetchall()

    def load(self, extractions: Sequence[Extraction], problems: Sequence[Problem], run_id: str) -> RunCounts:
        """Add articles with their events and evidence, and problems, all in one transaction.

        An article or a problem that the store has is left as it is, so that
        the same batch twice changes nothing. Returns what was added, `known`
        being the extractions that were not; the references are the caller's
        to count. Raises `StoreError`, with nothing added, where anything fails.
        """
        self._check_writable()
        with raise_as(StoreError, "The batch could not be loaded: "), transaction(self._connection):
            new = self._leave_out_stored("articles", "article_id", extractions, lambda one: one.article.article_id)
            new_problems = self._leave_out_stored("problems", "problem_id", problems, lambda one: one.problem_id)
            self._check_events(new)
            tables = list_rows(new, new_problems, run_id)
            for table, rows in tables.items():
                self._append(table, rows)
        return RunCounts(
            known=len(extractions) - len(new),
            articles=len(new),
            events=len(tables["events"]),
            problems=len(new_problems),
        )

    def known_pages(self, hashes: Iterable[str]) -> set[str]:
        """Those of the page hashes whose article is stored."""
        with raise_as(StoreError):
            return self._find_stored("articles", "page_hash", hashes)

    def save_run(self, run: Run) -> None:
        """Write the run's row, in place of the one it had."""
        self._check_writable()
        with raise_as(StoreError, "The run could not be recorded: "), transaction(self._connection):
            self._connection.execute("DELETE FROM runs WHERE run_id = ?", [run.run_id]).fetchall()
            self._append("runs", [lay_out_run(run)])

    def counts(self) -> dict[str, int]:
        """How many articles, events, problems and runs the store holds."""
        tables = ("articles", "events", "problems", "runs")
        columns = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return dict(zip(tables, self.rows(f"SELECT {columns}")[1][0], strict=True))

    def _leave_out_stored(
        self, table: str, column: str, items: Sequence[Item], identify: Callable[[Item], str]
    ) -> list[Item]:
        # The first of a batch's twins wins, as if each had come in a batch of its own.
        fresh: dict[str, Item] = {}
        for item in items:
            fresh.setdefault(identify(item), item)
        stored = self._find_stored(table, column, fresh)
        return [item for identity, item in fresh.items() if identity not in stored]

    def _find_stored(self, table: str, column: str, values: Iterable[str]) -> set[str]:
        query = f"SELECT {column} FROM {table} WHERE {column} IN (SELECT unnest(?::VARCHAR[]))"
        return {value for (value,) in self._connection.execute(query, [list(values)]).fetchall()}

    def _check_events(self, extractions: Sequence[Extraction]) -> None:
        # Two events of one id would share each other's organisations, data, counts and dates.
        identities = Counter(event.event_id for extraction in extractions for event in extraction.events)
        twins = {identity for identity, number in identities.items() if number > 1}
        twins |= self._find_stored("events", "event_id", identities)
        if twins:
            raise StoreError(f"The batch could not be loaded: two events have the id {min(twins)}.")

    def _append(self, table: str, rows: Sequence[Row]) -> None:
        # Of the ways to insert without Arrow the appender is the fastest: 6,000 wide rows take 0.04 s; a list
        # parameter unnested takes three times as long, JSON four times, executemany twenty times.
        if rows:
            with self._connection.appender(table, columns=list(rows[0])) as appender:
                appender.append_rows([mend(value) for value in row.values()] for row in rows)

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreError(f"The store {self.path} is open for reading only; open it with read_only=False.")
