"""The steps of a run over a batch, as Prefect's tasks: each is a plain function that works without it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import Task
from prefect.cache_policies import NO_CACHE

from extractors import EXTRACTOR_VERSION
from flows import batches
from flows.batches import ReadBatch, divide
from flows.copies import CopyFinder
from flows.crew import Crew, Pending
from flows.intake import Batch, Intake
from flows.living import close_dead
from flows.observer import observer
from flows.places import find_archive
from flows.targets import Target
from schemas import Article, Extraction, Page, Problem, Run, RunCounts, RunState
from sources import archive_pages
from store import open_store
from store.parts import PartRow

P = ParamSpec("P")
R = TypeVar("R")


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
    known = find_known.fn(store, [page.page_hash for page in pages])
    unknown = [page for page in pages if page.page_hash not in known]
    observer.get().advance(len(pages) - len(unknown))
    return unknown


@batch_task
def find_known(store: Path, hashes: Sequence[str]) -> set[str]:
    """Those of the page hashes that the store holds, as this extractor reads them."""
    with open_store(store) as opened:
        return opened.known_pages(hashes, EXTRACTOR_VERSION)


@batch_task
def collect_batch(crew: Crew, pending: Pending) -> list[PartRow]:
    """What workers found in the pages of a batch."""
    return crew.collect(pending)


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
def record_run(target: Target, run: Run) -> list[str]:
    """Write the run's row; one that begins closes those that were killed, whose ids are returned."""
    with target.open() as opened:
        dead = close_dead(opened, datetime.now(UTC)) if run.state is RunState.RUNNING else []
        opened.save_run(run)
    return dead
