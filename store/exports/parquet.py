"""The view `event_table` as one Parquet file, its columns with their types and descriptions."""

from pathlib import Path

import duckdb

from store.database import Store
from store.errors import StoreError, raise_as
from store.exports.following import Follower
from store.exports.selection import Selection
from store.exports.tables import Column, list_tables


def write_parquet(store: Store, part: Path, selection: Selection, follower: Follower) -> int:
    """Write the events chosen to `part`; return their number.

    The store's own connection may not write files, since strangers' queries run on it. So the rows go through a
    second database, which holds nothing else; it lies beside `part`, for they may be more than memory holds.
    """
    columns = next(table.columns for table in list_tables(store) if table.name == "event_table")
    with raise_as(StoreError, "The Parquet file cannot be written: "):
        connection = duckdb.connect(part.with_name("rows.duckdb"))
        try:
            number = _copy_rows(store, connection, columns, selection, follower)
            told = ", ".join(f"{_quote(column.name)}: {_quote(column.description)}" for column in columns)
            query = f"COPY events TO {_quote(str(part))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{told}}})"
            connection.execute(query).fetchall()
        finally:
            connection.close()
    return number


def _copy_rows(
    store: Store,
    connection: duckdb.DuckDBPyConnection,
    columns: list[Column],
    selection: Selection,
    follower: Follower,
) -> int:
    told = ", ".join(f'"{column.name}" {column.type}' for column in columns)
    connection.execute(f"CREATE TABLE events ({told})").fetchall()
    number = 0
    for chunk in store.stream(selection.query()):
        with connection.appender("events") as appender:
            appender.append_rows(chunk)
        number += len(chunk)
        follower.advance(len(chunk))
    return number


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
