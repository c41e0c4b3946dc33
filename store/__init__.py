"""The event store in DuckDB: migrations, loading, queries and exports; the only room that imports duckdb."""

from store.answers import Answer
from store.database import Store, open_store
from store.descriptions import describe_store, find_column, find_table
from store.errors import NewerStore, QueryError, QueryTimeout, StoreError, StoreLocked
from store.export import check_target, export_events, write_csv, write_events, write_json_lines
from store.queries import find_query, list_queries, read_query, suggest

__all__ = [
    "Answer",
    "NewerStore",
    "QueryError",
    "QueryTimeout",
    "Store",
    "StoreError",
    "StoreLocked",
    "check_target",
    "describe_store",
    "export_events",
    "find_column",
    "find_query",
    "find_table",
    "list_queries",
    "open_store",
    "read_query",
    "suggest",
    "write_csv",
    "write_events",
    "write_json_lines",
]
