"""Making a store anew from its archived pages, with the corrections that can be saved from the old one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from flows.batches import divide, divide_into_batches, extract_batch
from flows.ingest import BATCH_SIZE, find_versions
from flows.interruption import interruptible
from flows.observer import observer
from flows.places import find_archive
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


def rebuild(store: Path, corrections: Sequence[tuple[Correction, str]] | None = None) -> Rebuilt:
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
    new = store.with_name(f".{store.name}.rebuilt")
    for leftover in (new, new.with_name(f"{new.name}.wal")):
        leftover.unlink(missing_ok=True)
    observer.get().expect(expected)
    with interruptible():
        run, problems = _extract_archive(archive, new)
        with open_store(new, read_only=False, publishes=False) as opened:
            imported = opened.import_corrections(records)
            opened.save_run(run)
    return Rebuilt(run, problems, imported, replace_store(store, new))


def _extract_archive(archive: Path, new: Path) -> tuple[Run, list[Problem]]:
    run = Run(run_id=uuid4().hex, flow="rebuild", state=RunState.RUNNING, started_at=_now(), versions=find_versions())
    every: list[Problem] = []
    counts = RunCounts()
    for batch in divide_into_batches(read_archive(archive), BATCH_SIZE):
        pages, missing = divide(batch)
        extractions, broken = divide(extract_batch(pages))
        problems = missing + broken
        observer.get().advance(len(missing))
        with open_store(new, read_only=False, publishes=False) as opened:
            loaded = opened.load(extractions, problems, run.run_id)
        counts = counts.plus(loaded).plus(RunCounts(references=len(batch)))
        observer.get().load(counts, problems)
        every += problems
    ended = {"state": RunState.COMPLETED, "ended_at": _now(), "counts": counts}
    return run.model_copy(update=ended), every


def _now() -> datetime:
    return datetime.now(UTC)
