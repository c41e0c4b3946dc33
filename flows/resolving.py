"""What time expressions and numbers mean, for a person to check by hand."""

import re
from collections.abc import Iterator
from datetime import date

from extractors.counts import Quantity, find_quantities, find_unknowns
from extractors.dates import Time, find_times, resolve_time
from extractors.intervals import OpenInterval
from flows.wording import count_things

COLUMNS = ("words", "meaning", "rule")
ANY_DAY = date(2000, 1, 3)  # to see whether words tell a time at all
Row = tuple[str, str, str]


def tells_time(words: str) -> bool:
    """Whether the words hold a time expression, for which a day of publication is needed."""
    return bool(_find_times(words, ANY_DAY, None))


def resolve_words(words: str, published: date | None, *, day_first: bool | None = None) -> list[Row]:
    """A row for each time (where a day of publication is given) and each number, in reading order; empty for none."""
    times = _find_times(words, published, day_first) if published else []
    taken = [(one.start_char, one.end_char) for one in times]
    rows = [(one.start_char, words[one.start_char : one.end_char], *_word_time(words, one)) for one in times]
    for number in find_quantities(words):
        if not any(number.start_char < end and start < number.end_char for start, end in taken):
            rows.append((number.start_char, words[number.start_char : number.end_char], *_word_number(number)))
    rows += [(start, words[start:end], "not known or not told", "number") for start, end in find_unknowns(words)]
    return [row[1:] for row in sorted(rows)]


def _find_times(words: str, published: date, day_first: bool | None) -> list[Time]:
    times = find_times(words, published, day_first=day_first)
    alone = None if times else resolve_time(words, published, day_first=day_first)
    return [alone] if alone else times


def _word_time(words: str, one: Time) -> tuple[str, str]:
    readings = [_word_interval((one.start, one.end)), *([_word_interval(one.other)] if one.other else [])]
    about = "about " if one.approx else ""
    is_alone = not re.search(r"[a-z]", words[: one.start_char] + words[one.end_char :], re.IGNORECASE)
    note = " (the article's own date, not an event's)" if one.is_dateline and not is_alone else ""
    return f"{about}{' or '.join(readings)}{note}", one.rule


def _word_interval(interval: OpenInterval) -> str:
    start, end = interval
    if not start or not end:
        return f"from {start} on" if start else f"up to {end}"
    if start == end:
        return f"{start} ({start:%A})"
    return f"{start} to {end} ({count_things((end - start).days + 1, 'day')})"


def _word_number(one: Quantity) -> tuple[str, str]:
    notes = [*_word_notes(one)]
    return f"{_word_bounds(one)}{' (' + '; '.join(notes) + ')' if notes else ''}", "number"


def _word_bounds(one: Quantity) -> str:
    about = "about " if one.approx else ""
    if one.min == one.max:
        return f"{about}{one.min:,}"
    if one.min is None or one.max is None:
        return f"at most {about}{one.max:,}" if one.min is None else f"at least {about}{one.min:,}"
    return f"{about}{one.min:,} to {one.max:,}"


def _word_notes(one: Quantity) -> Iterator[str]:
    if one.superseded:
        yield "said before it was known better"
    if one.is_part:
        yield "a part of another number"
