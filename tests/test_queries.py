"""Saved queries: each of the shipped ones answers right; one's own are read, refused and bound as they say."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import breachwire
from benchmarks.queries import NEEDED, fill
from store import QueryError, Store, find_query, list_queries, open_store, read_query
from store.documents import FOLDER, render_pages
from tests.known_store import make_store

SHIPPED = list_queries()


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(make_store(tmp_path_factory.mktemp("known") / "store.duckdb")) as store:
        yield store


def show(rows: list[tuple[Any, ...]]) -> list[str]:
    return [" | ".join("-" if value is None else str(value) for value in row) for row in rows]


# A query, what is given to it, and its rows; tests/known_store.py shows the events.
ANSWERS: list[tuple[str, dict[str, object], list[str]]] = [
    (
        "attackers",
        {},
        [
            "GREY OTTER | 2 | 2 | 2023-02-10 | 2023-02-20 | ransomware",  # one, however it is written
            "Red Finch | 1 | 0 | 2024-03-09 | 2024-03-09 | hacking",  # what is denied does not count
        ],
    ),
    ("attackers", {"cause": "hacking"}, ["Red Finch | 1 | 0 | 2024-03-09 | 2024-03-09 | hacking"]),
    (
        "breaches-by-sector",
        {},
        ["health | 3 | 0.6", "finance | 1 | 0.2", "transport | 1 | 0.2", "- | 1 | -"],
    ),
    ("breaches-by-sector", {"since": "2024-01-01"}, ["health | 1 | 0.5", "transport | 1 | 0.5", "- | 1 | -"]),
    ("breaches-by-year", {}, ["2023 | 3 | 3 | 3 | 2", "2024 | 3 | 2 | 3 | 2"]),
    (
        "cause-shares",
        {},
        [
            "ransomware | 2 | 0.333 | 0.9",
            "exposed_system | 1 | 0.167 | 0.9",
            "hacking | 1 | 0.167 | 0.9",
            "lost_or_stolen | 1 | 0.167 | 0.9",
            "phishing | 1 | 0.167 | 0.5",
        ],
    ),
    (
        "cause-shares",
        {"min_confidence": 0.8, "until": date(2023, 12, 31)},
        ["ransomware | 2 | 1.0 | 0.9"],
    ),
    (
        "causes-by-quarter",
        {},
        [
            "2023-01-01 | ransomware | 2 | 1.0",
            "2023-04-01 | phishing | 1 | 1.0",  # what is only mentioned does not count
            "2024-01-01 | exposed_system | 1 | 0.5",
            "2024-01-01 | hacking | 1 | 0.5",
            "2024-04-01 | lost_or_stolen | 1 | 1.0",
        ],
    ),
    (
        "causes-by-sector",
        {},
        [
            "finance | phishing | 1 | 1.0",
            "health | ransomware | 2 | 0.667",
            "health | exposed_system | 1 | 0.333",
            "transport | hacking | 1 | 1.0",
        ],
    ),
    ("causes-by-sector", {"sector": "finance"}, ["finance | phishing | 1 | 1.0"]),
    (
        "data-by-cause",
        {},
        [
            "exposed_system | names | 1 | 1.0",
            "hacking | names | 1 | 1.0",
            "hacking | payment_cards | 1 | 1.0",
            "phishing | credentials | 1 | 1.0",
            "phishing | names | 1 | 1.0",
            "ransomware | health | 2 | 1.0",
            "ransomware | names | 1 | 0.5",
        ],
    ),
    (
        "data-by-year",
        {},
        [
            "2023 | health | 2 | 0.667",
            "2023 | names | 2 | 0.667",
            "2023 | credentials | 1 | 0.333",
            "2024 | names | 2 | 0.667",
            "2024 | payment_cards | 1 | 0.333",
        ],
    ),
    ("data-by-year", {"category": "names"}, ["2023 | names | 2 | 0.667", "2024 | names | 2 | 0.667"]),
    (
        "data-in-words",
        {},
        [
            "2023-02-20 | Quillon Hospital | Told | ransomware | Told 1 | https://news.example/1",
            "2023-02-10 | Quillon Hospital | Told | ransomware | Told 0 | https://news.example/0",
        ],
    ),
    (
        "data-in-words",
        {"category": "payment_cards"},
        ["2024-03-09 | Pell Airways | Told | hacking | Told 4 | https://news.example/4"],
    ),
    (
        "data-statuses",
        {},
        [
            "names | 4 | 0 | 0 | 0.667",
            "health | 2 | 0 | 0 | 0.333",
            "credentials | 1 | 1 | 1 | 0.167",
            "payment_cards | 1 | 0 | 0 | 0.167",
        ],
    ),
    (
        "data-taken-together",
        {},
        ["credentials | names | 1 | 1.0", "health | names | 1 | 0.5", "names | payment_cards | 1 | 1.0"],
    ),
    (
        "days-to-disclosure",
        {},
        [
            "- | 3 | 30.0 | 20.0 | 35.0",  # a year is no date to count days from
            "exposed_system | 1 | 30.0 | 30.0 | 30.0",
            "phishing | 1 | 10.0 | 10.0 | 10.0",
            "ransomware | 1 | 40.0 | 40.0 | 40.0",
        ],
    ),
    (
        "days-to-disclosure",
        {"precision_days": 400, "since": "2024-03-09"},
        ["- | 1 | 433.0 | 433.0 | 433.0", "hacking | 1 | 433.0 | 433.0 | 433.0"],
    ),
    (
        "days-to-discovery",
        {},
        ["- | 2 | 7.0 | 0.5", "exposed_system | 1 | 10.0 | 0.0", "ransomware | 1 | 4.0 | 1.0"],
    ),
    (
        "first-to-publish",
        {},
        [
            "Told 0 | 1 | 1 | 2023-02-09 | Coast Weekly | Coast Weekly; Harbour Post | https://news.example/8",
        ],
    ),
    ("first-to-publish", {"since": "2023-02-10"}, []),
    (
        "events-of-organisation",
        {"name": "PELL"},
        [
            "2024-03-09 | Pell Airways | victim | Pell Airways | main | alleged | hacking | Told "
            "| https://news.example/4 | event-4-1",
            "2024-04-01 | Pell Airways | victim | Pell Airways | main | denied | hacking | Told "
            "| https://news.example/5 | event-5-1",
        ],
    ),
    (
        "largest-breaches",
        {},
        [
            "Quillon Hospital | 2023-02-20 | ransomware | 6000 | - | Told | https://news.example/1",
            "Quillon Hospital | 2023-02-10 | ransomware | 5000 | 5000 | Told | https://news.example/0",
            "quillon hospital | 2024-03-03 | exposed_system | 100 | 100 | Told | https://news.example/3",
        ],
    ),
    (
        "largest-breaches",
        {"top": "1", "cause": "exposed_system"},
        ["quillon hospital | 2024-03-03 | exposed_system | 100 | 100 | Told | https://news.example/3"],
    ),
    ("organisations-in-role", {}, ["Data Watch | 2 | 1.0 | 2023-02-10 | 2024-03-03"]),
    ("organisations-in-role", {"role": "supplier"}, ["NIMBUS LEDGER | 2 | 1.0 | 2023-02-10 | 2023-05-05"]),
    (
        "outlets",
        {},
        [
            "Harbour Post | 3 | 0 | 3 | 3 | 2023-02-10 | 2024-03-09",
            "Inland Mail | 2 | 0 | 2 | 2 | 2023-02-20 | 2024-03-03",
            "- | 1 | 0 | 1 | 1 | 2024-05-01 | 2024-05-01",
            "Coast Weekly | 3 | 1 | 0 | 0 | 2023-02-09 | 2024-04-02",
        ],
    ),
    ("people-affected-by-year", {}, ["2023 | 3 | 2 | 11000 | 5500.0 | 6000", "2024 | 3 | 1 | 100 | 100.0 | 100"]),
    ("people-affected-by-year", {"cause": "phishing"}, ["2023 | 1 | 0 | - | - | -"]),  # accounts are no people
    ("said-not-taken", {}, ["6 | 3 | 1 | 0.167 | 0.333"]),
    ("said-not-taken", {"category": "biometrics"}, ["6 | 0 | 0 | 0.0 | -"]),
    ("said-not-taken", {"since": "2030-01-01"}, ["0 | 0 | 0 | - | -"]),
    (
        "statuses-by-cause",
        {},
        [
            "hacking | 2 | 0 | 1 | 1 | 0.0",
            "ransomware | 2 | 2 | 0 | 0 | 1.0",
            "exposed_system | 1 | 1 | 0 | 0 | 1.0",
            "lost_or_stolen | 1 | 1 | 0 | 0 | 1.0",
            "phishing | 1 | 1 | 0 | 0 | 1.0",
        ],
    ),
    ("supplier-share-by-year", {}, ["2023 | 3 | 2 | 0.667", "2024 | 3 | 0 | 0.0"]),
    ("supplier-share-by-year", {"cause": "ransomware"}, ["2023 | 2 | 1 | 0.5"]),
    (
        "suppliers-with-several-victims",
        {},
        ["NIMBUS LEDGER | 2 | 2 | 2023-02-10 | 2023-05-05 | Quillon Hospital; Tarnbrook Bank"],
    ),
    ("suppliers-with-several-victims", {"min_victims": 3}, []),
    ("victims-hit-again", {}, ["Quillon Hospital | 2 | 2023-02-10 | 2024-03-03 | 3"]),
    ("victims-hit-again", {"days_apart": 10}, ["Quillon Hospital | 3 | 2023-02-10 | 2024-03-03 | 3"]),
    ("victims-hit-again", {"days_apart": 500}, []),
    ("widely-reported-victims", {}, ["2023-02-01 | Quillon Hospital | 2 | 2 | ransomware"]),
]


@pytest.mark.parametrize(("name", "given", "rows"), ANSWERS)
def test_a_shipped_query_answers_right(known: Store, name: str, given: dict[str, object], rows: list[str]) -> None:
    assert show(known.query(name, **given).fetchall()) == rows


def test_what_changed_is_told_by_month(known: Store) -> None:
    month = known.sql("SELECT date_trunc('month', changed_at)::DATE FROM changes").fetchall()[0][0]
    assert show(known.query("changes-by-month").fetchall()) == [f"{month} | new_extractor | affected.people | 1 | 1"]
    assert known.query("changes-by-month", until="2024-01-01").fetchall() == []


def test_each_of_the_26_has_a_checked_answer() -> None:
    assert len(SHIPPED) == 26
    assert {name for name, _, _ in ANSWERS} | {"changes-by-month"} == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_query_says_what_it_asks_takes_and_answers(known: Store, name: str) -> None:
    query = find_query(name)
    assert query.question.endswith("?")
    assert (
        list(query.columns) == known.sql(query.sql, query.bind({"name": "x"} if "$name" in query.sql else {})).columns
    )
    assert set(re.findall(r"\$(\w+)", query.body)) == {one.name for one in query.parameters}
    taken = {"csv", "json", "limit", "timeout", "as_of", "store", "folder", "show", "help"}
    assert not taken & {one.name for one in query.parameters}


def test_the_store_of_the_benchmark_has_something_to_say_to_each(tmp_path: Path) -> None:
    fill(tmp_path / "store.duckdb", 600)
    with open_store(tmp_path / "store.duckdb") as store:
        assert [name for name in SHIPPED if not store.query(name, **NEEDED.get(name, {})).fetchall()] == []
        # Where rows that no longer hold were counted, there would be more.
        assert store.query("breaches-by-year").sum("breaches").fetchall()[0][0] < 600
        assert store.sql("SELECT count(*) FROM event_organisations").fetchall() == [(1200,)]


@pytest.mark.parametrize("page", ["schema.md", "queries.md"])
def test_the_pages_are_current(page: str) -> None:
    assert (FOLDER / page).read_text("utf-8") == render_pages()[page], "run `make docs`"


def test_links_within_the_pages_lead_somewhere() -> None:
    pages = render_pages()
    anchors = {
        page: {re.sub(r"[^\w\- ]", "", head).lower().replace(" ", "-") for head in re.findall(r"^#+ (.+)$", text, re.M)}
        for page, text in pages.items()
    }
    for page, text in pages.items():
        links = re.findall(r"\]\((\w+\.md)?#([^)]+)\)", text)
        assert len(links) >= 26
        assert [anchor for target, anchor in links if anchor not in anchors[target or page]] == []


def test_a_query_answers_as_it_would_have_answered_then(known: Store) -> None:
    with breachwire.open_store(known.path, as_of="2020-01-01") as past:
        assert past.query("breaches-by-year").fetchall() == []
    with breachwire.open_store(known.path) as now:
        first = now.sql("SELECT min(recorded_at) FROM history.events").fetchall()[0][0]
    with breachwire.open_store(known.path, as_of=first) as then:
        assert show(then.query("largest-breaches").project("affected_min").fetchall()) == ["4000"]


def test_a_relation_can_be_asked_again(known: Store) -> None:
    relation = known.query("cause-shares", since="2024-01-01")
    assert len(relation.fetchall()) == len(relation.fetchall()) == 3
    assert relation.filter("cause_code = 'hacking'").fetchall() == [("hacking", 1, 0.333, 0.9)]


# Queries of one's own


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Write a query of one's own; give its folder."""

    def write_query(sql: str, name: str = "mine", folder: str = "own") -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / f"{name}.sql").write_text(sql, encoding="utf-8")
        return tmp_path / folder

    return write_query


def test_a_query_without_a_header_is_run(known: Store, write: Any) -> None:
    assert known.query("mine", folder=write("SELECT count(*) FROM articles")).fetchall() == [(9,)]


def test_the_users_folder_is_known_and_comes_before_what_is_shipped(known: Store, write: Any) -> None:
    write("SELECT 'local'", "outlets", "queries")
    assert known.query("outlets").fetchall() == [("local",)]
    assert known.query("outlets", folder=write("SELECT 'given'", "outlets")).fetchall() == [("given",)]


def test_every_type_of_a_parameter(known: Store, write: Any) -> None:
    folder = write(
        "-- question: What is given?\n"
        "-- parameter day date 2024-05-01: a day\n"
        "-- parameter whole integer 5: a whole\n"
        "--     number\n"
        "-- parameter part number 0.5: a number\n"
        "-- parameter word text 'two words': a text\n"
        "-- parameter sure boolean no: yes or no\n"
        "-- parameter cause causes any: a code\n"
        "-- A remark that is none of these.\n"
        "SELECT $day AS day, $whole, $part, $word, $sure, $cause"
    )
    assert known.query("mine", folder=folder).fetchall() == [(date(2024, 5, 1), 5, 0.5, "two words", False, None)]
    values = {"day": "2023-01-02", "whole": "-7", "part": "1", "word": "'; DROP", "sure": "yes", "cause": "hacking"}
    given = known.query("mine", folder=folder, **values).fetchall()
    assert given == [(date(2023, 1, 2), -7, 1.0, "'; DROP", True, "hacking")]
    whole = {one.name: one for one in read_query(folder / "mine.sql").parameters}["whole"]
    assert (whole.kind, whole.default, whole.meaning) == ("integer", "5", "a whole number")


# What is asked of a shipped query, and what is wrong with it.
WRONG = [
    ("causes-by-quarte", {}, "There is no query 'causes-by-quarte' (did you mean causes-by-quarter"),
    ("zzz", {}, "There is no query 'zzz'; `breachwire query` lists them."),
    ("", {}, "There is no query ''; `breachwire query` lists them."),
    ("../queries/outlets", {}, "There is no query '../queries/outlets'"),
    ("outlets", {"sinse": "2024-01-01"}, "The query outlets has no parameter 'sinse'; it has since, until."),
    ("outlets", {"since": "May"}, "The parameter since is a day (2024-05-01), and 'May' is none."),
    ("outlets", {"since": "2024-02-30"}, "The parameter since is a day (2024-05-01), and '2024-02-30' is none."),
    ("largest-breaches", {"top": "many"}, "The parameter top is a whole number, and 'many' is none."),
    ("cause-shares", {"min_confidence": "high"}, "The parameter min_confidence is a number (0.5), and 'high' is none."),
    (
        "attackers",
        {"cause": "gremlins"},
        "The parameter cause cannot be so: 'gremlins' is not one of the causes: hacking,",
    ),
    ("events-of-organisation", {}, "The query events-of-organisation needs name (the name or a part of it"),
]


@pytest.mark.parametrize(("name", "given", "told"), WRONG)
def test_what_cannot_be_asked_is_told(known: Store, name: str, given: dict[str, object], told: str) -> None:
    with pytest.raises(QueryError, match=re.escape(told)):
        known.query(name, **given)


# The header of a query of one's own, and what is wrong with it.
FAULTY = [
    ("-- parameter top: so many", "write it as `-- parameter NAME TYPE DEFAULT: what it does`"),
    ("-- parameter top integer five: so many", "The parameter top is a whole number, and 'five' is none."),
    ("-- parameter sure boolean perhaps: is it", "The parameter sure is yes or no, and 'perhaps' is none."),
    ("-- parameter top numbers 5: so many", "has the type 'numbers'; give date, integer, number, text, boolean"),
    ("-- question How many?", "write it as `-- question: …`"),
    ("-- column count", "write it as `-- column NAME: what it means`"),
]


@pytest.mark.parametrize(("header", "told"), FAULTY)
def test_a_faulty_header_is_told(known: Store, write: Any, header: str, told: str) -> None:
    with pytest.raises(QueryError, match=re.escape(told)):
        known.query("mine", folder=write(f"{header}\nSELECT 1"))


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT $top", "Values were not provided for the following parameters: top"),
        ("-- question: Nothing?", "There is no query to run; give a SELECT."),
        ("SELECT 1; SELECT 2", "Give one query only."),
        ("DELETE FROM history.events", "a query can only read the store, and this one would change it"),
    ],
)
def test_what_is_wrong_with_the_sql_of_ones_own_is_told(known: Store, write: Any, sql: str, told: str) -> None:
    with pytest.raises(QueryError, match=re.escape(told)):
        known.query("mine", folder=write(sql)).fetchall()


def test_a_file_that_is_no_text_is_told(known: Store, write: Any) -> None:
    folder = write("SELECT 1")
    (folder / "mine.sql").write_bytes(b"\xff\xfe")
    with pytest.raises(QueryError, match=r"mine\.sql cannot be read"):
        known.query("mine", folder=folder)


def test_a_folder_that_is_not_there_is_told(known: Store, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"There is no folder .*none; give one that holds queries"):
        known.query("outlets", folder=tmp_path / "none")
