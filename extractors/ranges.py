"""What the words around times make of them: ranges ("from 2014 to 2018"), open sides ("since May"), datelines.

The wordings are those of `[context]` in `data/rules/times.toml`.
"""

import re
from datetime import timedelta
from functools import cache

from extractors.intervals import Time
from extractors.rules import read_rules

CHARACTERS_AROUND = 80  # characters around an expression in which the words that bear on it are looked for
_RANGE = re.compile(r",?\s*(?:-|–|—|to|and|or|until|through|till)\s+(?:(?:about|around|at least|late|in)\s+)?", re.I)
_RANGE_OPENS = re.compile(r"\b(?:between|from)\s+(?:about\s+|around\s+|at least\s+|sometime in\s+)?$", re.IGNORECASE)
_NOT_IN_RANGE = ("day by name", "weekend", "recent stretch", "holiday")
_SAID_YEAR = re.compile(r"\d{4}| year\b")


def read_around(text: str, times: list[Time]) -> list[Time]:
    """The times with ranges joined, open sides opened, and marked where they are approximate or a dateline."""
    return [_mark(text, _open(text, time)) for time in _join(text, times)]


@cache
def _context(name: str) -> re.Pattern[str]:
    return re.compile(read_rules("times")["context"][name], re.IGNORECASE)


def _before(name: str, text: str, time: Time) -> re.Match[str] | None:
    return _context(name).search(text[max(0, time.start_char - CHARACTERS_AROUND) : time.start_char])


def _after(name: str, text: str, time: Time) -> re.Match[str] | None:
    return _context(name).match(text[time.end_char : time.end_char + CHARACTERS_AROUND])


def _join(text: str, times: list[Time]) -> list[Time]:
    """Join "between April and September", "March 26 until May 4", "began in May and ended in June" into one interval
    each."""
    joined: list[Time] = []
    for time in times:
        before = joined[-1] if joined else None
        whole = _span_both(text, before, time) if before and _is_range(text, before, time) else None
        if whole:
            joined[-1] = whole
        else:
            joined.append(time)
    return joined


def _is_range(text: str, first: Time, second: Time) -> bool:
    rules = {first.rule, second.rule}
    if first.rule == "range" or rules & set(_NOT_IN_RANGE) or second.start_char - first.end_char > CHARACTERS_AROUND:
        return False
    between = _RANGE.fullmatch(text, first.end_char, second.start_char)
    if not between:
        gap = text[first.end_char : second.start_char]
        return bool(_before("started", text, first) and _context("ended").search(gap))
    if _opening_of(text, first):
        return True
    is_list = between[0].strip(" ,").lower().startswith(("and", "or"))
    return "weekday" not in rules and (not is_list or _adjoin(first, second))


def _opening_of(text: str, first: Time) -> re.Match[str] | None:
    return _RANGE_OPENS.search(text, max(0, first.start_char - CHARACTERS_AROUND), first.start_char)


def _adjoin(first: Time, second: Time) -> bool:
    """True for "late July and early August", "2015 and 2016"."""
    return bool(first.end and second.start and first.end + timedelta(days=1) == second.start)


def _span_both(text: str, first: Time, second: Time) -> Time | None:
    """From the first's start to the second's end; the first takes the second's year where it said none itself."""
    start, end = first.start, second.end
    if not start or not end:
        return None
    if first.rule == "weekday" == second.rule:
        start -= timedelta(days=7 * (start > end))
    elif not _SAID_YEAR.search(text, first.start_char, first.end_char):
        year = end.year - ((start.month, start.day) > (end.month, end.day))
        start = start.replace(year=year, day=min(start.day, 28) if start.month == 2 else start.day)
    opening = _opening_of(text, first)
    start_char = opening.start() if opening else first.start_char
    return Time(start_char, second.end_char, start, end, "range") if start <= end else None


def _open(text: str, time: Time) -> Time:
    """ "since May", "from 2016 onwards" have an open end, "until May" has an open start. "starting on May 3" is that
    day (but "starting around May 3" begins then), and so is "not until May 3"."""
    if time.rule == "range":
        return time
    onwards = _after("onwards", text, time)
    if onwards or _is_since(text, time):
        end_char = time.end_char + (onwards.end() if onwards else 0)
        return time._replace(end_char=end_char, end=None, rule=f"since {time.rule}") if time.start else time
    if time.end and _is_until(text, time):
        return time._replace(start=None, rule=f"until {time.rule}")
    if time.start and _before("before", text, time):
        return time._replace(start=None, end=time.start - timedelta(days=1), rule=f"before {time.rule}")
    return time


def _is_until(text: str, time: Time) -> bool:
    """Not where it is told of the day itself: "not until May 3", "until May 3, when it was noticed"."""
    until = _before("until", text, time)
    if not until or text[time.end_char : time.end_char + 6] == ", when":
        return False
    return not _context("not_until").search(until.string[: until.start()])


def _is_since(text: str, time: Time) -> bool:
    since = _before("since", text, time)
    if not since:
        return False
    is_day_alone = bool(since["start"]) and time.start == time.end and not since["about"]
    is_comparison = bool(since["since"]) and _context("not_since").search(since.string[: since.start()])
    return not (is_day_alone or is_comparison or text[time.end_char : time.end_char + 2] in ("'s", "’s"))


def _mark(text: str, time: Time) -> Time:
    words = text[time.start_char : time.end_char]
    is_approx = _before("approx", text, time) or _context("approx_inside").match(words)
    return time._replace(approx=bool(is_approx), is_dateline=_is_dateline(text, time))


def _is_dateline(text: str, time: Time) -> bool:
    """True for the date of the article itself: behind a place in capitals, behind "Updated:", or alone on its line."""
    if time.rule == "range" or time.start != time.end:
        return False
    return bool(
        (_before("stamp_before", text, time) and _after("stamp_after", text, time))
        or (_before("dateline_before", text, time) and _after("dateline_after", text, time))
        or (_before("line_before", text, time) and _after("line_after", text, time))
    )
