"""Values in the words of people: intervals of days, counts, codes, problems."""

import re
from calendar import monthrange
from datetime import date

from schemas import Problem, read_vocabulary

_CONTROL_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f]")  # a file's name may hold a line's end


def word_interval(start: date | None, end: date | None) -> str:
    """An inclusive interval as short as it can be told: a day, a month, a year, `since`, `until`, or from and to."""
    if start is None or end is None:
        return f"since {start}" if start else f"until {end}" if end else ""
    if start == end:
        return str(start)
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return f"{start:%Y}"
    last_day = monthrange(start.year, start.month)[1]
    if start.day == 1 and end == start.replace(day=last_day):
        return f"{start:%Y-%m}"
    return f"{start} to {end}"


def word_count(least: int | None, most: int | None, approx: bool, unit: str) -> str:
    """A count with what it counts; people go without saying."""
    return " ".join(filter(None, ["about" if approx else "", _word_bounds(least, most), _word_unit(unit)]))


def _word_bounds(least: int | None, most: int | None) -> str:
    if least == most:
        return f"{least:,}"
    if most is None:
        return f"at least {least:,}"
    return f"up to {most:,}" if least is None else f"{least:,} to {most:,}"


def _word_unit(unit: str) -> str:
    return "" if unit == "people" else unit


def word_code(code: str) -> str:
    """A code without its underscores."""
    return code.replace("_", " ")


def word_problem(problem: Problem) -> str:
    """One line for a problem: where, what, and what to do next."""
    meaning, _, advice = read_vocabulary("problems")[problem.code].definition.partition(". ")
    told = " ".join((problem.detail or meaning).split())
    if ". " not in told:  # a second sentence says what to do already
        told = f"{told.rstrip('.')}. {advice}"
    return f"{_CONTROL_CHARACTER.sub(chr(0xFFFD), problem.reference)}: {told}"


def count_things(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: `1 event`, `2 events`."""
    return f"{number:,} {singular}" if number == 1 else f"{number:,} {plural or f'{singular}s'}"


def word_bytes(number: int) -> str:
    """A number of bytes as people write it: `940 bytes`, `1.2 MB`."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if number >= unit:
            return f"{number / unit:,.1f} {name}"
    return count_things(number, "byte")
