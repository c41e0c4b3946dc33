"""The event store in DuckDB: migrations, loading, queries and exports; the only room that imports duckdb."""

from store.correcting import Imported
from store.corrections import CorrectionError, parse_change
from store.database import Store, open_store
from store.errors import NewerStore, QueryError, StoreError, StoreLocked
from store.exchange import read_corrections
from store.export import check_target, export_events, export_rows, write_csv, write_events, write_json_lines

__all__ = [
    "CorrectionError",
    "Imported",
    "NewerStore",
    "QueryError",
    "Store",
    "StoreError",
    "StoreLocked",
    "check_target",
    "export_events",
    "export_rows",
    "open_store",
    "parse_change",
    "read_corrections",
    "write_csv",
    "write_events",
    "write_json_lines",
]
