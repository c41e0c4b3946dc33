"""What a kind of source works with, and what it gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from schemas import Page, Problem, Source
from sources.answers import Fetcher
from sources.references import Consumed, Reference

Found: TypeAlias = Reference | Page | Problem | Consumed


class Look(Protocol):
    """A cheap look at a page's bytes, which counts what it stops."""

    def lets_through(self, content: bytes) -> bool:
        """Whether the page may be about what is looked for."""
        ...


@dataclass(frozen=True)
class Means:
    """What a kind is given: the fetcher, the memory of what was consumed, and the look at pages read from archives.

    `is_unchanged(key, validator)` says whether a `Consumed` of these two was met before.
    """

    fetcher: Fetcher
    is_unchanged: Callable[[str, str], bool] = lambda key, validator: False
    look: Look | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of source: how its articles are found, and whether its location may be an address, a path, or either.

    `discover` yields as it finds. Where there is nothing to be had it yields one Problem that says what is there
    instead; where there is nothing but what was met before, nothing.
    """

    discover: Callable[[Source, Means], Iterator[Found]]
    takes_addresses: bool = True
    takes_paths: bool = True
