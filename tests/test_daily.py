"""What a day does: `breachwire daily`, `reextract` and `publish`, one after the other, whatever fails."""

import os
import threading

import duckdb
import pytest

from flows import settings
from flows.last_starts import read_last_starts
from flows.places import find_archive
from flows.settings import read_settings
from flows.turns import taking_turns
from store import open_store


@pytest.fixture
def write_settled(write_articles):
    """As `write_articles`, an hour ago: a file that changed just now may be being written yet."""

    def write(number, *, folder="articles"):
        target = write_articles(number, folder=folder)
        for file in target.iterdir():
            os.utime(file, (0, 1_700_000_000))
        return target

    return write


@pytest.fixture(autouse=True)
def site(tmp_path, monkeypatch, write_settled):
    """A store, a folder of three articles that is followed and nothing else, and settings that export."""
    monkeypatch.setattr(settings, "LOCAL_FOLDER", tmp_path)
    monkeypatch.setattr("flows.places.SHIPPED_SOURCES", tmp_path / "none.toml")
    read_settings.cache_clear()
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "clinics.toml").write_text(make_entry("clinics", write_settled(3)))
    (tmp_path / "breachwire.toml").write_text(
        f'[publish]\nfolder = "{tmp_path}/out/exports"\nformats = ["csv", "jsonl", "tables"]\n'
    )
    yield tmp_path
    read_settings.cache_clear()


def make_entry(name, folder, more=""):
    return f'[[sources]]\nname = "{name}"\nkind = "folder"\nlocation = "{folder}"\n{more}\n'


def age(store, articles=None):
    """As if an older extractor had read so many articles, or all."""
    with duckdb.connect(str(store)) as connection:
        chosen = (
            f"WHERE article_id IN (SELECT article_id FROM articles ORDER BY 1 LIMIT {articles})" if articles else ""
        )
        connection.execute(f"UPDATE history.articles SET extractor_version = 'an older one' {chosen}")
    with open_store(store, read_only=False) as opened:
        opened.publish()


def test_a_day_reads_rereads_and_publishes(breachwire, site):
    answer = breachwire("daily")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines() == [
        "ingest: 3 read, 3 new articles, 3 new events.",
        "reextract: nothing to read.",
        "publish: nothing new, 3 exports.",
    ]
    exports = site / "out" / "exports"
    assert sorted(path.name for path in exports.iterdir()) == ["events.csv", "events.jsonl", "tables"]
    assert len((exports / "events.csv").read_text().splitlines()) == 4
    assert list(read_last_starts(site / "store.duckdb")) == ["daily"]


def test_the_next_day_reads_only_what_is_new_and_renews_the_exports(breachwire, site, write_settled):
    breachwire("daily")
    write_settled(5)
    answer = breachwire("daily")
    assert "ingest: " in answer.out
    assert "2 new articles" in answer.out
    assert len((site / "out" / "exports" / "events.csv").read_text().splitlines()) == 6


def test_only_what_an_older_extractor_read_is_read_again(breachwire, site):
    breachwire("daily")
    age(site / "store.duckdb", articles=2)
    answer = breachwire("reextract")
    assert answer.code == 0, answer.err
    assert answer.out == "2 read, 0 new articles, 2 revised, 0 new events.\n"
    with open_store(site / "store.duckdb") as opened:
        assert opened.rows("SELECT count(*), count(*) FILTER (extractor_version = 'an older one') FROM articles")[
            1
        ] == [(3, 0)]
        assert opened.counts()["events"] == 3
        assert opened.rows("SELECT flow_name, state_code FROM runs ORDER BY started_at")[1][-1] == (
            "reextract",
            "completed",
        )
    assert breachwire("reextract").out == "nothing to read.\n"
    with open_store(site / "store.duckdb") as opened:
        assert opened.counts()["runs"] == 2  # the third had nothing to do


def test_what_the_archive_keeps_no_longer_stays_as_it_was(breachwire, site):
    breachwire("daily")
    age(site / "store.duckdb")
    record = next(path for path in find_archive(site / "store.duckdb").rglob("*.json*") if path.is_file())
    record.unlink()
    answer = breachwire("reextract")
    assert answer.code == 0
    assert answer.out.startswith("2 read")
    assert "1 article stays as an older extractor read it" in answer.err


def test_where_one_step_fails_those_that_follow_still_run_and_the_exit_code_tells(breachwire, site):
    breachwire("daily")
    age(site / "store.duckdb")
    (site / "sources" / "clinics.toml").write_text('[[sources]]\nname = "clinics"\n')  # no kind, no location
    answer = breachwire("daily")
    assert answer.code == 1
    assert "ingest failed: No source is followed" in answer.err
    assert answer.out.splitlines() == [
        "ingest: failed.",
        "reextract: 3 read, 0 new articles, 3 revised, 0 new events.",
        "publish: nothing new, 3 exports.",
    ]
    assert answer.err.endswith("breachwire: ingest failed, as told above; the rest of the day is done.\n")


def test_a_folder_that_cannot_be_made_fails_the_publishing_alone(breachwire, site):
    (site / "out").write_text("a file is in the way")
    answer = breachwire("daily")
    assert answer.code == 1
    assert answer.out.splitlines()[0] == "ingest: 3 read, 3 new articles, 3 new events."
    assert f"publish failed: {site}/out/exports cannot be made" in answer.err


def test_a_source_with_a_schedule_of_its_own_is_read_when_its_time_came(breachwire, site, write_settled):
    other = write_settled(4, folder="weekly")
    entry = site / "sources" / "weekly.toml"
    entry.write_text(make_entry("weekly", other, 'schedule = "0 6 29 2 *"'))
    breachwire("daily")  # it was never read: it is due
    assert set(read_last_starts(site / "store.duckdb")) == {"daily", "weekly"}
    write_settled(6, folder="weekly")
    breachwire("daily")  # and now not before the next leap day
    with open_store(site / "store.duckdb") as opened:
        assert opened.counts()["articles"] == 4
    entry.write_text(make_entry("weekly", other, 'schedule = "* * * * *"'))
    starts = site / "store.starts.json"
    starts.write_text(starts.read_text().replace("20", "19"))  # a century ago
    breachwire("daily")
    with open_store(site / "store.duckdb") as opened:
        assert opened.counts()["articles"] == 6


def test_two_days_do_not_overlap(breachwire, site):
    with taking_turns(site / "store.duckdb", 0):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(breachwire("daily", "--wait", "0")))
        thread.start()
        thread.join()
    assert answers[0].code == 1
    assert "Another run (process" in answers[0].err


def test_a_day_that_meets_another_run_is_skipped_where_the_settings_say_so(breachwire, site, monkeypatch):
    monkeypatch.setenv("BREACHWIRE_SCHEDULE__OVERLAP", "skip")
    answers = []
    with taking_turns(site / "store.duckdb", 0):
        thread = threading.Thread(target=lambda: answers.append(breachwire("daily")))
        thread.start()
        thread.join()
    assert answers[0].code == 0
    assert "this one is skipped, as the settings say" in answers[0].out
    assert not (site / "store.duckdb").exists()


def test_a_schedule_that_is_none_is_told_with_the_entry(breachwire, site, write_settled):
    (site / "sources" / "odd.toml").write_text(make_entry("odd", write_settled(1), 'schedule = "daily at six"'))
    answer = breachwire("sources", "list")
    assert "`schedule`: write five fields" in answer.err


def test_serving_without_a_schedule_says_what_to_set(breachwire, site):
    answer = breachwire("serve")
    assert answer.code == 1
    assert "Nothing is scheduled; set `cron" in answer.err
    assert str(site / "breachwire.toml") in answer.err
