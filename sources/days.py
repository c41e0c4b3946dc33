"""Days and moments as feeds and records state them; what can't be read is None, never the clock."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_tz
from pathlib import Path

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
# 2023/01/05, 2023-01-05 and 20230105, also with a time of day behind, as in CC-NEWS-20230105123456-00001.warc.gz.
_PATH_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:\d{6})?(?!\d)")
_LONGEST = 80
# Before the first news site there is no page; later than this it is a slip of the pen.
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def read_day(text: str | None) -> date | None:
    """The day that `text` states in ISO 8601 or as in mail (RFC 2822), as written there: no change of time zone."""
    stated = " ".join((text or "")[:_LONGEST].split())
    if match := _DAY.match(stated):
        return _make_day(*map(int, match.groups()))
    # `parsedate_tz` would take a bare number and `03/04/2023`, two days at once, for something.
    has_month = re.search("[a-z]{3}", stated, re.IGNORECASE)
    parsed = (parsedate_tz(stated) or parsedate_tz(f"{stated} 00:00:00")) if has_month else None
    return _make_day(*parsed[:3]) if parsed else None


def read_moment(text: str | None) -> datetime | None:
    """The moment (UTC) that `text` states in ISO 8601; a day alone is its beginning, a time without zone is UTC."""
    try:
        moment = datetime.fromisoformat((text or "").strip()[:_LONGEST])
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None


def find_day(path: str | Path) -> date | None:
    """The last whole day that a path or an address names; None where it names none."""
    for match in reversed(list(_PATH_DAY.finditer(str(path)))):
        if day := _make_day(int(match[1]), int(match[3]), int(match[4])):
            return day
    return None


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None
