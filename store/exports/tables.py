"""The tables and views that the store answers with: their columns, what each says, and how its rows are chosen."""

from collections.abc import Iterator
from typing import NamedTuple

from store.database import Store
from store.exports.selection import Selection

# Of these, nothing is about events alone, so that no choice of events narrows them.
_NOT_NARROWED = {"withdrawn_events"}
_OWN = {"schema_migrations"}  # breachwire's own notes


class Column(NamedTuple):
    """A column as `COMMENT ON` describes it."""

    name: str
    type: str
    description: str


class Table(NamedTuple):
    """A table or view of the store."""

    name: str
    description: str
    columns: list[Column]

    @property
    def names(self) -> set[str]:
        return {column.name for column in self.columns}


def list_tables(store: Store) -> list[Table]:
    """Every table and view for people, by name."""
    _, rows = store.rows(
        """
        SELECT entries.name, entries.comment, columns.column_name, columns.data_type, columns.comment
        FROM (
            SELECT table_name AS name, comment FROM duckdb_tables() WHERE schema_name = 'main' AND NOT internal
            UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal
        ) AS entries
        JOIN duckdb_columns() AS columns ON columns.table_name = entries.name AND columns.schema_name = 'main'
        ORDER BY entries.name, columns.column_index
        """
    )
    tables: dict[str, Table] = {}
    for name, told, column, kind, description in rows:
        table = tables.setdefault(name, Table(name, told or "", []))
        table.columns.append(Column(column, kind, description or ""))
    return [table for name, table in tables.items() if name not in _OWN]


def narrow(tables: list[Table], selection: Selection) -> Iterator[tuple[Table, str]]:
    """Each table with the condition for its rows: those of the events that are wanted.

    Where not all events are wanted, tables that count all of them, or are not about events, are left out.
    """
    chosen = selection.query("event_id")
    for table in tables:
        if selection.is_everything:
            yield table, "true"
        elif table.name in _NOT_NARROWED:
            continue
        elif "event_id" in table.names:
            yield table, f"event_id IN ({chosen})"
        elif table.name == "articles":
            yield table, f"article_id IN ({selection.query('article_id')})"
