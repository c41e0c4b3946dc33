"""The flow: batches into the store once, whatever an article, another process or the user does meanwhile."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from extractors import extract_events
from flows import batches, steps
from flows.ingest import Interrupted, ingest
from flows.observer import Nobody, observer
from schemas import Article, Extraction, Problem, Run, RunCounts, RunState
from sources.files import read_file
from store import Store, StoreError, open_store

ArticleWriter: TypeAlias = Callable[..., Path]
CommandStarter: TypeAlias = Callable[..., "subprocess.Popen[str]"]
CHECKOUT = Path(__file__).parents[1]
HOLD_STORE = """
import sys, time, store
with store.open_store(sys.argv[1], read_only=False):
    print(flush=True)
    time.sleep(1)
"""


class Listener(Nobody):
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.expected: int | None = None
        self.done = 0
        self.loads: list[RunCounts] = []
        self.problems: list[Problem] = []

    def expect(self, references: int | None) -> None:
        self.expected = references

    def advance(self, references: int) -> None:
        self.done += references

    def load(self, counts: RunCounts, problems: Sequence[Problem]) -> None:
        self.loads.append(counts)
        self.problems += problems


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    token = observer.set(listening)
    yield listening
    observer.reset(token)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "events.duckdb"


def run_flow(folder: Path, store: Path, batch_size: int = 50) -> Run:
    return ingest.fn([str(folder)], store, batch_size=batch_size)


def count_articles(store: Path) -> tuple[int, int]:
    """All rows of articles, and the different ones among them."""
    with open_store(store) as opened:
        return opened.rows("SELECT count(*), count(DISTINCT article_id) FROM articles")[1][0]


def test_loads_each_batch_at_once(write_articles: ArticleWriter, store: Path, listener: Listener) -> None:
    done = run_flow(write_articles(7), store, batch_size=3)
    assert done.counts.model_dump() == {
        "references": 7,
        "stopped_first_look": 0,
        "stopped_topic": 0,
        "known": 0,
        "articles": 7,
        "copies": 0,
        "revised": 0,
        "events": 7,
        "problems": 0,
    }
    assert [counts.articles for counts in listener.loads] == [3, 6, 7]
    assert (listener.expected, listener.done) == (7, 7)


@pytest.mark.parametrize(("publishes_batches", "seen"), [(True, [3, 6, 7]), (False, [0, 0, 0])])
def test_readers_see_each_batch_or_all_at_the_end(
    write_articles: ArticleWriter,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    publishes_batches: bool,
    seen: list[int],
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(Listener, "load", lambda *_: counted.append(count_articles(store)[0]))
    token = observer.set(Listener())
    ingest.fn([str(write_articles(7))], store, batch_size=3, publishes_batches=publishes_batches)
    observer.reset(token)
    assert counted == seen
    assert count_articles(store) == (7, 7)


def test_the_same_input_again_adds_nothing(write_articles: ArticleWriter, store: Path) -> None:
    folder = write_articles(4)
    run_flow(folder, store)
    again = run_flow(folder, store)
    assert again.counts == RunCounts(references=4, known=4)
    assert count_articles(store) == (4, 4)


def test_a_known_page_is_not_read_again(
    write_articles: ArticleWriter, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_articles(2)
    run_flow(folder, store)
    monkeypatch.setattr(batches, "read_article", lambda page, **_: pytest.fail(f"{page.reference} was read again"))
    assert run_flow(folder, store).counts.known == 2


def test_a_run_leaves_its_row(write_articles: ArticleWriter, store: Path) -> None:
    done = run_flow(write_articles(1), store)
    with open_store(store) as opened:
        columns, rows = opened.rows("SELECT * FROM runs")
    row = dict(zip(columns, rows[0], strict=True))
    assert len(rows) == 1
    assert (row["run_id"], row["flow_name"], row["state_code"]) == (done.run_id, "ingest", "completed")
    assert row["started_at"] <= row["ended_at"]
    assert set(done.versions) >= {"breachwire", "extractor", "python", "spacy", "prefect", "duckdb"}


def test_an_article_that_breaks_the_extractor_is_one_problem(
    write_articles: ArticleWriter, store: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_on_two(articles: Sequence[Article]) -> list[Extraction]:
        if any("about 4,000 patients" in article.text for article in articles):
            raise RecursionError("too deep")
        return extract_events(articles)

    monkeypatch.setattr(batches, "extract_events", break_on_two)
    done = run_flow(write_articles(5), store)
    assert (done.state, done.counts.articles, done.counts.problems) == (RunState.COMPLETED, 4, 1)
    assert listener.problems[0].code == "extraction_failed"
    assert listener.problems[0].detail == "RecursionError: too deep"
    assert listener.problems[0].reference.endswith("clinic-002.txt")


def test_a_page_that_breaks_the_reader_is_one_problem(
    write_articles: ArticleWriter, store: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_on_one(path: Path, reference: str) -> object:
        if "clinic-001" in reference:
            raise RuntimeError("odd bytes")
        return read_file(path, reference)

    monkeypatch.setattr("sources.pages.read_file", break_on_one)
    done = run_flow(write_articles(3), store)
    assert (done.counts.articles, done.counts.problems) == (2, 1)
    assert "RuntimeError: odd bytes" in listener.problems[0].detail


def test_a_failure_of_the_store_ends_the_run_and_says_so(
    write_articles: ArticleWriter, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> RunCounts:
        raise StoreError("disk full")

    folder = write_articles(1)
    monkeypatch.setattr("store.database.Store.load", fail)
    with pytest.raises(StoreError, match="disk full"):
        run_flow(folder, store)
    with open_store(store) as opened:
        assert opened.rows("SELECT state_code FROM runs")[1] == [("failed",)]


def test_waits_for_another_process_that_has_the_store(write_articles: ArticleWriter, store: Path) -> None:
    run_flow(write_articles(1), store)
    holder = subprocess.Popen([sys.executable, "-c", HOLD_STORE, str(store)], stdout=subprocess.PIPE, cwd=CHECKOUT)
    assert holder.stdout
    holder.stdout.readline()
    done = run_flow(write_articles(2, folder="more"), store)
    assert holder.wait(timeout=60) == 0
    assert (done.state, done.counts.articles) == (RunState.COMPLETED, 1)  # one of the two is known


def test_an_interruption_in_the_middle_is_recorded(
    write_articles: ArticleWriter, store: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_articles(6)
    extract_articles = batches.extract_articles

    def interrupt_second(articles: Sequence[Article]) -> list[Extraction | Problem]:
        if listener.loads:
            signal.raise_signal(signal.SIGTERM)
        return extract_articles(articles)

    monkeypatch.setattr(batches, "extract_articles", interrupt_second)
    with pytest.raises(Interrupted) as caught:
        run_flow(folder, store, batch_size=2)
    assert caught.value.run.state is RunState.INTERRUPTED
    assert caught.value.run.counts.articles == 2
    assert count_articles(store) == (2, 2)


def test_an_interruption_while_loading_lets_the_batch_be_loaded_and_counted(
    write_articles: ArticleWriter, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Store.load

    def interrupt_and_load(self: Store, *arguments: object) -> RunCounts:
        signal.raise_signal(signal.SIGINT)
        return load(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "load", interrupt_and_load)
    with pytest.raises(Interrupted) as caught:
        run_flow(write_articles(4), store, batch_size=2)
    assert caught.value.run.counts.articles == 2
    assert count_articles(store) == (2, 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_loaded_and_the_next_run_does_the_rest(
    write_articles: ArticleWriter,
    start_command: CommandStarter,
    store: Path,
    number: signal.Signals,
) -> None:
    folder = write_articles(60)
    process = start_command("run", str(folder), "--store", str(store), "--batch-size", "2")
    _wait_for(lambda: store.exists() and _count_or_zero(store) >= 2)
    process.send_signal(number)
    _, err = process.communicate(timeout=120)
    loaded, _ = count_articles(store)
    assert process.returncode == 130, err
    told = f"interrupted: {loaded} articles are in the store; run the same command again to do the rest"
    assert err.strip().splitlines()[-1] == told  # where it took seconds, how far it was stands before
    assert 2 <= loaded < 60
    with open_store(store) as opened:
        assert opened.rows("SELECT state_code, article_count FROM runs")[1] == [("interrupted", loaded)]
    done = run_flow(folder, store)
    assert (done.counts.known, done.counts.articles) == (loaded, 60 - loaded)
    assert count_articles(store) == (60, 60)


def _count_or_zero(store: Path) -> int:
    try:
        return count_articles(store)[0]
    except StoreError:  # the run is writing just now, or has not made the tables yet
        return 0


def _wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


def test_tasks_keep_nothing_of_what_they_are_given() -> None:
    plain = steps.batch_task(lambda: None)
    assert (plain.persist_result, plain.log_prints) == (False, False)
    assert plain.cache_policy is not None
    assert plain.cache_policy.compute_key(None, {}, {}) is None  # type: ignore[arg-type]


def test_batches_are_drawn_one_at_a_time() -> None:
    drawn: list[int] = []
    source = (drawn.append(number) or number for number in range(10))  # type: ignore[func-returns-value]
    assert next(batches.divide_into_batches(source, 3)) == [0, 1, 2]
    assert drawn == [0, 1, 2]
