"""Days, intervals of days, and the calendar: weeks, months, parts of a year, holidays. All intervals are inclusive."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any, NamedTuple

Interval = tuple[date, date]
OpenInterval = tuple[date | None, date | None]

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
PARTS = {"middle": "mid", "later": "late", "beginning": "start"}
PARTS_OF_WEEK = {"early": (0, 2), "start": (0, 2), "mid": (1, 3), "late": (3, 6), "end": (3, 6)}
PARTS_OF_MONTH = {"early": (1, 10), "start": (1, 10), "mid": (11, 20), "late": (21, 31), "end": (21, 31)}
PARTS_OF_QUARTER = {"early": (0, 0), "start": (0, 0), "mid": (1, 1), "late": (2, 2), "end": (2, 2)}
PARTS_OF_YEAR = {"early": (0, 2), "start": (0, 0), "mid": (4, 7), "late": (9, 11), "end": (11, 11)}
UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14}
UNIT_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120}


class Time(NamedTuple):
    """The expression `text[start_char:end_char]`, the days it covers (null for an open side), and the rule's name.

    `approx` is said by "around" and the like. `other` is the second reading of "04/05/2024" where nothing tells which
    of the two is the month. `is_dateline` marks the date of the article itself ("OSLO, May 3 -", "Updated: May 3").
    """

    start_char: int
    end_char: int
    start: date | None
    end: date | None
    rule: str
    approx: bool = False
    other: OpenInterval | None = None
    is_dateline: bool = False


class Anchor(NamedTuple):
    """What an expression counts from: `day`, as the first of `days` days; whether the words say that it lies ahead,
    or behind (None where they say neither); and whether "04/05/2024" begins with the day (None where not known)."""

    day: date
    ahead: bool | None = None
    day_first: bool | None = None
    days: int = 1


def days_of_month(year: int, month: int) -> Interval:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def days_of_year(year: int) -> Interval:
    return date(year, 1, 1), date(year, 12, 31)


def week_of(day: date) -> Interval:
    """Monday to Sunday of the week that holds `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def make_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def part_of(interval: Interval, part: str) -> Interval:
    """The part of a week, month, quarter or year that `part` names; "early" and "late" are thirds of a month, quarters
    of a year, while the "start" and the "end" of a year are its first and its last month."""
    start, end = interval
    part, days = PARTS.get(part, part), (end - start).days + 1
    if days == 7:
        first, last = PARTS_OF_WEEK[part]
        return start + timedelta(days=first), start + timedelta(days=last)
    if days <= 31:
        first, last = PARTS_OF_MONTH[part]
        return start.replace(day=first), start.replace(day=min(last, end.day))
    first, last = (PARTS_OF_QUARTER if days < 100 else PARTS_OF_YEAR)[part]
    return date(start.year, start.month + first, 1), days_of_month(start.year, start.month + last)[1]


def latest_weekday(name: str, anchor: date, *, before: bool = False) -> date:
    """The latest such weekday not after the anchor; with `before`, strictly before it."""
    back = (anchor.weekday() - WEEKDAYS.index(name)) % 7
    return anchor - timedelta(days=back or (7 if before else 0))


def next_weekday(name: str, anchor: date) -> date:
    """The first such weekday not before the anchor."""
    return anchor + timedelta(days=(WEEKDAYS.index(name) - anchor.weekday()) % 7)


def shift_month(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def shift_day(day: date, unit: str, amount: int) -> date:
    """`day` moved by so many days, weeks, months or years; from the 31st to the last day of a shorter month."""
    if unit in UNIT_DAYS:
        return day + timedelta(days=amount * UNIT_DAYS[unit])
    year, month = shift_month(day.year, day.month, amount * UNIT_MONTHS[unit])
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def period_of(unit: str, day: date, step: int = 0) -> Interval:
    """The calendar day, week, month, quarter or year that lies `step` such units from that of `day`."""
    if unit in UNIT_DAYS:
        moved = shift_day(day, unit, step)
        return week_of(moved) if unit == "week" else (moved, moved)
    if unit == "month":
        return days_of_month(*shift_month(day.year, day.month, step))
    if unit == "year":
        return days_of_year(day.year + step)
    year, month = shift_month(day.year, (day.month - 1) // 3 * 3 + 1, 3 * step)
    return date(year, month, 1), days_of_month(*shift_month(year, month, 2))[1]


def nth_weekday(name: str, year: int, month: int, number: int) -> date:
    """The first (1), second … such weekday of a month, or the last one (-1)."""
    if number < 0:
        return latest_weekday(name, days_of_month(year, month)[1])
    return next_weekday(name, date(year, month, 1)) + timedelta(days=7 * (number - 1))


def find_easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian algorithm, Meeus, "Astronomical Algorithms", chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), g = divmod(b, 4), (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    (i, k), m = divmod(c, 4), (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


def days_of_holiday(holiday: dict[str, Any], year: int) -> Interval:
    """The days of a holiday of `data/rules/times.toml` in a year."""
    if "easter" in holiday:
        first = find_easter(year) + timedelta(days=holiday["easter"])
    elif "weekday" in holiday:
        first = nth_weekday(holiday["weekday"], year, holiday["month"], holiday["number"])
    else:
        first = date(year, holiday["month"], holiday["day"])
    return first, first + timedelta(days=holiday.get("days", 1) - 1)


def weekend_with(day: date) -> Interval:
    """The weekend that a holiday makes longer: from a Thursday or Friday on, to a Monday or Tuesday."""
    saturday = period_of("week", day, -1 if day.weekday() <= 1 else 0)[0] + timedelta(days=5)
    return min(day, saturday), max(day, saturday + timedelta(days=1))
