"""From references to pages: reads the file, takes the line or fetches the address."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import date
from pathlib import Path
from typing import TypeAlias

from schemas import MediaType, Page, Problem
from sources.fetching import Answer, Fetched, Fetcher, MemoryUnusable, Unchanged, to_page
from sources.fetching.exchange import show_address
from sources.fetching.lanes import Lanes
from sources.files import read_file
from sources.references import Consumed, Reference, ReferenceKind

MOST_AHEAD = 2_000  # references that are looked through for hosts that can be asked at the same time
MOST_UNDER_WAY = 64  # pages asked for, or had and not yet taken: so many may lie in memory

_MEDIA_TYPES = {
    ReferenceKind.HTML: MediaType.HTML,
    ReferenceKind.TEXT: MediaType.TEXT,
    ReferenceKind.RECORD: MediaType.RECORD,
}

Result: TypeAlias = Page | Unchanged | Problem
_Pending: TypeAlias = "dict[Future[Answer], Reference]"


def read_pages(
    found: Iterable[Reference | Page | Problem | Consumed],
    *,
    published: date | None = None,
    fetcher: Fetcher | None = None,
    keep: Callable[[Page], None] = lambda page: None,
) -> Iterator[Result | Consumed]:
    """The pages of what was found, each as soon as it is there; pages, problems and `Consumed` pass through.

    Local references are read in their order, as they come. Addresses of several hosts are asked for at the same time,
    so that they come in any order; one that is not to be fetched (again) is an `Unchanged`. `published` is the user's
    date for pages that state none. `keep` is given each page that was fetched before it is yielded. Without a
    `fetcher` one is opened, with no memory of earlier runs.
    """
    if fetcher is not None:
        yield from _read_pages(found, published, fetcher, keep)
        return
    with Fetcher() as own:
        yield from _read_pages(found, published, own, keep)


def read_page(reference: Reference, *, published: date | None = None) -> Page | Problem:
    """The page at `reference`, or why there is none: `not_found`, `unreadable`, `too_large`, `empty_page`, `not_html`,
    or a problem of fetching. `published` is the user's date for it, where nothing else gives one.
    """
    if reference.kind is not ReferenceKind.URL:
        return _give_date(_read_safely(reference), published)
    with Fetcher() as fetcher:
        page = _take_answer(fetcher.submit_article(reference.location), reference, published)
    assert not isinstance(page, Unchanged), "a fresh memory knows nothing"
    return page


def _read_pages(
    found: Iterable[Reference | Page | Problem | Consumed],
    published: date | None,
    fetcher: Fetcher,
    keep: Callable[[Page], None],
) -> Iterator[Result | Consumed]:
    lanes: Lanes[Reference] = Lanes()
    pending: _Pending = {}
    try:
        for one in found:
            if isinstance(one, Consumed):  # which says that all before it was given
                while pending or len(lanes):
                    _submit(lanes, pending, fetcher)
                    yield from _take_done(lanes, pending, published, keep, waits=True)
                yield one
            elif isinstance(one, Problem):
                yield one
            elif isinstance(one, Page):
                yield _give_date(one, published)
            elif one.kind is not ReferenceKind.URL:
                yield _give_date(_read_safely(one), published)
            else:
                lanes.add(one.location, one)
            _submit(lanes, pending, fetcher)
            yield from _take_done(lanes, pending, published, keep, waits=len(lanes) >= MOST_AHEAD)
            _submit(lanes, pending, fetcher)
        while pending:
            yield from _take_done(lanes, pending, published, keep, waits=True)
            _submit(lanes, pending, fetcher)
    finally:
        for future in pending:
            future.cancel()


def _submit(lanes: Lanes[Reference], pending: _Pending, fetcher: Fetcher) -> None:
    """Ask for what can be asked for: hosts that are not asked already come first."""
    while len(pending) < MOST_UNDER_WAY and (reference := lanes.take()):
        pending[fetcher.submit_article(reference.location, reference.updated)] = reference


def _take_done(
    lanes: Lanes[Reference],
    pending: _Pending,
    published: date | None,
    keep: Callable[[Page], None],
    *,
    waits: bool,
) -> Iterator[Result]:
    """What is there; `waits` for one where nothing is."""
    if not pending:
        return
    done, _ = wait(pending, timeout=None if waits else 0, return_when=FIRST_COMPLETED)
    for future in [future for future in pending if future in done]:  # in the order in which they were asked for
        reference = pending.pop(future)
        lanes.leave(reference.location)
        result = _take_answer(future, reference, published)
        if isinstance(result, Page):
            keep(result)
        yield result


def _take_answer(future: "Future[Answer]", reference: Reference, published: date | None) -> Result:
    try:
        answer = future.result()
    except MemoryUnusable:
        raise
    except Exception as error:  # one address breaks the fetcher: the others have their pages still
        detail = f"An error of breachwire itself ({type(error).__name__}: {error}) stopped the fetching. Report it."
        return Problem(code="fetch_failed", reference=show_address(reference.location), detail=detail)
    return _give_date(to_page(answer, reference), published) if isinstance(answer, Fetched) else answer


def _give_date(page: Page | Problem, published: date | None) -> Page | Problem:
    if published and isinstance(page, Page) and page.published is None:
        return page.model_copy(update={"published": published})
    return page


def _read_safely(reference: Reference) -> Page | Problem:
    try:
        return _read(reference)
    except Exception as error:  # one file breaks the reader: the others have their pages still
        detail = f"An error of breachwire itself ({type(error).__name__}: {error}) stopped the reading. Report it."
        return Problem(code="unreadable", reference=str(reference), detail=detail)


def _read(reference: Reference) -> Page | Problem:
    content = reference.content
    if content is None:
        read = read_file(Path(reference.location), str(reference))
        if isinstance(read, Problem):
            return read
        content = read
    return Page(
        reference=str(reference),
        media_type=_MEDIA_TYPES[reference.kind],
        content=content,
        **reference.describe_page(),
    )
