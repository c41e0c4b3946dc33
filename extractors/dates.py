"""Time expressions: finds them in English text and resolves each against an anchor day to an inclusive interval.

Knows nothing of breaches. The anchor is the article's publication date, never the clock, or for "three days later" the
time told before in the text; nothing is resolved to days that the words don't support. Where the publication date is
not known, only what means the same from any day is resolved. The grammar that it accepts:

| what | as in |
| --- | --- |
| days | "5 May", "Friday, May 5th 2023", "August 5 and 6", "2023-08-27", "27/08/2023", "on the 14th", "yesterday" |
| weekdays | "Sunday", "last Tuesday", "Monday night", "Friday of last week", "the following Monday" |
| holidays | "Christmas Day", "Labor Day weekend", "a few days before Easter", "the long weekend" |
| weeks | "this week", "the week of May 5", "the first week of May", "the weekend", "three weeks ago", "recent weeks" |
| months | "May", "May 2023", "May last year", "early this month", "the end of May", "that June", "two months later" |
| years | "in 2017", "late 2017", "Q2 2023", "the second half of 2023", "fiscal 2022", "the summer of 2019" |
| ranges | "between April and September", "from 2014 to 2018", "began on May 5 and ended that June" |
| open | "since May", "from 2016 onwards", "until 3 June", "prior to June 2013", "over a decade ago" |

Vague words ("recent weeks", "a few months ago") give a wide interval, or none ("recently"); durations ("for six weeks")
give none. The wordings are data (`data/rules/times.toml`), their meaning is `extractors.resolvers`, and what the words
around them change is `extractors.ranges`.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from typing import NamedTuple

import dateparser

from extractors.intervals import Anchor, OpenInterval, Time
from extractors.letters import lower
from extractors.ranges import read_around
from extractors.resolvers import RESOLVERS, Parts, Resolver
from extractors.rules import read_rules
from extractors.tenses import lies_ahead

__all__ = ["Time", "find_fixed_times", "find_times", "resolve_time"]

TIMES_BACK = 20  # times among which that which "three days later" counts from is looked for
REACH = 48  # characters around a word that tells a time in which the rules about it are tried
FILLERS = re.compile(
    r"[\s.,]*(?:(?:in|on|at|by|of|the|over|around|about|since|until|through|prior|to|during|from)\b\s*)*"
)
LONE_OPENINGS = ("", "in ", "the ", "over the ", "on ")  # what is read before an expression that stands alone
MONTHS_OF_YEAR = 12
# Two days from which nothing that is told without its year comes out the same: further apart than the years around an
# anchor among which one is chosen, on different weekdays, and later than the years that articles name as past.
FAR_DAYS = (date(2061, 2, 8), date(2097, 9, 20))
_NUMERIC = re.compile(r"\b(\d\d?)[/-](\d\d?)[/-]\d\d(?:\d\d)?\b")
YEARS = ("year", "year of a thing")  # rules of bare years
_SENTENCE_END = re.compile(r"[.!?;]\s|\n")
_FOUR_DIGITS = re.compile(r"\d{4}")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)\b")
Window = tuple[int, int]


class _Rule(NamedTuple):
    name: str
    about: list[str]
    pattern: re.Pattern[str]
    resolve: Resolver
    told_days: int
    told_year: bool
    tense: bool


def find_times(text: str, anchor: date, *, day_first: bool | None = None) -> list[Time]:
    """The time expressions of `text` that resolve against `anchor`, in reading order, the longest, without overlaps.

    `day_first` says whether "04/05/2024" is 4 May; None where that is not known: then another date of the text that can
    be read in one way only decides, and without one both readings are given.
    """
    day_first = _order_in(text) if day_first is None else day_first
    kept: list[Time] = []
    read_to = 0
    for rule, match in sorted(_match_rules(text), key=lambda found: _place(found[1])):
        start_char, minus_end_char = _place(match)
        if start_char < read_to:
            continue
        told = _told_before(text, kept, rule) if rule.told_days else Anchor(anchor, day_first=day_first)
        time = _resolve(rule, match, told, _year_before(match, kept)) if told else None
        if time and not (rule.told_days and time.start and time.start > anchor):  # the time meant is not the one told
            kept.append(time)
        read_to = -minus_end_char  # no "February" is found in "February 30", no latest Monday in "the following Monday"
    return read_around(text, kept)


def find_fixed_times(text: str, *, day_first: bool | None = None) -> list[Time]:
    """Those time expressions of `text` whose days don't depend on the day of publication ("on 3 May 2023"), for a text
    of which that is not known: they resolve alike from days that are far apart."""
    one, other = (find_times(text, day, day_first=day_first) for day in FAR_DAYS)
    alike = set(other)
    return [time for time in one if time in alike]


def resolve_time(expression: str, anchor: date, *, day_first: bool | None = None) -> Time | None:
    """The time of an expression that is known to be one: "2016" and "May" stand for a time too. None if it is none.

    What no rule of ours reads, dateparser may, where it names a day, a month and a year.
    """
    for opening in LONE_OPENINGS:
        for found in find_times(opening + expression, anchor, day_first=day_first):
            rest = (opening + expression)[: found.start_char], (opening + expression)[found.end_char :]
            if FILLERS.fullmatch(rest[0].lower()) and not re.search(r"\w", rest[1]):
                start_char = max(found.start_char - len(opening), 0)
                return found._replace(start_char=start_char, end_char=found.end_char - len(opening))
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "RELATIVE_BASE": datetime.combine(anchor, time())}
    parsed = dateparser.parse(expression, languages=["en"], settings=settings)
    return Time(0, len(expression), parsed.date(), parsed.date(), "dateparser") if parsed else None


@cache
def _read_time_rules() -> list[_Rule]:
    rules = read_rules("times")
    parts = rules["parts"]

    def fill(pattern: str) -> str:
        return re.sub(r"\{([A-Z_]+)\}", lambda match: str(parts[match[1]]), pattern)

    return [
        _Rule(
            name=rule["name"],
            about=rule["about"],
            pattern=re.compile(fill(rule["pattern"]), re.IGNORECASE),
            resolve=RESOLVERS[rule["resolve"]],
            told_days=rule.get("told_days", 0),
            told_year=rule.get("told_year", False),
            tense=rule.get("tense", False),
        )
        for rule in rules["rules"]
    ]


@cache
def _read_words() -> tuple[dict[str, list[str]], re.Pattern[str]]:
    """The kinds of each word that tells a time, and what finds these words and numbers in lower-case text."""
    kinds: dict[str, list[str]] = {}
    for kind, words in read_rules("times")["words"].items():
        for word in words:
            kinds.setdefault(word, []).append(kind)
    longest_first = "|".join(sorted(kinds, key=len, reverse=True))
    return kinds, re.compile(rf"\b(?:{longest_first})(?![a-z])|\d+")


def _match_rules(text: str) -> Iterator[tuple[_Rule, re.Match[str]]]:
    """Every match of every rule; a rule is tried only around the words that it is about."""
    windows = _find_windows(text)
    for rule in _read_time_rules():
        for kind in rule.about:
            for start, end in windows.get(kind, ()):
                yield from ((rule, match) for match in rule.pattern.finditer(text, start, end))


def _find_windows(text: str) -> dict[str, list[Window]]:
    """Around each word that tells a time, by its kind: where rules about that kind may match."""
    (kinds, pattern), windows = _read_words(), dict[str, list[Window]]()
    for match in pattern.finditer(lower(text)):
        for kind in kinds.get(match[0]) or _kinds_of_number(text, match):
            mine, start, end = windows.setdefault(kind, []), match.start() - REACH, match.end() + REACH
            if mine and start <= mine[-1][1]:
                mine[-1] = (mine[-1][0], end)
            else:
                mine.append((max(start, 0), end))
    return windows


def _kinds_of_number(text: str, match: re.Match[str]) -> tuple[str, ...]:
    if len(match[0]) == 4 or (len(match[0]) == 2 and text[match.start() - 1 : match.start()] == "/"):
        return ("year",)
    return ("ordinal",) if len(match[0]) <= 2 and _ORDINAL_END.match(text, match.end()) else ()


def _place(match: re.Match[str]) -> tuple[int, int]:
    """Where the expression begins, then the longer first."""
    start_char, end_char = match.span("time" if "time" in match.re.groupindex else 0)
    return start_char, -end_char


def _told_before(text: str, kept: list[Time], rule: _Rule) -> Anchor | None:
    """The latest time told that is as short as the rule wants it, and says its year where the rule wants that."""
    for told in reversed(kept[-TIMES_BACK:]):
        if not told.start or not told.end or (told.end - told.start).days >= rule.told_days:
            continue
        if not rule.told_year or "quarter" in told.rule or _FOUR_DIGITS.search(text, told.start_char, told.end_char):
            return Anchor(told.start, days=(told.end - told.start).days + 1)
    return None


def _year_before(match: re.Match[str], kept: list[Time]) -> str:
    """The bare year just told in the sentence ("The 2015 theft began around Dec. 26"), or nothing."""
    told = kept[-1] if kept else None
    if not told or told.rule not in YEARS or not told.start:
        return ""
    if told.rule == "year" and match.string[max(0, told.start_char - 3) : told.start_char].lower() != "in ":
        return ""  # not that of "a chart from 2011, which was found in August"
    between = match.string[told.end_char : _place(match)[0]]
    return str(told.start.year) if len(between) <= REACH and not _SENTENCE_END.search(between) else ""


def _resolve(rule: _Rule, match: re.Match[str], anchor: Anchor, year: str) -> Time | None:
    start_char, minus_end_char = _place(match)
    if rule.tense:
        anchor = anchor._replace(ahead=lies_ahead(match.string, start_char, -minus_end_char))
    parts = {"time": match[0].lower()} | {name: part.lower() for name, part in match.groupdict().items() if part}
    if year and "month" in parts:
        parts.setdefault("year", year)
    orders = (True, False) if anchor.day_first is None and "two" in parts else (anchor.day_first,)
    readings = [_read(rule, parts, anchor._replace(day_first=order)) for order in orders]
    different = list(dict.fromkeys(reading for reading in readings if reading))
    if not different:
        return None
    other = different[1] if len(different) > 1 else None
    return Time(start_char, -minus_end_char, *different[0], rule.name, other=other)


def _read(rule: _Rule, parts: Parts, anchor: Anchor) -> OpenInterval | None:
    try:
        return rule.resolve(parts, anchor)
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return None


def _order_in(text: str) -> bool | None:
    """Whether the numeric dates of the text that can be read in one way only begin with the day; None without such."""
    orders = {int(match[1]) > MONTHS_OF_YEAR for match in _NUMERIC.finditer(text) if _is_settled(match)}
    return orders.pop() if len(orders) == 1 else None


def _is_settled(match: re.Match[str]) -> bool:
    return (int(match[1]) > MONTHS_OF_YEAR) != (int(match[2]) > MONTHS_OF_YEAR)
