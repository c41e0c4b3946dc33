"""What an entry's filters leave out: by patterns searched for in addresses, and by the day of publication."""

import re
from datetime import date, datetime, timedelta

from schemas import Page, Source
from sources.references import Reference, ReferenceKind

_SLACK = timedelta(days=1)  # a moment of UTC may be the day after where the article was published


class BadFilter(ValueError):
    """A pattern is no regular expression; the sentence says which and why."""


class Filter:
    """The filters of one source; counts what they leave out. Raises `BadFilter` for a pattern that is none."""

    def __init__(self, source: Source) -> None:
        self._include = compile_patterns("include", source.include)
        self._exclude = compile_patterns("exclude", source.exclude)
        self._since = source.since
        self.left_out = 0

    def lets_through(self, found: Reference | Page) -> bool:
        """Whether neither the patterns nor `since` leave it out; what has no address, or no day, stays."""
        passes = self._suits(_find_address(found)) and not self._is_older(found)
        self.left_out += not passes
        return passes

    def _suits(self, address: str | None) -> bool:
        if address is None:
            return True
        included = not self._include or any(pattern.search(address) for pattern in self._include)
        return included and not any(pattern.search(address) for pattern in self._exclude)

    def _is_older(self, found: Reference | Page) -> bool:
        """Whether it is known to be published before `since`: nothing changes, or is fetched, before that."""
        if self._since is None:
            return False
        if found.published:
            return found.published < self._since
        later: datetime | None = found.updated if isinstance(found, Reference) else found.fetched_at
        return later is not None and _shift(later.date()) < self._since


def compile_patterns(name: str, patterns: tuple[str, ...]) -> list[re.Pattern[str]]:
    """The patterns of the filter `name`. Raises `BadFilter`."""
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern))
        except (re.error, RecursionError, OverflowError) as error:
            raise BadFilter(f"`{name}` holds {pattern!r}, which is no regular expression ({error})") from None
    return compiled


def _find_address(found: Reference | Page) -> str | None:
    if isinstance(found, Page):
        return found.url
    return found.location if found.kind is ReferenceKind.URL else None


def _shift(day: date) -> date:
    return day + _SLACK if day < date.max else day
