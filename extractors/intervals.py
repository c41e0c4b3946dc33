"""What the parts of a time expression mean in days: a small function for each kind of rule in `data/rules/times.toml`.

Each takes the named parts of the match, as lower-case text (absent ones missing), and the anchor day: that of
publication, or for `told_…` the first day of the time told before. It returns the inclusive interval, null where the
words leave a side open, or None where the parts make no day (30 February).
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import dateparser

Interval = tuple[date, date]
Parts = dict[str, str]
OpenInterval = tuple[date | None, date | None]
Resolver = Callable[[Parts, date], OpenInterval | None]

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "latter": 2}
SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}
AMOUNTS = {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
STRETCH_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
PARTS = {"middle": "mid", "later": "late", "beginning": "start"}
PARTS_OF_WEEK = {"early": (0, 2), "start": (0, 2), "mid": (1, 3), "late": (3, 6), "end": (3, 6)}
PARTS_OF_MONTH = {"early": (1, 10), "start": (1, 10), "mid": (11, 20), "late": (21, 31), "end": (21, 31)}
PARTS_OF_QUARTER = {"early": (0, 0), "start": (0, 0), "mid": (1, 1), "late": (2, 2), "end": (2, 2)}
PARTS_OF_YEAR = {"early": (0, 2), "start": (0, 0), "mid": (4, 7), "late": (9, 11), "end": (11, 11)}
WAYS = {"next": 1, "following": 1, "later": 1, "after": 1, "same": 0, "previous": -1, "earlier": -1, "before": -1}


def days_of_month(year: int, month: int) -> Interval:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def days_of_year(year: int) -> Interval:
    return date(year, 1, 1), date(year, 12, 31)


def week_of(day: date) -> Interval:
    """Monday to Sunday of the week that holds `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


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


def shift_month(year: int, month: int, months: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + months
    return index // 12, index % 12 + 1


def _month(parts: Parts) -> int:
    return int(parts["month_number"]) if "month_number" in parts else MONTHS.index(parts["month"][:3]) + 1


def _year(parts: Parts, anchor: date, month: int, day: int = 1) -> int:
    """The year said, or that of the latest such day: not after the anchor, or before its month with "last"."""
    said = parts.get("year", "")
    if said.isdigit():
        return int(said)
    if said:
        return anchor.year - (said != "this year")
    if parts.get("before") == "last":
        return anchor.year - (month >= anchor.month)
    return anchor.year - ((month, day) > (anchor.month, anchor.day))


def _parse(words: str, anchor: date) -> date | None:
    """What dateparser makes of "N units ago": there it is right, while most of what else it reads is no single day."""
    settings = {"RELATIVE_BASE": datetime.combine(anchor, time(23)), "PREFER_DATES_FROM": "past"}
    parsed = dateparser.parse(words, languages=["en"], settings=settings)
    return parsed.date() if parsed else None


def _make_day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and day <= monthrange(year, month)[1] else None


def _amount(parts: Parts) -> int:
    word = parts["amount"].removeprefix("a ").removesuffix(" of")
    if word.isdigit():
        return int(word)
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    return AMOUNTS.get(word) or numbers.index(word) + 1


def resolve_day(parts: Parts, anchor: date) -> Interval | None:
    """The day in the year said, else the latest such day; of "Wednesday, January 3" the latest that is a Wednesday."""
    month, day = _month(parts), int(parts["day"])
    if "year" in parts:
        found = _make_day(_year(parts, anchor, month, day), month, day)
        return (found, found) if found else None
    latest = anchor + timedelta(days=6 if "weekday" in parts else 0)
    years = range(latest.year, latest.year - 8, -1)  # within 8 years there is a 29 February, and any weekday of a day
    found_days = [made for year in years if (made := _make_day(year, month, day)) and made <= latest]
    of_weekday = [made for made in found_days if WEEKDAYS[made.weekday()] == parts.get("weekday")]
    return next(((made, made) for made in of_weekday or found_days), None)


def resolve_days(parts: Parts, anchor: date) -> Interval | None:
    month, last = _month(parts), int(parts["to_day"])
    year = _year(parts, anchor, month, last)
    start, end = _make_day(year, month, int(parts["day"])), _make_day(year, month, last)
    return (start, end) if start and end and start <= end else None


def resolve_month(parts: Parts, anchor: date) -> Interval:
    month = _month(parts)
    interval = days_of_month(_year(parts, anchor, month), month)
    return part_of(interval, parts["part"]) if "part" in parts else interval


def resolve_week_by_day(parts: Parts, anchor: date) -> Interval | None:
    """The weekend or the week that holds the day said, or the seven days that end with it."""
    found = resolve_day(parts, anchor)
    if not found:
        return None
    monday, sunday = week_of(found[0])
    if parts["span"] == "weekend":
        return sunday - timedelta(days=1), sunday
    return (monday, sunday) if parts["link"] == "of" else (found[0] - timedelta(days=6), found[0])


def resolve_week_of_month(parts: Parts, anchor: date) -> Interval:
    first, last = resolve_month(parts, anchor)
    if parts["nth"] == "last":
        return last - timedelta(days=6), last
    start = first + timedelta(days=7 * (ORDINALS[parts["nth"]] - 1))
    return start, start + timedelta(days=6)


def resolve_year(parts: Parts, anchor: date) -> Interval | None:
    year = _year(parts, anchor, 1)
    if year > anchor.year + 1:
        return None
    interval = days_of_year(year)
    return part_of(interval, parts["part"]) if "part" in parts else interval


def resolve_weekday(parts: Parts, anchor: date) -> Interval:
    which = parts.get("which")
    day = latest_weekday(parts["weekday"], anchor, before=which == "last")
    if which == "next":
        day += timedelta(days=7)
    return day, day


def resolve_weekday_of_last_week(parts: Parts, anchor: date) -> Interval:
    day = week_of(anchor)[0] + timedelta(days=WEEKDAYS.index(parts["weekday"]) - 7)
    return day, day


def resolve_near_day(parts: Parts, anchor: date) -> Interval:
    day = anchor - timedelta(days=parts["time"].startswith(("yesterday", "last")))
    return day, day


def resolve_weekend(parts: Parts, anchor: date) -> Interval:
    saturday = latest_weekday("saturday", anchor)
    if parts["time"].startswith("last") and anchor.weekday() >= 5:
        saturday -= timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def resolve_period(parts: Parts, anchor: date) -> Interval:
    """this, last, next, earlier this, late last … week, month, quarter or year."""
    which, part = parts.get("which", "this"), parts.get("part", "")
    interval = _period(parts["unit"], anchor, {"last": -1, "this": 0, "next": 1}[which])
    if which == "this" and part in ("earlier", "previously"):
        return interval[0], anchor
    if which == "this" and part == "later":
        return anchor, interval[1]
    return part_of(interval, part) if PARTS.get(part, part) in PARTS_OF_WEEK else interval


def _period(unit: str, day: date, step: int) -> Interval:
    """The calendar week, month, quarter or year that lies `step` such units from that of `day`."""
    if unit == "week":
        return week_of(day + timedelta(days=7 * step))
    if unit == "month":
        return days_of_month(*shift_month(day.year, day.month, step))
    if unit == "year":
        return days_of_year(day.year + step)
    year, month = shift_month(day.year, (day.month - 1) // 3 * 3 + 1, 3 * step)
    return date(year, month, 1), days_of_month(year, month + 2)[1]


def resolve_ago(parts: Parts, anchor: date) -> OpenInterval | None:
    """The day, or the week, month or year that lies so far back: the unit said is the precision."""
    amount, unit = _amount(parts), parts["unit"]
    if unit == "decade":
        amount, unit = amount * 10, "year"
    day = _parse(f"{amount} {unit}s ago", anchor)
    if not day:
        return None
    if "least" in parts:
        return None, day
    return (day, day) if unit == "day" else _period(unit, day, 0)


def resolve_stretch(parts: Parts, anchor: date) -> Interval:
    """A stretch up to the anchor; "recent weeks" and the like, with no number, are taken as four."""
    amount = _amount(parts) if "amount" in parts else 4 if "units" in parts else 1
    unit = parts.get("unit") or parts["units"].removesuffix("s")
    return anchor - timedelta(days=amount * STRETCH_DAYS[unit]), anchor


def resolve_season(parts: Parts, anchor: date) -> Interval:
    first, last = SEASONS[parts["season"]]
    year = _year({**parts, "before": ""}, anchor, first)
    return date(year, first, 1), days_of_month(year + (last < first), last)[1]


def resolve_share(parts: Parts, anchor: date) -> Interval | None:
    """The quarter or half of a year; None for a fifth one."""
    months = {"half": 6, "quarter": 3}[parts.get("unit", "quarter")]
    number = int(parts.get("number", 0)) or ORDINALS.get(parts["nth"], 12 // months)
    if number * months > 12:
        return None
    year = _year(parts, anchor, 1)
    return date(year, (number - 1) * months + 1, 1), days_of_month(year, number * months)[1]


def _way(parts: Parts) -> int:
    """How many of its units a time lies behind the one told before: 0 for "that day", -2 for "two days earlier"."""
    return WAYS[parts.get("way", "same")] * (_amount(parts) if "amount" in parts else 1)


def resolve_told_days(parts: Parts, told: date) -> Interval:
    day = told + timedelta(days=_way(parts) * STRETCH_DAYS[parts.get("unit", "day")])
    return day, day


def resolve_told_weekday(parts: Parts, told: date) -> Interval:
    day = latest_weekday(parts["weekday"], told, before=parts["way"] == "previous")
    if parts["way"] == "following":
        day += timedelta(days=7)
    return day, day


def resolve_told_period(parts: Parts, told: date) -> Interval:
    return _period(parts["unit"], told, _way(parts))


def resolve_told_month(parts: Parts, told: date) -> Interval:
    return days_of_month(told.year + _way(parts), _month(parts))


RESOLVERS: dict[str, Resolver] = {
    name.removeprefix("resolve_"): function for name, function in globals().items() if name.startswith("resolve_")
}
