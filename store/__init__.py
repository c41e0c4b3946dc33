"""The event store in DuckDB: migrations, loading, queries and exports; the only room that imports duckdb."""

from store.database import Store, open_store
from store.errors import NewerStore, QueryError, StoreError, StoreLocked
from store.exports.flat import export_events, write_events
from store.exports.rows import write_csv, write_json_lines
from store.exports.targets import check_target

__all__ = [
    "NewerStore",
    "QueryError",
    "Store",
    "StoreError",
    "StoreLocked",
    "check_target",
    "export_events",
    "open_store",
    "write_csv",
    "write_events",
    "write_json_lines",
]
