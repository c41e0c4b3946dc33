"""What a worker does: it reads the pages of a batch from the archive, finds their events, and writes them as a part.

Nothing of Prefect is imported here, so that a worker starts with what it needs.
"""

import faulthandler
import os
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from extractors import EXTRACTOR_VERSION, is_worth_reading
from flows import __version__
from flows.batches import extract_articles, read_batch
from schemas import Extraction, Page, Problem
from sources import is_archived, read_archived
from store.parts import PART_ENDING, Outcome, PartRow, write_part

VERSIONS = f"breachwire {__version__}, extractor {EXTRACTOR_VERSION}"
PAGE_SECONDS = 300.0  # an article of 80,000 characters takes 20


class Kept(NamedTuple):
    """A page of the archive. `page` is what is known of it now, without its bytes: the archive has what was known when
    it was met first; None where that is what counts, and the first look is still to be taken."""

    page_hash: str
    page: Page | None = None


class Order(NamedTuple):
    """What a worker is to do: the folder of the archive, the part to write, and the pages, each within `page_seconds`.

    `versions` are those of whoever asks."""

    archive: Path
    part: Path
    pages: tuple[Kept, ...]
    allow_undated: bool
    page_seconds: float = PAGE_SECONDS
    versions: str = VERSIONS


class Done(NamedTuple):
    """What an order cost: seconds of the processor, the bytes of memory that the worker has now, and which it is."""

    cpu_seconds: float
    memory_bytes: int
    process: str


class WorkersUnusable(Exception):
    """There are no workers, or none that can be used; the message is a sentence for the user."""


def keep_page(page: Page) -> Kept:
    """The page as it is told to a worker, who gets its bytes from the archive."""
    return Kept(page.page_hash, page.model_copy(update={"content": b""}))


def name_part(pages: Sequence[Kept], allow_undated: bool) -> str:
    """The file name of a batch's part: the same for the same batch, so that what an earlier run left is found."""
    digest = sha256(f"{VERSIONS}|{allow_undated}".encode())
    for kept in pages:
        known = kept.page.model_dump_json() if kept.page else ""
        digest.update(f"|{kept.page_hash}|{known}".encode())
    return f"{digest.hexdigest()[:40]}{PART_ENDING}"


def carry_out(order: Order) -> Done:
    """Write the part that is ordered. A page that takes too long ends the process, as one does that crashes it: the
    scheduler then gives the order to another worker. Raises `WorkersUnusable` where another version is asked for, and
    `StoreError`."""
    if order.versions != VERSIONS:
        raise WorkersUnusable(f"A worker has {VERSIONS}, and {order.versions} is needed; install the same there.")
    begun = time.process_time()
    write_part(order.part, list(find_rows(order)))
    return Done(time.process_time() - begun, measure_memory(), f"{platform.node()}:{os.getpid()}")


def find_rows(order: Order) -> Iterator[PartRow]:
    """What becomes of each page, in order; a page that was taken out of the archive meanwhile is left out."""
    for kept in order.pages:
        with _limited(order.page_seconds):
            row = _find_row(order, kept)
        if row:
            yield row


def introduce(*places: Path) -> tuple[str, list[Path]]:
    """The versions that this worker has, and those of the places that it does not see."""
    return VERSIONS, [place for place in places if not place.exists()]


def measure_memory() -> int:
    """The bytes of memory that this process has."""
    import psutil  # comes with Dask

    return int(psutil.Process().memory_info().rss)


def _find_row(order: Order, kept: Kept) -> PartRow | None:
    page = read_archived(order.archive, kept.page_hash)
    if isinstance(page, Problem):
        is_gone = kept.page is None and not is_archived(order.archive, kept.page_hash)
        return None if is_gone else PartRow(Outcome.PROBLEM, page.reference, problem=page)
    if kept.page:
        page = kept.page.model_copy(update={"content": page.content})
    elif page.first_look and not is_worth_reading(page.content):
        return PartRow(Outcome.STOPPED_FIRST_LOOK, page.reference)
    return _read_row(page, order.allow_undated)


def _read_row(page: Page, allow_undated: bool) -> PartRow:
    read = read_batch([page], allow_undated=allow_undated)
    if read.off_topic:
        return PartRow(Outcome.STOPPED_TOPIC, page.reference)
    if read.problems:
        return PartRow(Outcome.PROBLEM, page.reference, problem=read.problems[0])
    (result,) = extract_articles(read.articles)
    if isinstance(result, Extraction):
        events, version = result.events, result.extractor_version
        return PartRow(Outcome.ARTICLE, page.reference, result.article, events, version)
    return PartRow(Outcome.ARTICLE, page.reference, read.articles[0], problem=result)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Within, the process ends after so many seconds: what hangs in a library can't be stopped otherwise."""
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
