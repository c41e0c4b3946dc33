"""What can be changed in an event, and how a change is written: `field=value`, `field+=value`, `field-=value`.

is_event=no                     it is none; is_event=yes says that somebody looked at it
cause, status, prominence       a code of the vocabulary: cause=ransomware
organisations.ROLE              = a name alone, += a further one, -= one of them: organisations.supplier+=Acme
data.CATEGORY                   a status: data.credentials=not_exposed; empty drops the category
affected.UNIT                   5000, ~5000 (about), 5000.. (at least), ..5000 (at most), 5000..6000; empty drops
dates.KIND                      2024, 2024-05, 2024-05-03, or from/to (2024-05-03/2024-06, ../2024); empty drops
merge+=EVENT_ID                 what the other event of the article tells belongs to this one
split+=VICTIM                   this victim's is an event of its own, with a copy of the rest
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date

from pydantic import ValidationError

from schemas import Count, Evidence, UnknownCode, read_vocabulary
from schemas.corrections import Change
from store.errors import StoreError

CODED_FIELDS = {"cause": "causes", "status": "statuses", "prominence": "prominences"}
_PARTS = {"organisations": "roles", "data": "data_categories", "affected": "units", "dates": "date_kinds"}
_CHANGE = re.compile(r"\s*([a-z_.]+)\s*(\+=|-=|=)(.*)", re.DOTALL)
_ACTIONS = {"=": "set", "+=": "add", "-=": "drop"}
_COUNT = re.compile(r"(~?)\s*(\d*)(\.\.)?(\d*)")
_DAY = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?")
_DAYS = "give a day, a month or a year (2024-05-03, 2024-05, 2024), or from/to (2024-05-03/2024-06)"


class CorrectionError(StoreError):
    """A correction that cannot be made; the message says why, and what can."""


def parse_change(text: str, quote: str | None = None) -> Change:
    """The change that `field=value`, `field+=value` or `field-=value` names; raises `CorrectionError`."""
    match = _CHANGE.fullmatch(text)
    if not match:
        raise CorrectionError(f"{text!r} changes nothing; write field=value, as in cause=ransomware.")
    change = Change(field=match[1], action=_ACTIONS[match[2]], value=match[3].strip() or None, quote=quote)
    check_change(change)
    return change


def check_change(change: Change) -> None:
    """Raise `CorrectionError` unless the change has a field, an action and a value that go together."""
    family, _, code = change.field.partition(".")
    if change.field in CODED_FIELDS:
        _check_code(CODED_FIELDS[change.field], change.value or "")
    elif family in _PARTS and code:
        _check_code(_PARTS[family], code)
        _CHECKS[family](change)
    elif change.field == "is_event":
        if change.value not in ("yes", "no"):
            raise CorrectionError("is_event is yes or no.")
    elif change.field not in ("merge", "split"):
        fields = ", ".join(["is_event", *CODED_FIELDS, *(f"{part}.…" for part in _PARTS), "merge", "split"])
        raise CorrectionError(f"There is no field {change.field!r}; the fields are {fields}.")
    elif change.action != "add" or not change.value:
        raise CorrectionError(f"{change.field} only adds: {change.field}+=…")
    allowed = {"organisations": _ACTIONS.values(), "merge": ["add"], "split": ["add"]}.get(family, ["set"])
    if change.action not in allowed:
        raise CorrectionError(f"{change.field} is set with =, not added to or dropped from.")


def read_count(value: str) -> tuple[int | None, int | None, bool]:
    """Least, greatest and whether approximate, of `5000`, `~5000`, `5000..`, `..5000`, `5000..6000`."""
    match = _COUNT.fullmatch(value.replace(",", "").replace(" ", ""))
    if not match or not (match[2] or match[4]):
        raise CorrectionError(f"{value!r} is no count; write 5000, ~5000, 5000.., ..5000 or 5000..6000.")
    low = int(match[2]) if match[2] else None
    high = (int(match[4]) if match[4] else None) if match[3] else low
    if low is not None and high is not None and low > high:
        raise CorrectionError(f"{value!r} is no count: {low} is more than {high}.")
    return low, high, bool(match[1])


def read_interval(value: str) -> tuple[date | None, date | None]:
    """First and last day of `2024`, `2024-05`, `2024-05-03`, `2024-05/2024-06`; `..` leaves a side open."""
    first, slash, last = value.replace(" ", "").partition("/")
    start = None if first == ".." else _read_days(first)[0]
    end = (None if last == ".." else _read_days(last)[1]) if slash else _read_days(first)[1]
    if start is None and end is None:
        raise CorrectionError(f"{value!r} says no day; {_DAYS}.")
    if start and end and start > end:
        raise CorrectionError(f"{value!r} ends before it begins; {_DAYS}.")
    return start, end


def _read_days(words: str) -> tuple[date, date]:
    match = _DAY.fullmatch(words)
    try:
        if not match:
            raise ValueError
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        last_month = int(match[2] or 12)
        last_day = int(match[3] or monthrange(year, last_month)[1])
        return date(year, month, day), date(year, last_month, last_day)
    except ValueError:
        raise CorrectionError(f"There is no day {words!r}; {_DAYS}.") from None


def _check_code(vocabulary: str, code: str) -> None:
    try:
        read_vocabulary(vocabulary).check(code)
    except UnknownCode as error:
        raise CorrectionError(f"{error}.") from error


def _check_status(change: Change) -> None:
    if change.value:
        _check_code("data_statuses", change.value)


def _check_count(change: Change) -> None:
    if not change.value:
        return
    low, high, approx = read_count(change.value)
    words = Evidence(start=0, end=1, quote="-")
    try:
        Count(min=low, max=high, approx=approx, unit="people", scope="total", evidence=words, confidence=1)
    except ValidationError:
        raise CorrectionError(f"{change.value!r} is more than a count can be.") from None


def _check_interval(change: Change) -> None:
    if change.value:
        read_interval(change.value)


def _check_name(change: Change) -> None:
    if not change.value and change.action != "set":
        raise CorrectionError(f"Say who: {change.field}+=NAME.")


_CHECKS: dict[str, Callable[[Change], None]] = {
    "organisations": _check_name,
    "data": _check_status,
    "affected": _check_count,
    "dates": _check_interval,
}
