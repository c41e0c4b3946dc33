"""Schedules at the edges of the calendar and of the clock: what comes next, what was missed, what is done already."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from flows.schedules import LONGEST_SET_BACK, Schedule, find_missed, find_next, find_timezone, is_covered
from schemas.schedules import Cron, TimeZone

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"

# cron line, zone, a moment (in the zone where it has no offset), and the first times after it, with their offsets
NEXT = [
    # an ordinary day, and the moment itself does not count
    ("0 6 * * *", BERLIN, "2024-05-14T05:59:59", ["2024-05-14T06:00+02:00", "2024-05-15T06:00+02:00"]),
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:00", ["2024-05-15T06:00+02:00"]),
    ("0 6 * * *", BERLIN, "2024-05-14T05:59:59.900000", ["2024-05-14T06:00+02:00"]),
    # months' ends: a day that a month has not is no day of it; L is the last of each; a year's end
    ("0 6 31 * *", BERLIN, "2024-01-31T06:00", ["2024-03-31T06:00+02:00", "2024-05-31T06:00+02:00"]),
    ("0 6 30 * *", BERLIN, "2024-01-30T06:00", ["2024-03-30T06:00+01:00", "2024-04-30T06:00+02:00"]),
    ("0 6 L * *", BERLIN, "2024-01-31T06:00", ["2024-02-29T06:00+01:00", "2024-03-31T06:00+02:00"]),
    ("0 6 L * *", BERLIN, "2023-01-31T06:00", ["2023-02-28T06:00+01:00", "2023-03-31T06:00+02:00"]),
    ("30 0 1 * *", BERLIN, "2023-12-31T23:59", ["2024-01-01T00:30+01:00", "2024-02-01T00:30+01:00"]),
    # leap days: each day, that day alone, and a century without one
    ("0 6 * * *", BERLIN, "2024-02-28T12:00", ["2024-02-29T06:00+01:00", "2024-03-01T06:00+01:00"]),
    ("0 6 * * *", BERLIN, "2023-02-28T12:00", ["2023-03-01T06:00+01:00"]),
    ("0 6 29 2 *", BERLIN, "2024-02-29T06:00", ["2028-02-29T06:00+01:00"]),
    ("0 6 29 2 *", "UTC", "2096-02-29T06:00", ["2104-02-29T06:00+00:00"]),
    # weekdays: zero and seven are Sunday; a day of the month or a weekday, where both are given
    ("0 6 * * 7", BERLIN, "2024-05-14T00:00", ["2024-05-19T06:00+02:00"]),
    ("0 6 1 * MON", BERLIN, "2024-05-28T00:00", ["2024-06-01T06:00+02:00", "2024-06-03T06:00+02:00"]),
    # to summer time: six in the morning stays so; 02:30 does not exist, and comes once
    ("0 6 * * *", BERLIN, "2024-03-30T06:00", ["2024-03-31T06:00+02:00", "2024-04-01T06:00+02:00"]),
    ("30 2 * * *", BERLIN, "2024-03-30T02:30", ["2024-03-31T01:30+01:00", "2024-04-01T02:30+02:00"]),
    ("30 2 * * *", BERLIN, "2024-03-31T01:30+01:00", ["2024-04-01T02:30+02:00"]),
    ("30 2 * * *", BERLIN, "2024-03-31T03:00+02:00", ["2024-04-01T02:30+02:00"]),
    ("30 2 * * *", NEW_YORK, "2024-03-09T12:00", ["2024-03-10T01:30-05:00", "2024-03-11T02:30-04:00"]),
    ("0 * * * *", BERLIN, "2024-03-31T00:30", ["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00"]),
    # and back: 02:30 comes twice, and is meant once, whenever one asks
    ("0 6 * * *", BERLIN, "2024-10-26T06:00", ["2024-10-27T06:00+01:00", "2024-10-28T06:00+01:00"]),
    ("30 2 * * *", BERLIN, "2024-10-26T02:30", ["2024-10-27T02:30+02:00", "2024-10-28T02:30+01:00"]),
    ("30 2 * * *", BERLIN, "2024-10-27T02:30+02:00", ["2024-10-28T02:30+01:00"]),
    ("30 2 * * *", BERLIN, "2024-10-27T02:10+01:00", ["2024-10-28T02:30+01:00"]),
    ("* * * * *", BERLIN, "2024-10-27T02:10+01:00", ["2024-10-27T03:00+01:00", "2024-10-27T03:01+01:00"]),
    ("30 1 * * *", NEW_YORK, "2024-11-02T12:00", ["2024-11-03T01:30-04:00", "2024-11-04T01:30-05:00"]),
    # a change of half an hour, and a zone whose day ends where another's begins
    ("45 1 * * *", LORD_HOWE, "2024-04-06T12:00", ["2024-04-07T01:45+11:00", "2024-04-08T01:45+10:30"]),
    ("0 6 * * *", "Pacific/Kiritimati", "2024-05-14T07:00", ["2024-05-15T06:00+14:00"]),
]

# cron line, zone, the last start, now, and what was missed since (None: nothing)
MISSED = [
    # nothing was ever started: the next time is the first
    ("0 6 * * *", BERLIN, None, "2024-05-14T12:00", None),
    # started, and the next time has not come; it comes this second; it came
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-05-15T05:59:59", None),
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-05-15T06:00", "2024-05-15T06:00+02:00"),
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-05-15T09:00", "2024-05-15T06:00+02:00"),
    # started by hand between two times, which makes up for none that comes later
    ("0 6 * * *", BERLIN, "2024-05-14T05:30", "2024-05-14T07:00", "2024-05-14T06:00+02:00"),
    # asleep for a month, over the year's end, over the leap day: one
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-06-14T05:00", "2024-05-15T06:00+02:00"),
    ("0 6 * * *", BERLIN, "2023-12-31T06:00:03", "2024-01-01T06:00", "2024-01-01T06:00+01:00"),
    ("0 6 29 2 *", BERLIN, "2024-02-29T05:00", "2024-02-29T07:00", "2024-02-29T06:00+01:00"),
    # asleep over a change of the clock, at the time that does not exist, and at the one that comes twice
    ("30 2 * * *", BERLIN, "2024-03-30T02:30:03", "2024-03-31T03:00+02:00", "2024-03-31T01:30+01:00"),
    ("30 2 * * *", BERLIN, "2024-03-31T01:30:03+01:00", "2024-03-31T23:00", None),
    ("30 2 * * *", BERLIN, "2024-10-27T02:30:03+02:00", "2024-10-27T02:45+01:00", None),
    ("30 2 * * *", BERLIN, "2024-10-27T02:30:03+02:00", "2024-10-28T02:29", None),
    # the clock set back: by a minute, by a day; not before it is there again
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-05-14T05:59", None),
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-05-13T06:00:30", None),
    ("0 6 * * *", BERLIN, "2024-05-14T06:00:03", "2024-05-14T06:00:02", None),
    # the clock was years ahead by mistake: that start is not believed, and the next time is the first
    ("0 6 * * *", BERLIN, "2031-05-14T06:00:03", "2024-05-14T12:00", None),
]

# the time that a run is for, the last start, now, and whether that start has done its work
COVERED = [
    ("2024-05-14T06:00", None, "2024-05-14T06:00", False),
    ("2024-05-14T06:00", "2024-05-13T06:00:03", "2024-05-14T06:00", False),
    ("2024-05-14T06:00", "2024-05-14T06:00:03", "2024-05-14T06:05", True),  # the same time again
    ("2024-05-11T06:00", "2024-05-14T06:00:03", "2024-05-14T06:05", True),  # one of many that were missed
    ("2024-05-14T07:00", "2024-05-14T06:00:03", "2024-05-14T08:00", False),  # it waited for the one before
    ("2024-05-14T06:00", "2024-05-14T06:00:03", "2024-05-14T06:00", True),  # the clock was set back
    ("2024-05-14T06:00", "2031-01-01T00:00", "2024-05-14T06:00", False),  # it was years ahead
]

CRONS_REFUSED = [
    ("0 6 * *", "five fields"),
    ("0 0 6 * * *", "five fields"),
    ("@daily", "five fields"),
    ("61 6 * * *", "minute"),
    ("0 24 * * *", "hour"),
    ("0 6 30 2 *", "day-of-month"),
    ("0 6 LW * *", "LW"),
    ("0 6 * * 5L", "weekdays with L"),
    ("six in the morning, daily", "minute"),
    ("", "five fields"),
]


def read_moment(text: str, zone: str = BERLIN) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(("cron", "zone", "after", "expected"), NEXT)
def test_what_comes_next(cron: str, zone: str, after: str, expected: list[str]) -> None:
    moment, found = read_moment(after, zone).astimezone(UTC), []
    for _ in expected:
        moment = find_next(Schedule(cron, zone), moment)
        found.append(moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"))
    assert found == expected


@pytest.mark.parametrize(("cron", "zone", "last", "now", "expected"), MISSED)
def test_what_was_missed(cron: str, zone: str, last: str | None, now: str, expected: str | None) -> None:
    started, moment = read_moment(last) if last else None, read_moment(now)
    missed = find_missed(Schedule(cron, zone), started, moment)
    assert missed == (read_moment(expected) if expected else None)
    if missed:  # a run that starts now makes up for all that were missed
        assert find_missed(Schedule(cron, zone), moment, moment) is None
        assert is_covered(missed, moment, moment)


@pytest.mark.parametrize(("scheduled", "last", "now", "expected"), COVERED)
def test_a_time_is_not_served_twice(scheduled: str, last: str | None, now: str, expected: bool) -> None:
    assert is_covered(read_moment(scheduled), read_moment(last) if last else None, read_moment(now)) is expected


@pytest.mark.parametrize(("zone", "change"), [(BERLIN, "2024-03-31"), (BERLIN, "2024-10-27"), (NEW_YORK, "2024-03-10")])
@pytest.mark.parametrize("cron", ["15 2 * * *", "*/20 1-3 * * *"])
def test_around_a_change_of_the_clock_every_day_has_its_runs(zone: str, change: str, cron: str) -> None:
    """Each time is served once, in order, and no day is without."""
    schedule, here = Schedule(cron, zone), ZoneInfo(zone)
    middle = date.fromisoformat(change)
    begin, *_, end = days = [middle + timedelta(days=day) for day in range(-2, 3)]
    times = [datetime.combine(begin, time(0), here).astimezone(UTC)]
    while times[-1].astimezone(here).date() <= end:
        times.append(find_next(schedule, times[-1]))
    assert times == sorted(set(times))
    served = [found.astimezone(here).date() for found in times[1:-1]]
    assert set(served) == set(days)
    if cron.count("*") == 3:
        assert len(served) == len(days)


def test_the_clock_may_be_set_back_by_any_zone() -> None:
    assert timedelta(hours=26) < LONGEST_SET_BACK


@pytest.mark.parametrize(("cron", "told"), CRONS_REFUSED)
def test_a_cron_line_that_cannot_be_meant_is_refused(cron: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TypeAdapter(Cron).validate_python(cron)


@pytest.mark.parametrize("cron", [*dict.fromkeys(row[0] for row in NEXT), "0 6 * * 1#2", "5/10 8-18 * JAN,JUL MON-FRI"])
def test_what_is_accepted_prefect_accepts_too(cron: str) -> None:
    accepted = TypeAdapter(Cron).validate_python(f" {cron} ")
    assert find_next(Schedule(accepted, "UTC"), datetime(2024, 5, 14, tzinfo=UTC)) > datetime(2024, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "CEST+2"])
def test_a_time_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="IANA"):
        TypeAdapter(TimeZone).validate_python(name)


def test_the_time_zone_is_the_stated_one_else_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_timezone("Asia/Tokyo") == "Asia/Tokyo"
    assert ZoneInfo(find_timezone())
