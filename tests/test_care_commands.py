"""`breachwire doctor`, `publish` and `rebuild`: from a damaged database back to a whole one."""

import pytest

from flows.places import find_archive
from schemas import Problem
from sources import count_archive
from store import open_store
from store.snapshots import snapshot_of


@pytest.fixture
def run(breachwire, write_articles, tmp_path):
    """A store of four articles, each with an event, read by a run; one cause is corrected."""
    assert breachwire("run", str(write_articles(4))).code == 0
    path = tmp_path / "store.duckdb"
    with open_store(path) as store:
        event_id = store.rows("SELECT event_id FROM event_table ORDER BY victim")[1][0][0]
    corrected = breachwire("correct", event_id, "cause=insider_misuse", "--note", "the court says so")
    assert corrected.code == 0, corrected.err
    return path


def rows_of(path, query="SELECT event_id, victim, cause_code, affected_min, data_exposed FROM event_table"):
    with open_store(path) as store:
        return store.rows(query)[1]


def damage(path):
    content = bytearray(path.read_bytes())
    content[12_288:] = bytes(len(content) - 12_288)
    path.write_bytes(content)


def test_a_run_keeps_its_pages(run, write_articles, breachwire):
    assert count_archive(find_archive(run)) == 4
    assert breachwire("run", str(write_articles(4))).code == 0
    assert count_archive(find_archive(run)) == 4


def test_a_whole_database_is_said_to_be_whole(run, breachwire):
    answer = breachwire("doctor")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("is whole; 4 pages in its archive.\n")


@pytest.mark.parametrize("with_snapshot", [True, False])
def test_a_damaged_database_is_made_anew(run, breachwire, tmp_path, with_snapshot):
    before = rows_of(run)
    file = tmp_path / "corrections.csv"
    breachwire("corrections", "export", str(file))
    damage(run)
    options = ()
    if not with_snapshot:
        damage(snapshot_of(run))
        options = ("--corrections", str(file))
    answer = breachwire("doctor")
    assert answer.code == 1
    assert "run `breachwire rebuild`" in answer.out
    assert answer.err == "breachwire: the database cannot be trusted as it is.\n"

    answer = breachwire("rebuild", *options)
    assert answer.code == 0, answer.err
    assert answer.out.startswith("4 articles with 4 events read anew.\n1 correction applied.\nThe old database is kept")
    assert rows_of(run) == before
    assert rows_of(run, "SELECT note FROM corrections") == [("the court says so",)]
    assert rows_of(run, "SELECT flow_name, article_count FROM runs") == [("rebuild", 4)]
    assert breachwire("doctor").code == 0
    assert len(list(tmp_path.glob("store.before-*.duckdb"))) == 1


def test_a_damaged_snapshot_loses_no_correction(run, breachwire):
    damage(snapshot_of(run))
    assert "1 correction applied." in breachwire("rebuild").out
    assert rows_of(run, "SELECT note FROM corrections") == [("the court says so",)]


def test_without_archived_pages_the_database_stays(run, breachwire):
    before = run.read_bytes()
    find_archive(run).rename(run.with_name("elsewhere"))
    answer = breachwire("rebuild")
    assert answer.code == 1
    assert "No pages are archived" in answer.err
    assert run.read_bytes() == before


def test_a_damaged_page_is_a_problem_of_its_own(run, breachwire):
    file = sorted(find_archive(run).glob("contents/??/*"))[0]
    file.write_bytes(file.read_bytes()[:-20])
    answer = breachwire("rebuild")
    assert answer.out.startswith("3 articles with 3 events read anew.")
    assert "The archived page is damaged" in answer.err
    assert rows_of(run, "SELECT problem_code FROM problems") == [("unreadable",)]


def test_publishing_shows_what_a_stopped_run_left_unseen(run, breachwire):
    with open_store(run, read_only=False, publishes=False) as store:
        store.load([], [Problem(code="no_date", reference="x", detail="y")], "run 2")
    assert rows_of(run, "SELECT count(*) FROM problems") == [(0,)]
    assert breachwire("publish").out == "Published.\n"
    assert rows_of(run, "SELECT count(*) FROM problems") == [(1,)]
    assert breachwire("publish").out == "Nothing new to publish.\n"


@pytest.mark.parametrize("command", ["doctor", "publish", "rebuild"])
def test_without_a_store_nothing_is_made(breachwire, tmp_path, command):
    answer = breachwire(command)
    assert answer.code == 1
    assert answer.err.startswith("breachwire: There is no store" if command != "rebuild" else "breachwire: No pages")
    assert list(tmp_path.glob("*.duckdb")) == []
