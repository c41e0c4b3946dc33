"""One day of a source, as far as its entries, paths and addresses tell days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from schemas import Page, Problem, Source
from sources.days import find_day
from sources.discovery import discover_source
from sources.fetching import Fetched
from sources.kinds import Found, Means
from sources.kinds.means import Fetcher
from sources.references import Consumed, Reference

KINDS_WITH_DAYS = frozenset({"sitemap", "urls", "folder", "warc", "news_please", "records"})
"""The kinds of sources that hold the past; a feed holds its newest articles alone."""


def discover_day(source: Source, means: Means, day: date) -> Iterator[Found]:
    """What a source holds of one day, whether it was read before or not; nothing of it counts as consumed.

    What tells no day is left out, and counted by one Problem `no_date`. Files whose paths tell another day are not
    opened.
    """
    undated = 0
    for found in discover_source(source, replace(means, is_unchanged=lambda key, validator: False, day=day)):
        if isinstance(found, Consumed):
            continue
        if isinstance(found, Problem):
            yield found
        elif (told := tell_day(found)) is None:
            undated += 1
        elif told == day:
            yield found
    if undated:
        detail = f"{undated:,} of its articles tell no day, and were left out. `breachwire ingest` reads them."
        yield Problem(code="no_date", reference=source.name, detail=detail)


def tell_day(found: Reference | Page) -> date | None:
    """The day that something found belongs to: of its publication, as the source states it, of its path or address,
    else of its last change or of when it was fetched."""
    if found.published:
        return found.published
    if isinstance(found, Reference):
        return find_day(found.location) or (found.updated.date() if found.updated else None)
    return find_day(found.reference) or find_day(found.url or "") or (found.fetched_at and found.fetched_at.date())


class DocumentsOnce:
    """A fetcher that asks for each document once, so that a sitemap is read for many days with one request."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._had: dict[str, Fetched | Problem] = {}

    def fetch(self, url: str, *, accept: str) -> Fetched | Problem:
        """What is at `url`, as it was when it was asked for first."""
        if url not in self._had:
            self._had[url] = self._fetcher.fetch(url, accept=accept)
        return self._had[url]

    def download(self, url: str, path: Path, most_bytes: int) -> Path | Problem:
        """Write what is at `url` to `path`, as the fetcher does."""
        return self._fetcher.download(url, path, most_bytes)
