"""What the tables and views hold, as the store describes itself (`COMMENT ON`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from schemas import read_vocabulary
from schemas.vocabularies import Vocabulary
from store.connections import CONFIGURATION
from store.database import open_store
from store.errors import StoreError
from store.queries import suggest
from store.versions import migrate

# First, in this order.
FOR_PEOPLE = ("event_table", "exposed_data", "timeline", "organisations", "syndicated_articles", "review_queue")
LAST = ("incidents", "incident_events", "schema_migrations")  # of those that are not history
HISTORY = "history"
ABOUT_HISTORY = (
    "The tables of schema history keep every row that the store ever answered with, from `recorded_at` until "
    "`superseded_at` (empty where the row still holds); no row is deleted. The views show the rows that hold now. "
    '`--as-of MOMENT`, or `open_store(as_of="MOMENT")`, sets the variable `as_of`, and they show those that held then.'
)

_VOCABULARY = re.compile(r"\bvocabulary (\w+)")
_QUERY = """
    SELECT schema_name, table_name, columns.column_name, columns.data_type, columns.comment, described.comment
    FROM duckdb_columns() AS columns
    JOIN (
        SELECT schema_name, table_name AS name, comment FROM duckdb_tables()
        UNION ALL
        SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal
    ) AS described USING (schema_name)
    WHERE name = table_name AND NOT columns.internal
    ORDER BY table_oid, column_index
"""


@dataclass(frozen=True)
class Column:
    """A column with its type in DuckDB and what it means."""

    name: str
    kind: str
    description: str

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The codes that it can hold; None where it holds something else."""
        named = _VOCABULARY.search(self.description)
        return read_vocabulary(named[1]) if named else None


@dataclass(frozen=True)
class Table:
    """A table or view; `name` is what a query calls it, the schema in front where it is not main."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def is_history(self) -> bool:
        """True for the tables behind the views."""
        return self.name.startswith(f"{HISTORY}.")


def describe_store(path: Path | None) -> list[Table]:
    """The tables and views of the store at `path`, those for people first, the history last.

    Where there is none, those of a store made anew. Raises `StoreError` where it cannot be read.
    """
    if path and path.exists():
        with open_store(path) as opened:
            return _sort_tables(opened.rows(_QUERY)[1])
    with duckdb.connect(":memory:", config=CONFIGURATION) as connection:
        migrate(connection)
        return _sort_tables(connection.execute(_QUERY).fetchall())


def find_table(tables: Sequence[Table], name: str) -> Table:
    """The table or view of that name, in any case; raises `StoreError`, with names that are near."""
    known = {table.name: table for table in tables}
    if name.lower() not in known:
        raise StoreError(f"There is no table or view {name!r}{suggest(name, known)}; `breachwire schema` lists them.")
    return known[name.lower()]


def find_column(table: Table, name: str) -> Column:
    """The column of that name, in any case; raises `StoreError`, with names that are near."""
    known = {column.name: column for column in table.columns}
    if name.lower() not in known:
        near = suggest(name, known)
        raise StoreError(
            f"{table.name} has no column {name!r}{near}; `breachwire schema {table.name}` lists its columns."
        )
    return known[name.lower()]


def _sort_tables(rows: Sequence[Sequence[str]]) -> list[Table]:
    columns: dict[str, list[Column]] = {}
    descriptions: dict[str, str] = {}
    for schema, table, column, kind, meaning, description in rows:
        name = table if schema == "main" else f"{schema}.{table}"
        columns.setdefault(name, []).append(Column(column, kind, meaning or ""))
        descriptions[name] = description or ""
    tables = [Table(name, descriptions[name], tuple(of_table)) for name, of_table in columns.items()]
    return sorted(tables, key=lambda table: (table.is_history, _place(table.name)))


def _place(name: str) -> int:
    if name in LAST:
        return len(FOR_PEOPLE) + 1
    return FOR_PEOPLE.index(name) if name in FOR_PEOPLE else len(FOR_PEOPLE)
