"""When an incident happened and how long it took to be discovered, as exactly as VERIS can say and the article does."""

from datetime import date
from typing import Any

from schemas import Event
from store.exports.veris_mapping import Mapping
from store.exports.veris_terms import read_rules
from store.summaries import join_dates

_WEEK, _MONTH, _YEAR = 7, 28, 365
Interval = tuple[date | None, date | None]


def map_timeline(mapping: Mapping) -> None:
    """Say when it happened, and from then to its discovery how long it was."""
    dates = mapping.event.dates
    occurred, discovered, disclosed = (join_dates(dates, kind) for kind in ("occurred", "discovered", "disclosed"))
    timeline: dict[str, Any] = {"incident": _date_incident(occurred)}
    if not timeline["incident"]:
        timeline["incident"] = {"year": _guess_year(mapping, discovered, disclosed)}
        mapping.lose("dates.occurred", timeline["incident"]["year"], "year")
    elif not _is_whole(occurred, timeline["incident"]):
        mapping.lose("dates.occurred", word_interval(occurred), "interval")
    if any(discovered):
        timeline["discovery"] = _measure(occurred, discovered)
        mapping.lose("dates.discovered", word_interval(discovered), "discovery")
    if any(disclosed):
        mapping.lose("dates.disclosed", word_interval(disclosed), "disclosed")
    mapping.incident["timeline"] = timeline


def word_interval(interval: Interval) -> str:
    """`2024-05-01/2024-05-31`, as in ISO 8601; `..` for an open side."""
    return "/".join(str(day or "..") for day in interval)


def _date_incident(occurred: Interval) -> dict[str, int]:
    """The year of the first day, with the month and the day where the interval leaves no other; empty where unknown."""
    start, end = occurred
    first = start or end
    if first is None or not _is_year(first.year):
        return {}
    told = {"year": first.year}
    if start and end and (start.year, start.month) == (end.year, end.month):
        told["month"] = start.month
        if start == end:
            told["day"] = start.day
    return told


def _is_whole(occurred: Interval, told: dict[str, int]) -> bool:
    """True where the interval is the very day, month or year that is told."""
    start, end = occurred
    if start is None or end is None:
        return False
    if "day" in told:
        return True
    following = date.fromordinal(end.toordinal() + 1)
    if "month" in told:
        return start.day == following.day == 1
    return start.year == end.year and (start.month, start.day, following.month, following.day) == (1, 1, 1, 1)


def has_year(event: Event, published: date | None) -> bool:
    """Whether any day tells a year for the incident, which VERIS wants."""
    return published is not None or any(
        _is_year(day.year) for one in event.dates for day in (one.start, one.end) if day
    )


def _guess_year(mapping: Mapping, discovered: Interval, disclosed: Interval) -> int:
    """The year of the first day known after it, the publication's at last; `has_year` saw that there is one."""
    published = mapping.source.published
    told = [day for one in mapping.event.dates for day in (one.start, one.end)]
    later = sorted(day for interval in (discovered, disclosed) for day in interval if day)
    days = [day for day in (*later, published, *told) if day]
    years = [day.year for day in days if _is_year(day.year)]
    least, most = read_rules()["years"]
    return years[0] if years else min(max((published or days[0]).year, least), most)


def _is_year(year: int) -> bool:
    least, most = read_rules()["years"]
    return bool(least <= year <= most)


def _measure(occurred: Interval, discovered: Interval) -> dict[str, Any]:
    """From the incident to its discovery: in days where both days are known, else the unit that it must be."""
    if not (occurred[0] and occurred[1] and discovered[0] and discovered[1]):
        return {"unit": "Unknown"}
    least = (discovered[0] - occurred[1]).days
    most = (discovered[1] - occurred[0]).days
    if least == most >= 0:
        return {"unit": "Days", "value": most}
    unit = _unit_of(max(least, 0))
    return {"unit": unit if most >= 0 and unit == _unit_of(most) else "Unknown"}


def _unit_of(days: int) -> str:
    return "Days" if days < _WEEK else "Weeks" if days < _MONTH else "Months" if days < _YEAR else "Years"
