"""The flow `reextract`: archived pages read again whose articles an older extractor read; what changed is revised."""

from collections.abc import Sequence
from pathlib import Path

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import flow

from extractors import EXTRACTOR_VERSION
from flows.batches import divide, divide_into_batches
from flows.copies import CopyFinder
from flows.engine import call
from flows.ingest import BATCH_SIZE
from flows.interruption import interruptible, shielded
from flows.observer import observer
from flows.places import find_archive
from flows.runs import Interrupted, begin_run, close_run, end_run, record, tell_failed
from flows.steps import divide_batch, extract_batch, load_batch, read_batch
from flows.targets import WAIT_SECONDS, Target
from schemas import Page, Problem, Run, RunCounts, RunState
from sources import read_archive
from sources.archive import find_file
from store import open_store


@flow(name="reextract", persist_result=False, log_prints=False)
def reextract(store: Path, wait_seconds: float = WAIT_SECONDS, batch_size: int = BATCH_SIZE) -> Run:
    """Read the archived pages again whose articles another version of the extractor read, and revise the articles.

    Returns the run with its counts; where there is nothing to read again, the store is left as it is and holds no row
    of the run. Raises `Interrupted` on Ctrl-C or SIGTERM: the next run does the rest. Raises `StoreLocked` where
    another process keeps the store for longer than `wait_seconds`.
    """
    run = begin_run("reextract")
    if not (hashes := find_outdated(store)):
        return close_run(run, RunState.COMPLETED)
    target = Target(store, wait_seconds)
    record(run, target)
    try:
        with interruptible():
            observer.get().expect(len(hashes))
            finder = CopyFinder(target)
            for batch in divide_into_batches(read_archive(find_archive(store), hashes), batch_size):
                run = _read_again(batch, finder, run, target)
    except KeyboardInterrupt:
        raise Interrupted(end_run(run, RunState.INTERRUPTED, target)) from None
    except Exception as error:
        record(tell_failed(run, error), target)
        raise
    return end_run(run, RunState.COMPLETED, target)


def find_outdated(store: Path) -> list[str]:
    """The hashes of the pages to be read again; of those that the archive keeps no longer the observer is told."""
    if not store.exists():
        return []
    with open_store(store) as opened:
        outdated = opened.outdated_pages(EXTRACTOR_VERSION)
    archive = find_archive(store)
    kept = [page_hash for page_hash in outdated if find_file(archive, page_hash).exists()]
    if gone := len(outdated) - len(kept):
        stay = "1 article stays as an older extractor read it" if gone == 1 else f"{gone:,} articles stay as they are"
        observer.get().tell(f"{stay}: what is not archived cannot be read again.")
    return kept


def _read_again(batch: Sequence[Page | Problem], finder: CopyFinder, run: Run, target: Target) -> Run:
    """Read a batch of pages and load what they give; returns the run with its counts."""
    pages, missing = divide(batch)
    # What is stored passed the first look once, and the user's --allow-undated: it stays, read anew.
    read = call(read_batch, [page.model_copy(update={"first_look": False}) for page in pages], True)
    with shielded():
        told, copies = call(divide_batch, finder, read.articles)
    extractions, broken = call(extract_batch, told)
    problems = [*missing, *read.problems, *broken]
    observer.get().advance(len(missing))
    with shielded():  # what is loaded is counted too
        loaded = call(load_batch, target, [*extractions, *copies], problems, run.run_id)
        done = loaded.model_copy(update={"problems": len(problems)}).plus(RunCounts(references=len(batch)))
        run = run.model_copy(update={"counts": run.counts.plus(done)})
        observer.get().load(run.counts, problems)
    return run
