"""Rows written for other programs: CSV for spreadsheets, and JSON lines."""

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, TextIO

# A spreadsheet runs a cell that begins so (OWASP, "CSV injection"), whatever unseen characters stand before
# it and however wide the character is. Apostrophes in front count too, so that un-escaping is unambiguous.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫])")


def write_csv(columns: Sequence[str] | None, rows: Iterable[Sequence[Any]], file: TextIO) -> int:
    """Write a header, unless there is none, and `rows` as RFC 4180 CSV; return the number of rows.

    `file` is to be opened with `newline=""`. Dates are ISO, null is empty,
    truth `true` or `false`, a list is joined by "; ", a struct is JSON. Text
    that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    if columns is not None:
        writer.writerow([escape_formula(column) for column in columns])
    number = 0
    for row in rows:
        writer.writerow([_format_cell(value) for value in row])
        number += 1
    return number


def write_json_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]], file: TextIO) -> int:
    """Write each of `rows` as one JSON object on a line; return their number.

    Dates are ISO, not-a-number and infinity null. Of columns with one name, the later are called `name_2`, `name_3`.
    """
    names = _tell_apart(columns)
    number = 0
    for row in rows:
        record = {name: _simplify(value) for name, value in zip(names, row, strict=True)}
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
        number += 1
    return number


def escape_formula(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """True where a spreadsheet would run `text`, or where `escape_formula` could have made it of such a one."""
    return _FORMULA.match(text) is not None


def restore_formula(cell: str) -> str:
    """What `escape_formula` was given to return `cell`."""
    return cell[1:] if cell.startswith("'") and is_formula(cell) else cell


def _format_cell(value: Any) -> str:
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _format_number(value)
    return escape_formula(_format_text(value))


def _format_number(value: int | float | Decimal) -> str:
    # "-inf" is no number to a spreadsheet but the beginning of a formula.
    if not math.isfinite(value):
        return escape_formula(str(value))
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _format_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(_format_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(_simplify(value), ensure_ascii=False)
    return str(_simplify(value))


def _simplify(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_simplify(item) for item in value]
    if isinstance(value, dict):
        return {str(name): _simplify(item) for name, item in value.items()}
    return str(value)


def _tell_apart(columns: Sequence[str]) -> list[str]:
    names: list[str] = []
    for column in columns:
        number = 1
        name = column
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names
