"""How far an export is, told to whoever wants to show it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol


class Follower(Protocol):
    """Is told how many rows there will be, and then of each few more that were written."""

    def expect(self, rows: int) -> None: ...

    def advance(self, rows: int) -> None: ...


class Silent:
    """Tells nobody."""

    def expect(self, rows: int) -> None: ...

    def advance(self, rows: int) -> None: ...


SILENT = Silent()


def follow(chunks: Iterable[Sequence[Any]], follower: Follower) -> Iterator[Any]:
    """What the chunks hold, one by one; the follower is told of each chunk when it is done with."""
    for chunk in chunks:
        yield from chunk
        follower.advance(len(chunk))
