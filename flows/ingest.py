"""The flow `ingest`: references in, events with evidence in the store, a batch of articles at a time."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from platform import python_version
from typing import NamedTuple, ParamSpec, TypeVar
from uuid import uuid4

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import Task, flow
from prefect.cache_policies import NO_CACHE

from extractors import EXTRACTOR_VERSION
from flows import __version__, batches
from flows.batches import Found, divide, divide_into_batches
from flows.engine import call
from flows.interruption import interruptible, shielded
from flows.observer import observer
from flows.places import find_archive
from schemas import Extraction, Page, Problem, Run, RunCounts, RunState
from sources import archive_pages, discover
from store import Store, open_store

BATCH_SIZE = 50
MOST_COUNTED = 10_000  # references that are looked for beforehand, so that progress has an end
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


def batch_task(function: Callable[P, R]) -> Task[P, R]:
    """A task over a batch. Its pages and articles are neither hashed for a cache nor written to disk as results."""
    return Task(function, cache_policy=NO_CACHE, persist_result=False, log_prints=False)


@batch_task
def read_batch(batch: Sequence[Found], published: date | None) -> tuple[list[Page], list[Problem]]:
    """Read the pages of a batch; `published` is the user's date for those that state none."""
    pages, problems = divide(batches.read_batch(batch, published))
    observer.get().advance(len(problems))
    return pages, problems


@batch_task
def drop_known(store: Path, pages: Sequence[Page]) -> list[Page]:
    """The pages that the store does not hold yet, or that an older extractor read."""
    with open_store(store) as opened:
        known = opened.known_pages([page.page_hash for page in pages], EXTRACTOR_VERSION)
    unknown = [page for page in pages if page.page_hash not in known]
    observer.get().advance(len(pages) - len(unknown))
    return unknown


@batch_task
def archive_batch(store: Path, pages: Sequence[Page]) -> int:
    """Keep the pages in the archive beside the store; how many were new to it."""
    return archive_pages(find_archive(store), pages)


@batch_task
def extract_batch(pages: Sequence[Page]) -> tuple[list[Extraction], list[Problem]]:
    """Read the articles of pages and find their events."""
    return divide(batches.extract_batch(pages))


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
) -> Run:
    """Read what `inputs` name, find the events, and load them into the store, `batch_size` articles at a time.

    Readers see each batch as soon as it is loaded, or all at the end where `publishes_batches` is false. Returns the
    run with its counts. Where there is nothing to read among the inputs, the store is neither made nor changed. Raises
    `Interrupted` on Ctrl-C or SIGTERM: the batches loaded until then stay, and the next run does the rest. Raises
    `StoreLocked` where another process keeps the store for longer than `wait_seconds`.
    """
    run = Run(run_id=uuid4().hex, flow="ingest", state=RunState.RUNNING, started_at=_now(), versions=find_versions())
    with interruptible():
        expected, problems = _look_ahead(inputs)
    if len(problems) == expected:
        return _find_nothing(run, problems)
    target = Target(store, wait_seconds)
    _record(run, target)
    try:
        with interruptible():
            observer.get().expect(expected)
            for batch in divide_into_batches(discover(inputs), batch_size):
                extractions, problems, known = _extract_new(batch, store, published)
                with shielded():  # what is loaded is counted too
                    loaded = _load(extractions, problems, run, target._replace(publishes=publishes_batches))
                    done = loaded.plus(RunCounts(references=len(batch), known=known))
                    run = run.model_copy(update={"counts": run.counts.plus(done)})
    except KeyboardInterrupt:
        raise Interrupted(_end(run, RunState.INTERRUPTED, target)) from None
    except Exception:
        _end(run, RunState.FAILED, target)
        raise
    return _end(run, RunState.COMPLETED, target)


def _extract_new(
    batch: Sequence[Found], store: Path, published: date | None
) -> tuple[list[Extraction], list[Problem], int]:
    """What a batch gives that the store does not hold yet, its problems, and how many of its pages are known."""
    pages, missing = call(read_batch, batch, published)
    call(archive_batch, store, pages)
    with shielded():
        unknown = call(drop_known, store, pages)
    extractions, broken = call(extract_batch, unknown)
    return extractions, missing + broken, len(pages) - len(unknown)


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
