"""What spreadsheets make of the exports: the workbook as its XML, both as LibreOffice opens them."""

import csv
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from xlsxwriter import Workbook

from store import Store, StoreError, open_store
from store.exports import spreadsheet
from store.exports.outputs import export_store
from store.exports.rows import restore_formula
from store.exports.spreadsheet import SHEETS, write_cell
from tests.invented import invent_extractions

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OWN_FORMATS = 164  # the first number that a format of one's own can have
needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed here")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb", read_only=False) as opened:
        opened.load(invent_extractions(), [], "run 1")
        yield opened


# A small reader of workbooks, for what this one holds


def read_workbook(path: Path) -> dict[str, list[list[Any]]]:
    """The cells of each sheet: texts, numbers, days, true and false; None where there is nothing."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        books = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        names = [str(sheet.get("name")) for sheet in books.iter(f"{MAIN}sheet")]
        sheets = [
            ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for number in range(1, len(names) + 1)
        ]
        styles = ElementTree.fromstring(archive.read("xl/styles.xml")).findall(f"{MAIN}cellXfs/{MAIN}xf")
    days = {str(number) for number, style in enumerate(styles) if int(str(style.get("numFmtId"))) >= OWN_FORMATS}
    return {name: list(_read_sheet(sheet, days)) for name, sheet in zip(names, sheets, strict=True)}


def _read_sheet(sheet: ElementTree.Element, days: set[str]) -> Iterator[list[Any]]:
    assert not list(sheet.iter(f"{MAIN}f")), "a formula"
    for row in sheet.iter(f"{MAIN}row"):
        cells = {place_of(str(cell.get("r"))): _read_cell(cell, days) for cell in row.iter(f"{MAIN}c")}
        yield [cells.get(place) for place in range(max(cells, default=-1) + 1)]


def place_of(reference: str) -> int:
    place = 0
    for letter in re.sub(r"\d", "", reference):
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _read_cell(cell: ElementTree.Element, days: set[str]) -> Any:
    if cell.get("t") == "inlineStr":
        text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
        return re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)  # "_x005F_" is "_"
    value = cell.findtext(f"{MAIN}v")
    if value is None or cell.get("t") == "b":
        return value and value == "1"
    number = float(value)
    return date(1899, 12, 30) + timedelta(number) if cell.get("s") in days else number


def pad(rows: list[list[Any]], width: int) -> list[tuple[Any, ...]]:
    return [(*row, *[None] * (width - len(row))) for row in rows]


def test_the_sheets_hold_the_rows_as_they_are(store: Store, tmp_path: Path) -> None:
    assert export_store(store, tmp_path / "events.xlsx").events == 5
    sheets = read_workbook(tmp_path / "events.xlsx")
    assert list(sheets) == ["events", "organisations", "data", "counts", "dates", "columns"]
    for table, title in SHEETS.items():
        order = "" if table == "event_table" else " ORDER BY event_id, item_number"
        columns, rows = store.rows(f"SELECT * FROM {table}{order}")
        if table == "event_organisations":  # a cell holds no list; where the aliases stand is left out
            columns.remove("alias_evidence")
            names = ", ".join(columns).replace("aliases", "nullif(array_to_string(aliases, '; '), '')")
            rows = store.rows(f"SELECT {names} FROM {table}{order}")[1]
        head, *read = sheets[title]
        assert head == columns
        assert pad(read, len(columns)) == rows, title


def test_every_column_is_explained(store: Store, tmp_path: Path) -> None:
    export_store(store, tmp_path / "events.xlsx")
    sheets = read_workbook(tmp_path / "events.xlsx")
    head, *told = sheets["columns"]
    assert head == ["sheet", "column", "meaning"]
    assert [row[:2] for row in told] == [[title, name] for title in SHEETS.values() for name in sheets[title][0]]
    assert all(meaning.endswith(".") for *_, meaning in told)


@pytest.mark.parametrize(
    "value",
    [
        "=1+1", "+44 20", "-5", "@SUM(A1)", "'=1", "007", "1e5", "2024-05-01", "TRUE", "https://x.example/?a=1&b=<2>",
        "<r><t>no markup</t></r>", "two\nlines", " spaces ", "_x0041_", "\x01", "\ufffe", "Zoë \U0001f513",
    ],
)  # fmt: skip
def test_a_text_stays_that_text(tmp_path: Path, value: str) -> None:
    assert write_and_read(tmp_path, value) == (f"{value} " if "<r>" in value else value)


def write_and_read(folder: Path, value: Any) -> Any:
    book = Workbook(folder / "one.xlsx", {"constant_memory": True})
    formats = spreadsheet._make_formats(book)
    write_cell(book.add_worksheet("one"), 0, 0, value, formats)
    book.close()
    rows = read_workbook(folder / "one.xlsx")["one"]
    return rows[0][0] if rows else None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, None),
        (True, True),
        (False, False),
        (2**53, 2**53),
        (0.25, 0.25),
        (date(2024, 2, 29), date(2024, 2, 29)),
        (date(1900, 3, 1), date(1900, 3, 1)),
        (date(1899, 12, 31), "1899-12-31"),  # Excel has no such day
        ("y" * 40_000, "y" * 32_766 + "…"),
    ],
)
def test_a_value_is_written_as_what_it_is(tmp_path: Path, value: Any, read: Any) -> None:
    assert write_and_read(tmp_path, value) == read


def test_more_rows_than_a_sheet_holds_are_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 5)
    with pytest.raises(StoreError, match=r"holds 4 rows and this needs \d; choose fewer events, or write CSV"):
        export_store(store, tmp_path / "events.xlsx")
    assert not (tmp_path / "events.xlsx").exists()


# LibreOffice

# Of a CSV: commas, quotes, UTF-8, from line 1; the rest as the dialogue offers it: a cell is what it looks like.
_OPENED = "CSV:44,34,76,1"
# Written back: every text in quotes, cells as shown.
_WRITTEN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true"


def open_in_office(path: Path, folder: Path) -> list[list[str]]:
    """The cells of the first sheet as LibreOffice shows them."""
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += [f"--infilter={_OPENED}"] if path.suffix == ".csv" else []
    folder.mkdir()
    subprocess.run(
        [*command, "--convert-to", _WRITTEN, "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    with (folder / f"{path.stem}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def word(value: Any) -> str:
    """A cell as LibreOffice shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return str(value).replace("\r\n", "\n")


@needs_office
@pytest.mark.parametrize("name", ["events.csv", "events.xlsx"])
def test_libreoffice_shows_the_events_as_they_are(store: Store, tmp_path: Path, name: str) -> None:
    export_store(store, tmp_path / name)
    head, *read = open_in_office(tmp_path / name, tmp_path / "office")
    columns, rows = store.rows("SELECT * FROM event_table")
    assert head == columns
    for shown, row in zip(read, rows, strict=True):
        if name == "events.csv":
            shown = [restore_formula(cell) for cell in shown]
        assert shown == [word(value) for value in row]
