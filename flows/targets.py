"""The store that a run writes to."""

from pathlib import Path
from typing import NamedTuple

from flows.observer import observer
from store import Store, open_store

WAIT_SECONDS = 60.0  # for another process that writes to the store


class Target(NamedTuple):
    """The store that a run writes to: how long to wait for another writer, and whether readers see each batch."""

    path: Path
    wait_seconds: float = WAIT_SECONDS
    publishes: bool = True

    def open(self) -> Store:
        """The store for writing; the user is told for whom it waits."""
        return open_store(
            self.path,
            read_only=False,
            wait_seconds=self.wait_seconds,
            tell=observer.get().tell,
            publishes=self.publishes,
        )
