"""A page that kills every run that reads it is set aside after three, and takes no other page with it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.places import find_memory
from schemas import MediaType, Page
from sources import Attempts, Memory
from store import open_store

CHECKOUT = Path(__file__).resolve().parents[1]
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
# The command in a process that dies as soon as the extractor meets the words of DEADLY.
DYING = """
import os
from flows import batches
extract = batches.extract_events
def extract_or_die(articles):
    if any(os.environ["DEADLY"] in article.text for article in articles):
        os._exit(9)
    return extract(articles)
batches.extract_events = extract_or_die
from flows.cli import main
main()
"""


def run_dying(folder: Path, deadly: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", DYING, "run", str(folder)],
        cwd=CHECKOUT,
        env={**os.environ, "DEADLY": deadly},
        capture_output=True,
        text=True,
        check=False,
    )


def read_rows(path: Path, query: str) -> list[tuple]:
    with open_store(path) as store:
        return store.rows(query)[1]


def test_a_deadly_page_is_set_aside_at_the_fourth_run_and_tried_again_when_it_is_wanted(
    write_articles: Callable[..., Path], breachwire: Callable, tmp_path: Path
) -> None:
    folder, path = write_articles(4), tmp_path / "store.duckdb"
    stored = []
    for _ in range(3):
        assert run_dying(folder, "Clay").returncode == 9
        stored.append(read_rows(path, "SELECT count(*) FROM articles")[0][0] if path.exists() else 0)
    assert stored == [0, 2, 2]  # the second run reads them one at a time: what stands before the deadly one is had
    fourth = run_dying(folder, "Clay")
    assert fourth.returncode == 0, fourth.stderr
    assert "clinic-002.txt: Three runs died while they read the page." in fourth.stderr
    assert read_rows(path, "SELECT count(*) FROM articles") == [(3,)]
    assert read_rows(path, "SELECT problem_code FROM problems") == [("set_aside",)]
    states = read_rows(path, "SELECT state_code, article_count FROM runs ORDER BY started_at")
    assert states == [("abandoned", 0), ("abandoned", 2), ("abandoned", 0), ("completed", 1)]
    again = run_dying(folder, "Clay")
    assert again.returncode == 0
    assert "3 articles already in the store" in again.stdout

    told = [json.loads(line) for line in breachwire("problems", "--json").out.splitlines()]
    assert [(one["is_set_aside"], Path(one["reference"]).name) for one in told] == [(True, "clinic-002.txt")]
    assert breachwire("problems", "--code", "paywall").out.count("set aside") == 1
    assert breachwire("rebuild").out.startswith("3 articles with 3 events read anew.")  # here it would not die of it
    answer = breachwire("retry", "--all")
    assert answer.code == 0, answer.err
    assert "1 new article with 1 event" in answer.out
    assert read_rows(path, "SELECT count(*) FROM articles") == [(4,)]
    assert "No page is set aside" in breachwire("problems").out


def test_what_is_no_problem_cannot_be_tried_again(
    write_articles: Callable[..., Path], breachwire: Callable, tmp_path: Path
) -> None:
    assert "nothing to try again" in breachwire("retry", "--all").err
    folder = write_articles(1)
    (folder / "empty.txt").touch()
    breachwire("run", str(folder))
    assert [json.loads(line)["problem_code"] for line in breachwire("problems", "--json").out.splitlines()] == [
        "empty_page"
    ]
    (run_id,) = read_rows(tmp_path / "store.duckdb", "SELECT run_id FROM runs")[0]
    breachwire("run", str(folder))
    assert "The last run met no problem that was new" in breachwire("problems").out
    assert "empty.txt: " in breachwire("problems", "--since", run_id[:8]).out
    assert "empty.txt: " in breachwire("problems", "--all").out
    for arguments, code, told in (
        (("problems", "--since", "nowhere"), 1, "There is no run nowhere"),
        (("problems", "--code", "sadness"), 2, "There is no code 'sadness'"),
        (("retry",), 2, "Give references, or --all"),
        (("retry", str(folder / "clinic-000.txt")), 1, "is not set aside"),
    ):
        answer = breachwire(*arguments)
        assert (answer.code, told in answer.err) == (code, True), answer
    assert breachwire("retry", "--all").err == "Trying again: 0 pages set aside, 0 addresses that failed.\n"


def make_page(name: str) -> Page:
    return Page(reference=name, media_type=MediaType.TEXT, content=name.encode())


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    return Attempts(Memory(find_memory(tmp_path / "store.duckdb")))


def test_only_what_a_dead_process_was_at_counts(attempts: Attempts) -> None:
    pages = {name: make_page(name) for name in ("dead", "alive", "done", "left")}
    for name, page in pages.items():
        attempts.begin([page], f"process of {name}", NOW)
    attempts.finish([pages["done"].page_hash])
    attempts.leave("process of left")
    is_gone = {f"process of {name}": name != "alive" for name in pages}
    assert attempts.count_failed(lambda process, _: is_gone[process], NOW) == 1
    hashes = [page.page_hash for page in pages.values()]
    assert attempts.find_suspects(hashes) == {pages["dead"].page_hash}


def test_a_page_is_set_aside_after_three_attempts_and_released_by_a_person_only(attempts: Attempts) -> None:
    page = make_page("deadly")
    for number in range(3):
        assert attempts.list_set_aside() == []
        attempts.begin([page], f"run {number}", NOW)
        attempts.count_failed(lambda *_: True, NOW)
    (aside,) = attempts.list_set_aside()
    assert (aside.reference, aside.page_hash, aside.attempts, aside.since) == ("deadly", page.page_hash, 3, NOW)
    attempts.release([page.page_hash])
    assert (attempts.list_set_aside(), attempts.list_released()) == ([], [page.page_hash])
    attempts.begin([page], "run 4", NOW)
    attempts.leave("run 4")  # Ctrl-C: it is still wanted
    assert attempts.list_released() == [page.page_hash]
    attempts.finish([page.page_hash])
    assert attempts.list_released() == []


def test_a_memory_of_an_earlier_version_learns_of_attempts(tmp_path: Path) -> None:
    file = tmp_path / "memory.sqlite"
    with Memory(file) as memory, memory.writing() as connection:
        connection.execute("DROP TABLE attempts")
        connection.execute("PRAGMA user_version = 1")
    with Memory(file) as memory:
        assert Attempts(memory).list_set_aside() == []
