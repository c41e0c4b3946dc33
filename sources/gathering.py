"""What many sources give: those on the network are asked side by side, those on this machine one after the other."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, Full, Queue
from typing import TypeAlias

from schemas import Source
from sources.by_day import discover_day
from sources.discovery import discover_source
from sources.kinds import Found, Means
from sources.locations import is_address

MOST_AT_ONCE = 16  # sources that are asked at the same time; a host is asked once at a time all the same
MOST_WAITING = 500  # findings that may lie in memory
_GLANCE_SECONDS = 0.2

Watch: TypeAlias = Callable[[Source, Found], None]
_Queue: TypeAlias = "Queue[tuple[Source, Found] | None]"


def gather(sources: Sequence[Source], means: Means, watch: Watch = lambda source, found: None) -> Iterator[Found]:
    """What the sources give, each finding told to `watch` with its source before it is yielded.

    Where `means` names a day, only what is of that day. Of sources on the network it comes in any order. Nothing is
    raised but by the caller: a source that fails is a Problem. Where the caller stops, no source is asked for more.
    """
    remote = [source for source in sources if is_address(source.location)]
    for source, found in _discover_together(remote, means):
        watch(source, found)
        yield found
    for source in sources:
        if source not in remote:
            for found in _discover(source, means):
                watch(source, found)
                yield found


def _discover(source: Source, means: Means) -> Iterator[Found]:
    return discover_source(source, means) if means.day is None else discover_day(source, means, means.day)


def _discover_together(sources: Sequence[Source], means: Means) -> Iterator[tuple[Source, Found]]:
    if not sources:
        return
    queue: _Queue = Queue(MOST_WAITING)
    stop = threading.Event()
    pool = ThreadPoolExecutor(MOST_AT_ONCE, "source")
    try:
        for source in sources:
            pool.submit(_discover_into, queue, stop, source, means)
        going = len(sources)
        while going:
            try:
                found = queue.get(timeout=_GLANCE_SECONDS)  # a wait without end could not be interrupted everywhere
            except Empty:
                continue
            if found is None:
                going -= 1
            else:
                yield found
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _discover_into(queue: _Queue, stop: threading.Event, source: Source, means: Means) -> None:
    """Put what a source gives into the queue, and None at its end."""
    for found in _discover(source, means):
        if not _put(queue, (source, found), stop):
            return
    _put(queue, None, stop)


def _put(queue: _Queue, item: tuple[Source, Found] | None, stop: threading.Event) -> bool:
    while not stop.is_set():
        try:
            queue.put(item, timeout=_GLANCE_SECONDS)
        except Full:
            continue
        return True
    return False
