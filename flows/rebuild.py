"""Making a store anew from its archived pages, with the corrections that can be saved from the old one."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from extractors import is_worth_reading
from flows.ahead import divide_rows, work_ahead
from flows.batches import divide, divide_into_batches, extract_articles, read_batch
from flows.copies import CopyFinder
from flows.crew import HERE, Crew, Hands, open_crew
from flows.ingest import BATCH_SIZE
from flows.interruption import interruptible
from flows.observer import observer
from flows.parts import Kept
from flows.places import find_archive, find_parts
from flows.poison import describe_aside, find_set_aside
from flows.runs import begin_run
from flows.targets import Target
from schemas import Extraction, Problem, Run, RunCounts, RunState
from schemas.corrections import Correction
from sources import count_archive, order_archive, read_archive, read_archived
from store import Imported, StoreError, open_store, replace_store, rescue_corrections
from store.parts import Outcome


class Rebuilt(NamedTuple):
    """What a rebuilding gave: the run with its counts, its problems, the corrections, and where the old store lies."""

    run: Run
    problems: list[Problem]
    corrections: Imported
    old: Path | None


def rebuild(
    store: Path,
    corrections: Sequence[tuple[Correction, str]] | None = None,
    *,
    allow_undated: bool = False,
    hands: Hands = HERE,
) -> Rebuilt:
    """Make the store at `store` anew from the archive beside it, and put it in place when it is whole.

    `corrections` are those of a file; without, those of the old store or of its snapshot, whichever can be read. The
    events are found by `hands`. The old store is kept beside the new one. Raises `StoreError` where no pages are
    archived; the old store stays then, and where the work is interrupted. Raises `WorkersUnusable` where there are no
    workers.
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
    finder = CopyFinder(Target(new), corrected)
    with interruptible():
        aside = find_set_aside(store)
        if hands.are_own:
            run, problems = load_each(_extract_here(archive, finder, allow_undated, aside), new)
        else:
            with open_crew(hands, archive, find_parts(store), allow_undated=allow_undated) as crew:
                run, problems = load_each(extract_by(crew, archive, finder, aside), new)
        with open_store(new, read_only=False, publishes=False) as opened:
            imported = opened.import_corrections(records)
            opened.save_run(run)
    return Rebuilt(run, problems, imported, replace_store(store, new))


class ExtractedBatch(NamedTuple):
    """What a batch of the archive gives; `counts` are of its pages, and of those that were stopped."""

    extractions: list[Extraction]
    problems: list[Problem]
    counts: RunCounts


def load_each(extracted: Iterable[ExtractedBatch], new: Path) -> tuple[Run, list[Problem]]:
    """Take what is extracted into the store at `new`, a batch at a time; the run with its counts, and all problems."""
    run = begin_run("rebuild")
    every: list[Problem] = []
    counts = RunCounts()
    for batch in extracted:
        with Target(new, publishes=False).open() as opened:
            loaded = opened.load(batch.extractions, batch.problems, run.run_id)
        counts = counts.plus(loaded).plus(batch.counts)
        observer.get().load(counts, batch.problems)
        every += batch.problems
    ended = {"state": RunState.COMPLETED, "ended_at": _now(), "counts": counts}
    return run.model_copy(update=ended), every


def _extract_here(
    archive: Path, finder: CopyFinder, allow_undated: bool, aside: Collection[str]
) -> Iterator[ExtractedBatch]:
    for batch in divide_into_batches(read_archive(archive), BATCH_SIZE):
        pages, missing = divide(batch)
        deadly = [page for page in pages if page.page_hash in aside]
        missing += [describe_aside(page.reference) for page in deadly]
        looked_at = [page for page in pages if page.page_hash not in aside]
        worth_reading = [page for page in looked_at if not page.first_look or is_worth_reading(page.content)]
        read = read_batch(worth_reading, allow_undated=allow_undated)
        told, copies = finder.divide(read.articles)
        extractions, broken = divide(extract_articles(told))
        observer.get().advance(len(batch) - len(worth_reading) + len(copies))
        stopped = len(looked_at) - len(worth_reading), len(read.off_topic)
        counts = RunCounts(references=len(batch), stopped_first_look=stopped[0], stopped_topic=stopped[1])
        yield ExtractedBatch([*extractions, *copies], [*missing, *read.problems, *broken], counts)


def extract_by(
    crew: Crew, archive: Path, finder: CopyFinder, aside: Collection[str] = (), batch_size: int = BATCH_SIZE
) -> Iterator[ExtractedBatch]:
    """What each batch of the archive gives, by workers, who read the pages themselves; those set aside are left out."""
    hashes = order_archive(archive)
    if deadly := [read_archived(archive, page_hash).reference for page_hash in hashes if page_hash in aside]:
        yield ExtractedBatch([], [describe_aside(one) for one in deadly], RunCounts(references=len(deadly)))
    batches = divide_into_batches((Kept(one) for one in hashes if one not in aside), batch_size)
    for pending in work_ahead(map(crew.ask, batches), crew.most_waiting):
        rows = crew.collect(pending)
        extractions, problems, copies = divide_rows(rows, finder)
        observer.get().advance(len(rows) - copies)
        outcomes = Counter(row.outcome for row in rows)
        yield ExtractedBatch(
            extractions,
            problems,
            RunCounts(
                references=len(rows),
                stopped_first_look=outcomes[Outcome.STOPPED_FIRST_LOOK],
                stopped_topic=outcomes[Outcome.STOPPED_TOPIC],
            ),
        )
        crew.settle(pending)


def _now() -> datetime:
    return datetime.now(UTC)
