"""How long to wait before something is tried again."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_MOST_DIGITS = 9  # of a number of seconds: thirty years
_JITTER = 0.25

_TRANSIENT_FIRST = timedelta(hours=1)
_TRANSIENT_LONGEST = timedelta(days=1)
_LASTING_FIRST = timedelta(days=7)
_LASTING_LONGEST = timedelta(days=90)
_DOCUMENT_FIRST = timedelta(minutes=10)
_DOCUMENT_LONGEST = timedelta(hours=6)


def choose_wait(attempt: int, first: float, longest: float) -> float:
    """The seconds before attempt `attempt` + 1 (from 1): `first`, doubled each time, and up to a quarter more, so that
    many that failed together don't come back together."""
    jitter = 1 + _JITTER * random.random()
    return float(min(longest, first * 2 ** (attempt - 1) * jitter))


def read_retry_after(stated: str, now: datetime) -> float:
    """The seconds that a header Retry-After asks to wait; 0 where it asks for none, or in no way that can be read."""
    stated = stated.strip()
    if stated.isascii() and stated.isdecimal():
        return float(stated[:_MOST_DIGITS])
    try:
        when = parsedate_to_datetime(stated)
    except (TypeError, ValueError, IndexError, OverflowError):
        return 0.0
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def put_off(failures: int, *, is_transient: bool, is_document: bool) -> timedelta:
    """How long an address that failed `failures` times (from 1) is not asked for again, in this run and in later ones.

    Feeds and sitemaps some minutes; articles an hour where the failure may pass, a week where it looks lasting; each
    doubled with every failure, up to a limit.
    """
    first, longest = _LASTING_FIRST, _LASTING_LONGEST
    if is_document:
        first, longest = _DOCUMENT_FIRST, _DOCUMENT_LONGEST
    elif is_transient:
        first, longest = _TRANSIENT_FIRST, _TRANSIENT_LONGEST
    doubled: timedelta = first * 2 ** min(failures - 1, 20)
    return min(longest, doubled)
