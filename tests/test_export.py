"""Exports: what is written is read back the same, and no spreadsheet runs it."""

import csv
import io
import json
import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas import Article, Event, Evidence, Extraction, Organisation
from store import StoreError, check_target, export_events, open_store, write_csv, write_json_lines
from store.exports.rows import escape_formula, restore_formula

TITLE = '=HYPERLINK("x") Bank, "Bank" hit'


def to_csv(rows, columns=None) -> str:
    file = io.StringIO(newline="")
    assert write_csv(columns or [f"c{number}" for number in range(len(rows[0]))], rows, file) == len(rows)
    return file.getvalue()


def to_records(columns, rows) -> list[dict]:
    file = io.StringIO()
    assert write_json_lines(columns, rows, file) == len(rows)
    return [json.loads(line) for line in file.getvalue().splitlines()]


# Value, and its cell.
CELLS = [
    (None, ""),
    ("", ""),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-5, "-5"),  # a number, however it begins
    (-0.25, "-0.25"),
    (Decimal("-5.000"), "-5.000"),
    (Decimal("0E-7"), "0.0000000"),
    (float("-inf"), "'-inf"),  # no number to a spreadsheet
    (date(2024, 3, 6), "2024-03-06"),
    (datetime(2024, 3, 6, 7, 30), "2024-03-06T07:30:00"),
    (datetime(2024, 3, 6, 7, 30, tzinfo=UTC), "2024-03-06T07:30:00+00:00"),
    (time(7, 30), "07:30:00"),
    (timedelta(days=3), "3 days, 0:00:00"),
    (["names", "health"], "names; health"),
    (["=1", None], "'=1; "),
    ([], ""),
    ({"quote": "a", "day": date(2024, 3, 6)}, '{"quote": "a", "day": "2024-03-06"}'),
    (b"\x01\xff", "01ff"),
    ("=1+1", "'=1+1"),
    ("+44 20", "'+44 20"),
    ("-5", "'-5"),  # text, though it looks like a number
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("\nx", "'\nx"),
    ("  =1", "'  =1"),
    ("\u00a0\u3000=1", "'\u00a0\u3000=1"),
    ("\ufeff=1", "'\ufeff=1"),
    ("\x00=1", "'\x00=1"),
    ("＝1", "'＝1"),
    ("＠x", "'＠x"),
    ("'=1", "''=1"),  # so that un-escaping gives back what was there
    ("'quoted'", "'quoted'"),
    ("a=1", "a=1"),
    ("  plain", "  plain"),
    ("−5", "−5"),  # a minus sign proper starts no formula
]


@pytest.mark.parametrize(("value", "cell"), CELLS)
def test_a_value_becomes_this_cell(value, cell):
    assert list(csv.reader(io.StringIO(to_csv([(value, 1)]), newline="")))[1] == [cell, "1"]


def test_lines_and_quotes_are_those_of_rfc_4180():
    assert to_csv([('say "hi", you', "two\nlines", "two\r\nlines")], ["a", "b", "c"]) == (
        'a,b,c\r\n"say ""hi"", you","two\nlines","two\r\nlines"\r\n'
    )


def test_a_header_can_be_a_formula_too():
    assert to_csv([(1,)], ["=1+1"]).startswith("'=1+1\r\n")


texts = st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(r"\A['\s]*[=+@\-＝\t\r].*")


@given(st.lists(st.tuples(texts, texts), min_size=1))
@example([("'=", "''=1")])
@example([("\r", "\n")])
def test_texts_are_read_back_the_same_and_none_is_a_formula(rows):
    encoded = to_csv(rows).encode()
    _header, *cells = csv.reader(io.StringIO(encoded.decode(), newline=""))
    assert [tuple(restore_formula(cell) for cell in row) for row in cells] == rows
    for row in cells:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
            assert not cell.strip().startswith(("=", "+", "-", "@"))


@given(texts)
def test_restoring_undoes_escaping(text):
    assert restore_formula(escape_formula(text)) == text


@given(
    st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
def test_numbers_are_never_escaped(number):
    cell = to_csv([(number,)]).split("\r\n")[1]
    assert type(number)(cell) == number


def test_json_lines_keep_types():
    values = (None, True, 3, 0.5, Decimal("2"), Decimal("2.5"), date(2024, 3, 6), ["a", None], {"b": time(7, 30)})
    names = [f"c{number}" for number in range(len(values))]
    [record] = to_records(names, [values])
    assert list(record.values()) == [None, True, 3, 0.5, 2, 2.5, "2024-03-06", ["a", None], {"b": "07:30:00"}]


def test_json_lines_hold_no_nan_and_escape_nothing():
    file = io.StringIO()
    write_json_lines(["x", "text"], [(float("nan"), "=Zoë\n\U0001f513")], file)
    assert file.getvalue() == '{"x": null, "text": "=Zoë\\n\U0001f513"}\n'


def test_json_lines_tell_columns_of_one_name_apart():
    assert to_records(["a", "a", "b", "a"], [(1, 2, 3, 4)]) == [{"a": 1, "a_2": 2, "b": 3, "a_3": 4}]


@pytest.fixture
def store(tmp_path):
    article = Article(reference="news/1.txt", title=TITLE, body="Zoë told it.", published=date(2024, 3, 6))
    bank = Organisation(
        name="Bank", role="victim", named=True, evidence=Evidence(start=16, end=20, quote="Bank"), confidence=1
    )
    event = Event(
        event_id="e1",
        article_id=article.article_id,
        prominence="main",
        status="confirmed",
        cause="unknown",
        cause_confidence=1,
        organisations=(bank,),
        confidence=0.5,
    )
    with open_store(tmp_path / "store.duckdb", read_only=False) as opened:
        opened.load([Extraction(article=article, events=(event,), extractor_version="1")], [], "run 1")
        yield opened


def test_the_events_are_written_as_their_table_shows_them(store, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("what was there before")
    assert export_events(store, path) == 1
    content = path.read_bytes()
    assert content.endswith(b"\r\n")
    [row] = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    assert list(row) == store.sql("FROM event_table").columns
    assert row["title"] == f"'{TITLE}"
    assert (row["victim"], row["published_date"], row["affected_min"]) == ("Bank", "2024-03-06", "")
    assert not list(tmp_path.glob(".*"))


def test_a_failing_export_leaves_the_old_file(store, tmp_path, monkeypatch):
    path = tmp_path / "events.csv"
    path.write_text("what was there before")
    monkeypatch.setattr(store, "stream", lambda query: iter([[(1,), object()]]))
    with pytest.raises(TypeError):
        export_events(store, path)
    assert path.read_text() == "what was there before"
    assert not list(tmp_path.glob(".*"))


def test_a_link_is_written_through(store, tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    export_events(store, tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").stat().st_size > 0


def test_a_missing_folder_is_named(store, tmp_path):
    with pytest.raises(StoreError, match=r"folder \S*reports does not exist"):
        export_events(store, tmp_path / "reports" / "events.csv")


@pytest.mark.parametrize("place", ["", "/dev/null", "/dev/stdout"])
def test_what_is_no_file_is_not_replaced(store, tmp_path, place):
    with pytest.raises(StoreError, match="is not a file"):
        export_events(store, place or tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(store, tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(StoreError, match=r"cannot be written \(Permission denied\)"):
        export_events(store, folder / "events.csv")


def test_a_folder_that_may_not_be_written_to_is_told_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda place, mode: not (place == tmp_path and mode & os.W_OK))
    with pytest.raises(StoreError, match=r"cannot be written \(Permission denied\)"):
        check_target(tmp_path / "events.csv")


def test_a_name_that_no_file_can_have_is_refused(store, tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        export_events(store, tmp_path / ("x" * 300))
