"""The tables of time expressions: `expressions.txt`, whose every row holds, and `expressions_held_out.txt`.

The sixty held-out rows were written before the rules were worked on and first looked at when they were done.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from extractors.dates import Time, find_times
from extractors.intervals import OpenInterval

FOLDER = Path(__file__).parent
HELD_OUT_SHARE = 0.9


class Row(NamedTuple):
    published: date
    text: str
    start_char: int
    end_char: int
    days: set[str]


def read_rows(name: str) -> list[Row]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [read_row(line) for line in lines if line and not line.startswith("#")]


def read_row(line: str) -> Row:
    published, _, rest = line.partition(" | ")
    marked, _, days = rest.rpartition(" | ")
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    return Row(date.fromisoformat(published), text, start, end, set() if days == "none" else set(days.split(" or ")))


def find_days(row: Row) -> set[str]:
    """The days of what touches the expression, as the tables write them."""
    times = find_times(row.text, row.published)
    touching = [one for one in times if one.start_char < row.end_char and row.start_char < one.end_char]
    return {days for one in touching if not one.is_dateline for days in write_days(one)}


def write_days(one: Time) -> list[str]:
    readings: list[OpenInterval] = [(one.start, one.end), *([one.other] if one.other else [])]
    about = "about " if one.approx else ""
    return [f"{about}{start}" if start == end else f"{about}{start or '..'}/{end or '..'}" for start, end in readings]


@pytest.mark.parametrize("row", read_rows("expressions.txt"), ids=lambda row: row.text)
def test_row_of_the_table_holds(row: Row) -> None:
    assert find_days(row) == row.days


def test_most_rows_that_were_held_out_hold() -> None:
    rows = read_rows("expressions_held_out.txt")
    assert len(rows) == 60
    assert len(rows) + len(read_rows("expressions.txt")) >= 200
    assert sum(find_days(row) == row.days for row in rows) >= HELD_OUT_SHARE * len(rows)
