"""What the parts of a time expression mean in days: a small function for each kind of rule in `data/rules/times.toml`.

Each takes the named parts of the match, as lower-case text (absent ones missing), and the anchor: the day of
publication, or for `told_…` the time told before. It returns the inclusive interval, null where the words leave a side
open, or None where the parts make no day (30 February).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from extractors.intervals import (
    MONTHS,
    PARTS,
    PARTS_OF_WEEK,
    WEEKDAYS,
    Anchor,
    Interval,
    OpenInterval,
    days_of_holiday,
    days_of_month,
    days_of_year,
    latest_weekday,
    make_day,
    next_weekday,
    nth_weekday,
    part_of,
    period_of,
    shift_day,
    shift_month,
    week_of,
    weekend_with,
)
from extractors.rules import read_rules

Parts = dict[str, str]
Resolver = Callable[[Parts, Anchor], OpenInterval | None]

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "latter": 2}
SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}
AMOUNTS = {"a": (1, 1), "an": (1, 1), "couple": (2, 2), "few": (2, 4), "several": (3, 6)}  # the least and the most
WAYS = {"next": 1, "following": 1, "later": 1, "after": 1, "same": 0}  # all others are -1
RECENT_UNITS, FEW = 4, 3  # "recent weeks" are four, "the past few days" three
NEAR_DAYS = 60  # a day without a year, of which no word says whether it lies ahead, is not taken to lie further ahead
NEXT, LAST = 1, -1


def _month(parts: Parts) -> int:
    return int(parts["month_number"]) if "month_number" in parts else MONTHS.index(parts["month"][:3]) + 1


def _said_year(parts: Parts, anchor: Anchor) -> int | None:
    said = parts.get("year", "")
    if said.isdigit():
        return int(said)
    if said:
        return anchor.day.year + (NEXT if said == "next year" else 0 if said == "this year" else LAST)
    return None


def _choose(readings: list[Interval], anchor: Anchor) -> Interval | None:
    """Of the same interval in several years (in order) the latest that began, or where the words say that it lies ahead
    the next that is not over."""
    if anchor.ahead:
        return next((one for one in readings if one[1] >= anchor.day), None)
    return next((one for one in reversed(readings) if one[0] <= anchor.day), None)


def _years_around(anchor: Anchor) -> range:
    return range(max(anchor.day.year - 8, 1), min(anchor.day.year + 9, 9999))  # within 8 years is a 29 February


def _months_around(month: int, anchor: Anchor) -> list[Interval]:
    return [days_of_month(year, month) for year in _years_around(anchor)]


def _amounts(parts: Parts) -> tuple[int, int]:
    word = parts["amount"].removeprefix("a ").removesuffix(" of")
    if word.isdigit():
        return int(word), int(word)
    return AMOUNTS.get(word) or (NUMBERS.index(word) + 1,) * 2


def resolve_day(parts: Parts, anchor: Anchor) -> Interval | None:
    """The day in the year said, else the nearest such day on the side that the words give; of "Wednesday, January 3"
    the latest that is a Wednesday."""
    month, day = _month(parts), int(parts["day"])
    year = _said_year(parts, anchor)
    if year:
        found = make_day(year, month, day)
        return (found, found) if found else None
    days = [(made, made) for year in _years_around(anchor) if (made := make_day(year, month, day))]
    if "weekday" in parts:
        near = [one for one in days if one[0] <= anchor.day + timedelta(days=6)]
        of_weekday = [one for one in near if WEEKDAYS[one[0].weekday()] == parts["weekday"]]
        if of_weekday and not anchor.ahead:
            return of_weekday[-1]
    if anchor.ahead is None:
        nearby = (one for one in days if 0 < (one[0] - anchor.day).days <= NEAR_DAYS)
        return next(nearby, None) or _choose(days, anchor)
    return _choose(days, anchor)


def resolve_days(parts: Parts, anchor: Anchor) -> Interval | None:
    last = resolve_day({**parts, "day": parts["to_day"]}, anchor)
    start = make_day(last[1].year, last[1].month, int(parts["day"])) if last else None
    return (start, last[1]) if last and start and start <= last[1] else None


def resolve_numeric_day(parts: Parts, anchor: Anchor) -> Interval | None:
    """ "27/08/2023" with the day first or, where the anchor says so, the month; "27.08.2023" always with the day."""
    is_day_first = anchor.day_first or parts.get("sign") == "."
    day, month = (parts["one"], parts["two"]) if is_day_first else (parts["two"], parts["one"])
    year = int(parts.get("year") or parts["short_year"])
    if "short_year" in parts:
        year += 2000 if 2000 + year <= anchor.day.year + 1 else 1900
    found = make_day(year, int(month), int(day))
    return (found, found) if found else None


def resolve_day_of_some_month(parts: Parts, anchor: Anchor) -> Interval | None:
    """ "the 14th": the latest, or the next where it lies ahead."""
    months = (shift_month(anchor.day.year, anchor.day.month, step) for step in range(-2, 3))
    return _choose([(made, made) for month in months if (made := make_day(*month, int(parts["day"])))], anchor)


def resolve_month(parts: Parts, anchor: Anchor) -> Interval | None:
    month, year = _month(parts), _said_year(parts, anchor)
    if parts.get("which") == "this" and not (month > anchor.day.month and anchor.ahead is False):
        year = anchor.day.year
    months = [days_of_month(year, month)] if year else _months_around(month, anchor)
    if parts.get("before") == "last" and not year:
        months = [one for one in months if one[1] < anchor.day.replace(day=1)][-1:]
    found = months[0] if year and months else _choose(months, anchor)
    return part_of(found, parts["part"]) if found and "part" in parts else found


def resolve_week_by_day(parts: Parts, anchor: Anchor) -> Interval | None:
    """The weekend or the week that holds the day said, or the seven days that end with it."""
    found = resolve_day(parts, anchor)
    if not found:
        return None
    monday, sunday = week_of(found[0])
    if parts["span"] == "weekend":
        return sunday - timedelta(days=1), sunday
    return (monday, sunday) if parts["link"] == "of" else (found[0] - timedelta(days=6), found[0])


def resolve_week_of_month(parts: Parts, anchor: Anchor) -> Interval | None:
    """ "the first week of April", "the last weekend of November"."""
    month = resolve_month({**parts, "before": ""}, anchor)
    if not month:
        return None
    if parts["span"] == "weekend":
        number = LAST if parts["nth"] == "last" else ORDINALS[parts["nth"]]
        saturday = nth_weekday("saturday", month[0].year, month[0].month, number)
        return saturday, saturday + timedelta(days=1)
    if parts["nth"] == "last":
        return month[1] - timedelta(days=6), month[1]
    start = month[0] + timedelta(days=7 * (ORDINALS[parts["nth"]] - 1))
    return start, start + timedelta(days=6)


def resolve_year(parts: Parts, anchor: Anchor) -> Interval | None:
    """A year; one more than a year ahead only where the words say that it lies ahead."""
    year = _said_year(parts, anchor)
    if year is None or (year > anchor.day.year + 1 and not anchor.ahead and "deadline" not in parts):
        return None
    interval = days_of_year(year)
    return part_of(interval, parts["part"]) if "part" in parts else interval


def resolve_years(parts: Parts, anchor: Anchor) -> Interval | None:
    first, last = int(parts["year"]), int(parts["to_year"])
    return (date(first, 1, 1), date(last, 12, 31)) if first < last else None


def resolve_year_in_words(parts: Parts, anchor: Anchor) -> Interval:
    """ "nineteen ninety-six", as transcripts of broadcasts have it."""
    tens = TENS.index(parts["tens"]) * 10 + 20 if "tens" in parts else 100
    return days_of_year(1900 + tens + (NUMBERS.index(parts["ones"]) + 1 if "ones" in parts else 0))


def resolve_months_of_year(parts: Parts, anchor: Anchor) -> Interval | None:
    """ "the first three months of 2022"; "a few" are at most four."""
    year, most = resolve_year(parts, anchor), _amounts(parts)[1]
    if not year or most > 12:
        return None
    if parts["nth"] == "first":
        return year[0], days_of_month(year[0].year, most)[1]
    return date(year[0].year, 13 - most, 1), year[1]


def resolve_weekday(parts: Parts, anchor: Anchor) -> Interval:
    which = parts.get("which")
    if which in ("next", "coming"):
        day = next_weekday(parts["weekday"], anchor.day + timedelta(days=1))
    elif which not in ("last", "past") and anchor.ahead:
        day = next_weekday(parts["weekday"], anchor.day)
    else:
        day = latest_weekday(parts["weekday"], anchor.day, before=which == "last")
    return day, day


def resolve_weekday_of_week(parts: Parts, anchor: Anchor) -> Interval:
    week = period_of("week", anchor.day, {"last": LAST, "next": NEXT}.get(parts["which"], 0))
    day = week[0] + timedelta(days=WEEKDAYS.index(parts["weekday"]))
    return day, day


def resolve_near_day(parts: Parts, anchor: Anchor) -> Interval:
    steps = {"yesterday": LAST, "last": LAST, "tomorrow": NEXT}
    day = anchor.day + timedelta(days=steps.get(parts["time"].split()[0], 0))
    if parts["time"].startswith("the day"):
        day += timedelta(days=-2 if "yesterday" in parts["time"] else 2)
    return day, day


def resolve_weekend(parts: Parts, anchor: Anchor) -> Interval:
    """The latest weekend that began, Monday included where it is a long one."""
    saturday = latest_weekday("saturday", anchor.day)
    if parts.get("which") == "last" and anchor.day.weekday() >= 5:
        saturday -= timedelta(days=7)
    elif parts.get("which") == "next" or (anchor.ahead and anchor.day.weekday() < 5):
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=2 if "long" in parts else 1)


def resolve_holiday(parts: Parts, anchor: Anchor) -> Interval | None:
    """A holiday or, with `span`, the weekend that it makes longer."""
    holidays: dict[str, dict[str, Any]] = read_rules("times")["holidays"]
    holiday = holidays[parts["holiday"].replace("’", "'")]
    year = _said_year(parts, anchor)
    years = [year] if year else list(_years_around(anchor))
    found = [days_of_holiday(holiday, year) for year in years]
    spans = [weekend_with(one[0]) for one in found] if "span" in parts and "days" not in holiday else found
    return spans[0] if year else _choose(spans, anchor)


def resolve_before_holiday(parts: Parts, anchor: Anchor) -> Interval | None:
    """ "before Christmas": the same month up to its eve; "a few days before": the days counted; a week: that week."""
    found = resolve_holiday(parts, anchor)
    if not found:
        return None
    eve = found[0] - timedelta(days=1)
    if "unit" not in parts:
        return eve.replace(day=1), eve
    least, most = _amounts(parts) if "amount" in parts else (1, 1)
    first = shift_day(found[0], parts["unit"], -most - (least != most))
    return first, eve if least != most or parts["unit"] != "day" else first


def resolve_bank_holiday(parts: Parts, anchor: Anchor) -> Interval | None:
    """The long weekend of a month that ends with its last Monday, as Irish and most British ones do."""
    mondays = [nth_weekday("monday", one[0].year, one[0].month, LAST) for one in _months_around(_month(parts), anchor)]
    return _choose([weekend_with(monday) for monday in mondays], anchor)


def resolve_period(parts: Parts, anchor: Anchor) -> Interval:
    """this, last, next, earlier this, late last … week, month, quarter or year."""
    which, part = parts.get("which", "this"), parts.get("part", "")
    step = {"last": LAST, "next": NEXT, "coming": NEXT}.get(which, 0)
    interval = period_of(parts["unit"], anchor.day, step)
    if step == 0 and part in ("earlier", "previously"):
        return interval[0], anchor.day
    if step == 0 and part == "later":
        return anchor.day, interval[1]
    return part_of(interval, part) if PARTS.get(part, part) in PARTS_OF_WEEK else interval


def resolve_ago(parts: Parts, anchor: Anchor) -> OpenInterval | None:
    """The day, week, month or year that lies so far back: the unit said is the precision; "a few" are a wide one."""
    (least, most), unit = _amounts(parts), parts["unit"]
    if unit in ("decade", "fortnight"):
        times, unit = {"decade": (10, "year"), "fortnight": (2, "week")}[unit]
        least, most = least * times, most * times
    if "least" in parts:
        return None, shift_day(anchor.day, unit, -least)
    return period_of(unit, anchor.day, -most)[0], period_of(unit, anchor.day, -least)[1]


def resolve_stretch(parts: Parts, anchor: Anchor) -> Interval:
    """A stretch up to the anchor; "a few" are three, from the beginning of the first month."""
    unit = parts.get("unit") or parts["units"].removesuffix("s")
    least, most = _amounts(parts) if "amount" in parts else (RECENT_UNITS if "units" in parts else 1,) * 2
    is_vague = least != most
    start = shift_day(anchor.day, unit, -(FEW if is_vague else most))
    return start.replace(day=1) if is_vague and unit == "month" else start, anchor.day


def resolve_season(parts: Parts, anchor: Anchor) -> Interval | None:
    """Three whole months, of which the winter's lie in two years; "earlier this spring" ends with the anchor."""
    first, last = SEASONS[parts["season"]]
    year, which = _said_year(parts, anchor), parts.get("which", "")
    is_past = anchor.ahead is False or parts.get("part") == "earlier"
    if which == "this" and first < last and not (is_past and first > anchor.day.month):
        year = anchor.day.year
    if which in ("last", "this past"):
        anchor = anchor._replace(ahead=False)
    years = [year] if year else _years_around(anchor)
    seasons = [(date(one, first, 1), days_of_month(one + (last < first), last)[1]) for one in years]
    found = seasons[0] if year else _choose(seasons, anchor)
    if parts.get("part") == "earlier" and found:
        return found[0], min(found[1], anchor.day)
    return found


def resolve_share(parts: Parts, anchor: Anchor) -> Interval | None:
    """The quarter or half of a year, without a year the latest that began, or where it lies ahead the one that ends
    nearest; None for a fifth one."""
    months = {"half": 6, "part": 6, "quarter": 3}[parts.get("unit", "quarter")]
    number = int(parts.get("number", 0)) or ORDINALS.get(parts["nth"], 12 // months)
    if number * months > 12:
        return None
    year = _said_year(parts, anchor)
    shares = [
        (date(one, (number - 1) * months + 1, 1), days_of_month(one, number * months)[1])
        for one in ([year] if year else _years_around(anchor))
    ]
    if anchor.ahead and not year:
        return min(shares, key=lambda share: abs((share[1] - anchor.day).days))
    return shares[0] if year else _choose(shares, anchor)


def _steps(parts: Parts) -> tuple[int, int]:
    """How many of its units a time lies behind the one told before: 0 for "that day", -2 for "two days earlier"."""
    way = WAYS.get(parts.get("way", "same"), LAST)
    one, other = (way * amount for amount in (_amounts(parts) if "amount" in parts else (1, 1)))
    return min(one, other), max(one, other)


def resolve_told_days(parts: Parts, told: Anchor) -> Interval:
    first, last = _steps(parts)
    unit = parts.get("unit", "day")
    return shift_day(told.day, unit, first), shift_day(told.day, unit, last)


def resolve_told_weekday(parts: Parts, told: Anchor) -> Interval:
    day = latest_weekday(parts["weekday"], told.day, before=parts["way"] == "previous")
    if parts["way"] == "following":
        day += timedelta(days=7)
    return day, day


def resolve_told_period(parts: Parts, told: Anchor) -> Interval:
    """The week, month or year so far from that of the time told; of a quarter told, that quarter of another year."""
    first, last = _steps(parts)
    unit = parts.get("unit", "year")
    if unit == "year" and 90 <= told.days <= 92:
        return period_of("quarter", told.day, 4 * first)
    return period_of(unit, told.day, first)[0], period_of(unit, told.day, last)[1]


def resolve_told_month(parts: Parts, told: Anchor) -> Interval:
    return days_of_month(told.day.year + _steps(parts)[0], _month(parts))


RESOLVERS: dict[str, Resolver] = {
    name.removeprefix("resolve_"): function for name, function in globals().items() if name.startswith("resolve_")
}
