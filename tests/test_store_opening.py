"""Opening: readers can change nothing, and whoever has to wait is told for whom."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from schemas import Problem
from store import QueryError, StoreError, StoreLocked, open_store
from store.snapshots import snapshot_of

ROOT = Path(__file__).resolve().parents[1]
PROBLEM = Problem(code="no_date", reference="news/undated.txt", detail="The page gives no date of publication.")


def make_store(path):
    with open_store(path, read_only=False) as store:
        store.load([], [PROBLEM], "run 1")


@pytest.fixture
def path(copy_store):
    return copy_store(make_store)


# Each would write something somewhere, or prepare to.
WRITES = [
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY problems TO '{folder}/out.parquet' (FORMAT parquet)",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH ':memory:' AS other",
    "INSERT INTO problems SELECT * FROM problems",
    "UPDATE problems SET detail = ''",
    "DELETE FROM problems",
    "DROP VIEW event_table",
    "CREATE TABLE mine (x INTEGER)",
    "COMMENT ON TABLE problems IS ''",
    "SET enable_external_access = true",
    "SET temp_directory = '{folder}/spill'",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "INSTALL fts",
    "LOAD httpfs",
    "SELECT * FROM read_csv('/etc/hosts')",
    "SELECT * FROM 'https://127.0.0.1:1/x.parquet'",
]


@pytest.mark.parametrize("statement", WRITES)
def test_a_reader_can_write_nothing_anywhere(path, tmp_path, statement):
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with open_store(path) as store, pytest.raises(QueryError):
        store.rows(statement.format(folder=tmp_path))
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM problems", "a query can only read the store, and this one would change it"),
        ("COPY problems TO 'out.csv'", "a query can neither read nor write files"),
        ("SELECT * FROM read_csv('/etc/hosts')", "a query can neither read nor write files"),
        ("SET threads = 1", "a query cannot change settings"),
        ("LOAD httpfs", "a query cannot load extensions"),
        ("SELECT 1; SELECT 2", "Give one query only."),
        (" ; ", "There is no query to run; give a SELECT."),
    ],
)
def test_a_reader_is_told_what_a_query_cannot_do(path, statement, told):
    with open_store(path) as store, pytest.raises(QueryError) as caught:
        store.rows(statement)
    assert str(caught.value) == told


ENDLESS = [
    "SELECT count(*) FROM range(100000000000) a, range(1000) b",
    "CREATE TEMP TABLE t AS FROM range(100000000000)",
]


@pytest.mark.parametrize("query", ENDLESS)
def test_ctrl_c_stops_a_query(path, query):
    look = f"import store, sys; print(flush=True); store.open_store(sys.argv[1]).rows({query!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", look, str(path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    try:
        assert process.communicate(timeout=60)[1].rstrip().endswith("KeyboardInterrupt")
    finally:
        process.kill()


@pytest.mark.parametrize(("read_only", "verb"), [(True, "read"), (False, "written")])
def test_a_store_without_permission(path, monkeypatch, read_only, verb):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(StoreError, match=rf"cannot be {verb} \(Permission denied\); give another path"):
        open_store(path, read_only=read_only)


def test_a_relation_of_a_reader_cannot_be_written_to_a_file(path, tmp_path):
    with open_store(path) as store, pytest.raises(duckdb.Error):
        store.sql("FROM problems").write_csv(str(tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()


def test_a_reader_cannot_load_or_record(path):
    with open_store(path) as store, pytest.raises(StoreError, match="read_only=False"):
        store.load([], [PROBLEM], "run 2")


def test_a_table_name_never_means_a_python_variable(path):
    with open_store(path) as store, pytest.raises(QueryError, match="name query does not exist"):
        store.rows("SELECT * FROM query")


# Query, and what its message has to say.
FAULTY = [
    ("SELEC 1", 'syntax error at or near "SELEC"'),
    ("SELECT nope FROM articles", 'Referenced column "nope" not found'),
    ("SELECT * FROM artcles", 'Table with name artcles does not exist! Did you mean "articles"?'),
    ("SELECT detail::INTEGER FROM problems", "Could not convert string"),  # found out only while it runs
    ("SELECT error('stop') FROM problems", "stop"),
    ("", "give a SELECT"),
    ("-- nothing", "give a SELECT"),
]


@pytest.mark.parametrize(("query", "message"), FAULTY)
def test_a_faulty_query_is_explained_on_one_line(path, query, message):
    with open_store(path) as store, pytest.raises(QueryError) as raised:
        store.rows(query)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "Error" not in str(raised.value)


def test_rows_and_relations_tell_the_same(path):
    with open_store(path) as store:
        columns, rows = store.rows("SELECT problem_code, reference FROM problems")
        relation = store.sql("SELECT problem_code, reference FROM problems")
        assert (relation.columns, relation.fetchall()) == (columns, rows)
    assert (columns, rows) == (["problem_code", "reference"], [("no_date", "news/undated.txt")])


def test_a_relation_gives_a_data_frame(path):
    pytest.importorskip("pandas", reason="pandas is not installed")
    assert list(open_store(path).sql("SELECT problem_code FROM problems").df()["problem_code"]) == ["no_date"]


def test_a_missing_store_says_how_to_make_one(tmp_path):
    with pytest.raises(StoreError, match=r"no store at .*none\.duckdb yet; make it with `breachwire run PATH`"):
        open_store(tmp_path / "none.duckdb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [True, False])
def test_another_file_is_not_taken_for_a_store(tmp_path, read_only):
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 500)
    with pytest.raises(StoreError, match="is not a DuckDB database"):
        open_store(path, read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_folder_is_not_taken_for_a_store(tmp_path, read_only):
    with pytest.raises(StoreError, match="is a folder"):
        open_store(tmp_path, read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_of_something_else_is_left_alone(tmp_path, read_only):
    path = tmp_path / "other.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE albums (title VARCHAR)")
    with pytest.raises(StoreError, match="something else than a breachwire store"):
        open_store(path, read_only=read_only)
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("albums",)]


def test_the_folder_of_a_new_store_is_made(tmp_path):
    with open_store(tmp_path / "data" / "local" / "store.duckdb", read_only=False) as store:
        assert sum(store.counts().values()) == 0


@pytest.mark.parametrize("read_only", [True, False])
@pytest.mark.parametrize("name", ["file/store.duckdb", "x" * 300])
def test_a_path_that_cannot_be_is_refused(tmp_path, name, read_only):
    (tmp_path / "file").write_text("a file is in the way")
    with pytest.raises(StoreError, match=r"cannot be opened \(.*\); give another path|no store at"):
        open_store(tmp_path / name, read_only=read_only)


HOLD = """
import sys
from store import open_store
with open_store(sys.argv[1], read_only=sys.argv[2] == "reading"):
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def hold(path):
    """Start a process that keeps the store open until it is told to stop."""
    processes = []

    def start(how: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), how],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout.readline() == "open\n"
        return process

    yield start
    for process in processes:
        process.communicate("\n", timeout=60)


def test_a_lock_names_the_process_that_holds_it(path, hold):
    process = hold("writing")
    with pytest.raises(StoreLocked, match=rf"in use by another process \(\S+, PID {process.pid}\); try again"):
        open_store(path, read_only=False)


@pytest.mark.parametrize("theirs", ["writing", "reading"])
def test_whoever_reads_meets_no_lock(path, hold, theirs):
    hold(theirs)
    with open_store(path) as store:
        assert store.counts()["problems"] == 1


def test_whoever_writes_meets_no_reader(path, hold):
    hold("reading")
    with open_store(path, read_only=False) as store:
        store.load([], [PROBLEM.model_copy(update={"reference": "other.txt"})], "run 2")
    with open_store(path) as store:
        assert store.counts()["problems"] == 2


def test_without_a_snapshot_a_reader_opens_the_store(path, hold):
    snapshot_of(path).unlink()
    with open_store(path) as store:
        assert store.counts()["problems"] == 1
    process = hold("writing")
    with pytest.raises(StoreLocked, match=f"PID {process.pid}"):
        open_store(path)


def test_a_run_waits_its_turn_tells_for_whom_and_gives_up(path, hold, write_articles, start_command):
    process = hold("writing")
    run = start_command("run", str(write_articles(1)), "--wait", "0.5", BREACHWIRE_STORE=str(path))
    out, errors = run.communicate(timeout=120)
    waiting, gave_up = errors.splitlines()
    assert (run.returncode, out) == (1, "")
    assert waiting.endswith(f"PID {process.pid}); waiting up to 0.5 s until it ends …")
    assert gave_up.startswith(f"breachwire: The store {path} is in use by another process (")


def test_what_went_wrong_first_is_told_though_publishing_fails_too(path, monkeypatch):
    def fail(*_):
        raise StoreError("no room")

    monkeypatch.setattr("store.database.publish", fail)

    def load_and_fail():
        with open_store(path, read_only=False) as store:
            store.load([], [PROBLEM.model_copy(update={"reference": "other.txt"})], "run 2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load_and_fail()
    with pytest.raises(StoreError, match="no room"):
        open_store(path, read_only=False).close()
    monkeypatch.undo()
    open_store(path, read_only=False).close()
    with open_store(path) as store:
        assert store.counts()["problems"] == 2


def test_waiting_tells_for_whom_once_and_outlasts_the_other_process(path, hold):
    process, told = hold("writing"), []
    with pytest.raises(StoreLocked):
        open_store(path, read_only=False, wait_seconds=0.6, tell=told.append)
    assert len(told) == 1
    assert f"PID {process.pid}" in told[0]
    process.stdin.write("\n")
    process.stdin.flush()
    with open_store(path, read_only=False, wait_seconds=30) as store:
        assert store.counts()["problems"] == 1


def test_a_store_open_in_the_same_program_can_be_read(path):
    with open_store(path, read_only=False) as writing, open_store(path) as reading:
        writing.load([], [PROBLEM.model_copy(update={"reference": "other.txt"})], "run 2")
        assert (writing.counts()["problems"], reading.counts()["problems"]) == (2, 1)


def test_what_a_killed_process_committed_can_be_read(tmp_path):
    path = tmp_path / "store.duckdb"
    crash = (
        "import os, sys; from store import open_store; from schemas import Problem\n"
        "store = open_store(sys.argv[1], read_only=False)\n"
        "store.load([], [Problem(code='no_date', reference='x', detail='y')], 'run 1')\n"
        "store._connection.begin(); store._connection.execute('DELETE FROM history.problems'); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", crash, path], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    with open_store(path) as store:
        assert store.counts()["problems"] == 1
