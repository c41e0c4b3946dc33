"""Values in the words of people: intervals of days, counts, codes, problems."""

import re
from calendar import monthrange
from collections.abc import Mapping
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


def word_seconds(seconds: float) -> str:
    """A duration as people write it: `9.8 s`, `2 min 5 s`, `3 h 20 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    hours, rest = divmod(round(seconds), 3_600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


def word_stages(seconds: Mapping[str, float]) -> str:
    """What the time went into, the most first: `extract 6.1 s, load 1.0 s`; what took hardly any is left out."""
    longest = sorted(((spent, stage) for stage, spent in seconds.items() if spent >= 0.05), reverse=True)
    return ", ".join(f"{word_code(stage)} {word_seconds(spent)}" for spent, stage in longest)


def word_numbers(numbers: Mapping[str, int]) -> str:
    """Codes with how many there are of each, the most first: `ransomware 7, phishing 2`."""
    most = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{word_code(code)} {number:,}" for code, number in most)


def word_bytes(number: int) -> str:
    """A number of bytes as people write it: `940 bytes`, `1.2 MB`."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if number >= unit:
            return f"{number / unit:,.1f} {name}"
    return count_things(number, "byte")
