"""Time expressions: finds them in English text and resolves each against an anchor day to an inclusive interval.

Knows nothing of breaches. The anchor is the article's publication date, never the clock; nothing is resolved to days
that the words don't support. The wordings are data (`data/rules/times.toml`), their meaning is `extractors.intervals`.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from extractors.intervals import RESOLVERS, Resolver
from extractors.rules import read_rules


class Time(NamedTuple):
    """The expression `text[start_char:end_char]`, the days it covers (null for an open side), and the rule's name."""

    start_char: int
    end_char: int
    start: date | None
    end: date | None
    rule: str


class _Rule(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    resolve: Resolver


def find_times(text: str, anchor: date) -> list[Time]:
    """The time expressions of `text` that resolve against `anchor`, in reading order, the longest, without overlaps."""
    found = [time for rule in _read_time_rules() for time in _apply(rule, text, anchor)]
    kept: list[Time] = []
    for time in sorted(found, key=lambda time: (time.start_char, -time.end_char)):
        if not kept or time.start_char >= kept[-1].end_char:
            kept.append(time)
    return [_open(text, time) for time in _join(text, kept)]


@cache
def _read_time_rules() -> list[_Rule]:
    rules = read_rules("times")
    parts = rules["parts"]

    def fill(pattern: str) -> str:
        return re.sub(r"\{([A-Z_]+)\}", lambda match: str(parts[match[1]]), pattern)

    return [
        _Rule(rule["name"], re.compile(fill(rule["pattern"]), re.IGNORECASE), RESOLVERS[rule["resolve"]])
        for rule in rules["rules"]
    ]


def _apply(rule: _Rule, text: str, anchor: date) -> Iterator[Time]:
    for match in rule.pattern.finditer(text):
        parts = {name: part.lower() for name, part in match.groupdict().items() if part}
        start_char, end_char = match.span("time") if "time" in parts else match.span()
        interval = rule.resolve({"time": match[0].lower(), **parts}, anchor)
        if interval:
            yield Time(start_char, end_char, *interval, rule.name)


_RANGE = re.compile(r",?\s*(?:-|–|—|to|and|until|through|till)\s+", re.IGNORECASE)
_RANGE_OPENS = re.compile(r"\b(?:between|from)\s+(?:about\s+|around\s+|at least\s+)?$", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|beginning|starting)\s+(?:at least\s+|about\s+|around\s+|as early as\s+|in\s+|on\s+)?$", re.IGNORECASE
)
_NOT_IN_RANGE = ("weekday", "day by name", "weekend", "recent stretch")


def _join(text: str, times: list[Time]) -> list[Time]:
    """Join "between April and September", "March 26 until May 4", "from 2014 to 2018" into one interval each."""
    joined: list[Time] = []
    for time in times:
        before = joined[-1] if joined else None
        if before and _is_range(text, before, time):
            joined[-1] = _span_both(text, before, time)
        else:
            joined.append(time)
    return joined


def _is_range(text: str, first: Time, second: Time) -> bool:
    between = text[first.end_char : second.start_char]
    if not _RANGE.fullmatch(between) or {first.rule, second.rule} & set(_NOT_IN_RANGE) or first.rule == "range":
        return False
    return "and" not in between.lower() or bool(_RANGE_OPENS.search(text, 0, first.start_char))


def _span_both(text: str, first: Time, second: Time) -> Time:
    """From the first's start to the second's end; the first takes the second's year where it said none itself."""
    start, end = first.start, second.end
    said_year = re.search(r"\d{4}", text[first.start_char : first.end_char])
    if start and end and not said_year:
        year = end.year - ((start.month, start.day) > (end.month, end.day))
        start = start.replace(year=year, day=min(start.day, 28) if start.month == 2 else start.day)
    if start and end and start > end:
        return second
    opening = _RANGE_OPENS.search(text, 0, first.start_char)
    start_char = opening.start() if opening else first.start_char
    return Time(start_char, second.end_char, start, end, "range")


def _open(text: str, time: Time) -> Time:
    """ "since May": the end is open."""
    since = _SINCE.search(text, max(0, time.start_char - 24), time.start_char)
    if since and time.rule != "range":
        return time._replace(end=None, rule=f"since {time.rule}")
    return time
