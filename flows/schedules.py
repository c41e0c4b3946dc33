"""When a schedule is due: pure functions over cron line, time zone, the last start, and the present moment.

Times are Prefect's own, so that what is looked up here is what its scheduler starts. At a change to summer time, a time
that does not exist that day comes before the clock leaps, once; at the change back, one that exists twice comes once,
the first time. All moments have a time zone; those that are returned are in UTC.
"""

from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect.server.schemas.schedules import CronSchedule
from tzlocal import get_localzone_name

MOST_REPEATED = 200  # times that Prefect gives again in the hour that comes twice, of a schedule for every minute
LONGEST_SET_BACK = timedelta(days=2)  # a wrong time zone set right is 26 hours at most

T = TypeVar("T")


class Schedule(NamedTuple):
    """A cron line of five fields, and the IANA name of the time zone that it is meant in."""

    cron: str
    timezone: str


def find_timezone(stated: str | None = None) -> str:
    """The IANA name of the time zone that is stated, else the machine's, else UTC where that has no name."""
    return stated or get_localzone_name() or "UTC"


def find_next(schedule: Schedule, after: datetime) -> datetime:
    """The first time of the schedule that lies after a moment."""
    for number in (1, MOST_REPEATED):
        for found in _find_times(schedule, after + timedelta(microseconds=1), number):
            if found > after:
                return found
    raise RuntimeError(f"Prefect finds no time for {schedule.cron!r} after {after}.")


def find_missed(schedule: Schedule, last: datetime | None, now: datetime) -> datetime | None:
    """The first time of the schedule after the last start that has come by now: one run makes up for it, and for all
    that were missed after it. None where there is none, or where nothing was ever started (`last` is None).

    Where the clock was set back behind the last start, nothing is due before the clock is there again.
    """
    believed = believe(last, now)
    if believed is None:
        return None
    due = find_next(schedule, believed)
    return due if due <= now else None


def is_covered(scheduled: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether the run for a scheduled time would repeat what a run that started at or after that time has done."""
    believed = believe(last, now)
    return believed is not None and scheduled <= believed


def believe(last: datetime | None, now: datetime) -> datetime | None:
    """The last start, unless it lies so far ahead that the clock must have been wrong then; None in that case."""
    return None if last is None or last > now + LONGEST_SET_BACK else last


def _find_times(schedule: Schedule, start: datetime, number: int) -> list[datetime]:
    times = CronSchedule(cron=schedule.cron, timezone=schedule.timezone).get_dates(n=number, start=start)
    return [time.astimezone(UTC) for time in _complete(times)]


def _complete(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that waits for nothing; so that it can be called where an event loop runs, too."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("Prefect's schedule waits for something.")
