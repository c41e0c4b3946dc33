"""The flow `ingest`: articles in, events with evidence in the store, a batch at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from platform import python_version
from typing import NamedTuple, ParamSpec, TypeVar
from uuid import uuid4

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import Task, flow
from prefect.cache_policies import NO_CACHE

from extractors import EXTRACTOR_VERSION, is_worth_reading
from extractors.near_duplicates import CopyIndex
from flows import __version__, batches
from flows.batches import ReadBatch, divide
from flows.copies import divide_copies, open_index
from flows.engine import call
from flows.intake import Batch, CountingLook, Intake, Tally
from flows.interruption import interruptible, shielded
from flows.observer import observer
from flows.places import find_archive, find_memory
from flows.settings import read_settings
from schemas import Article, Extraction, Page, Problem, Run, RunCounts, RunState, Source
from sources import (
    Fetcher,
    Found,
    Kind,
    Means,
    Memory,
    Reference,
    ReferenceKind,
    archive_pages,
    discover,
    gather,
    prune_archive,
)
from store import Store, open_store

BATCH_SIZE = 50
MOST_COUNTED = 10_000  # references that are looked for beforehand, so that progress has an end
DAYS_WATCHED = 7
WAIT_SECONDS = 60.0  # for another process that writes to the store

P = ParamSpec("P")
R = TypeVar("R")


class Interrupted(KeyboardInterrupt):
    """The user stopped the run; `run` says how far it came."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.run_id} was interrupted")
        self.run = run


class Target(NamedTuple):
    """The store that a run writes to: how long to wait for another writer, and whether readers see each batch."""

    path: Path
    wait_seconds: float = WAIT_SECONDS
    publishes: bool = True

    def open(self) -> Store:
        """The store for writing; the user is told for whom it waits."""
        return open_store(
            self.path,
            read_only=False,
            wait_seconds=self.wait_seconds,
            tell=observer.get().tell,
            publishes=self.publishes,
        )


class CopyFinder:
    """Tells copies from articles that are to be extracted, among those of the store and of this run."""

    def __init__(self, target: Target) -> None:
        self._target = target._replace(publishes=False)
        self._index: CopyIndex | None = None

    def divide(self, articles: Sequence[Article]) -> tuple[list[Article], list[Extraction]]:
        """The articles whose events are to be found, and the copies as they are loaded."""
        if not articles:
            return [], []
        with self._target.open() as store:
            if self._index is None:
                self._index = open_index(store)
            return divide_copies(articles, self._index, store.texts, store.corrected_articles())


def batch_task(function: Callable[P, R]) -> Task[P, R]:
    """A task over a batch. Its pages and articles are neither hashed for a cache nor written to disk as results."""
    return Task(function, cache_policy=NO_CACHE, persist_result=False, log_prints=False)


@batch_task
def draw_batch(intake: Intake, size: int) -> Batch | None:
    """Fetch or read the pages of the next batch; None where there are no more."""
    return intake.draw(size)


@batch_task
def drop_known(store: Path, pages: Sequence[Page]) -> list[Page]:
    """The pages that the store does not hold yet, or that an older extractor read."""
    with open_store(store) as opened:
        known = opened.known_pages([page.page_hash for page in pages], EXTRACTOR_VERSION)
    unknown = [page for page in pages if page.page_hash not in known]
    observer.get().advance(len(pages) - len(unknown))
    return unknown


@batch_task
def read_batch(pages: Sequence[Page], allow_undated: bool) -> ReadBatch:
    """The articles of the pages, without those that are not about an incident."""
    return batches.read_batch(pages, allow_undated=allow_undated)


@batch_task
def archive_batch(store: Path, pages: Sequence[Page]) -> int:
    """Keep the pages in the archive beside the store; how many were new to it."""
    return archive_pages(find_archive(store), pages)


@batch_task
def divide_batch(finder: CopyFinder, articles: Sequence[Article]) -> tuple[list[Article], list[Extraction]]:
    """The articles that are to be extracted, and those that repeat another's text."""
    told, copies = finder.divide(articles)
    observer.get().advance(len(copies))
    return told, copies


@batch_task
def extract_batch(articles: Sequence[Article]) -> tuple[list[Extraction], list[Problem]]:
    """Find the events of articles."""
    return divide(batches.extract_articles(articles))


@batch_task
def load_batch(
    target: Target, extractions: Sequence[Extraction], problems: Sequence[Problem], run_id: str
) -> RunCounts:
    """Load a batch in one transaction; the counts are of what was new."""
    with target.open() as opened:
        return opened.load(extractions, problems, run_id)


@batch_task
def record_run(target: Target, run: Run) -> None:
    """Write the run's row."""
    with target.open() as opened:
        opened.save_run(run)


@flow(name="ingest", persist_result=False, log_prints=False)
def ingest(
    inputs: list[str],
    store: Path,
    published: date | None = None,
    batch_size: int = BATCH_SIZE,
    wait_seconds: float = WAIT_SECONDS,
    publishes_batches: bool = True,
    sources: list[Source] | None = None,
    allow_undated: bool = False,
) -> Run:
    """Read what `inputs` name and what is new in `sources`, find the events, and load them, `batch_size` articles at a
    time.

    Readers see each batch as soon as it is loaded, or all at the end where `publishes_batches` is false. `published` is
    the date of articles that state none; without, those are refused, unless undated ones are allowed. Returns the run
    with its counts. Where there is nothing to read among the inputs, the store is neither made nor changed. Raises
    `Interrupted` on Ctrl-C or SIGTERM: the batches loaded until then stay, and the next run does the rest. Raises
    `StoreLocked` where another process keeps the store for longer than `wait_seconds`.
    """
    run = Run(run_id=uuid4().hex, flow="ingest", state=RunState.RUNNING, started_at=_now(), versions=find_versions())
    expected = None
    if not sources:
        with interruptible():
            expected, problems = _look_ahead(inputs)
        if len(problems) == expected:
            return _find_nothing(run, problems)
    target = Target(store, wait_seconds)
    _record(run, target)
    try:
        with interruptible(), _opened_intake(inputs, sources or [], store, published) as (intake, tally):
            observer.get().expect(expected)
            into = Into(target._replace(publishes=publishes_batches), intake, tally, CopyFinder(target))
            while batch := call(draw_batch, intake, batch_size):
                run = _take_in(batch, into, run, allow_undated)
            with shielded():
                run = _look_back(run, sources or [], target)
    except KeyboardInterrupt:
        raise Interrupted(_end(run, RunState.INTERRUPTED, target)) from None
    except Exception:
        _end(run, RunState.FAILED, target)
        raise
    return _end(run, RunState.COMPLETED, target)


class Into(NamedTuple):
    """Where a run's batches come from and go to."""

    target: Target
    intake: Intake
    tally: Tally
    finder: CopyFinder


@contextmanager
def _opened_intake(
    inputs: Sequence[str], sources: Sequence[Source], store: Path, published: date | None
) -> Iterator[tuple[Intake, Tally]]:
    """What is read, and the counts of each source; within, the network can be used."""
    look, tally = CountingLook(is_worth_reading), Tally(sources)
    with Memory(find_memory(store)) as memory, Fetcher(read_settings().fetching, memory) as fetcher:
        means = Means(fetcher, memory.is_unchanged, look)
        found = chain(_discover_named(inputs, memory), gather(sources, means, tally.watch))
        yield Intake(found, fetcher, memory, find_archive(store), look, tally, published), tally


def _discover_named(inputs: Sequence[str], memory: Memory) -> Iterator[Found]:
    """What the inputs hold. An address that is named itself is wanted now, whatever became of it before."""
    for found in discover(inputs):
        if isinstance(found, Reference) and found.kind is ReferenceKind.URL and found.location in inputs:
            memory.forget(Kind.ARTICLE, found.location)
        yield found


def _take_in(batch: Batch, into: Into, run: Run, allow_undated: bool) -> Run:
    """Take a batch into the store; returns the run with its counts."""
    store = into.target.path
    with shielded():
        unknown = call(drop_known, store, batch.pages)
    read = call(read_batch, unknown, allow_undated)
    off_topic = {page.page_hash for page in read.off_topic}
    call(archive_batch, store, [page for page in batch.pages if page.page_hash not in off_topic])
    with shielded():
        told, copies = call(divide_batch, into.finder, read.articles)
    extractions, broken = call(extract_batch, told)
    problems = [*batch.problems, *read.problems, *broken]
    with shielded():  # what is loaded is counted too
        loaded = _load([*extractions, *copies], problems, run, into.target)
        into.intake.settle(batch, read.off_topic, problems)
        done = RunCounts(
            references=batch.references + batch.stopped_first_look - len(batch.stopped),
            stopped_first_look=batch.stopped_first_look,
            stopped_topic=len(read.off_topic),
            known=batch.known + len(batch.pages) - len(unknown),
            problems=batch.repeated,
        )
        return run.model_copy(update={"counts": run.counts.plus(loaded).plus(done), "sources": into.tally.tell()})


def _look_back(run: Run, sources: Sequence[Source], target: Target) -> Run:
    """At the end of a run: tell which sources give much less than is expected, and keep to the archive's limits."""
    limits = read_settings().archive
    bytes_kept = None if limits.max_gb is None else int(limits.max_gb * 1_000_000_000)
    oldest = None if limits.max_days is None else run.started_at - timedelta(days=limits.max_days)
    if bytes_kept is not None or oldest is not None:
        prune_archive(find_archive(target.path), most_bytes=bytes_kept, oldest=oldest)
    if not any(source.articles_per_day for source in sources):
        return run
    _record(run, target)
    with open_store(target.path) as opened:
        found = opened.sources_found(run.started_at - timedelta(days=DAYS_WATCHED))
    silent = list(_find_silent(sources, found, run.started_at))
    return run.model_copy(update={"counts": run.counts.plus(_load([], silent, run, target))})


def _find_silent(
    sources: Sequence[Source], found: Mapping[str, tuple[int, datetime]], now: datetime
) -> Iterator[Problem]:
    """Sources that are followed for a week and gave less than a third of what is expected; `found` is as the store
    gives it."""
    for source in sources:
        number, first = found.get(source.name, (0, now))
        expected = DAYS_WATCHED * (source.articles_per_day or 0)
        if first <= now - timedelta(days=DAYS_WATCHED) and number < expected / 3:
            detail = f"It gave {number:,} articles in a week, and {expected:,.0f} are expected. Check the source."
            yield Problem(code="silent_source", reference=source.name, detail=detail)


def _load(extractions: Sequence[Extraction], problems: Sequence[Problem], run: Run, target: Target) -> RunCounts:
    """Load a batch; the counts are of the articles and events that were new, and of all problems that were met."""
    loaded = call(load_batch, target, extractions, problems, run.run_id)
    observer.get().load(run.counts.plus(loaded), problems)
    return loaded.model_copy(update={"problems": len(problems)})


def _end(run: Run, state: RunState, target: Target) -> Run:
    ended = run.model_copy(update={"state": state, "ended_at": _now()})
    _record(ended, target)
    return ended


def _record(run: Run, target: Target) -> None:
    with shielded():
        call(record_run, target, run)


def _look_ahead(inputs: list[str]) -> tuple[int | None, list[Problem]]:
    """How many references the inputs hold (None: too many to look at twice), and those that lead nowhere."""
    number, problems = 0, []
    for found in islice(discover(inputs), MOST_COUNTED):
        number += 1
        if isinstance(found, Problem):
            problems.append(found)
    return number if number < MOST_COUNTED else None, problems


def _find_nothing(run: Run, problems: Sequence[Problem]) -> Run:
    """The run that found nothing to read, and left no trace: a mistyped path makes no store."""
    counts = RunCounts(references=len(problems), problems=len(problems))
    observer.get().load(counts, problems)
    return run.model_copy(update={"state": RunState.FAILED, "ended_at": _now(), "counts": counts})


def find_versions() -> dict[str, str]:
    """The versions of breachwire and of what its results depend on."""
    packages = {name: version(name) for name in ("spacy", "trafilatura", "dateparser", "duckdb", "prefect")}
    return {"breachwire": __version__, "extractor": EXTRACTOR_VERSION, "python": python_version(), **packages}


def _now() -> datetime:
    return datetime.now(UTC)
