"""Time expressions: finds them in English text and resolves each against an anchor day to an inclusive interval.

Knows nothing of breaches. The anchor is the article's publication date, never the clock, or for "three days later" the
time told before in the text; nothing is resolved to days that the words don't support. The wordings are data
(`data/rules/times.toml`), their meaning is `extractors.intervals`.
"""

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from extractors.intervals import RESOLVERS, Resolver
from extractors.rules import read_rules

CHARACTERS_BEFORE = 30  # characters before an expression in which the words that bear on it are looked for
TIMES_BACK = 20  # times among which that which "three days later" counts from is looked for


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
    told_days: int


def find_times(text: str, anchor: date) -> list[Time]:
    """The time expressions of `text` that resolve against `anchor`, in reading order, the longest, without overlaps."""
    matches = [(rule, match) for rule in _read_time_rules() for match in rule.pattern.finditer(text)]
    kept: list[Time] = []
    read_to = 0
    for rule, match in sorted(matches, key=lambda found: _place(found[1])):
        start_char, minus_end_char = _place(match)
        if start_char < read_to:
            continue
        counted_from = _told_before(text, kept, rule.told_days) if rule.told_days else anchor
        time = _resolve(rule, match, counted_from) if counted_from else None
        kept += [time] if time else []
        read_to = -minus_end_char  # no "February" is found in "February 30", no latest Monday in "the following Monday"
    return [_open(text, time) for time in _join(text, kept)]


@cache
def _read_time_rules() -> list[_Rule]:
    rules = read_rules("times")
    parts = rules["parts"]

    def fill(pattern: str) -> str:
        return re.sub(r"\{([A-Z_]+)\}", lambda match: str(parts[match[1]]), pattern)

    return [
        _Rule(
            name=rule["name"],
            pattern=re.compile(fill(rule["pattern"]), re.IGNORECASE),
            resolve=RESOLVERS[rule["resolve"]],
            told_days=rule.get("told_days", 0),
        )
        for rule in rules["rules"]
    ]


def _place(match: re.Match[str]) -> tuple[int, int]:
    """Where the expression begins, then the longer first."""
    start_char, end_char = match.span("time" if "time" in match.re.groupindex else 0)
    return start_char, -end_char


def _told_before(text: str, kept: list[Time], most_days: int) -> date | None:
    """The first day of the latest time told that covers at most so many days; for years it has to say one itself."""
    for time in reversed(kept[-TIMES_BACK:]):
        is_short = time.start and time.end and (time.end - time.start).days < most_days
        if is_short and (most_days <= 31 or re.search(r"\d{4}", text[time.start_char : time.end_char])):
            return time.start
    return None


def _resolve(rule: _Rule, match: re.Match[str], counted_from: date) -> Time | None:
    parts = {name: part.lower() for name, part in match.groupdict().items() if part}
    try:
        interval = rule.resolve({"time": match[0].lower(), **parts}, counted_from)
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return None
    start_char, minus_end_char = _place(match)
    return Time(start_char, -minus_end_char, *interval, rule.name) if interval else None


_RANGE = re.compile(r",?\s*(?:-|–|—|to|and|or|until|through|till)\s+", re.IGNORECASE)
_RANGE_OPENS = re.compile(r"\b(?:between|from)\s+(?:about\s+|around\s+|at least\s+)?$", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|(?P<start>beginning|starting))\s+(?:at least\s+|about\s+|around\s+|as early as\s+|in\s+|on\s+)?$",
    re.IGNORECASE,
)
_ONWARDS = re.compile(r"\s+onwards?\b", re.IGNORECASE)
_NOT_IN_RANGE = ("day by name", "weekend", "recent stretch")


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
    between = _RANGE.fullmatch(text, first.end_char, second.start_char)
    rules = {first.rule, second.rule}
    if not between or rules & set(_NOT_IN_RANGE) or first.rule == "range":
        return False
    if _opening_of(text, first):
        return True
    is_list = between[0].strip(" ,").lower() in ("and", "or")
    return "weekday" not in rules and (not is_list or _adjoin(first, second))


def _opening_of(text: str, first: Time) -> re.Match[str] | None:
    return _RANGE_OPENS.search(text, max(0, first.start_char - CHARACTERS_BEFORE), first.start_char)


def _adjoin(first: Time, second: Time) -> bool:
    """True for "late July and early August", "2015 and 2016"."""
    return bool(first.end and second.start and first.end + timedelta(days=1) == second.start)


def _span_both(text: str, first: Time, second: Time) -> Time:
    """From the first's start to the second's end; the first takes the second's year where it said none itself."""
    start, end = first.start, second.end
    said_year = re.search(r"\d{4}| year\b", text[first.start_char : first.end_char])
    if start and end and first.rule == "weekday" == second.rule:
        start -= timedelta(days=7 * (start > end))
    elif start and end and not said_year:
        year = end.year - ((start.month, start.day) > (end.month, end.day))
        start = start.replace(year=year, day=min(start.day, 28) if start.month == 2 else start.day)
    if start and end and start > end:
        return second
    opening = _opening_of(text, first)
    start_char = opening.start() if opening else first.start_char
    return Time(start_char, second.end_char, start, end, "range")


def _open(text: str, time: Time) -> Time:
    """ "since May", "from 2016 onwards": the end is open. "starting on May 3" is that day."""
    since = _SINCE.search(text, max(0, time.start_char - CHARACTERS_BEFORE), time.start_char)
    onwards = _ONWARDS.match(text, time.end_char)
    is_day = time.start == time.end
    if time.rule == "range" or not (onwards or (since and not (since["start"] and is_day))):
        return time
    return time._replace(end_char=onwards.end() if onwards else time.end_char, end=None, rule=f"since {time.rule}")
