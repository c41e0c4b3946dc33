"""Batches that workers extract while this process takes in those before them, in the order in which they were drawn.

What has to be told in order is told here, as a batch is taken in: which pages the store knows by then, and which
articles repeat another. Workers extract copies too, for nobody knows yet that they are some; their events are dropped.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from flows.batches import divide
from flows.copies import CopyFinder
from flows.crew import Crew, Pending
from flows.engine import call
from flows.intake import Batch
from flows.interruption import shielded
from flows.observer import observer
from flows.parts import keep_page
from flows.steps import archive_batch, collect_batch, divide_batch, drop_known, find_known
from schemas import Extraction, Page, Problem
from store.parts import Outcome, PartRow

T = TypeVar("T")


class Extracted(NamedTuple):
    """What a batch gives that the store does not hold yet, its problems, the pages that are off the topic, and how many
    of its pages the store knows."""

    extractions: list[Extraction]
    problems: list[Problem]
    off_topic: list[Page]
    known: int


class _Asked(NamedTuple):
    """A batch that workers have, without the bytes of its pages, and how many of these the store knew."""

    batch: Batch
    pending: Pending
    known: int


def extract_ahead(
    batches: Iterable[Batch], store: Path, finder: CopyFinder, crew: Crew
) -> Iterator[tuple[Batch, Extracted]]:
    """Each batch with what it gives, in order; it has to be in the store when the next is asked for."""
    asked = (_ask(batch, store, crew) for batch in batches)
    for oldest in work_ahead(asked, crew.most_waiting):
        yield from _finish(oldest, store, finder, crew)


def work_ahead(things: Iterable[T], most: int) -> Iterator[T]:
    """The things in their order, each after up to `most` were drawn, itself among them."""
    drawn: deque[T] = deque()
    for thing in things:
        drawn.append(thing)
        if len(drawn) >= most:
            yield drawn.popleft()
    yield from drawn


def divide_rows(rows: Sequence[PartRow], finder: CopyFinder) -> tuple[list[Extraction], list[Problem], int]:
    """What is to be loaded of these rows, their problems (of pages, then of articles), and how many are copies."""
    articles = [row.article for row in rows if row.article]
    with shielded():
        told, copies = call(divide_batch, finder, articles)
    results = {id(row.article): row.result for row in rows if row.article}  # an article may stand in a batch twice
    extractions, broken = divide([result for article in told if (result := results[id(article)])])
    problems = [row.problem for row in rows if row.problem and not row.article]
    return [*extractions, *copies], [*problems, *broken], len(copies)


def _ask(batch: Batch, store: Path, crew: Crew) -> _Asked:
    with shielded():
        unknown = call(drop_known, store, batch.pages)
    call(archive_batch, store, batch.pages)
    pending = crew.ask([keep_page(page) for page in unknown])
    known = len(batch.pages) - len(unknown)
    batch.pages = [page.model_copy(update={"content": b""}) for page in batch.pages]  # the archive has them
    return _Asked(batch, pending, known)


def _finish(asked: _Asked, store: Path, finder: CopyFinder, crew: Crew) -> Iterator[tuple[Batch, Extracted]]:
    """The batch with what it gives; when it is in the store, its part goes."""
    rows = call(collect_batch, crew, asked.pending)
    with shielded():
        known = call(
            find_known, store, [row.article.page_hash for row in rows if row.article and row.article.page_hash]
        )
    fresh = [row for row in rows if not (row.article and row.article.page_hash in known)]
    extractions, problems, copies = divide_rows(fresh, finder)
    observer.get().advance(len(rows) - copies)
    stopped = {row.reference for row in rows if row.outcome is Outcome.STOPPED_TOPIC}
    off_topic = [page for page in asked.batch.pages if page.reference in stopped]
    every = [*asked.batch.problems, *problems]
    yield asked.batch, Extracted(extractions, every, off_topic, asked.known + len(rows) - len(fresh))
    crew.settle(asked.pending)
