"""Workers: whoever extracts, however many, and whatever becomes of them, the store is that of one process alone."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import dask
import psutil
import pytest
from distributed import LocalCluster

from flows import crew
from flows.crew import Hands
from flows.following import divide_archives
from flows.ingest import Interrupted, ingest
from flows.observer import Nobody, observer
from flows.places import find_archive, find_parts
from flows.rebuild import rebuild
from schemas import Problem, Run, RunState
from sources import archive_pages, discover, read_pages
from store import StoreError, open_store
from store.parts import Outcome, PartRow, read_part, write_part
from tests.invented import invent_extractions
from tests.poison import DEADLY, ENDLESS
from tests.warcs import make_answer, make_record, pack

ArticleWriter: TypeAlias = Callable[..., Path]
CommandStarter: TypeAlias = Callable[..., "subprocess.Popen[str]"]
SAMPLES = Path(__file__).parents[1] / "data" / "samples"
NOT_COMPARED = {"runs", "source_runs", "text_signatures"}  # the last is made when a run asks for copies, not before
BATCH_SIZE = 5
STORY = (
    "Norwood Clinic said on Monday that hackers had broken into its systems in April and had stolen the names and home "
    "addresses of about {} patients. The clinic has written to everybody concerned and has told the police of it."
)
BREAD = (
    "The bakery on the harbour opened its second shop in the old mill. Bread is baked there from four in the morning, "
    "and the queue was long before sunrise. The recipe for its rye loaf came from the owner's grandmother, and the "
    "flour comes from three farms in the valley. In autumn there will be apple cake, and children can help to knead."
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "events.duckdb"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster that is there already."""
    made = LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50)
    with made:
        yield made.scheduler_address


@pytest.fixture
def many(tmp_path: Path, write_articles: ArticleWriter) -> list[str]:
    """What a run can meet: samples, articles, copies near and far, pages twice, a revision, no articles, an archive."""
    folder = write_articles(12)
    for name, source in (("clinic-003-again", 3), ("clinic-020", 0), ("clinic-021", 9)):  # batches before or beside
        text = (folder / f"clinic-{source:03}.txt").read_text()
        (folder / f"{name}.txt").write_text(text if "again" in name else f"{text}\n(Newsline)\n")
    (folder / "clinic-004-empty.txt").write_text("")
    (folder / "clinic-005-undated.txt").write_text("A clinic said on Monday that it had lost the names of patients.")
    for name, number in (("clinic-000.jsonl", "5,000"), ("records.jsonl", "9,000")):
        record = {"text": STORY.format(number), "url": "https://news.example/clinic", "published": "2024-05-02"}
        (folder / name).write_text(json.dumps({"title": "Clinic", **record}))
    return [str(SAMPLES), str(folder), str(write_warc(tmp_path / "crawl.warc.gz"))]


def write_warc(path: Path) -> Path:
    """An archive with a page about a breach, one about bread, and one about bread that offers news of breaches."""
    offered = "<p>Data breach at a clinic: hackers stole patient records, ransomware</p>"
    bodies = [STORY.format("7,000"), BREAD, f"{BREAD}</p></article><aside>{offered * 3}</aside>"]
    titles = ("Names of patients stolen", "Bread from the old mill", "A second bakery")
    pages = [
        f'<html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>'
        f'<time datetime="2024-05-06">6 May 2024</time><p>{body}</p></article></body></html>'
        for title, body in zip(titles, bodies, strict=True)
    ]
    urls = [f"http://news.test/{number}" for number in range(len(pages))]
    records = [make_record("response", url, make_answer(page.encode())) for url, page in zip(urls, pages, strict=True)]
    path.write_bytes(pack(records))
    return path


def run_flow(inputs: list[str], store: Path, hands: Hands = crew.HERE, batch_size: int = BATCH_SIZE) -> Run:
    named, archives = divide_archives(inputs)
    return ingest.fn(named, store, None, batch_size, 60.0, False, archives, False, None, *hands)


def read_tables(store: Path) -> dict[str, list[str]]:
    """Every row of every table of history, without the run and its times."""
    with open_store(store) as opened:
        names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'history'"
        tables = [name for (name,) in opened.rows(names)[1] if name not in NOT_COMPARED]
        return {table: sorted(_show(*opened.rows(f"FROM history.{table}"))) for table in tables}


def _show(columns: list[str], rows: list[tuple[Any, ...]]) -> Iterator[str]:
    for row in rows:
        named = zip(columns, row, strict=True)
        yield str([value for name, value in named if name != "run_id" and not isinstance(value, datetime)])


def test_any_number_of_workers_gives_the_same_store(many: list[str], tmp_path: Path, cluster: str) -> None:
    every = (crew.HERE, Hands(1), Hands(0, cluster))  # and two that are its own in the next but one
    stores = {hands: tmp_path / str(place) / "events.duckdb" for place, hands in enumerate(every)}
    runs = {hands: run_flow(many, store, hands) for hands, store in stores.items()}
    alone = runs.pop(crew.HERE)
    tables = read_tables(stores[crew.HERE])
    met = alone.counts
    assert (met.stopped_first_look, met.stopped_topic, met.problems, met.copies, met.known, met.revised) == (
        1, 1, 2, 2, 1, 1
    )  # fmt: skip
    assert len(tables["events"]) >= 30
    for hands, run in runs.items():
        assert run.counts == alone.counts, hands
        assert run.sources == alone.sources, hands
        assert read_tables(stores[hands]) == tables, hands
        assert not find_parts(stores[hands]).exists()


def test_a_store_is_made_anew_by_workers_as_without(
    write_articles: ArticleWriter, store: Path, tmp_path: Path, cluster: str
) -> None:
    (write_articles(12) / "copy.txt").write_text((write_articles(12) / "clinic-002.txt").read_text() + "\n(Newsline)\n")
    run_flow([str(tmp_path / "articles"), str(write_warc(tmp_path / "a.warc.gz"))], store, Hands(0, cluster))
    alone = rebuild(store)
    tables = read_tables(store)
    helped = rebuild(store, hands=Hands(0, cluster))
    assert helped.run.counts == alone.run.counts
    assert helped.problems == alone.problems
    assert read_tables(store) == tables
    assert (alone.run.counts.copies, alone.run.counts.stopped_topic, len(tables["events"])) == (1, 1, 13)
    assert not find_parts(store).exists()


def test_a_worker_that_dies_loses_nothing(
    write_articles: ArticleWriter, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(write_articles(30))
    killed: list[int] = []
    collect = crew.Crew.collect

    def kill_one(self: crew.Crew, pending: crew.Pending) -> list[PartRow]:
        """Collect, but kill a worker of this process first, once; both have batches then."""
        if not killed:
            workers = [child for child in psutil.Process().children(recursive=True) if _is_spawned(child)]
            busiest = max(workers, key=lambda one: one.memory_info().rss)
            busiest.kill()
            killed.append(busiest.pid)
        return collect(self, pending)

    monkeypatch.setattr(crew.Crew, "collect", kill_one)
    run = run_flow([folder], store, Hands(2))
    assert len(killed) == 1
    assert (run.counts.articles, run.counts.problems) == (30, 0)
    run_flow([folder], tmp_path / "alone.duckdb")
    assert read_tables(store) == read_tables(tmp_path / "alone.duckdb")


def _is_spawned(child: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any("spawn_main" in word for word in child.cmdline())
    return False


class Listener(Nobody):
    """Writes down the problems."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def load(self, counts: object, problems: Any) -> None:
        self.problems += problems


def test_pages_that_kill_or_keep_workers_are_problems_and_the_others_are_loaded(
    write_articles: ArticleWriter, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_articles(12)
    for number, poison in ((2, DEADLY), (3, ENDLESS)):
        (folder / f"clinic-{number:03}.txt").write_bytes(b"date 2024-05-01\n" + poison * 10)
    monkeypatch.setattr(crew, "MOST_DEATHS", 1)  # three of each take a minute
    monkeypatch.setattr(crew, "PAGE_SECONDS", 10.0)
    listener = Listener()
    token = observer.set(listener)
    with dask.config.set({"distributed.worker.preload": ["tests.poison"]}):
        run = run_flow([str(folder)], store, Hands(2))
    observer.reset(token)
    assert (run.state, run.counts.articles, run.counts.problems) == (RunState.COMPLETED, 10, 2)
    assert [(one.code, Path(one.reference).name) for one in listener.problems] == [
        ("extraction_failed", "clinic-002.txt"),
        ("extraction_failed", "clinic-003.txt"),
    ]
    assert not find_parts(store).exists()


def test_parts_that_a_killed_run_left_are_used_once(
    write_articles: ArticleWriter, start_command: CommandStarter, store: Path, tmp_path: Path, cluster: str
) -> None:
    folder, parts = write_articles(20), find_parts(store)
    options = ("--store", str(store), "--batch-size", str(BATCH_SIZE), "--dask", cluster)
    process = start_command("run", str(folder), *options)
    while process.poll() is None and len(list(parts.glob("*.parquet"))) < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.kill()
    process.communicate()
    left = list(parts.glob("*.parquet"))
    run = run_flow([str(folder)], store, Hands(0, cluster))
    assert run.counts.articles + run.counts.known == 20
    assert not set(left) & set(parts.glob("*.parquet")) or run.counts.known
    run_flow([str(folder)], tmp_path / "alone.duckdb")
    assert read_tables(store) == read_tables(tmp_path / "alone.duckdb")


def test_a_part_that_is_there_is_not_made_again(
    write_articles: ArticleWriter, store: Path, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [page for page in read_pages(discover([str(write_articles(3))])) if not isinstance(page, Problem)]
    archive_pages(find_archive(store), pages)
    kept = [crew.Kept(page.page_hash) for page in pages]
    with crew.open_crew(Hands(0, cluster), find_archive(store), find_parts(store), allow_undated=False) as hired:
        first = hired.collect(hired.ask(kept))
        spent = hired.cpu_seconds
        again = hired.ask(kept)
        assert hired.collect(again) == first
        assert hired.cpu_seconds == spent > 0
        part = again.order.part
        part.write_bytes(part.read_bytes()[:-20])  # a damaged one is
        assert hired.collect(hired.ask(kept)) == first
        assert hired.cpu_seconds > spent
        assert max(hired.memory.values()) > 50_000_000
        hired.settle(again)
    assert not find_parts(store).exists()


def test_ctrl_c_keeps_what_was_loaded_and_ends_the_workers(
    write_articles: ArticleWriter, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_articles(20)

    class Impatient(Nobody):
        def load(self, counts: object, problems: object) -> None:
            raise KeyboardInterrupt

    token = observer.set(Impatient())
    with pytest.raises(Interrupted):
        run_flow([str(folder)], store, Hands(1))
    observer.reset(token)
    assert not [child for child in psutil.Process().children(recursive=True) if _is_own_worker(child)]
    with open_store(store) as opened:
        assert opened.rows("SELECT state_code FROM runs")[1] == [("interrupted",)]
    assert run_flow([str(folder)], store).counts.known == BATCH_SIZE


def _is_own_worker(child: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return _is_spawned(child) and any("preload" in word for word in child.cmdline())
    return False


def test_a_part_gives_back_what_it_was_given(tmp_path: Path) -> None:
    rows = [
        PartRow(Outcome.ARTICLE, one.article.reference, one.article, one.events, one.extractor_version)
        for one in invent_extractions()
    ]
    failure = Problem(code="extraction_failed", reference="a \x00 b", detail="“quoted” \n ☂")
    rows += [
        PartRow(Outcome.ARTICLE, "c", rows[0].article, problem=failure),
        PartRow(Outcome.PROBLEM, failure.reference, problem=failure),
        PartRow(Outcome.STOPPED_TOPIC, "d"),
    ]
    file = tmp_path / "new" / "part.parquet"
    write_part(file, rows)
    assert read_part(file) == rows
    assert [row.result for row in read_part(file)] == [*invent_extractions(), failure, failure, None]
    assert list(file.parent.iterdir()) == [file]
    for damaged in (b"", file.read_bytes()[:-30], b"PAR1"):
        file.write_bytes(damaged)
        with pytest.raises(StoreError, match="cannot be read"):
            read_part(file)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--workers", "1", "--dask", "tcp://127.0.0.1:9"), 2, "Give --workers or --dask, not both"),
        (("--dask", "tcp://127.0.0.1:9"), 1, "No Dask scheduler answers at tcp://127.0.0.1:9"),
        (("--dask", "nowhere at all"), 1, "No Dask scheduler answers at nowhere at all"),
    ],
)
def test_what_cannot_be_done_is_told(
    breachwire: Callable[..., Any],
    write_articles: ArticleWriter,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    told: str,
) -> None:
    monkeypatch.setattr(crew, "PATIENCE_SECONDS", 2.0)
    answer = breachwire("run", str(write_articles(1)), *arguments)
    assert answer.code == code
    assert told in answer.err


def test_without_dask_the_command_says_how_to_get_it(
    breachwire: Callable[..., Any], write_articles: ArticleWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    answer = breachwire("run", str(write_articles(1)), "--workers", "1")
    assert answer.code == 1
    assert "pip install distributed" in answer.err
