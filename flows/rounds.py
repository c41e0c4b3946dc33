"""A round: what a schedule, or a person, lets run on a store, alone and once for each time.

Every way of starting one goes through `running_alone`: a command, `breachwire serve`, a Prefect worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import flow

from flows.engine import call, find_scheduled_time, skip
from flows.following import choose_sources
from flows.ingest import BATCH_SIZE, ingest
from flows.last_starts import read_last_starts, remember_starts
from flows.places import find_store
from flows.schedules import Schedule, find_missed, find_timezone, is_covered
from flows.settings import ScheduleSettings, read_settings
from flows.targets import WAIT_SECONDS
from flows.turns import StoreBusy, taking_turns
from schemas import Run, Source
from schemas.schedules import Overlap


class NothingToDo(Exception):
    """The round has no work: another is at work and this one steps aside, or a later one did it already."""


@contextmanager
def running_alone(store: Path, names: list[str], wait_seconds: float | None) -> Iterator[datetime]:
    """Within, this is the only round on the store; gives its start, which is remembered for `names` at its end.

    A round that is interrupted or killed is not remembered, so that its time counts as missed; one that fails is.
    Waits for another as the settings say, or for `wait_seconds`. Raises `NothingToDo` where the settings let it step
    aside, or where its scheduled time is done with; `StoreBusy` where it waited in vain.
    """
    settings = read_settings().schedule
    try:
        with taking_turns(store, _find_patience(settings, wait_seconds)):
            started = _begin(store, names)
            try:
                yield started
            except Exception:
                remember_starts(store, names, started)
                raise
            remember_starts(store, names, started)
    except StoreBusy as busy:
        if settings.overlap is Overlap.SKIP:
            raise NothingToDo(f"Another run is at work on {store}; this one is skipped, as the settings say.") from busy
        raise


@flow(name="ingest-followed", persist_result=False, log_prints=False)
def ingest_followed(
    names: list[str] | None = None,
    store: Path | None = None,
    wait_seconds: float | None = None,
    batch_size: int = BATCH_SIZE,
) -> Run | None:
    """Read what is new in the sources of these names, or in all that are followed; see `ingest`.

    Where `running_alone` finds nothing to do, it is skipped: on a Prefect server it returns None, elsewhere it raises
    `NothingToDo`.
    """
    database = find_store(store)
    sources = choose_sources(names or [])
    try:
        with running_alone(database, [source.name for source in sources], wait_seconds):
            return call(ingest, [], database, None, batch_size, WAIT_SECONDS, True, sources)
    except NothingToDo as reason:
        return skip(reason)  # type: ignore[no-any-return]


def choose_due(store: Path, now: datetime) -> list[Source]:
    """The followed sources that a daily round reads: all without a schedule of their own, and those whose time came.

    Raises `Failure` where no source is followed.
    """
    last, settings = read_last_starts(store), read_settings().schedule
    return [source for source in choose_sources([]) if _is_due(source, last.get(source.name), now, settings)]


def find_schedule(source: Source, settings: ScheduleSettings) -> Schedule | None:
    """The source's own schedule, in the time zone of the settings."""
    return Schedule(source.schedule, find_timezone(settings.timezone)) if source.schedule else None


def _is_due(source: Source, last: datetime | None, now: datetime, settings: ScheduleSettings) -> bool:
    own = find_schedule(source, settings)
    return own is None or last is None or find_missed(own, last, now) is not None


def _find_patience(settings: ScheduleSettings, wait_seconds: float | None) -> float:
    if wait_seconds is not None:
        return wait_seconds
    return 0.0 if settings.overlap is Overlap.SKIP else settings.longest_wait_seconds


def _begin(store: Path, names: list[str]) -> datetime:
    """The moment at which a round begins; the scheduler's clock may be a little ahead of this one."""
    now, scheduled = datetime.now(UTC), find_scheduled_time()
    if scheduled is None:
        return now
    last = read_last_starts(store)
    if names and all(is_covered(scheduled, last.get(name), now) for name in names):
        raise NothingToDo(f"A run that started after {scheduled.isoformat()} has done the work of this one.")
    return max(now, scheduled)
