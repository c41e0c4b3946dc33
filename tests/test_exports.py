"""Exports in every format: what is chosen, written, described and read back; nothing half is ever left."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from flows import export_commands
from flows.progress import ExportBar, following
from schemas import Event, UnknownCode
from schemas.json_schema import SCHEMA_PATH
from store import Store, StoreError, open_store
from store.exports.formats import Format, choose_format
from store.exports.outputs import export_store
from store.exports.rows import restore_formula
from store.exports.selection import Selection
from tests.conftest import CHECKOUT
from tests.invented import invent_extractions

Command: TypeAlias = Callable[..., Any]
EXTRACTIONS = invent_extractions()
EVENTS = [event for one in EXTRACTIONS for event in one.events]
FILES = ["events.csv", "events.parquet", "events.jsonl", "events.xlsx", "events.json"]


def make_store(path: Path) -> None:
    with open_store(path, read_only=False) as opened:
        opened.load(EXTRACTIONS, [], "run 1")


@pytest.fixture
def store(copy_store: Callable[..., Path]) -> Iterator[Store]:
    with open_store(copy_store(make_store)) as opened:
        yield opened


def read_table(store: Store, condition: str = "true") -> tuple[list[str], list[tuple[Any, ...]]]:
    return store.rows(f"SELECT * FROM event_table WHERE {condition}")


def read_rows(path: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What DuckDB reads of a file, nothing told of it but that an empty cell is null."""
    options = ", header = true, nullstr = ''" if path.suffix == ".csv" else ""
    relation = duckdb.connect().sql(f"FROM read_{path.suffix[1:]}('{path}'{options})")
    return relation.columns, relation.fetchall()


def restore(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [tuple(restore_formula(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]


# Which events

VICTIMS = {
    "Norwood Clinic": Selection(causes=["ransomware", "phishing"]),
    "Pell University": Selection(until=date(2024, 5, 2), since=date(2024, 5, 2), causes=["lost_or_stolen"]),
    "Plus Bank": Selection(until=date(1999, 12, 31)),
    "Dunford City Council": Selection(roles=["supplier"]),
    "Brill Airways": Selection(statuses=["denied"]),
    "Norwood Clinic, Brill Airways": Selection(main_only=True, min_confidence=0.9),
    "Plus Bank, Dunford City Council": Selection(roles=["supplier", "discloser"]),
    "": Selection(roles=["supplier"], main_only=True, causes=["phishing"]),
}


@pytest.mark.parametrize("victims", list(VICTIMS))
def test_what_is_given_must_all_hold(store: Store, victims: str) -> None:
    _, rows = store.rows(VICTIMS[victims].query("victim"))
    assert {name for (name,) in rows} == set(filter(None, victims.split(", ")))


def test_nothing_given_is_every_event(store: Store) -> None:
    assert Selection().is_everything
    assert store.rows(Selection().query()) == read_table(store)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"causes": ["gremlins"]}, "'gremlins' is not one of the causes: hacking, ransomware"),
        ({"statuses": ["confirmed", "maybe"]}, "'maybe' is not one of the statuses: confirmed"),
        ({"roles": ["') OR true --"]}, "is not one of the roles: victim"),
    ],
)
def test_an_unknown_code_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(UnknownCode) as caught:
        Selection(**given)
    assert told in str(caught.value)


@pytest.mark.parametrize("name", [*FILES, "tables"])
def test_every_format_holds_the_events_chosen_alone(store: Store, tmp_path: Path, name: str) -> None:
    done = export_store(store, tmp_path / name, selection=Selection(statuses=["denied"]))
    assert done.events == 1
    content = b"".join(path.read_bytes() for path in [done.path, *done.path.glob("*.csv")] if path.is_file())
    if name.endswith((".csv", ".jsonl", ".json")) or name == "tables":
        assert b"Brill Airways" in content
        assert b"Norwood" not in content


# Formats


@pytest.mark.parametrize(
    ("name", "given", "chosen"),
    [
        ("a.csv", None, Format.CSV),
        ("A.CSV", None, Format.CSV),
        ("a.parquet", None, Format.PARQUET),
        ("a.jsonl", None, Format.JSONL),
        ("a.ndjson", None, Format.JSONL),
        ("a.xlsx", None, Format.XLSX),
        ("a.json", None, Format.VERIS),
        ("a", None, Format.TABLES),
        ("a.txt", Format.CSV, Format.CSV),
        ("a.csv", Format.JSONL, Format.JSONL),
    ],
)
def test_the_ending_tells_the_format(name: str, given: Format | None, chosen: Format) -> None:
    assert choose_format(Path(name), given) == chosen


def test_the_command_offers_every_format() -> None:
    assert list(export_commands.Format) == list(Format)


def test_an_ending_that_says_nothing_is_refused() -> None:
    with pytest.raises(StoreError, match=r"'\.doc' tells no format; end the name in \.csv,"):
        choose_format(Path("a.doc"))


def test_the_csv_is_read_back_by_duckdb_into_the_same_rows(store: Store, tmp_path: Path) -> None:
    assert export_store(store, tmp_path / "events.csv").events == len(EVENTS)
    columns, rows = read_rows(tmp_path / "events.csv")
    assert (columns, restore(rows)) == read_table(store)


def test_the_csv_is_read_back_by_pandas_into_the_same_rows(store: Store, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is in the extra `notebook`")
    export_store(store, tmp_path / "events.csv")
    columns, rows = read_table(store)
    dates = [name for name in columns if name.endswith(("_date", "_start", "_end"))]
    frame = pandas.read_csv(tmp_path / "events.csv", parse_dates=dates, keep_default_na=False, na_values=[""])
    assert list(frame.columns) == columns
    read = [
        tuple(
            None if pandas.isna(cell) else cell.date() if isinstance(cell, pandas.Timestamp) else cell for cell in row
        )
        for row in frame.itertuples(index=False)
    ]
    assert restore(read) == rows


def test_parquet_keeps_rows_types_and_descriptions(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    assert export_store(store, path).events == len(EVENTS)
    assert read_rows(path) == read_table(store)
    connection = duckdb.connect()
    kinds = connection.sql(f"DESCRIBE FROM '{path}'").fetchall()
    assert [row[:2] for row in kinds] == [row[:2] for row in store.rows("DESCRIBE event_table")[1]]
    told = dict(connection.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall())
    assert told["suppliers"] == 'Third parties at or through which it happened, joined by "; ".'


def test_a_store_without_the_events_wanted_gives_a_file_without_rows(store: Store, tmp_path: Path) -> None:
    nothing = Selection(causes=["phishing"])
    for name in FILES:
        assert export_store(store, tmp_path / name, selection=nothing).events == 0
    assert read_rows(tmp_path / "events.parquet") == (read_table(store)[0], [])
    assert (tmp_path / "events.jsonl").read_text() == ""
    assert json.loads((tmp_path / "events.json").read_text()) == []
    assert (tmp_path / "events.losses.csv").read_text() == "event_id,field,value,reason\n"


def test_json_lines_are_the_events_and_fit_their_schema(store: Store, tmp_path: Path) -> None:
    export_store(store, tmp_path / "events.jsonl")
    lines = (tmp_path / "events.jsonl").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    validator = Draft202012Validator(json.loads(SCHEMA_PATH.read_text("utf-8")))
    for line in lines:
        validator.validate(json.loads(line))
    read = [Event.model_validate_json(line) for line in lines]
    assert {event.event_id: event for event in read} == {event.event_id: event for event in EVENTS}
    assert [event.event_id for event in read] == [row[0] for row in read_table(store)[1]]


# The folder of tables


def read_package(folder: Path) -> dict[str, dict[str, Any]]:
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["profile"] == "tabular-data-package"
    return {resource["title"]: resource for resource in package["resources"]}


def test_the_folder_holds_every_table_and_describes_every_column(store: Store, tmp_path: Path) -> None:
    export_store(store, tmp_path / "tables")
    tables = read_package(tmp_path / "tables")
    names = {name for (name,) in store.rows("SELECT view_name FROM duckdb_views() WHERE NOT internal")[1]}
    assert {"articles", "event_table", "event_data", "exposed_data", "organisations"} <= names <= set(tables)
    assert {f"{name}.csv" for name in tables} == {path.name for path in (tmp_path / "tables").glob("*.csv")}
    for name, resource in tables.items():
        columns, rows = store.rows(f"SELECT * FROM {name}")
        assert resource["description"]
        assert [field["name"] for field in resource["schema"]["fields"]] == columns
        assert all(field["description"] for field in resource["schema"]["fields"]), name
        with (tmp_path / "tables" / resource["path"]).open(encoding="utf-8", newline="") as file:
            read = list(csv.reader(file))
        assert read[0] == columns
        assert len(read) == len(rows) + 1, name


def test_the_tables_are_read_back_by_their_description(store: Store, tmp_path: Path) -> None:
    export_store(store, tmp_path / "tables")
    kinds = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP"}
    for name, resource in read_package(tmp_path / "tables").items():
        fields = resource["schema"]["fields"]
        types = ", ".join(f"'{one['name']}': '{kinds.get(one['type'], 'VARCHAR')}'" for one in fields)
        path = tmp_path / "tables" / resource["path"]
        read = duckdb.connect().sql(f"FROM read_csv('{path}', header = true, columns = {{{types}}})").fetchall()
        arrays = [place for place, field in enumerate(fields) if field["type"] == "array"]
        lists = [
            tuple(json.loads(cell) if place in arrays else cell for place, cell in enumerate(row))
            for row in restore(read)
        ]
        assert sorted(map(repr, lists)) == sorted(map(repr, store.rows(f"SELECT * FROM {name}")[1])), name


def test_a_folder_of_chosen_events_leaves_out_what_counts_all(store: Store, tmp_path: Path) -> None:
    export_store(store, tmp_path / "tables", selection=Selection(causes=["ransomware"]))
    tables = read_package(tmp_path / "tables")
    assert {"articles", "events", "event_table", "event_organisations", "review_queue"} <= set(tables)
    assert not {"timeline", "organisations", "runs", "problems", "withdrawn_events"} & set(tables)
    package = json.loads((tmp_path / "tables" / "datapackage.json").read_text("utf-8"))
    assert "cause_code IN ('ransomware')" in package["description"]
    with (tmp_path / "tables" / "articles.csv").open(encoding="utf-8", newline="") as file:
        assert [row["outlet"] for row in csv.DictReader(file)] == ["The Ashwick Paper"]


def test_an_earlier_export_is_replaced_and_no_other_folder(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    export_store(store, folder)
    (folder / "gone.csv").touch()
    export_store(store, folder)
    assert not (folder / "gone.csv").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(StoreError, match="holds other files; give the name of a new folder"):
        export_store(store, mine)
    with pytest.raises(StoreError, match="is a file; give the name of a folder"):
        export_store(store, mine / "thesis.txt", format=Format.TABLES)
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
    (tmp_path / "empty").mkdir()
    assert export_store(store, tmp_path / "empty").events == len(EVENTS)


# All or nothing


class Impatient:
    """Stops an export as soon as something is written."""

    def expect(self, rows: int) -> None: ...

    def advance(self, rows: int) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", [*FILES, "tables"])
def test_an_export_that_is_stopped_leaves_what_was_there(store: Store, tmp_path: Path, name: str) -> None:
    export_store(store, tmp_path / name)
    before = read_tree(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        export_store(store, tmp_path / name, follower=Impatient())
    assert read_tree(tmp_path) == before


def read_tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# A file may not become larger than this: to a program, that is a disk without room.
LIMITED = """
import resource, sys
from store import StoreError, open_store
from store.exports.outputs import export_store
with open_store(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
    try:
        export_store(store, sys.argv[2])
    except StoreError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of the size of files here")
@pytest.mark.parametrize("name", [*FILES, "tables"])
def test_a_disk_without_room_leaves_what_was_there(store: Store, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    if name != "tables":
        (folder / name).write_text("what was there before")
    before = read_tree(folder)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.path), str(folder / name)],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
    )
    assert done.stderr == ""
    assert "cannot be written" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert read_tree(folder) == before
    assert not list(folder.glob(".*"))


def test_what_a_killed_export_left_is_written_over(store: Store, tmp_path: Path) -> None:
    left = tmp_path / f".events.csv.{os.getpid()}.part"
    left.mkdir()
    (left / "part").write_text("half of it")
    export_store(store, tmp_path / "events.csv")
    assert not left.exists()


# The command


@pytest.fixture
def filled(store: Store, breachwire: Command) -> Command:
    store.close()
    return breachwire


def test_the_command_takes_the_file_either_way(filled: Command, tmp_path: Path) -> None:
    told = f"{len(EVENTS)} events written to {tmp_path / 'a.csv'}\n"
    assert filled("export", "--to", str(tmp_path / "a.csv")).out == told
    assert filled("export", str(tmp_path / "a.csv")).out == told


def test_json_lines_can_be_printed(filled: Command) -> None:
    answer = filled("export", "-", "--format", "jsonl", "--main-only", "--cause", "hacking")
    assert [Event.model_validate_json(line).cause for line in answer.out.splitlines()] == ["hacking", "hacking"]


def test_an_export_can_be_of_the_past(filled: Command, tmp_path: Path) -> None:
    assert filled("export", str(tmp_path / "a.csv"), "--as-of", "2020-01-01").out.startswith("0 events")
    assert filled("export", str(tmp_path / "a.parquet"), "--as-of", "2999-01-01").out.startswith("5 events")


def test_what_veris_cannot_hold_is_told_on_standard_error(filled: Command, tmp_path: Path) -> None:
    answer = filled("export", "--to", str(tmp_path / "events.json"))
    assert answer.out == f"{len(EVENTS)} events written to {tmp_path / 'events.json'}\n"
    assert answer.err.startswith("VERIS cannot hold ")
    assert "negated 1" in answer.err
    assert answer.err.endswith("events.losses.csv lists them.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "Give the file to write, as in `breachwire export events.csv`"),
        (["a.csv", "--to", "b.csv"], 2, "Give FILE or --to FILE, not both"),
        (["a.csv", "--cause", "gremlins"], 2, "'gremlins' is not one of the causes: hacking, "),
        (["a.csv", "--status", "maybe"], 2, "'maybe' is not one of the statuses: confirmed, alleged, denied."),
        (["a.csv", "--role", "villain"], 2, "'villain' is not one of the roles: victim, "),
        (["a.csv", "--since", "2024-02-30"], 2, "'2024-02-30' is not a day; write it as YYYY-MM-DD"),
        (["a.csv", "--since", "2024-02-03", "--until", "2024-02-02"], 2, "No day is on or after 2024-02-03"),
        (["a.csv", "--min-confidence", "2"], 2, "less than or equal to 1"),
        (["a.csv", "--min-confidence", "nan"], 2, "'--min-confidence'"),
        (["a.csv", "--format", "doc"], 2, "'doc' is not one of"),
        (["a.csv", "--as-of", "yesterday"], 1, "'yesterday' is no day or moment"),
        (["a.doc"], 1, "'.doc' tells no format"),
        (["-", "--format", "xlsx"], 1, "xlsx cannot be printed; give the name of a file to write."),
        (["no-such-folder/a.xlsx"], 1, "does not exist; make it"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_writes_nothing(
    filled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = read_tree(tmp_path)
    answer = filled("export", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert len(answer.err.splitlines()) == 1
    assert read_tree(tmp_path) == before


def test_a_terminal_shows_how_far_an_export_is(store: Store, tmp_path: Path) -> None:
    console = Console(file=(tmp_path / "screen").open("w"), force_terminal=True, width=100)
    with following(console) as follower:
        assert isinstance(follower, ExportBar)
        export_store(store, tmp_path / "events.csv", follower=follower)
    console.file.close()
    assert "5/5" in (tmp_path / "screen").read_text()


def test_where_there_is_no_terminal_nothing_is_shown(store: Store, tmp_path: Path) -> None:
    console = Console(file=(tmp_path / "screen").open("w"))
    with following(console) as follower:
        export_store(store, tmp_path / "events.csv", follower=follower)
    console.file.close()
    assert (tmp_path / "screen").read_text() == ""


def test_the_exports_of_the_readme_run(filled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    _, _, section = readme.partition("## For other programs")
    section, _, _ = section.partition("\n## ")
    commands = [*re.findall(r"^breachwire (export .*)", section, re.MULTILINE)]
    commands += [f"export --to {target}" for target in re.findall(r"^\| `(\w+(?:/|\.\w+))` \|", section, re.MULTILINE)]
    assert len(commands) >= 10
    monkeypatch.chdir(tmp_path)
    for command in commands:
        assert filled(*shlex.split(command, comments=True)).code == 0, command
