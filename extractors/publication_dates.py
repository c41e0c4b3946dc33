"""Publication dates as pages and files state them: a whole day or nothing, and never the clock."""

import re
from collections.abc import Container
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?!\d)")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH},?[ -](\d{{4}})\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE)
_STAMP = re.compile(r"\b\d{4}([-/.])\d{2}\1\d{2}(?!\d)")
_LONGEST = 80
# Before the first news site there is no web page; later than this it is a slip of the pen.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def read_published(value: str) -> date | None:
    """The day that `value` states, as written there (no change of time zone), or None.

    Reads ISO 8601 (`2023-08-27T10:00:00+01:00`, `20230827`), RFC 2822 and English
    dates with the month in letters. `03/04/2023` is two days at once, so it is none.
    """
    value = " ".join(value[:_LONGEST].split())
    if match := _YEAR_FIRST.match(value):
        return make_day(match[1], match[3], match[4])
    if match := _DAY_FIRST.search(value):
        return make_day(match[3], match[2], match[1])
    if match := _MONTH_FIRST.search(value):
        return make_day(match[3], match[1], match[2])
    return None


def read_stamp(line: str, words: Container[str]) -> date | None:
    """The day that a line is, but for a time of day and for `words` (lower case) around it; None where it says more.

    "Posted May 24, 2026 10:05 am" is such a line, "On May 24, 2026 the hospital closed" is none.
    """
    match = _STAMP.search(line) or _DAY_FIRST.search(line) or _MONTH_FIRST.search(line)
    if not match:
        return None
    around = re.findall(r"[^\W\d_]+", f"{line[: match.start()]} {line[match.end() :]}".lower())
    return read_published(match[0]) if all(word in words for word in around) else None


def make_day(year: str, month: str, day: str) -> date | None:
    """The day of a year, a month (a number, or letters that begin its English name) and a number, None if there is none
    such or the year is before the web's or a slip of the pen."""
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
