"""`breachwire sql`, `query` and `schema`: what they print, how long they take, and how they say what is wrong."""

import csv
import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest

from store import QueryTimeout, describe_store, open_store
from tests.conftest import Answer
from tests.known_store import make_store

Command: TypeAlias = Callable[..., Answer]
ENDLESS = "SELECT count(*) FROM range(100000000000) AS a, range(1000) AS b"


@pytest.fixture
def known(breachwire: Command, copy_store: Callable[..., Path]) -> Command:
    """The command, with known events in the store."""
    copy_store(make_store)
    return breachwire


def read_csv(answer: Answer) -> list[list[str]]:
    assert (answer.code, answer.err) == (0, "")
    return list(csv.reader(io.StringIO(answer.out)))


# sql


# Many rows to count, to make, and to sort before the first can be shown.
@pytest.mark.parametrize("query", [ENDLESS, "FROM range(100000000000)", "FROM range(3000000000) ORDER BY hash(range)"])
@pytest.mark.parametrize("form", ["--csv", "--limit=5"])
def test_a_query_is_stopped_after_its_time(known: Command, query: str, form: str) -> None:
    begun = time.monotonic()
    if (query, form) == ("FROM range(100000000000)", "--limit=5"):  # what is not shown is not made
        assert "… and at least 100,000 more rows" in known("sql", query, "--timeout", "30", form).out
        return
    answer = known("sql", query, "--timeout", "0.4", form)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "breachwire: The query took longer than 0.4 s and was stopped. "
        "Ask for less, or give it more time with `--timeout SECONDS`.\n"
    )
    assert time.monotonic() - begun < 60


def test_the_store_can_be_asked_again_after_a_query_was_stopped(known: Command, tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb") as store:
        with pytest.raises(QueryTimeout):
            store.rows(ENDLESS, timeout=0.2)
        assert store.rows("SELECT count(*) FROM articles", timeout=30)[1] == [(9,)]
        assert store.rows("SELECT $n + 1", {"n": 1})[1] == [(2,)]


def test_a_query_without_a_time_limit(known: Command) -> None:
    assert known("sql", "SELECT 1 AS one", "--timeout", "0", "--csv").out == "one\r\n1\r\n"


def test_the_rows_of_a_query_become_pythons_as_they_are_gone_through(known: Command, tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb") as store:
        answer = store.answer("SELECT range AS n, 'x' AS word FROM range(3000)")
        assert (answer.columns, next(answer.rows)) == (["n", "word"], (0, "x"))
        assert store.rows("SELECT 1")[1] == [(1,)]  # the store is free meanwhile
        assert sum(1 for _ in answer.rows) == 2999


def test_what_goes_wrong_late_prints_nothing_of_what_went_well(known: Command) -> None:
    query = "SELECT CASE WHEN range = 2999999 THEN error('too late') ELSE range END FROM range(3000000)"
    answer = known("sql", query, "--csv")
    assert (answer.code, answer.out, answer.err) == (1, "", "breachwire: The query cannot be run: too late.\n")


@pytest.mark.parametrize(
    ("limit", "shown", "told"),
    [
        ("3", 3, "… and 297 more rows; --csv or --json prints all of them."),
        ("299", 299, "… and 1 more row; --csv or --json prints all of them."),
        ("300", 300, None),
        ("0", 300, None),
    ],
)
def test_a_table_has_as_many_rows_as_are_asked_for(known: Command, limit: str, shown: int, told: str | None) -> None:
    lines = known("sql", "FROM range(300)", "--limit", limit).out.splitlines()
    assert sum(line.strip().isdigit() for line in lines) == shown
    assert lines[-1] == told if told else "…" not in lines[-1]


@pytest.mark.parametrize("form", ["--csv", "--json"])
def test_csv_and_json_have_all_rows(known: Command, form: str) -> None:
    lines = known("sql", "SELECT range AS n FROM range(300)", form, "--limit", "3").out.splitlines()
    assert len(lines) == 300 + (form == "--csv")


# A query with a wrong name, and the names that it is told.
MISSPELT = [
    ("SELECT victm FROM event_table", 'Referenced column "victm" not found in FROM clause. Did you mean "victim"'),
    ("SELECT e.cause FROM event_table AS e", '"e" does not have a column named "cause" (did you mean cause_code'),
    ("SELECT * FROM evnt_table", 'Table with name evnt_table does not exist! Did you mean "event_table"?'),
    ("SELECT x.victim FROM event_table AS e", 'Referenced table "x" not found. Did you mean "e"?'),
    ("SELECT coutn(*) FROM events", 'Function with name coutn does not exist! Did you mean "count"?'),
]


@pytest.mark.parametrize(("query", "told"), MISSPELT)
def test_a_wrong_name_is_told_with_the_names_that_are_near(known: Command, query: str, told: str) -> None:
    answer = known("sql", query)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert answer.err.endswith(" `breachwire schema` shows what can be asked for.\n")
    assert len(answer.err.splitlines()) == 1
    assert "Candidate" not in answer.err


def test_a_query_that_would_write_gets_a_sentence_and_changes_nothing(known: Command, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.glob("store*")}
    for query in ("DELETE FROM history.events", "UPDATE history.events SET victim = 'x'", "DROP TABLE history.events"):
        answer = known("sql", query)
        told = "The query cannot be run: a query can only read the store, and this one would change it."
        assert (answer.code, answer.err) == (1, f"breachwire: {told}\n")
    assert {path: path.read_bytes() for path in tmp_path.glob("store*")} == before


@pytest.mark.parametrize("command", [["sql", "SELECT count(*) AS breaches FROM events"], ["query", "said-not-taken"]])
def test_as_of_answers_as_the_store_did_then(known: Command, command: list[str]) -> None:
    assert json.loads(known(*command, "--json").out)["breaches"] in (8, 6)
    assert json.loads(known(*command, "--json", "--as-of", "2020-01-01").out)["breaches"] == 0
    answer = known(*command, "--as-of", "May")
    told = "'May' is no day or moment; write it as 2024-05-01 or 2024-05-01T12:00 (UTC).\n"
    assert (answer.code, answer.out, answer.err) == (1, "", f"breachwire: {told}")


# query


@pytest.mark.parametrize(
    "given",
    [
        ["--since", "2024-01-01", "--cause", "exposed_system", "--csv"],
        ["--since=2024-01-01", "--cause=exposed_system", "--csv"],
        ["since=2024-01-01", "--csv", "cause=exposed_system"],
        ["--csv", "--since", "2024-01-01", "cause=exposed_system", "--until", "any", "--until", "2100-01-01"],
    ],
)
def test_parameters_are_given_as_options_or_as_name_and_value(known: Command, given: list[str]) -> None:
    rows = read_csv(known("query", "largest-breaches", *given))
    assert [row[:4] for row in rows[1:]] == [["quillon hospital", "2024-03-03", "exposed_system", "100"]]


def test_a_parameter_of_two_words_has_a_dash(known: Command) -> None:
    assert len(read_csv(known("query", "suppliers-with-several-victims", "--csv", "--min-victims", "3"))) == 1
    assert len(read_csv(known("query", "suppliers-with-several-victims", "--csv", "min_victims=2"))) == 2


def test_a_question_is_answered_as_a_table_and_as_json(known: Command) -> None:
    assert "said_not_taken" in known("query", "said-not-taken").out
    printed = json.loads(known("query", "said-not-taken", "--json").out)
    assert (printed["breaches"], printed["share_of_telling"]) == (6, 0.333)
    assert "… and 4 more rows" in known("query", "cause-shares", "--limit", "1").out


def test_without_a_name_the_questions_are_listed_without_a_store(breachwire: Command, tmp_path: Path) -> None:
    rows = read_csv(breachwire("query", "--csv"))
    assert rows[0] == ["query", "question", "parameters"]
    assert len(rows) == 27
    assert ["suppliers-with-several-victims", "since, until, min_victims"] in [[row[0], row[2]] for row in rows]
    assert "Which sectors were hit most?" in breachwire("query").out
    assert list(tmp_path.glob("*.duckdb")) == []


def test_show_prints_the_query_without_a_store(breachwire: Command) -> None:
    shown = breachwire("query", "outlets", "--show").out
    assert shown.startswith("-- question: Which outlets were read")
    assert "GROUP BY outlet" in shown


def test_queries_of_ones_own(known: Command, tmp_path: Path) -> None:
    own = tmp_path / "my own"
    own.mkdir()
    (own / "titles.sql").write_text(
        "-- question: What are the headlines?\n-- parameter word text: a word of it\n"
        "SELECT title FROM articles WHERE contains(title, $word)"
    )
    (own / "faulty.sql").write_text("-- parameter top: so many\nSELECT 1")
    listed = {row[0]: row[1:] for row in read_csv(known("query", "--folder", str(own), "--csv"))}
    assert listed["titles"] == ["What are the headlines?", "word"]
    assert "is not to be understood" in listed["faulty"][0]
    assert len(listed) == 29
    assert read_csv(known("query", "titles", "--word", "7", "--folder", str(own), "--csv")) == [["title"], ["Told 7"]]
    (tmp_path / "queries").mkdir()
    (own / "titles.sql").rename(tmp_path / "queries" / "titles.sql")
    assert read_csv(known("query", "titles", "--word", "' OR true --", "--csv")) == [["title"]]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["outlet"], 1, "There is no query 'outlet' (did you mean outlets"),
        (["outlets", "--sinse", "2024-01-01"], 1, "has no parameter 'sinse'; it has since, until."),
        (["outlets", "--since", "May"], 1, "is a day (2024-05-01), and 'May' is none."),
        (["events-of-organisation"], 1, "The query events-of-organisation needs name"),
        (["outlets", "2024"], 2, "'2024' is no parameter; write it as name=value."),
        (["outlets", "--since"], 2, "The parameter --since has no value; see `breachwire query outlets --show`."),
        (["--since", "2024-01-01", "outlets"], 2, "Give the name of the query before --since;"),
        (["outlets", "--csv", "--json"], 2, "not both"),
        (["outlets", "--timeout", "soon"], 2, "--timeout"),
        (["outlets", "--folder", "no-such-folder"], 1, "There is no folder no-such-folder"),
        (["outlets", "--store", "no-such.duckdb"], 1, "There is no store at no-such.duckdb"),
    ],
)
def test_what_is_wrong_with_a_question_is_one_sentence(
    known: Command, arguments: list[str], code: int, told: str
) -> None:
    answer = known("query", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert len(answer.err.splitlines()) == 1


# schema


def test_schema_lists_tables_and_views_those_for_people_first(known: Command) -> None:
    rows = read_csv(known("schema", "--csv"))
    names = [row[0] for row in rows[1:]]
    assert names[:4] == ["event_table", "exposed_data", "timeline", "organisations"]
    assert names[4:6] == ["syndicated_articles", "review_queue"]
    assert names.index("events") < names.index("incidents") < names.index("history.events")
    assert all(row[1].endswith(".") for row in rows[1:])


def test_schema_works_without_a_store_and_makes_none(breachwire: Command, tmp_path: Path) -> None:
    without = breachwire("schema", "events", "--csv")
    assert list(tmp_path.iterdir()) == []
    make_store(tmp_path / "store.duckdb")
    assert breachwire("schema", "events", "--csv") == without


def test_schema_shows_columns_and_codes(known: Command) -> None:
    columns = {row[0]: row[1:] for row in read_csv(known("schema", "Event_Table", "--csv"))}
    assert columns["published_date"] == [
        "DATE",
        "Day on which the article was published; null, and last in order, where it is not known.",
    ]
    for name in ("event_table.cause_code", "history.events.CAUSE_CODE"):
        codes = dict(read_csv(known("schema", name, "--csv")))
        assert codes["phishing"] == "People were deceived: phishing, business e-mail compromise, impersonation."
    assert read_csv(known("schema", "events.confidence", "--csv"))[1][0] == "DOUBLE"
    assert "superseded_at" in known("schema", "history.events").out


def test_schema_tells_what_the_store_says_of_itself(known: Command, tmp_path: Path) -> None:
    for path in tmp_path.glob("store*.duckdb"):
        with duckdb.connect(path) as connection:
            connection.execute("COMMENT ON VIEW timeline IS 'Told by the store.'")
    assert ["timeline", "Told by the store."] in read_csv(known("schema", "--csv"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("event_tabel", "There is no table or view 'event_tabel' (did you mean event_table"),
        ("zzz", "There is no table or view 'zzz'; `breachwire schema` lists them."),
        ("event_table.couse_code", "event_table has no column 'couse_code' (did you mean cause_code"),
        ("evnts.cause_code", "There is no table or view 'evnts' (did you mean events"),
        ("history.evnts", "There is no table or view 'history.evnts' (did you mean history.events"),
        ("history.", "There is no table or view 'history.'"),
    ],
)
def test_an_unknown_name_is_told_with_names_that_are_near(known: Command, name: str, told: str) -> None:
    answer = known("schema", name)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert len(answer.err.splitlines()) == 1


def test_every_table_and_every_column_is_described_and_each_vocabulary_named_is_one() -> None:
    tables = describe_store(None)
    assert len(tables) > 25
    for table in tables:
        assert re.fullmatch(r"[A-Z].*\.", table.description), table.name
        for column in table.columns:
            assert re.fullmatch(r"\S.+\.", column.description), (table.name, column.name)
            assert column.kind
            assert bool(column.vocabulary) is ("vocabulary" in column.description)


def test_a_store_that_cannot_be_read_is_told(breachwire: Command, tmp_path: Path) -> None:
    (tmp_path / "store.duckdb").write_text("not a database " * 500)
    answer = breachwire("schema")
    assert (answer.code, answer.out) == (1, "")
    assert "is not a DuckDB database" in answer.err


def test_help_names_what_can_be_given(breachwire: Command) -> None:
    expected: dict[str, list[Any]] = {
        "sql": ["--timeout", "--limit", "--as-of", "--csv", "--json", "--store"],
        "query": ["--timeout", "--limit", "--as-of", "--csv", "--json", "--store", "--folder", "--show"],
        "schema": ["--csv", "--json", "--store"],
    }
    for command, options in expected.items():
        page = breachwire(command, "--help").out
        assert [option for option in options if option not in page] == []
