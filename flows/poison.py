"""Pages that kill the run that reads them: known by what a dead run was at, read one at a time, at last set aside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from extractors import load_pipeline
from flows.intake import Batch
from flows.living import is_gone, name_process
from flows.observer import observer
from flows.places import find_memory
from schemas import Page, Problem
from sources import Attempts, Memory, SetAside, archive_pages


class Guard:
    """Notes what a run is at, and keeps pages from it that were fatal before."""

    def __init__(self, attempts: Attempts, archive: Path) -> None:
        self._attempts, self._archive = attempts, archive
        now = datetime.now(UTC)
        self._has_suspects = bool(attempts.count_failed(partial(is_gone, now=now), now))
        self._set_aside = {one.page_hash for one in attempts.list_set_aside()}

    def divide(self, batch: Batch) -> list[Batch]:
        """The batch without the pages that are set aside, which are problems of it; a page at a time where one of the
        pages may be fatal, so that it takes no other with it."""
        if not self._has_suspects:
            return [batch]
        aside = [page for page in batch.pages if page.page_hash in self._set_aside]
        if aside:
            archive_pages(self._archive, aside)  # that they can be tried again
            observer.get().advance(len(aside))
            problems = [*batch.problems, *(describe_aside(page.reference) for page in aside)]
            pages = [page for page in batch.pages if page.page_hash not in self._set_aside]
            batch = replace(batch, pages=pages, problems=problems)
        if not self._attempts.find_suspects(page.page_hash for page in batch.pages):
            return [batch]
        load_pipeline()  # it takes seconds, in which a kill is no fault of a page
        return _part(batch)

    def begin(self, pages: Sequence[Page]) -> None:
        """Note that these pages are read now."""
        self._attempts.begin(pages, name_process(), datetime.now(UTC))

    def finish(self, pages: Sequence[Page]) -> None:
        """Note that the store knows what became of these pages."""
        self._attempts.finish(page.page_hash for page in pages)


@contextmanager
def guarding(memory: Memory, archive: Path) -> Iterator[Guard]:
    """Within, pages are noted; at the end, however it is reached but by death, nothing is held against them."""
    attempts = Attempts(memory)
    try:
        yield Guard(attempts, archive)
    finally:
        attempts.leave(name_process())


def _part(batch: Batch) -> list[Batch]:
    """A batch for each page, in their order; what else the batch holds is in the first, what it ends is in the last."""
    number = len(batch.pages)
    first = replace(batch, pages=[], consumed=[], references=batch.references - number)
    parts = [first, *(Batch(pages=[page], references=1) for page in batch.pages)]
    parts[-1].consumed.extend(batch.consumed)
    return parts


def find_set_aside(store: Path) -> set[str]:
    """The hashes of the pages that are not tried any more."""
    return {one.page_hash for one in list_aside(store)}


def list_aside(store: Path) -> list[SetAside]:
    """The pages that are not tried any more, the latest first. Raises `MemoryUnusable`."""
    if not find_memory(store).exists():
        return []
    with Memory(find_memory(store)) as memory:
        return Attempts(memory).list_set_aside()


def describe_aside(reference: str) -> Problem:
    """The problem of a page that is set aside."""
    detail = (
        "Three runs died while they read the page. It is not tried any more; report it, or try it again with "
        "`breachwire retry`."
    )
    return Problem(code="set_aside", reference=reference, detail=detail)
