"""Events as an Excel workbook: a sheet for the events, one for each kind of their parts, and one that explains both.

Every text is written as a text: Excel neither runs it as a formula nor turns it into a number, a date or a link.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from store.database import Store
from store.errors import StoreError
from store.exports.following import Follower, follow
from store.exports.rows import is_formula
from store.exports.selection import Selection
from store.exports.tables import Table, list_tables

SHEETS = {
    "event_table": "events",
    "event_organisations": "organisations",
    "event_data": "data",
    "event_counts": "counts",
    "event_dates": "dates",
}
MOST_ROWS = 1_048_576  # of a sheet, the header's included
MOST_CHARACTERS = 32_767  # of a cell
FIRST_DAY = date(1900, 3, 1)  # before it, Excel's days are one off, or none
_WIDTHS = {"VARCHAR": 24, "DATE": 11}
_NARROW = 14
_DATED = {"num_format": "yyyy-mm-dd"}


class Formats(NamedTuple):
    head: Format
    day: Format
    guarded: Format  # stays text when the cell is edited


def write_workbook(store: Store, part: Path, selection: Selection, follower: Follower) -> int:
    """Write the events chosen to the workbook `part`; return their number.

    Raises `StoreError` where a sheet cannot hold all rows.
    """
    tables = {table.name: table for table in list_tables(store) if table.name in SHEETS}
    queries = {name: _query(tables[name], selection) for name in SHEETS}
    counts = {name: _count(store, queries[name]) for name in SHEETS}
    if max(counts.values()) >= MOST_ROWS:
        raise StoreError(
            f"An Excel sheet holds {MOST_ROWS - 1:,} rows and this needs {max(counts.values()):,}; "
            "choose fewer events, or write CSV or Parquet."
        )
    follower.expect(sum(counts.values()))
    # Written row by row, with what does not fit into memory beside the file, so that it never holds a whole sheet.
    book = Workbook(part, {"constant_memory": True, "tmpdir": str(part.parent), "default_date_format": "yyyy-mm-dd"})
    try:
        formats = _make_formats(book)
        for name, title in SHEETS.items():
            rows = follow(store.stream(queries[name]), follower)
            _write_sheet(book.add_worksheet(title), tables[name], rows, counts[name], formats)
        _write_columns(book.add_worksheet("columns"), [tables[name] for name in SHEETS], formats)
        book.close()
    except XlsxWriterException as error:
        raise next((one for one in error.args if isinstance(one, OSError)), OSError(str(error))) from error
    return counts["event_table"]


def _query(table: Table, selection: Selection) -> str:
    if table.name == "event_table":
        return selection.query()
    columns = ", ".join(
        f"array_to_string({column.name}, '; ') AS {column.name}" if column.type == "VARCHAR[]" else column.name
        for column in _plain(table)
    )
    chosen = f"event_id IN ({selection.query('event_id')})"
    return f"SELECT {columns} FROM {table.name} WHERE {chosen} ORDER BY event_id, item_number"


def _plain(table: Table) -> list[Any]:
    """The columns that a cell can hold."""
    return [column for column in table.columns if not column.type.startswith("STRUCT")]


def _count(store: Store, query: str) -> int:
    return int(store.rows(f"SELECT count(*) FROM ({query})")[1][0][0])


def _make_formats(book: Workbook) -> Formats:
    return Formats(
        head=book.add_format({"bold": True, "bottom": 1}),
        day=book.add_format(_DATED),
        guarded=book.add_format({"quote_prefix": True}),
    )


def _write_sheet(sheet: Worksheet, table: Table, rows: Iterable[Sequence[Any]], count: int, formats: Formats) -> None:
    columns = _plain(table)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column.type, _NARROW))
    _write_head(sheet, [column.name for column in columns], formats)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            write_cell(sheet, number, place, value, formats)
    sheet.autofilter(0, 0, count, len(columns) - 1)


def _write_head(sheet: Worksheet, names: Sequence[str], formats: Formats) -> None:
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, formats.head)


def write_cell(sheet: Worksheet, row: int, column: int, value: Any, formats: Formats) -> None:
    """Write a value as what it is: nothing for null or an empty text, a day, a number, true or false, else a text."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, date) and value >= FIRST_DAY:
        sheet.write_datetime(row, column, datetime.combine(value, time()), formats.day)
    else:
        text = _cut(str(value))
        sheet.write_string(row, column, text, formats.guarded if is_formula(text) else None)


def _cut(text: str) -> str:
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # else the library takes it for markup of its own, and writes it as it is
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _write_columns(sheet: Worksheet, tables: Iterable[Table], formats: Formats) -> None:
    for place, width in enumerate((14, 24, 120)):
        sheet.set_column(place, place, width)
    _write_head(sheet, ("sheet", "column", "meaning"), formats)
    rows = [(SHEETS[table.name], column.name, column.description) for table in tables for column in _plain(table)]
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            write_cell(sheet, number, place, value, formats)
