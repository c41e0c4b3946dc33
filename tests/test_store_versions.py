"""Versions: migrations lead from nothing to the newest, one by one, and a newer store is left alone."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from schemas import Problem
from store import NewerStore, StoreError, open_store, versions
from store.snapshots import snapshot_of

PROBLEM = Problem(code="no_date", reference="news/undated.txt", detail="The page gives no date of publication.")

ROWS = {int(file.stem): file for file in (Path(__file__).parent / "stored").glob("*.sql")}  # by the first such version


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as store:
        store.load([], [PROBLEM], "run 1")
    return path


def test_migrations_lead_from_nothing_to_the_newest_version(path):
    with open_store(path) as store:
        applied = store.sql("SELECT version, name FROM schema_migrations ORDER BY version").fetchall()
    assert applied == [(migration.version, migration.name) for migration in versions.read_migrations()]


@pytest.mark.parametrize("version", range(1, len(versions.read_migrations())))
def test_a_store_of_each_earlier_version_is_brought_to_the_newest_with_its_rows(tmp_path, monkeypatch, version):
    every = versions.read_migrations()
    path = tmp_path / "store.duckdb"
    with duckdb.connect(path) as connection:
        monkeypatch.setattr(versions, "read_migrations", lambda: every[:version])
        versions.migrate(connection)
        monkeypatch.undo()
        connection.execute(ROWS[max(first for first in ROWS if first <= version)].read_text())
    with pytest.raises(StoreError, match=rf"version {version} .* `breachwire run PATH` upgrades it"):
        open_store(path)
    with open_store(path, read_only=False) as store:
        store.load([], [], "run 2")
    with open_store(path) as store:
        assert store.counts() == {"articles": 1, "events": 2, "problems": 1, "runs": 1}
        columns, rows = store.rows("FROM event_table")
        first, second = (dict(zip(columns, row, strict=True)) for row in rows)
        article = store.rows("SELECT title, text, revision_number, loaded_at FROM articles")[1]
        lowest = store.rows("SELECT lowest_confidence, contradictions FROM review_queue")[1]
        past = open_store(path, as_of="2024-05-01").counts()
    assert article == [("Bank hit", "Bank hit\nA bank was hit.", 1, datetime(2024, 5, 2))]
    assert (first["victim"], first["data_not_exposed"], first["affected_min"]) == ("Bank", "names", 7)
    assert (first["occurred_start"], first["is_corrected"]) == (date(2024, 4, 1), False)
    assert (second["victim"], second["affected_min"]) == ("Club", None)
    assert lowest == [(0.25, "names both exposed and not exposed"), (0.75, None)]
    assert past["events"] == 0


def test_a_faulty_migration_leaves_the_store_as_it_was(path, monkeypatch):
    every = versions.read_migrations()
    faulty = versions.Migration(len(every) + 1, "faulty", "DROP VIEW timeline; CREATE TABLE half (x INTEGER); SELEC;")
    failing = versions.Migration(len(every) + 1, "failing", "DROP VIEW timeline; SELECT error('no');")
    for broken in (faulty, failing):
        monkeypatch.setattr(versions, "read_migrations", lambda broken=broken: [*every, broken])
        with pytest.raises(StoreError, match="cannot be used"):
            open_store(path, read_only=False)
    monkeypatch.undo()
    with open_store(path) as store:
        assert store.rows("FROM timeline")[1] == []


@pytest.mark.parametrize("read_only", [True, False])
def test_a_newer_store_is_refused(path, read_only):
    for file in (path, snapshot_of(path)):
        with duckdb.connect(file) as connection:
            connection.execute("INSERT INTO schema_migrations VALUES (99, '0099_later', now() AT TIME ZONE 'UTC')")
    with pytest.raises(NewerStore, match=r"has version 99 .* update breachwire"):
        open_store(path, read_only=read_only)


def test_migrations_are_numbered_without_a_gap(tmp_path):
    (tmp_path / "0001_tables.sql").touch()
    (tmp_path / "0003_views.sql").touch()
    with pytest.raises(ValueError, match=r"numbered \[1, 3\]"):
        versions.read_migrations(tmp_path)


def test_every_table_view_and_column_is_described(path):
    with open_store(path) as store:
        undescribed = store.sql("""
            SELECT table_name FROM duckdb_tables() WHERE coalesce(comment, '') = ''
            UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''
            UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns()
            WHERE NOT internal AND coalesce(comment, '') = ''
        """).fetchall()
        tables = {name for (name,) in store.sql("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert undescribed == []
    assert tables == {
        "articles",
        "changes",
        "corrections",
        "event_counts",
        "event_data",
        "event_dates",
        "event_organisations",
        "events",
        "extracted_events",
        "incident_events",
        "incidents",
        "problems",
        "runs",
        "schema_migrations",
        "source_runs",
        "text_signatures",
        "texts",
    }
