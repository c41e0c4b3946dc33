"""Answers too large to hold: read piece by piece, with Ctrl-C heard in between."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import duckdb

from store.errors import QueryError, raise_as

Result = TypeVar("Result")


def stream_rows(connection: duckdb.DuckDBPyConnection, query: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of `query` in lists of up to `size`; raises `QueryError`."""
    call_aside(connection, lambda: _begin(connection, query))
    return iter(lambda: call_aside(connection, lambda: _fetch(connection, size)), [])


def call_aside(connection: duckdb.DuckDBPyConnection, call: Callable[[], Result]) -> Result:
    """What `call`, which uses the connection, returns. It is called in another thread: while DuckDB works in the main
    thread, Python does not always get to hear of Ctrl-C."""
    with ThreadPoolExecutor(max_workers=1) as worker:
        future = worker.submit(call)
        try:
            return future.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _begin(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    with raise_as(QueryError):
        connection.execute(query)


def _fetch(connection: duckdb.DuckDBPyConnection, size: int) -> list[tuple[Any, ...]]:
    with raise_as(QueryError):
        return connection.fetchmany(size)
