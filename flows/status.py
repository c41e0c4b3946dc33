"""How things stand: the last runs, each followed source, and what lies where; also while a run writes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flows.living import find_dead
from flows.places import find_archive, find_memory
from flows.retrospect import DAYS_WATCHED, find_silent
from schemas import RunState, Source
from sources import Memory, measure_archive
from store import Store, open_store
from store.snapshots import snapshot_of

_RUNS = """
    SELECT run_id, flow_name, state_code, started_at, ended_at, reference_count,
        stopped_first_look_count + stopped_topic_count AS stopped_count,
        known_count, article_count, revised_count, event_count, problem_count
    FROM runs ORDER BY started_at DESC, run_id
"""
_SOURCES = """
    SELECT source_name, max(started_at),
        coalesce(sum(found_count) FILTER (started_at >= $since), 0)::BIGINT,
        coalesce(sum(page_count) FILTER (started_at >= $since), 0)::BIGINT
    FROM source_runs GROUP BY source_name
"""
_NEWEST = "SELECT source_name, max(published_date) FROM articles WHERE source_name IS NOT NULL GROUP BY source_name"


class SourceStatus(NamedTuple):
    """A source that is followed: when it was read last (UTC), what it gave in a week, and its newest article.

    `expected` is how many articles its entry expects in a week, null where it does not say. `lag_days` is the age of
    the newest article that is stored of it.
    """

    source: str
    last_run_at: datetime | None
    found: int
    pages: int
    expected: float | None
    is_silent: bool
    newest_date: date | None
    lag_days: int | None


class Files(NamedTuple):
    """What lies where: sizes in bytes, the age of what readers see in seconds, null where it was never published.

    `queue` is how many pages were fetched, and are not yet in the store.
    """

    store: Path
    store_bytes: int
    snapshot_age_seconds: float | None
    archive: Path
    archive_pages: int
    archive_bytes: int
    queue: int


def list_runs(store: Store, limit: int, now: datetime) -> list[dict[str, Any]]:
    """The last runs, the newest first, with what each did; `limit` 0 is all. Times are UTC, `seconds` how long it took.

    One that says it runs, and whose process is gone, is told as abandoned.
    """
    columns, rows = store.rows(_RUNS + (f" LIMIT {int(limit)}" if limit else ""))
    dead = set(find_dead(store.running(), now))
    return [_tell_run(dict(zip(columns, row, strict=True)), dead, now) for row in rows]


def _tell_run(run: dict[str, Any], dead: set[str], now: datetime) -> dict[str, Any]:
    begun, ended = run["started_at"].replace(tzinfo=UTC), run["ended_at"] and run["ended_at"].replace(tzinfo=UTC)
    if run["run_id"] in dead:
        run["state_code"] = RunState.ABANDONED.value
    until = now if run["state_code"] == RunState.RUNNING else ended
    is_known = until is not None and run["state_code"] != RunState.ABANDONED  # when that one ended, nobody knows
    seconds = round((until - begun).total_seconds(), 1) if is_known else None
    return {**run, "started_at": begun, "ended_at": ended, "seconds": seconds}


def look_at_sources(sources: Sequence[Source], store: Path, now: datetime) -> list[SourceStatus]:
    """How each of the sources does, in their order."""
    since = (now - timedelta(days=DAYS_WATCHED)).astimezone(UTC).replace(tzinfo=None)
    with open_store(store) as opened:
        given = {name: row for name, *row in opened.rows(_SOURCES, {"since": since})[1]}
        newest = dict(opened.rows(_NEWEST)[1])
    silent = {problem.reference for problem in find_silent(sources, store, now)}
    return [_judge(source, given.get(source.name), newest.get(source.name), silent, now) for source in sources]


def _judge(
    source: Source, given: Sequence[Any] | None, newest: date | None, silent: set[str], now: datetime
) -> SourceStatus:
    last, found, pages = given or (None, 0, 0)
    expected = None if source.articles_per_day is None else round(DAYS_WATCHED * source.articles_per_day, 1)
    lag = None if newest is None else max(0, (now.date() - newest).days)  # dates run ahead of UTC in the east
    last_run = last and last.replace(tzinfo=UTC)
    return SourceStatus(source.name, last_run, found, pages, expected, source.name in silent, newest, lag)


def measure_files(store: Path, now: datetime) -> Files:
    """The sizes of the store and of the archive beside it, the snapshot's age, and how many pages wait."""
    snapshot, archive = snapshot_of(store), measure_archive(find_archive(store))
    age = max(0.0, now.timestamp() - snapshot.stat().st_mtime) if snapshot.exists() else None
    return Files(
        store=store.absolute(),
        store_bytes=store.stat().st_size,
        snapshot_age_seconds=None if age is None else round(age, 1),
        archive=find_archive(store).absolute(),
        archive_pages=archive.pages,
        archive_bytes=archive.bytes,
        queue=_count_waiting(find_memory(store)),
    )


def _count_waiting(memory: Path) -> int:
    if not memory.exists():
        return 0
    with Memory(memory) as opened:
        return sum(1 for _ in opened.unsettled())
