"""What the parts of a time expression mean in days: a small function for each kind of rule in `data/rules/times.toml`.

Each takes the named parts of the match, as lower-case text (absent ones missing), and the anchor day; it returns the
inclusive interval, or None where the parts make no day (30 February).
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import dateparser

Interval = tuple[date, date]
Parts = dict[str, str]
Resolver = Callable[[Parts, date], Interval | None]

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}
AMOUNTS = {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4}
STRETCH_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
PARTS = {"middle": "mid", "end": "late", "later": "late", "start": "early", "beginning": "early"}


def days_of_month(year: int, month: int) -> Interval:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def days_of_year(year: int) -> Interval:
    return date(year, 1, 1), date(year, 12, 31)


def week_of(day: date) -> Interval:
    """Monday to Sunday of the week that holds `day`."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def part_of(interval: Interval, part: str) -> Interval:
    """The early, mid or late part: thirds of a month; of a year the first or last quarter, or May to August."""
    start, end = interval
    if (end - start).days < 31:
        first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, end.day)}[part]
        return start.replace(day=first), start.replace(day=last)
    first, last = {"early": (1, 3), "mid": (5, 8), "late": (10, 12)}[part]
    return days_of_month(start.year, first)[0], days_of_month(start.year, last)[1]


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
    """What dateparser makes of an absolute day or of "N units ago": right for both, against the anchor given."""
    settings = {"RELATIVE_BASE": datetime.combine(anchor, time(23)), "PREFER_DATES_FROM": "past"}
    parsed = dateparser.parse(words, languages=["en"], settings=settings)
    return parsed.date() if parsed else None


def _make_day(year: int, month: int, day: int) -> date | None:
    return _parse(f"{day} {MONTHS[month - 1]} {year}", date(year, 12, 31)) if month <= 12 else None


def _amount(parts: Parts) -> int:
    word = parts["amount"].removeprefix("a ").removesuffix(" of")
    if word.isdigit():
        return int(word)
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    return AMOUNTS.get(word) or numbers.index(word) + 1


def resolve_day(parts: Parts, anchor: date) -> Interval | None:
    month, day = _month(parts), int(parts["day"])
    near = anchor + timedelta(days=6) if "weekday" in parts else anchor
    found = _make_day(_year(parts, near, month, day), month, day)
    return (found, found) if found else None


def resolve_days(parts: Parts, anchor: date) -> Interval | None:
    month, last = _month(parts), int(parts["to_day"])
    year = _year(parts, anchor, month, last)
    start, end = _make_day(year, month, int(parts["day"])), _make_day(year, month, last)
    return (start, end) if start and end and start <= end else None


def resolve_month(parts: Parts, anchor: date) -> Interval:
    month = _month(parts)
    interval = days_of_month(_year(parts, anchor, month), month)
    return part_of(interval, PARTS.get(parts["part"], parts["part"])) if "part" in parts else interval


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
    return part_of(interval, PARTS.get(parts["part"], parts["part"])) if "part" in parts else interval


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
    """this, last, earlier this, late last … week, month, quarter or year."""
    back = parts["which"] == "last"
    interval = _period(parts["unit"], anchor, back=back)
    part = parts.get("part", "")
    if part in ("earlier", "previously") and not back:
        return interval[0], anchor
    part = PARTS.get(part, part)
    return part_of(interval, part) if part in ("early", "mid", "late") and parts["unit"] != "week" else interval


def _period(unit: str, anchor: date, *, back: bool) -> Interval:
    if unit == "week":
        return week_of(anchor - timedelta(days=7 * back))
    if unit == "month":
        return days_of_month(*shift_month(anchor.year, anchor.month, -back))
    if unit == "year":
        return days_of_year(anchor.year - back)
    year, month = shift_month(anchor.year, (anchor.month - 1) // 3 * 3 + 1, -3 * back)
    return date(year, month, 1), days_of_month(*shift_month(year, month, 2))[1]


def resolve_ago(parts: Parts, anchor: date) -> Interval | None:
    """The day, or the week, month or year that lies so far back: the unit said is the precision."""
    amount, unit = _amount(parts), parts["unit"]
    if unit == "decade":
        amount, unit = amount * 10, "year"
    day = _parse(f"{amount} {unit}s ago", anchor)
    if not day or unit == "day":
        return (day, day) if day else None
    return {"week": week_of(day), "month": days_of_month(day.year, day.month), "year": days_of_year(day.year)}[unit]


def resolve_stretch(parts: Parts, anchor: date) -> Interval:
    """A stretch up to the anchor; "recent weeks" and the like, with no number, are taken as four."""
    amount = _amount(parts) if "amount" in parts else 4 if "units" in parts else 1
    unit = parts.get("unit") or parts["units"].removesuffix("s")
    return anchor - timedelta(days=amount * STRETCH_DAYS[unit]), anchor


def resolve_season(parts: Parts, anchor: date) -> Interval:
    first, last = SEASONS[parts["season"]]
    year = _year({**parts, "before": ""}, anchor, first)
    return date(year, first, 1), days_of_month(year + (last < first), last)[1]


def resolve_quarter(parts: Parts, anchor: date) -> Interval | None:
    number = int(parts.get("number", 0)) or ORDINALS.get(parts.get("nth", ""), 0)
    if not number:
        return None
    year = int(parts["year"])
    return date(year, number * 3 - 2, 1), days_of_month(year, number * 3)[1]


RESOLVERS: dict[str, Resolver] = {
    name.removeprefix("resolve_"): function for name, function in globals().items() if name.startswith("resolve_")
}
