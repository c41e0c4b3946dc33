"""The event store in DuckDB: migrations, loading, queries and exports; the only room that imports duckdb."""

from store.correcting import Imported
from store.corrections import CorrectionError, parse_change
from store.database import Store, open_store
from store.doctor import Finding, examine, find_readable
from store.errors import NewerStore, QueryError, StoreError, StoreLocked
from store.exchange import read_corrections, read_records
from store.export import check_target, export_events, export_rows, write_csv, write_events, write_json_lines
from store.snapshots import replace_store

__all__ = [
    "CorrectionError",
    "Finding",
    "Imported",
    "NewerStore",
    "QueryError",
    "Store",
    "StoreError",
    "StoreLocked",
    "check_target",
    "examine",
    "export_events",
    "export_rows",
    "find_readable",
    "open_store",
    "parse_change",
    "read_corrections",
    "read_records",
    "replace_store",
    "write_csv",
    "write_events",
    "write_json_lines",
]
