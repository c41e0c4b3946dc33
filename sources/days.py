"""Days and moments as feeds and records state them; what can't be read is None, never the clock."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_tz

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
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


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None
