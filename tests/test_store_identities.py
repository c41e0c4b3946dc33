"""Identities of articles: a store made when each spelling of an address was an article of its own goes on with one."""

import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest

from schemas import RunCounts
from store import examine, open_store, parse_change, read_corrections, rescue_corrections, versions
from store.exports.flat import export_rows
from tests.made import TWO_STORIES, make_article, read
from tests.test_addresses import OTHERS, SAME

WWW = make_article(url="http://www.example.org/2024/two-breaches/")
PLAIN = make_article(url="https://example.org/2024/two-breaches")
TABLES = ("articles", "events", "corrections", "changes", "extracted_events")


def old_identity(url: str) -> str:
    """The `article_id` that stores up to version 4 gave to an article with this address."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def age(path: Path, ids: dict[str, str]) -> None:
    """Make a store that of version 4: articles have these ids in place of theirs, and what came later is not there."""
    every = versions.read_migrations()
    old = path.with_name("old.duckdb")
    with duckdb.connect(old) as connection:
        connection.execute(f"ATTACH '{path}' AS new (READ_ONLY)")
        for migration in every[:4]:
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, now())", [migration.version, migration.name]
            )
        kept = connection.execute(
            "SELECT table_name, string_agg(column_name, ', ') FROM duckdb_columns() WHERE schema_name = 'history' "
            "AND database_name = 'old' GROUP BY table_name"
        ).fetchall()
        for table, columns in kept:
            connection.execute(f"INSERT INTO history.{table} BY NAME SELECT {columns} FROM new.history.{table}")
        for new_id, old_id in ids.items():
            for table in TABLES:
                connection.execute(f"UPDATE history.{table} SET article_id = ? WHERE article_id = ?", [old_id, new_id])
            connection.execute(
                "UPDATE history.extracted_events SET event = replace(event::VARCHAR, ?, ?)::JSON",
                [f'"article_id":"{new_id}"', f'"article_id":"{old_id}"'],
            )
    for leftover in path.parent.glob("store.*"):
        leftover.unlink()
    old.rename(path)


@pytest.fixture(scope="module")
def aged(tmp_path_factory):
    """A store of version 4 with an article of a www address, of whose events one was corrected."""
    path = tmp_path_factory.mktemp("aged") / "store.duckdb"
    with open_store(path, read_only=False) as store:
        extraction = read(WWW)
        store.load([extraction], [], "run 1")
        store.correct(extraction.events[0].event_id, [parse_change("cause=ransomware")], note="So it is.", author="Ada")
    age(path, {WWW.article_id: old_identity(WWW.url)})
    return path


@pytest.fixture
def path(aged, tmp_path):
    return shutil.copy(aged, tmp_path / "store.duckdb")


def test_an_article_read_again_by_another_spelling_is_known_with_its_corrections_and_event_ids(path):
    with duckdb.connect(path, read_only=True) as connection:
        before = connection.execute("SELECT event_id, cause_code FROM event_table ORDER BY ALL").fetchall()
        assert connection.execute("SELECT article_id FROM articles").fetchall() == [(old_identity(WWW.url),)]
    with open_store(path, read_only=False) as store:
        for table in TABLES:
            assert store.rows(f"SELECT DISTINCT article_id FROM history.{table}")[1] == [(PLAIN.article_id,)], table
        assert store.load([read(PLAIN)], [], "run 2") == RunCounts(known=1)
        assert store.rows("SELECT event_id, cause_code FROM event_table ORDER BY ALL")[1] == before
        changed = make_article(
            TWO_STORIES.replace("5,000", "47,000"), url="https://m.example.org/2024/two-breaches?amp=1"
        )
        assert store.load([read(changed)], [], "run 3") == RunCounts(revised=1)
        assert store.rows("SELECT event_id, cause_code FROM event_table ORDER BY ALL")[1] == before
        assert store.rows("SELECT count(*), max(revision_number) FROM articles")[1] == [(1, 2)]
    assert examine(path) == []


def test_the_identities_of_the_migration_are_those_of_articles(tmp_path):
    path = tmp_path / "store.duckdb"
    urls = [*SAME, *(url for url, _ in OTHERS)]
    articles = [make_article(f"Text {at}.", at, url=url) for at, url in enumerate(urls)]
    with open_store(path, read_only=False) as store:
        store.load([read(make_article(url=None))], [], "run 1")
    age(path, {})
    with duckdb.connect(path) as connection:
        for at, url in enumerate(urls, 1):
            connection.execute(
                "INSERT INTO history.articles SELECT * REPLACE (? AS article_id, ? AS url, "
                "recorded_at + INTERVAL (?) SECOND AS recorded_at) FROM history.articles WHERE url IS NULL",
                [old_identity(url), url, at],
            )
    with open_store(path, read_only=False) as store:
        stored = dict(store.rows("SELECT url, article_id FROM articles WHERE url IS NOT NULL")[1])
        assert store.rows("SELECT article_id FROM articles WHERE url IS NULL")[1] == [
            (make_article(url=None).article_id,)
        ]
    assert len(stored) == len(urls)
    first = {}
    for article in articles:
        first.setdefault(article.article_id, article.url)
    taken = {old_identity(url) for url in urls}
    for article in articles:
        is_first = first[article.article_id] == article.url
        keeps = article.article_id in taken and article.article_id != old_identity(article.url)
        expected = old_identity(article.url) if keeps or not is_first else article.article_id
        assert stored[article.url] == expected, article.url
    assert len(set(stored.values())) == len(stored)


def test_corrections_of_an_older_store_find_their_articles(path, tmp_path):
    [(correction, victim)] = rescue_corrections(path)  # the store is of version 4 still
    assert (correction.article_id, victim) == (PLAIN.article_id, "Norwood Clinic")
    with open_store(tmp_path / "new.duckdb", read_only=False) as store:
        store.load([read(PLAIN)], [], "run 1")
        assert store.import_corrections([(correction, victim)]).added == 1


def test_a_list_of_corrections_written_by_an_older_breachwire_is_taken_in(path, tmp_path):
    with duckdb.connect(path, read_only=True) as connection:
        result = connection.execute(
            "SELECT corrections.* EXCLUDE (recorded_at), victim, title, url FROM corrections "
            "JOIN event_table USING (event_id)"
        )
        columns, rows = [column[0] for column in result.description], result.fetchall()
    export_rows(columns, rows, tmp_path / "corrections.csv")
    with open_store(tmp_path / "new.duckdb", read_only=False) as store:
        store.load([read(PLAIN)], [], "run 1")
        assert store.import_corrections(read_corrections(tmp_path / "corrections.csv")).added == 1
        assert store.rows("SELECT cause_code FROM event_table WHERE is_corrected")[1] == [("ransomware",)]


def test_of_two_stored_articles_that_are_one_the_first_goes_on(tmp_path):
    path = tmp_path / "store.duckdb"
    second = make_article(number=2, url="https://m.example.org/2024/two-breaches")
    with open_store(path, read_only=False) as store:
        store.load([read(WWW)], [], "run 1")
    age(path, {WWW.article_id: old_identity(WWW.url)})
    with duckdb.connect(path) as connection:
        connection.execute(
            "INSERT INTO history.articles SELECT * REPLACE (? AS article_id, ? AS url, recorded_at + INTERVAL 1 DAY AS "
            "recorded_at) FROM history.articles",
            [old_identity(second.url), second.url],
        )
    with open_store(path, read_only=False) as store:
        ids = store.rows("SELECT article_id FROM articles ORDER BY loaded_at")[1]
    assert ids == [(PLAIN.article_id,), (old_identity(second.url),)]
