"""When something is due, as users write it: a cron line, and the time zone that it is meant in."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator

FIELDS = ("minute", "hour", "day", "month", "weekday")


class Overlap(StrEnum):
    """What a run does that meets another on its store: wait until that has ended, or step aside."""

    WAIT = "wait"
    SKIP = "skip"


def _check_cron(cron: str) -> str:
    fields = cron.split()
    if len(fields) != len(FIELDS):
        raise ValueError(f'write five fields ({", ".join(FIELDS)}), as "0 6 * * *" for six in the morning')
    try:
        next(CronSim(cron, datetime(2024, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise ValueError(f'"{cron}" names no times ({error})') from None
    except StopIteration:
        raise ValueError(f'"{cron}" names no time that ever comes') from None
    if "W" in fields[2].upper() or "L" in fields[4].upper():  # cronsim knows them, Prefect does not
        raise ValueError(f'"{cron}": LW and weekdays with L are not known here; L for the last day of a month is')
    return " ".join(fields)


def _check_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not there, a folder, a path that leads out
        raise ValueError(f'there is no time zone "{name}"; write one of the IANA names, as Europe/London') from None
    return name


Cron = Annotated[str, AfterValidator(_check_cron)]
TimeZone = Annotated[str, AfterValidator(_check_timezone)]
