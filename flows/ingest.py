"""The flow `ingest`: articles in, events with evidence in the store, a batch at a time."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import flow

from extractors import is_worth_reading
from flows.ahead import Extracted, extract_ahead
from flows.artifacts import show_run
from flows.copies import CopyFinder
from flows.crew import Crew, Hands, open_crew
from flows.engine import call
from flows.intake import Batch, CountingLook, Intake, Tally
from flows.interruption import interruptible, shielded
from flows.network import opened_network
from flows.notices import notify_killed, notify_silent
from flows.observer import observer
from flows.places import find_archive, find_parts
from flows.poison import Guard, guarding
from flows.retrospect import find_silent, limit_archive
from flows.runs import Interrupted, begin_run, end_run, record, tell_failed
from flows.settings import read_settings
from flows.steps import (
    archive_batch,
    divide_batch,
    draw_batch,
    drop_known,
    extract_batch,
    load_batch,
    read_batch,
)
from flows.stopwatch import Stopwatch
from flows.targets import WAIT_SECONDS, Target
from schemas import Extraction, Problem, Run, RunCounts, RunState, Source
from sources import Found, Kind, Means, Memory, Reference, ReferenceKind, discover, gather
from sources.locations import is_address

BATCH_SIZE = 50
UNSIGNED = "Sites can't tell who asks them: set `contact` in [fetching]; `breachwire config --where` names the file."
MOST_COUNTED = 10_000  # references that are looked for beforehand, so that progress has an end


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
    day: date | None = None,
    workers: int = 0,
    cluster: str | None = None,
) -> Run:
    """Read what `inputs` name and what is new in `sources`, or what these hold of one `day`, find the events, and load
    them, `batch_size` articles at a time.

    Readers see each batch as soon as it is loaded, or all at the end where `publishes_batches` is false. `published` is
    the date of articles that state none; without, those are refused, unless undated ones are allowed. Events are found
    by so many `workers` of this machine, or by those of the Dask `cluster` at an address, else by this process: the
    store is the same. Returns the run with its counts. Where there is nothing to read among the inputs, the store is
    neither made nor changed. Raises `Interrupted` on Ctrl-C or SIGTERM: the batches loaded until then stay, and the
    next run does the rest. Raises `StoreLocked` where another process keeps the store for longer than `wait_seconds`,
    `WorkersUnusable` where there are no workers.
    """
    run = begin_run("ingest")
    expected = None
    if inputs and not sources:
        with interruptible():
            expected, problems = _look_ahead(inputs)
        if len(problems) == expected:
            return _find_nothing(run, problems)
    target, watch = Target(store, wait_seconds), Stopwatch()
    try:
        notify_killed(run, record(run, target))
    except Exception as error:  # another process keeps the store
        tell_failed(run, error)
        raise
    try:
        with (
            interruptible(),
            _opened_crew(Hands(workers, cluster), store, allow_undated) as crew,
            _opened_intake(inputs, sources or [], store, published, day, watch) as (intake, tally, guard),
        ):
            observer.get().expect(expected)
            into = Into(target._replace(publishes=publishes_batches), intake, tally, CopyFinder(target), guard, watch)
            for batch, extracted in _extract_each(into, crew, batch_size, allow_undated):
                with shielded():  # what is loaded is counted too
                    run = _take_in(batch, extracted, into, run)
            run = _look_back(run, sources or [] if day is None else [], target)
    except KeyboardInterrupt:
        raise Interrupted(end_run(watch.note(run), RunState.INTERRUPTED, target)) from None
    except Exception as error:
        run = tell_failed(watch.note(run), error)
        record(run, target)
        show_run(run, target.path)
        raise
    return end_run(watch.note(run), RunState.COMPLETED, target)


class Into(NamedTuple):
    """Where a run's batches come from and go to."""

    target: Target
    intake: Intake
    tally: Tally
    finder: CopyFinder
    guard: Guard
    watch: Stopwatch


@contextmanager
def _opened_intake(
    inputs: Sequence[str],
    sources: Sequence[Source],
    store: Path,
    published: date | None,
    day: date | None,
    watch: Stopwatch,
) -> Iterator[tuple[Intake, Tally, Guard]]:
    """What is read, the counts of each source, and what keeps fatal pages away; within, the network can be used."""
    look, tally = CountingLook(is_worth_reading), Tally(sources)
    if read_settings().fetching.contact is None and any(is_address(source.location) for source in sources):
        observer.get().tell(UNSIGNED)
    archive = find_archive(store)
    with opened_network(store) as (memory, fetcher, documents), guarding(memory, archive) as guard:
        means = Means(documents, memory.is_unchanged, look, day)
        found = chain(_discover_named(inputs, memory), gather(sources, means, tally.watch))
        try:
            yield Intake(found, fetcher, memory, archive, look, tally, published), tally, guard
        finally:
            watch.add("first_look", look.seconds)


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
    batches = (batch for drawn in iter(lambda: _draw(into, size), None) for batch in into.guard.divide(drawn))
    if crew:
        yield from extract_ahead(batches, into.target.path, into.finder, crew)
    else:
        for batch in batches:
            yield batch, _extract_new(batch, into, allow_undated)


def _draw(into: Into, size: int) -> Batch | None:
    with into.watch.timing("fetch"):
        return call(draw_batch, into.intake, size)


def _extract_new(batch: Batch, into: Into, allow_undated: bool) -> Extracted:
    timing = into.watch.timing
    with shielded(), timing("known"):
        unknown = call(drop_known, into.target.path, batch.pages)
    into.guard.begin(unknown)
    with timing("article"):
        read = call(read_batch, unknown, allow_undated)
    off_topic = {page.page_hash for page in read.off_topic}
    with timing("archive"):
        call(archive_batch, into.target.path, [page for page in batch.pages if page.page_hash not in off_topic])
    with shielded(), timing("copies"):
        told, copies = call(divide_batch, into.finder, read.articles)
    with timing("extract"):
        extractions, broken = call(extract_batch, told)
    problems = [*batch.problems, *read.problems, *broken]
    return Extracted([*extractions, *copies], problems, read.off_topic, len(batch.pages) - len(unknown))


def _take_in(batch: Batch, extracted: Extracted, into: Into, run: Run) -> Run:
    """Take a batch into the store; returns the run with its counts."""
    with into.watch.timing("load"):
        loaded = _load(extracted.extractions, extracted.problems, run, into.target)
    into.intake.settle(batch, extracted.off_topic, extracted.problems)
    into.guard.finish(batch.pages)
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
    record(run, target)  # so that this run counts
    with shielded():
        silent = find_silent(sources, target.path, run.started_at)
        notify_silent(run, silent)
        return run.model_copy(update={"counts": run.counts.plus(_load([], silent, run, target))}) if silent else run


def _load(extractions: Sequence[Extraction], problems: Sequence[Problem], run: Run, target: Target) -> RunCounts:
    """Load a batch; the counts are of the articles and events that were new, and of all problems that were met."""
    loaded = call(load_batch, target, extractions, problems, run.run_id)
    observer.get().load(run.counts.plus(loaded), problems)
    return loaded.model_copy(update={"problems": len(problems)})


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
    ended = run.model_copy(update={"state": RunState.FAILED, "ended_at": _now(), "counts": counts})
    observer.get().end(ended)
    return ended


def _now() -> datetime:
    return datetime.now(UTC)
