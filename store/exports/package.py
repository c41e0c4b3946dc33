"""All tables and views as a folder of CSV files that describes itself: a Frictionless Data Package.

https://specs.frictionlessdata.io/data-package/ and /table-schema/, version 1.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.database import Store
from store.exports.following import Follower, follow
from store.exports.rows import write_csv
from store.exports.selection import Selection
from store.exports.tables import Column, Table, list_tables, narrow
from store.exports.targets import PACKAGE_MARK

_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "JSON": "any",
}
_ESCAPED = (
    "Text that a spreadsheet would take for a formula (beginning with = + - @ or a tab) has an apostrophe in front; "
    "take it away to have the text as it was. Lists are JSON arrays."
)
_NARROWED = "Only the events asked for are here: {}. Tables that count all events are left out."


def write_package(store: Store, folder: Path, selection: Selection, follower: Follower) -> int:
    """Write a CSV file for each table and view, and `datapackage.json`, into `folder`; return the number of events."""
    chosen = list(narrow(list_tables(store), selection))
    sizes = ", ".join(f"(SELECT count(*) FROM {table.name} WHERE {condition})" for table, condition in chosen)
    (counts,) = store.rows(f"SELECT {sizes}")[1]
    follower.expect(sum(counts))
    for table, condition in chosen:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows = follow(store.stream(_query(table, condition)), follower)
            write_csv([column.name for column in table.columns], rows, file)
    described = _describe([table for table, _ in chosen], selection)
    (folder / PACKAGE_MARK).write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return next(int(count) for (table, _), count in zip(chosen, counts, strict=True) if table.name == "event_table")


def _query(table: Table, condition: str) -> str:
    columns = ", ".join(
        f"to_json({column.name})::VARCHAR AS {column.name}" if _is_list(column) else column.name
        for column in table.columns
    )
    order = " ORDER BY event_id, item_number" if {"event_id", "item_number"} <= table.names else ""
    return f"SELECT {columns} FROM {table.name} WHERE {condition}{order}"


def _describe(tables: list[Table], selection: Selection) -> dict[str, Any]:
    narrowed = "" if selection.is_everything else " " + _NARROWED.format(selection.where)
    return {
        "profile": "tabular-data-package",
        "name": "breachwire-events",
        "title": "Data-security events found in news articles",
        "description": f"Each event as one article tells it, with the words each value rests on. {_ESCAPED}{narrowed}",
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [_describe_table(table) for table in tables],
    }


def _describe_table(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"{table.name}.csv",
        "title": table.name,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {"fields": [_describe_column(column) for column in table.columns], "missingValues": [""]},
    }


def _describe_column(column: Column) -> dict[str, Any]:
    kind = "array" if _is_list(column) else _TYPES.get(column.type, "string")
    field = {"name": column.name, "type": kind, "description": column.description}
    # Moments have no zone, and fractions of a second where they are not whole: the format "default" wants neither.
    return field | ({"format": "any"} if kind == "datetime" else {})


def _is_list(column: Column) -> bool:
    return column.type.endswith("[]")
