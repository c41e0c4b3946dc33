"""The end of a run: what its sources gave over the last week, and the limits of the archive."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from flows.places import find_archive
from flows.settings import read_settings
from schemas import Problem, Source
from sources import Pruned, prune_archive
from store import open_store

DAYS_WATCHED = 7


def limit_archive(store: Path, now: datetime) -> Pruned | None:
    """Take away the oldest pages of the archive beside a store, as the settings say; None where they say nothing."""
    limits = read_settings().archive
    bytes_kept = None if limits.max_gb is None else int(limits.max_gb * 1_000_000_000)
    oldest = None if limits.max_days is None else now - timedelta(days=limits.max_days)
    if bytes_kept is None and oldest is None:
        return None
    return prune_archive(find_archive(store), most_bytes=bytes_kept, oldest=oldest)


def find_silent(sources: Sequence[Source], store: Path, now: datetime) -> list[Problem]:
    """A problem for each source that gave less than a third of what its entry expects in the week before `now`."""
    if not any(source.articles_per_day for source in sources):
        return []
    with open_store(store) as opened:
        found = opened.sources_found(now - timedelta(days=DAYS_WATCHED))
    return list(_judge(sources, found, now))


def _judge(sources: Sequence[Source], found: Mapping[str, tuple[int, datetime]], now: datetime) -> Iterator[Problem]:
    """`found` is how many references a source gave, and when it was read first: only a week tells something."""
    for source in sources:
        number, first = found.get(source.name, (0, now))
        expected = DAYS_WATCHED * (source.articles_per_day or 0)
        if first <= now - timedelta(days=DAYS_WATCHED) and number < expected / 3:
            detail = f"It gave {number:,} articles in a week, and {expected:,.0f} are expected. Check the source."
            yield Problem(code="silent_source", reference=source.name, detail=detail)
