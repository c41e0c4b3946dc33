"""Publication dates as pages and files state them: a whole day or nothing, and never the clock."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})(?!\d)")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH},?[ -](\d{{4}})\b", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE)
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
        return _make_date(match[1], match[3], match[4])
    if match := _DAY_FIRST.search(value):
        return _make_date(match[3], match[2], match[1])
    if match := _MONTH_FIRST.search(value):
        return _make_date(match[3], match[1], match[2])
    return None


def _make_date(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
