"""One run at a time on a store: a run that meets another waits for its end, or steps aside.

The store's own lock lasts for a batch; a turn lasts for a run. The system lets go of it when the process ends, however
it ends, so that a killed run blocks nobody.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from flows.observer import observer

SECONDS_BETWEEN_TRIES = 0.5

_held: ContextVar[frozenset[Path]] = ContextVar("held", default=frozenset())


class StoreBusy(Exception):
    """Another run is at work on the store; the message says which process, and what to do."""


@contextmanager
def taking_turns(store: Path, wait_seconds: float) -> Iterator[None]:
    """Within, no other run is at work on the store; a run within a run has its turn already.

    Raises `StoreBusy` where another has not ended after `wait_seconds`; for whom one waits is told to the observer.
    """
    place = store.resolve()
    if place in _held.get():
        yield
        return
    file = _open(place)
    try:
        _wait(file, place, wait_seconds)
        os.truncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        token = _held.set(_held.get() | {place})
        try:
            yield
        finally:
            _held.reset(token)
    finally:
        os.close(file)


def find_turn(store: Path) -> Path:
    """The file that runs on a store lock; it stays, empty or with the last run's process in it."""
    return store.with_suffix(".turn")


def _open(store: Path) -> int:
    file = find_turn(store)
    file.parent.mkdir(parents=True, exist_ok=True)
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o644)


def _wait(file: int, store: Path, wait_seconds: float) -> None:
    deadline, is_told = time.monotonic() + wait_seconds, False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            process = os.pread(file, 20, 0).decode() or "?"
        left = deadline - time.monotonic()
        if left <= 0:
            raise StoreBusy(
                f"Another run (process {process}) is at work on {store}; wait for its end, or give --wait SECONDS."
            )
        if not is_told:
            is_told = True
            observer.get().tell(f"Waiting for another run (process {process}) on {store}.")
        time.sleep(min(SECONDS_BETWEEN_TRIES, left))
