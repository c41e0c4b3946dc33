"""How right times and quantities are resolved, on annotated text: `python -m training.resolving --data ../shared`.

Prints, for the gold's own expressions, the share of dates whose interval is exactly right, beside that of dateparser
alone, and the share of counts whose bounds are; and for corpora of time expressions precision, recall and F1 of those
found and exactly right.
"""

import argparse
import json
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from dateparser.date import DateDataParser

from extractors.counts import find_quantities
from extractors.dates import find_times, resolve_time
from extractors.intervals import Interval, OpenInterval, Time, period_of
from training.gold import day_of, read_gold, spans_of

SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
Resolve = Callable[[str, int, int, date], OpenInterval | None]


class Share(NamedTuple):
    """How many of a number are right."""

    right: int
    number: int

    def __str__(self) -> str:
        return f"{self.right / self.number:.3f} ({self.right} of {self.number})"


class Figures(NamedTuple):
    """How many expressions were found and right, found, and annotated."""

    right: int
    found: int
    annotated: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.annotated)

    def __add__(self, other: "Figures") -> "Figures":  # type: ignore[override]
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))

    def __str__(self) -> str:
        return f"P {self.right / self.found:.3f}  R {self.right / self.annotated:.3f}  F1 {self.f1:.3f}"


def measure_dates(gold: Path, part: str, resolve: Resolve) -> Share:
    """How many of the gold's dates get exactly its interval from `resolve`, given the text and the expression."""
    rights = []
    for article, events in read_gold(gold, part):
        for one in (one for event in events for one in event["dates"]):
            place, _ = spans_of(article.text, one["text"], one.get("nth", 1))
            found = resolve(article.text, *place, day_of(article)) if place else None
            rights.append(found == (_read_day(one.get("start")), _read_day(one.get("end"))))
    return Share(sum(rights), len(rights))


def _read_day(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def resolve_ours(text: str, start: int, end: int, anchor: date) -> OpenInterval | None:
    """The interval of the time found in the text that shares most with the expression, else of the expression alone."""
    touching = [one for one in find_times(text, anchor) if one.start_char < end and start < one.end_char]
    best = max(touching, key=lambda one: min(end, one.end_char) - max(start, one.start_char), default=None)
    best = best or resolve_time(text[start:end], anchor)
    return (best.start, best.end) if best else None


def resolve_by_dateparser(text: str, start: int, end: int, anchor: date) -> Interval | None:
    """What dateparser makes of the expression: the day, week, month or year that it says it has found, in the past."""
    settings = {"RELATIVE_BASE": datetime.combine(anchor, time(12)), "PREFER_DATES_FROM": "past"}
    parsed = DateDataParser(languages=["en"], settings=settings).get_date_data(text[start:end])
    if not parsed.date_obj:
        return None
    unit = parsed.period if parsed.period in ("week", "month", "year") else "day"
    return period_of(unit, parsed.date_obj.date())


def measure_counts(gold: Path, part: str) -> Share:
    """How many of the gold's counts get exactly its bounds and `approx`, given its phrase alone."""
    rights = []
    for _, events in read_gold(gold, part):
        for one in (one for event in events for one in event["affected"]):
            wanted = (one.get("min"), one.get("max"), bool(one.get("approx")))
            rights.append(wanted in [(found.min, found.max, found.approx) for found in find_quantities(one["text"])])
    return Share(sum(rights), len(rights))


def measure_timex(path: Path, *, every: int = 1, first: int = 0) -> Figures:
    """The figures of a corpus, or of each `every`th document from the `first`."""
    with path.open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines if line.strip()][first::every]
    return sum((_score_document(one) for one in documents), Figures(0, 0, 0))


def _score_document(document: dict[str, Any]) -> Figures:
    """Of the dates with a value that is an interval; a time found that touches other annotated expressions alone
    (durations, "now", times of day) is neither right nor wrong. A range of ours stands for all that it covers."""
    annotated = [(one, read_value(one["value"]) if one["type"] == "DATE" else None) for one in document["timexes"]]
    left = {index for index, (_, interval) in enumerate(annotated) if interval}
    right = wrong = 0
    for found in find_times(document["text"], date.fromisoformat(document["published"])):
        touched = [index for index, (one, _) in enumerate(annotated) if _touch(found, one)]
        dated = [index for index in touched if annotated[index][1]]
        mine = {index for index in dated if index in left}
        if _is_same(found, [interval for index in dated if (interval := annotated[index][1])]) and mine:
            right += len(mine)
            left -= mine
        elif dated or not touched:
            wrong += 1
    return Figures(right, right + wrong, right + len(left))


def _touch(found: Time, one: dict[str, Any]) -> bool:
    return bool(one["start"] < found.end_char and found.start_char < one["end"])


def _is_same(found: Time, intervals: list[Interval]) -> bool:
    """Whether the time is the interval, or from the first to the last of several; of "since May" the start counts."""
    if not intervals:
        return False
    start, end = min(one[0] for one in intervals), max(one[1] for one in intervals)
    return found.start in (start, None) and found.end in (end, None)


def read_value(value: str) -> Interval | None:
    """The days of a TIMEX3 value such as 1998-02, 1998-W07-WE or 1998-Q3; None for one that names none ("PAST_REF")."""
    year, *parts = value.removesuffix("-XX").split("T")[0].split("-")
    try:
        if not parts and len(year) == 3:
            return date(int(year) * 10, 1, 1), date(int(year) * 10 + 9, 12, 31)
        return _read_part(int(year), parts) if len(year) == 4 else None
    except ValueError:
        return None


def _read_part(year: int, parts: list[str]) -> Interval:
    unit = parts[0] if parts else ""
    if not unit or unit == "XX":
        return date(year, 1, 1), date(year, 12, 31)
    if unit in SEASONS:
        return _months(year, SEASONS[unit], 3)
    if unit[0] == "W":
        monday = date.fromisocalendar(year, int(unit[1:]), 1)
        return (monday + timedelta(days=5 if parts[1:] else 0), monday + timedelta(days=6))
    if unit[0] in "QH":
        length = 3 if unit[0] == "Q" else 6
        return _months(year, int(unit[1:]) * length - length + 1, length)
    if parts[1:]:
        day = date(year, int(unit), int(parts[1]))
        return day, day
    return _months(year, int(unit), 1)


def _months(year: int, month: int, number: int) -> Interval:
    last_year, last = (year, month + number - 1) if month + number <= 13 else (year + 1, month + number - 13)
    return date(year, month, 1), date(last_year, last, monthrange(last_year, last)[1])


def _tell(data: Path) -> Iterator[str]:
    gold, timex = data / "gold", data / "timex"
    for part in ("train", "dev"):
        yield f"dates of gold/{part}, ours: {measure_dates(gold, part, resolve_ours)}"
        yield f"dates of gold/{part}, dateparser: {measure_dates(gold, part, resolve_by_dateparser)}"
        yield f"counts of gold/{part}: {measure_counts(gold, part)}"
    annoctr, timebank = (
        measure_timex(timex / "annoctr.dev.jsonl"),
        measure_timex(timex / "timebank.jsonl", every=2, first=1),
    )
    yield f"AnnoCTR dev: {annoctr}"
    yield f"TimeBank, every second document: {timebank}"
    yield f"both: {annoctr + timebank}"
    yield f"all of TimeBank: {measure_timex(timex / 'timebank.jsonl')}"
    yield f"AQUAINT: {measure_timex(timex / 'aquaint.jsonl')}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with gold/ and timex/")
    for line in _tell(parser.parse_args().data):
        print(line)


if __name__ == "__main__":
    main()
