"""Articles without a day of publication: their events are stored, counted and exported, and no day is made up."""

import csv
import json
from datetime import date

import pytest

from store import Store, find_query, list_queries, open_store
from store.exports.formats import Format
from store.exports.outputs import export_store
from store.exports.selection import Selection
from store.summaries import find_contradictions
from tests.invented import extract, invent, tell

PERIODS = {
    *("breaches-by-year", "causes-by-quarter", "data-by-year", "people-affected-by-year", "supplier-share-by-year"),
    *("victims-hit-again", "widely-reported-victims"),
}

DAYS = {"occurred": date(2023, 5, 1), "discovered": date(2023, 5, 2), "disclosed": date(2023, 5, 3)}


def tell_clinic(name: str, **known):
    article = invent(f"{name} lost the names of 70 patients to hackers in May 2023.", title=f"{name} hit", **known)
    return extract(
        article,
        tell(
            article,
            cause=("hacking", "hackers"),
            organisations=[("victim", name)],
            data=[("names", "names", "exposed")],
            affected=[("70 patients", 70, 70, "people")],
            dates=[("May 2023", kind, day, day) for kind, day in DAYS.items()] if "Dated" in name else [],
        ),
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("undated") / "store.duckdb"
    told = [
        tell_clinic("Undated Clinic", published=None),
        tell_clinic("Dated Clinic", published=date(2024, 5, 2), date_source="user"),
        tell_clinic("Elder Dated Clinic", published=None),
    ]
    with open_store(path, read_only=False) as opened:
        opened.load(told, [], "run 1")
    with open_store(path) as opened:
        yield opened


def ask(store: Store, query: str) -> list[tuple]:
    return store.rows(query)[1]


def test_an_undated_article_comes_last_and_says_no_day(store):
    rows = ask(store, "SELECT victim, published_date FROM event_table")
    assert rows[0] == ("Dated Clinic", date(2024, 5, 2))
    assert sorted(rows[1:]) == [("Elder Dated Clinic", None), ("Undated Clinic", None)]
    assert ask(store, "SELECT date_source_code FROM articles ORDER BY ALL") == [("user",), (None,), (None,)]
    assert ask(store, "SELECT published_month, event_count FROM timeline") == [(date(2024, 5, 1), 1), (None, 2)]


@pytest.mark.parametrize("name", sorted(set(list_queries()) - {"changes-by-month", "first-to-publish"}))
def test_undated_articles_are_in_counts_without_time_and_not_in_those_by_period(store, name):
    queries = find_query(name)
    needed = {"events-of-organisation": {"name": "clinic"}}.get(name, {})
    every = store.query(name, **needed).fetchall()
    dated = store.query(name, **needed, since="1900-01-01").fetchall()
    assert (every == dated) is (name in PERIODS or not every), queries.question
    assert ("Articles without a date are left out." in queries.note) is (name in PERIODS)


def test_an_undated_event_contradicts_no_day_of_publication(store):
    [event] = store.read_events([ask(store, "SELECT event_id FROM event_table WHERE victim LIKE 'Elder%'")[0][0]])
    assert find_contradictions(event, None) == []
    assert "occurred after the article was published" in find_contradictions(event, date(2022, 1, 1))


@pytest.mark.parametrize("format", [Format.CSV, Format.TABLES, Format.PARQUET, Format.JSONL, Format.XLSX])
def test_every_format_takes_undated_events(store, tmp_path, format):
    assert export_store(store, tmp_path / "out", format=format).events == 3


def test_the_csv_leaves_the_day_empty_and_a_choice_of_days_leaves_undated_events_out(store, tmp_path):
    export_store(store, tmp_path / "events.csv")
    with (tmp_path / "events.csv").open(newline="") as file:
        assert sorted(row["published_date"] for row in csv.DictReader(file)) == ["", "", "2024-05-02"]
    chosen = Selection(since=date(1900, 1, 1))
    assert export_store(store, tmp_path / "chosen.csv", selection=chosen).events == 1


def test_veris_takes_the_events_of_which_a_year_is_known(store, tmp_path):
    exported = export_store(store, tmp_path / "incidents.json")
    incidents = json.loads((tmp_path / "incidents.json").read_text())
    assert [one["timeline"]["incident"]["year"] for one in incidents] == [2023, 2023]
    assert exported.losses["undated"] == 1
    assert all("None" not in one["summary"] for one in incidents)
    assert "the whole event is left out" in exported.losses_path.read_text()
