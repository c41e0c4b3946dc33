"""What a kind of source works with, and what it gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, TypeAlias

from schemas import Page, Problem, Source
from sources.fetching.answers import Fetched
from sources.references import Consumed, Reference

Found: TypeAlias = Reference | Page | Problem | Consumed


class Fetcher(Protocol):
    """Whoever fetches: politely, with the network guard and its limits. It waits for the answer, and raises nothing."""

    def fetch(self, url: str, *, accept: str) -> Fetched | Problem:
        """What is at `url`, changed since the last time or not; `accept` is the header of that name."""
        ...

    def download(self, url: str, path: Path, most_bytes: int) -> Path | Problem:
        """Write what is at `url` to `path` as it comes, at most `most_bytes` of it."""
        ...


class Look(Protocol):
    """A cheap look at a page's bytes, which counts what it stops."""

    def lets_through(self, content: bytes) -> bool:
        """Whether the page may be about what is looked for."""
        ...


@dataclass(frozen=True)
class Means:
    """What a kind is given: the fetcher, the memory of what was consumed, and the look at pages read from archives.

    `is_unchanged(key, validator)` says whether a `Consumed` of these two was met before. Where only what is of one
    `day` is wanted, files whose paths name another need not be opened.
    """

    fetcher: Fetcher
    is_unchanged: Callable[[str, str], bool] = lambda key, validator: False
    look: Look | None = None
    day: date | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of source: how its articles are found, and whether its location may be an address, a path, or either.

    `discover` yields as it finds. Where there is nothing to be had it yields one Problem that says what is there
    instead; where there is nothing but what was met before, nothing.
    """

    discover: Callable[[Source, Means], Iterator[Found]]
    takes_addresses: bool = True
    takes_paths: bool = True
