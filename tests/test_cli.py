"""The command line: what it prints, where, and with which exit code."""

import csv
import io
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from schemas import Article, Event
from tests.conftest import COMMAND, Answer

Command: TypeAlias = Callable[..., Any]
CHECKOUT = Path(__file__).resolve().parents[1]
SAMPLES = CHECKOUT / "data" / "samples"
HOSPITAL = str(SAMPLES / "hospital-ransomware.html")
MISSING = "There is no such file or folder. Check the path; an address begins with http:// or https://."
COMMANDS = ["run", "extract", "sql", "query", "schema", "export", "resolve", "doctor", "publish", "rebuild"]
MORE_COMMANDS = ["ingest", "backfill", "daily", "serve", "reextract", "config", "sources", "archive"]
COMMANDS += ["runs", "status", "problems"]
TEXT = (
    "Orchard Dental said on Monday that hackers broke into its systems and stole the names and home addresses of "
    "about 5,000 patients, but not their phone numbers.\n"
)


# Help


def find_examples(help_page: str) -> list[str]:
    _, _, examples = help_page.partition("Examples:\n")
    return [line.strip() for line in examples.splitlines() if line.strip()]


@pytest.mark.parametrize("command", [[], *([name] for name in [*COMMANDS, *MORE_COMMANDS])])
def test_every_help_shows_examples(breachwire: Command, command: list[str]) -> None:
    answer = breachwire(*command, "--help")
    assert answer.code == 0
    assert answer.err == ""
    assert len(find_examples(answer.out)) >= 2


def test_every_example_in_the_help_runs(filled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SAMPLES, tmp_path / "data" / "samples")
    for name in ("articles", "more"):
        (tmp_path / name).mkdir()
        shutil.copy(HOSPITAL, tmp_path / name / "story.html")
    (tmp_path / "notes.txt").write_text(TEXT)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    shutil.copy(tmp_path / "store.duckdb", tmp_path / "my.duckdb")
    assert filled("corrections", "export", "mine.csv").code == 0
    assert filled("archive", "export", "crawl.warc.gz").code == 0
    examples = {line for name in COMMANDS for line in find_examples(filled(name, "--help").out)}
    examples |= set(find_examples(filled("--help").out))
    online = ("https://", "urls.txt", "breachwire ingest", "breachwire sources check", "breachwire backfill")
    offline = [line for line in examples if not any(mark in line for mark in online)]
    assert len(offline) >= 14
    for line in sorted(offline):
        piped = line.startswith("cat ")
        stdin = Path(shlex.split(line)[1]).read_bytes() if piped else b""
        words = shlex.split(line.partition("|")[2] if piped else line.replace("~", str(tmp_path)))
        assert words[0] == "breachwire"
        answer = filled(*words[1:], stdin=stdin)
        assert answer.code == 0, (line, answer.err)


def test_help_is_there_without_the_heavy_libraries() -> None:
    heavy = ["prefect", "spacy", "duckdb", "trafilatura", "pydantic", "pandas"]
    look = (
        "import sys, breachwire\nfrom flows.cli import run_command\nfrom types import SimpleNamespace\n"
        "sys.argv = ['breachwire', '--help']\nrun_command(SimpleNamespace(debug=False))\n"
        f"sys.exit(' '.join(set({heavy}) & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", look], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_without_a_command_it_prints_the_help_and_counts_as_misuse(breachwire: Command) -> None:
    answer = breachwire()
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: breachwire")


def test_version(breachwire: Command) -> None:
    assert breachwire("--version").out.split()[0] == "breachwire"


# Misuse and failure: one sentence on standard error


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["frobnicate"], 2, "No such command"),
        (["run"], 2, "Missing argument"),
        (["run", "x", "--batch-size", "0"], 2, "--batch-size"),
        (["run", "x", "--batch-size", "many"], 2, "--batch-size"),
        (["run", "x", "--frobnicate"], 2, "No such option"),
        (["run", "x", "--published", "2024-13-01"], 2, "YYYY-MM-DD"),
        (["run", "x", "--published", "0024-05-01"], 2, "not between 1900 and 2100"),
        (["run", "no-such-folder"], 1, "no-such-folder: There is no such file or folder. Check the path"),
        (["run", ""], 1, "The path is empty. Give a folder"),
        (["run", HOSPITAL, "--export", "no-such-folder/events.csv"], 1, "does not exist; make it"),
        (["run", HOSPITAL, "--export", str(SAMPLES)], 1, "not a file; give the name"),
        (["extract"], 2, "Give one article"),
        (["extract", HOSPITAL, "--jsonl", HOSPITAL], 2, "Give one article"),
        (["extract", "--jsonl", str(SAMPLES)], 2, "is a folder; give a JSONL file"),
        (["extract", "--jsonl", ""], 2, "is a folder; give a JSONL file"),
        (["extract", "--jsonl", "no-such-file.jsonl"], 1, "no such file"),
        (["extract", ""], 1, "The path is empty"),
        (["extract", "-"], 1, "Nothing came in. Pipe an article into it"),
        (["extract", sys.executable], 1, "Files of this kind are not read"),
        (["sql", "SELECT", "1"], 2, "Put quotes around"),
        (["sql", "SELECT 1", "--csv", "--json"], 2, "not both"),
        (["sql", "SELECT 1"], 1, "breachwire run"),
        (["export", "events.csv"], 1, "breachwire run"),
        (["extract", "no-such-file.html"], 1, "no such file"),
        (["run", HOSPITAL, "--store", str(SAMPLES)], 1, "is a folder"),
        (["run", HOSPITAL, "--store", HOSPITAL], 1, "not a DuckDB database"),
    ],
)
def test_what_is_wrong_is_one_sentence(breachwire: Command, arguments: list[str], code: int, told: str) -> None:
    answer = breachwire(*arguments)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert len(answer.err.splitlines()) == 1
    assert answer.err.rstrip().removesuffix(")").endswith((".", "`", "make it, or give another path", "https://"))


def test_a_query_that_cannot_be_run(filled: Command) -> None:
    answer = filled("sql", "SELECT nothing_such FROM event_table")
    assert (answer.code, answer.out) == (1, "")
    assert "nothing_such" in answer.err
    assert "`breachwire schema` shows" in answer.err


def test_a_query_changes_nothing(filled: Command) -> None:
    assert filled("sql", "DELETE FROM articles").code == 1
    assert filled("sql", "SELECT count(*) FROM articles", "--csv").out.splitlines()[1] != "0"


@pytest.mark.parametrize("debug", [False, True])
def test_an_unforeseen_error_has_a_traceback_only_for_debug(
    breachwire: Command, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("flows.query_commands.find_store", fail)
    answer = breachwire(*(["--debug"] if debug else []), "sql", "SELECT 1")
    assert answer.code == 1
    assert ("Traceback" in answer.err) is debug
    assert "ZeroDivisionError: of all things" in answer.err


def test_nothing_to_read_makes_no_store(breachwire: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "lines.jsonl").write_text("\n\n")
    missing, empty, lines = (str(tmp_path / name) for name in ("missing", "empty", "lines.jsonl"))
    for inputs in ([missing], [empty], [lines], [missing, empty, lines]):
        answer = breachwire("run", *inputs)
        assert (answer.code, answer.out) == (1, "")
        assert all(given in answer.err for given in inputs)
    assert answer.err.startswith("3 problems (not found 2, empty page 1):")
    assert answer.err.splitlines()[-1].startswith("breachwire: No article could be read; see")
    assert not (tmp_path / "store.duckdb").exists()


def test_a_mistyped_path_leaves_the_store_as_it_is(filled: Command, tmp_path: Path) -> None:
    before = (tmp_path / "store.duckdb").read_bytes()
    assert filled("run", str(tmp_path / "missing")).code == 1
    assert (tmp_path / "store.duckdb").read_bytes() == before


def test_a_mistyped_path_beside_a_good_one_is_a_problem(breachwire: Command, tmp_path: Path) -> None:
    assert breachwire("run", str(tmp_path / "missing"), HOSPITAL).code == 0
    assert breachwire("sql", "SELECT problem_code FROM problems", "--csv").out.split()[1:] == ["not_found"]


@pytest.mark.parametrize(
    "query", ["DELETE FROM events", "COPY events TO 'x.csv'", "SET threads = 1", "", "SELECT 1; SELECT 2"]
)
def test_what_a_query_cannot_do_is_one_sentence(filled: Command, query: str) -> None:
    answer = filled("sql", query)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("breachwire: The query cannot be run: ")
    assert len(answer.err.splitlines()) == 1
    assert ".;" not in answer.err


def test_standard_input_that_does_not_end_is_not_read_to_its_end(breachwire: Command) -> None:
    endless = b"a" * 10_000_001 + b" and so on" * 1000
    answer = breachwire("extract", "-", stdin=endless)
    assert (answer.code, answer.out) == (1, "")
    assert "larger than 10 MB" in answer.err


def test_ctrl_c_is_told_and_no_more(breachwire: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.extraction.print_articles", interrupt)
    monkeypatch.setattr("flows.ingest.discover", interrupt)
    assert breachwire("extract", HOSPITAL) == Answer(130, "", "breachwire: interrupted\n")
    stopped = "interrupted: 0 articles are in the store; run the same command again to do the rest\n"
    assert breachwire("run", HOSPITAL) == Answer(130, "", stopped)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_done_without(closed: str) -> None:
    command = shlex.join([*COMMAND, "extract", "no-such-file.html"])
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} {closed}"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    told = "" if "2>" in closed else f"no-such-file.html: {MISSING}\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence(filled: Command) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "sql", "SELECT * FROM range(100000)", "--csv"],
            cwd=CHECKOUT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "breachwire: There is no space left to write to; make room and run the same command again.\n"
    )


# run


def test_a_run_prints_events_counts_places_and_commands(breachwire: Command, tmp_path: Path) -> None:
    answer = breachwire("run", str(SAMPLES), "--export", str(tmp_path / "events.csv"))
    assert answer.code == 0
    for word in ("victim", "cause", "when", "people affected", "data", "ransomware", "new articles with"):
        assert word in answer.out
    assert f"Database: {tmp_path / 'store.duckdb'}" in answer.out
    assert f"CSV:      {tmp_path / 'events.csv'}" in answer.out
    assert len([line for line in answer.out.partition("Try next:")[2].splitlines() if "breachwire " in line]) == 2


def test_the_commands_that_a_run_suggests_work(filled: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    suggested = filled("run", str(SAMPLES)).out.partition("Try next:")[2].strip().splitlines()
    query = next(line for line in suggested if " sql " in line)
    assert filled(*shlex.split(query)[1:]).code == 0


def test_the_commands_that_a_run_suggests_bear_any_path(breachwire: Command, tmp_path: Path) -> None:
    folder = tmp_path / "my news (ü) & 'more'"
    folder.mkdir()
    shutil.copy(HOSPITAL, folder / "a story\nof ☃.html")
    (folder / "undated\nnotes.txt").write_text(TEXT)
    answer = breachwire("run", str(folder), "--store", str(folder / "my store.duckdb"))
    assert answer.code == 0
    assert len(answer.err.splitlines()) == 2
    assert "undated\ufffdnotes.txt: The file does not begin" in answer.err
    suggested = answer.out.partition("Try next:")[2].strip().splitlines()
    for line in suggested:
        words = shlex.split(line)
        assert words[words.index("--store") + 1] == str(folder / "my store.duckdb")
    assert breachwire(*shlex.split(suggested[0])[1:]).code == 0


def test_a_first_run_makes_the_folder_of_the_store_and_the_csv(breachwire: Command, tmp_path: Path) -> None:
    store, table = tmp_path / "new" / "store.duckdb", tmp_path / "new" / "events.csv"
    assert breachwire("run", HOSPITAL, "--store", str(store), "--export", str(table)).code == 0
    assert table.is_file()


def test_the_same_run_again_says_that_nothing_was_added(filled: Command) -> None:
    answer = filled("run", str(SAMPLES))
    assert answer.code == 0
    assert "Nothing new was added" in answer.out
    assert "new article" not in answer.out


def test_problems_are_told_and_the_run_goes_on(breachwire: Command, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("date 2024-05-01\n" + TEXT)
    for place in range(12):
        (folder / f"undated-{place:02}.txt").write_text(TEXT)
    answer = breachwire("run", str(folder))
    assert answer.code == 0
    assert "1 new article with" in answer.out
    assert answer.err.startswith("12 problems:")
    assert "undated-00.txt: The file does not begin with" in answer.err
    assert "… and 2 more: breachwire problems" in answer.err
    assert "undated-11.txt: " in breachwire("problems").out


def test_the_users_date_is_for_articles_that_have_none(breachwire: Command, tmp_path: Path) -> None:
    (tmp_path / "dated.txt").write_text("date 2022-02-03\n" + TEXT.replace("Dental", "Opticians"))
    (tmp_path / "notes.txt").write_text(TEXT)
    notes, dated = str(tmp_path / "notes.txt"), str(tmp_path / "dated.txt")
    assert breachwire("run", notes, dated, "--published", "2024-05-01").code == 0
    answer = breachwire("sql", "SELECT published_date FROM articles ORDER BY ALL", "--csv")
    assert answer.out.split() == ["published_date", "2022-02-03", "2024-05-01"]
    printed = breachwire("extract", dated, "--json", "--published", "2024-05-01").out
    assert json.loads(printed)["article"]["published"] == "2022-02-03"


# extract


def test_an_article_without_a_headline_begins_with_its_date(breachwire: Command) -> None:
    answer = breachwire("extract", "-", "--published", "2024-05-01", stdin=TEXT.encode())
    assert answer.out.startswith("2024-05-01 · standard input\n")


def test_extract_quotes_the_words_of_every_value(breachwire: Command) -> None:
    answer = breachwire("extract", "-", "--published", "2024-05-01", stdin=TEXT.encode())
    assert answer.code == 0
    assert "Event 1  Orchard Dental" in answer.out
    for words in ("“Orchard Dental”", "“phone numbers”", "(not exposed)", "about 5,000", "2024-04-29"):
        assert words in answer.out


def test_extract_as_json_is_one_object_of_the_contracts(breachwire: Command) -> None:
    answer = breachwire("extract", HOSPITAL, "--json")
    printed = json.loads(answer.out)
    assert set(printed) == {"article", "events"}
    article = Article(**{name: value for name, value in printed["article"].items() if name != "article_id"})
    assert article.article_id == printed["article"]["article_id"]
    for event in map(Event.model_validate, printed["events"]):
        for evidence in event.all_evidence():
            assert article.text[evidence.start : evidence.end] == evidence.quote


def test_extract_reads_a_web_page_from_standard_input(breachwire: Command) -> None:
    answer = breachwire("extract", "-", "--json", stdin=Path(HOSPITAL).read_bytes())
    assert json.loads(answer.out)["article"]["published"] == "2023-06-20"


def test_extract_without_a_date_says_how_to_give_it(breachwire: Command) -> None:
    answer = breachwire("extract", "-", stdin=TEXT.encode())
    assert (answer.code, answer.out) == (1, "")
    assert "--published YYYY-MM-DD" in answer.err


def test_extract_of_an_undated_article(breachwire: Command) -> None:
    answer = breachwire("extract", "-", "--allow-undated", stdin=TEXT.replace("that", "on 3 May 2023 that", 1).encode())
    assert (answer.code, answer.err) == (0, "")
    assert "no date" in answer.out
    assert "“Orchard Dental”" in answer.out
    assert "2024-04-29" not in answer.out


def test_jsonl_gives_a_line_an_article_whatever_is_wrong_with_it(breachwire: Command, tmp_path: Path) -> None:
    records = [
        {"doc": "a1", "title": "Orchard Dental hacked", "text": TEXT, "published": "2024-05-01"},
        {"doc": "a2", "title": "No date", "text": TEXT},
        {"id": 3, "title": "Orchard Dental hacked", "text": TEXT, "published": "2024-05-01"},
    ]
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join([*map(json.dumps, records), "not json"]) + "\n")
    answer = breachwire("extract", "--jsonl", str(path))
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 0
    assert [line["doc"] for line in lines] == ["a1", "a2", "3", f"{path}:4"]
    assert [len(line["events"]) for line in lines] == [1, 0, 1, 0]
    assert len(answer.err.splitlines()) == 2
    event = lines[0]["events"][0]
    assert {"prominence", "status", "cause", "organisations", "data", "affected", "dates"} <= set(event)
    assert {"text": "phone numbers", "category": "phone_numbers", "status": "not_exposed"} in event["data"]


# sql and export


def test_a_query_as_table_csv_and_json(filled: Command) -> None:
    query = "SELECT 1 AS number, NULL AS nothing, DATE '2024-05-01' AS day, '=1+1' AS formula"
    table = filled("sql", query).out
    assert all(word in table for word in ("number", "2024-05-01", "=1+1"))
    rows = list(csv.reader(io.StringIO(filled("sql", query, "--csv").out)))
    assert rows == [["number", "nothing", "day", "formula"], ["1", "", "2024-05-01", "'=1+1"]]
    printed = json.loads(filled("sql", query, "--json").out)
    assert printed == {"number": 1, "nothing": None, "day": "2024-05-01", "formula": "=1+1"}


def test_a_long_table_says_what_it_leaves_out(filled: Command) -> None:
    assert "… and 100 more rows; --csv or --json prints all of them." in filled("sql", "SELECT * FROM range(300)").out


def test_export_writes_a_row_an_event(filled: Command, tmp_path: Path) -> None:
    answer = filled("export", str(tmp_path / "events.csv"))
    with (tmp_path / "events.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert answer.out == f"{len(rows)} events written to {tmp_path / 'events.csv'}\n"
    assert {"victim", "cause_code", "data_exposed"} <= set(rows[0])


def test_export_to_standard_output(filled: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert filled("export", "-").out == filled("sql", "SELECT * FROM event_table", "--csv").out
    assert not Path("-").exists()


def test_nothing_steers_the_terminal(filled: Command) -> None:
    query = "SELECT 'a' || chr(27) || '[31mb' AS text"
    for answer in (filled("sql", query), filled("extract", HOSPITAL), filled("run", str(SAMPLES))):
        assert "\x1b" not in answer.out + answer.err


def test_a_reader_that_stops_reading_is_told_nothing(filled: Command, start_command: Command) -> None:
    process = start_command("sql", "SELECT * FROM range(200000)", "--csv")
    assert process.stdout.readline() == "range\n"
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1
