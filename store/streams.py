"""Answers too large to hold: read piece by piece, with Ctrl-C heard in between."""

from collections.abc import Iterator
from typing import Any

import duckdb

from store.answers import work
from store.errors import QueryError, raise_as


def stream_rows(connection: duckdb.DuckDBPyConnection, query: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of `query` in lists of up to `size`; raises `QueryError`."""
    work(connection, lambda: _begin(connection, query))
    return iter(lambda: work(connection, lambda: _fetch(connection, size)), [])


def _begin(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    with raise_as(QueryError):
        connection.execute(query)


def _fetch(connection: duckdb.DuckDBPyConnection, size: int) -> list[tuple[Any, ...]]:
    with raise_as(QueryError):
        return connection.fetchmany(size)
