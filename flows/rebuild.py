"""Making a store anew from its archived pages, with the corrections that can be saved from the old one."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from extractors import is_worth_reading
from flows.batches import divide, divide_into_batches, extract_articles, read_batch
from flows.copies import CopyFinder
from flows.ingest import BATCH_SIZE
from flows.interruption import interruptible
from flows.observer import observer
from flows.places import find_archive
from flows.poison import describe_aside, find_set_aside
from flows.runs import begin_run
from flows.targets import Target
from schemas import Problem, Run, RunCounts, RunState
from schemas.corrections import Correction
from sources import count_archive, read_archive
from store import Imported, StoreError, open_store, replace_store, rescue_corrections


class Rebuilt(NamedTuple):
    """What a rebuilding gave: the run with its counts, its problems, the corrections, and where the old store lies."""

    run: Run
    problems: list[Problem]
    corrections: Imported
    old: Path | None


def rebuild(
    store: Path, corrections: Sequence[tuple[Correction, str]] | None = None, *, allow_undated: bool = False
) -> Rebuilt:
    """Make the store at `store` anew from the archive beside it, and put it in place when it is whole.

    `corrections` are those of a file; without, those of the old store or of its snapshot, whichever can be read. The
    old store is kept beside the new one. Raises `StoreError` where no pages are archived; the old store stays then, and
    where the work is interrupted.
    """
    archive = find_archive(store)
    expected = count_archive(archive)
    if not expected:
        raise StoreError(f"No pages are archived in {archive}; read your articles anew with `breachwire run PATH`.")
    records = rescue_corrections(store) if corrections is None else list(corrections)
    corrected = {correction.article_id for correction, _ in records}
    new = store.with_name(f".{store.name}.rebuilt")
    for leftover in (new, new.with_name(f"{new.name}.wal")):
        leftover.unlink(missing_ok=True)
    observer.get().expect(expected)
    with interruptible():
        aside = find_set_aside(store)
        run, problems = _extract_archive(archive, new, CopyFinder(Target(new), corrected), allow_undated, aside)
        with open_store(new, read_only=False, publishes=False) as opened:
            imported = opened.import_corrections(records)
            opened.save_run(run)
    return Rebuilt(run, problems, imported, replace_store(store, new))


def _extract_archive(
    archive: Path, new: Path, finder: CopyFinder, allow_undated: bool, aside: Collection[str]
) -> tuple[Run, list[Problem]]:
    run = begin_run("rebuild")
    every: list[Problem] = []
    counts = RunCounts()
    target = Target(new, publishes=False)
    for batch in divide_into_batches(read_archive(archive), BATCH_SIZE):
        pages, missing = divide(batch)
        deadly = [page for page in pages if page.page_hash in aside]
        missing += [describe_aside(page.reference) for page in deadly]
        looked_at = [page for page in pages if page.page_hash not in aside]
        worth_reading = [page for page in looked_at if not page.first_look or is_worth_reading(page.content)]
        read = read_batch(worth_reading, allow_undated=allow_undated)
        told, copies = finder.divide(read.articles)
        extractions, broken = divide(extract_articles(told))
        problems = [*missing, *read.problems, *broken]
        observer.get().advance(len(batch) - len(worth_reading) + len(copies))
        with target.open() as opened:
            loaded = opened.load([*extractions, *copies], problems, run.run_id)
        stopped = len(looked_at) - len(worth_reading), len(read.off_topic)
        done = RunCounts(references=len(batch), stopped_first_look=stopped[0], stopped_topic=stopped[1])
        counts = counts.plus(loaded).plus(done)
        observer.get().load(counts, problems)
        every += problems
    ended = {"state": RunState.COMPLETED, "ended_at": _now(), "counts": counts}
    return run.model_copy(update=ended), every


def _now() -> datetime:
    return datetime.now(UTC)
