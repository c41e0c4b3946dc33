"""Going through the past of sources, day by day, as daily runs would have read it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from flows.engine import call
from flows.ingest import BATCH_SIZE, ingest
from flows.network import sharing_network
from flows.targets import WAIT_SECONDS
from schemas import Run, Source

_DONE = "done"


def backfill(
    sources: Sequence[Source],
    first: date,
    last: date,
    store: Path,
    *,
    allow_undated: bool = False,
    again: bool = False,
    begin: Callable[[date], None] = lambda day: None,
) -> Iterator[tuple[date, Run]]:
    """Read what the sources hold of each day from `first` to `last`, inclusive, oldest first; gives each day's run.

    A day that an earlier backfill read to its end is passed over, unless all are to be read `again`. `begin` is told
    each day before it is read. Raises what `ingest` raises; the days read until then stay, and count as read.
    """
    with sharing_network(store) as memory:
        for day in _list_days(first, last):
            due = [one for one in sources if again or not memory.is_unchanged(_name_day(one, day), _DONE)]
            if not due:
                continue
            begin(day)
            run = call(ingest, [], store, None, BATCH_SIZE, WAIT_SECONDS, True, due, allow_undated, day)
            for source in due:
                memory.remember(_name_day(source, day), _DONE)
            yield day, run


def _list_days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _name_day(source: Source, day: date) -> str:
    return f"backfill of {source.name} at {source.location}: {day}"
