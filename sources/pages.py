"""From references to pages: reads the file, takes the line or fetches the address."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import httpx

from schemas import MediaType, Page, Problem
from sources.files import read_file
from sources.references import Reference, ReferenceKind
from sources.web import fetch_page, open_client

_MEDIA_TYPES = {
    ReferenceKind.HTML: MediaType.HTML,
    ReferenceKind.TEXT: MediaType.TEXT,
    ReferenceKind.RECORD: MediaType.RECORD,
}


def read_pages(references: Iterable[Reference | Problem], *, published: date | None = None) -> Iterator[Page | Problem]:
    """Read references one after the other, over one connection pool; problems among them pass through."""
    with open_client() as client:
        for reference in references:
            if isinstance(reference, Problem):
                yield reference
            else:
                yield read_page(reference, published=published, client=client)


def read_page(
    reference: Reference, *, published: date | None = None, client: httpx.Client | None = None
) -> Page | Problem:
    """The page at `reference`, or why there is none: `not_found`, `unreadable`, `too_large`, `empty_page`, `not_html`
    or `fetch_failed`. `published` is the user's date for it; `client` one of `open_client()` to share.
    """
    page = _fetch(reference, client) if reference.kind is ReferenceKind.URL else _read(reference)
    if published and isinstance(page, Page):
        return page.model_copy(update={"published": published})
    return page


def _read(reference: Reference) -> Page | Problem:
    content = reference.content
    if content is None:
        read = read_file(Path(reference.location), str(reference))
        if isinstance(read, Problem):
            return read
        content = read
    return Page(reference=str(reference), media_type=_MEDIA_TYPES[reference.kind], content=content)


def _fetch(reference: Reference, client: httpx.Client | None) -> Page | Problem:
    if client is not None:
        return fetch_page(reference.location, client)
    with open_client() as own:
        return fetch_page(reference.location, own)
