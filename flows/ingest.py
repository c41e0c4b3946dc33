"""The flow `ingest`: articles in, events with evidence in the store, a batch at a time."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from platform import python_version
from typing import NamedTuple
from uuid import uuid4

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import flow

from extractors import EXTRACTOR_VERSION, is_worth_reading
from flows import __version__
from flows.ahead import Extracted, extract_ahead
from flows.copies import CopyFinder
from flows.crew import Crew, Hands, open_crew
from flows.engine import call
from flows.intake import Batch, CountingLook, Intake, Tally
from flows.interruption import interruptible, shielded
from flows.observer import observer
from flows.places import find_archive, find_memory, find_parts
from flows.retrospect import find_silent, limit_archive
from flows.settings import read_settings
from flows.steps import (
    archive_batch,
    divide_batch,
    draw_batch,
    drop_known,
    extract_batch,
    load_batch,
    read_batch,
    record_run,
)
from flows.targets import WAIT_SECONDS, Target
from schemas import Extraction, Problem, Run, RunCounts, RunState, Source
from sources import Fetcher, Found, Kind, Means, Memory, Reference, ReferenceKind, discover, gather
from sources.locations import is_address

BATCH_SIZE = 50
MOST_COUNTED = 10_000  # references that are looked for beforehand, so that progress has an end


class Interrupted(KeyboardInterrupt):
    """The user stopped the run; `run` says how far it came."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.run_id} was interrupted")
        self.run = run


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
    workers: int = 0,
    cluster: str | None = None,
) -> Run:
    """Read what `inputs` name and what is new in `sources`, find the events, and load them, `batch_size` articles at a
    time.

    Readers see each batch as soon as it is loaded, or all at the end where `publishes_batches` is false. `published` is
    the date of articles that state none; without, those are refused, unless undated ones are allowed. Events are found
    by so many `workers` of this machine, or by those of the Dask `cluster` at an address, else by this process: the
    store is the same. Returns the run with its counts. Where there is nothing to read among the inputs, the store is
    neither made nor changed. Raises `Interrupted` on Ctrl-C or SIGTERM: the batches loaded until then stay, and the
    next run does the rest. Raises `StoreLocked` where another process keeps the store for longer than `wait_seconds`,
    `WorkersUnusable` where there are no workers.
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
        with (
            interruptible(),
            _opened_crew(Hands(workers, cluster), store, allow_undated) as crew,
            _opened_intake(inputs, sources or [], store, published) as (intake, tally),
        ):
            observer.get().expect(expected)
            into = Into(target._replace(publishes=publishes_batches), intake, tally, CopyFinder(target))
            for batch, extracted in _extract_each(into, crew, batch_size, allow_undated):
                with shielded():  # what is loaded is counted too
                    run = _take_in(batch, extracted, into, run)
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
    settings = read_settings().fetching
    if settings.contact is None and any(is_address(source.location) for source in sources):
        observer.get().tell(
            "Sites can't tell who asks them: set `contact` in [fetching] (`breachwire config --where`)."
        )
    with Memory(find_memory(store)) as memory, Fetcher(settings, memory) as fetcher:
        means = Means(fetcher, memory.is_unchanged, look)
        found = chain(_discover_named(inputs, memory), gather(sources, means, tally.watch))
        yield Intake(found, fetcher, memory, find_archive(store), look, tally, published), tally


def _discover_named(inputs: Sequence[str], memory: Memory) -> Iterator[Found]:
    """What the inputs hold. An address that is named itself is wanted now, whatever became of it before."""
    for found in discover(inputs):
        if isinstance(found, Reference) and found.kind is ReferenceKind.URL and found.location in inputs:
            memory.forget(Kind.ARTICLE, found.location)
        yield found


def _opened_crew(hands: Hands, store: Path, allow_undated: bool) -> AbstractContextManager[Crew | None]:
    """The workers that extract; none where this process does."""
    if hands.are_own:
        return nullcontext()
    return open_crew(hands, find_archive(store), find_parts(store), allow_undated=allow_undated)


def _extract_each(into: Into, crew: Crew | None, size: int, allow_undated: bool) -> Iterator[tuple[Batch, Extracted]]:
    """Each batch with what it gives, to be taken in before the next is asked for."""
    batches = iter(lambda: call(draw_batch, into.intake, size), None)
    if crew:
        yield from extract_ahead(batches, into.target.path, into.finder, crew)
    else:
        for batch in batches:
            yield batch, _extract_new(batch, into, allow_undated)


def _extract_new(batch: Batch, into: Into, allow_undated: bool) -> Extracted:
    with shielded():
        unknown = call(drop_known, into.target.path, batch.pages)
    read = call(read_batch, unknown, allow_undated)
    off_topic = {page.page_hash for page in read.off_topic}
    call(archive_batch, into.target.path, [page for page in batch.pages if page.page_hash not in off_topic])
    with shielded():
        told, copies = call(divide_batch, into.finder, read.articles)
    extractions, broken = call(extract_batch, told)
    problems = [*batch.problems, *read.problems, *broken]
    return Extracted([*extractions, *copies], problems, read.off_topic, len(batch.pages) - len(unknown))


def _take_in(batch: Batch, extracted: Extracted, into: Into, run: Run) -> Run:
    """Take a batch into the store; returns the run with its counts."""
    loaded = _load(extracted.extractions, extracted.problems, run, into.target)
    into.intake.settle(batch, extracted.off_topic, extracted.problems)
    done = RunCounts(
        references=batch.references + batch.stopped_first_look - len(batch.stopped),
        stopped_first_look=batch.stopped_first_look,
        stopped_topic=len(extracted.off_topic),
        known=batch.known + extracted.known,
        problems=batch.repeated,
    )
    return run.model_copy(update={"counts": run.counts.plus(loaded).plus(done), "sources": into.tally.tell()})


def _look_back(run: Run, sources: Sequence[Source], target: Target) -> Run:
    """Keep to the archive's limits, and tell which sources give much less than is expected."""
    limit_archive(target.path, run.started_at)
    if not any(source.articles_per_day for source in sources):
        return run
    _record(run, target)  # so that this run counts
    with shielded():
        silent = find_silent(sources, target.path, run.started_at)
        return run.model_copy(update={"counts": run.counts.plus(_load([], silent, run, target))}) if silent else run


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
