"""The event store in DuckDB: migrations, loading, queries and exports; the only room that imports duckdb."""

from store.answers import Answer
from store.changes import CorrectionError, parse_change
from store.connections import is_database
from store.correcting import Imported
from store.database import Store, open_store
from store.descriptions import describe_store, find_column, find_table
from store.doctor import Finding, examine
from store.errors import NewerStore, QueryError, QueryTimeout, StoreError, StoreLocked
from store.exchange import read_corrections, rescue_corrections
from store.exports.flat import export_events, export_rows, write_events
from store.exports.rows import write_csv, write_json_lines
from store.exports.targets import check_target
from store.queries import find_query, list_queries, read_query, suggest
from store.snapshots import replace_store

__all__ = [
    "Answer",
    "CorrectionError",
    "Finding",
    "Imported",
    "NewerStore",
    "QueryError",
    "QueryTimeout",
    "Store",
    "StoreError",
    "StoreLocked",
    "check_target",
    "describe_store",
    "examine",
    "export_events",
    "export_rows",
    "find_column",
    "find_query",
    "find_table",
    "is_database",
    "list_queries",
    "open_store",
    "parse_change",
    "read_corrections",
    "read_query",
    "replace_store",
    "rescue_corrections",
    "suggest",
    "write_csv",
    "write_events",
    "write_json_lines",
]
