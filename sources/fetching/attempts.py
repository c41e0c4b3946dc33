"""Which pages a run is at, so that a page that kills every run that reads it is known, and set aside.

A table in the file of the memory. `begin` before a page is read, `finish` once the store knows what became of it: of
what is left between the two when the process is gone, one page may be to blame.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas import Page
from sources.fetching.memory import Memory

MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class SetAside:
    """A page that is not tried any more: what it is called, its hash, how often it was tried, and since when."""

    reference: str
    page_hash: str
    attempts: int
    since: datetime


class Attempts:
    """The attempts noted in the memory's file. Raises `MemoryUnusable` as the memory does."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def begin(self, pages: Iterable[Page], process: str, now: datetime) -> None:
        """Note that the process reads these pages now."""
        rows = [(page.page_hash, page.reference, process, now.timestamp()) for page in pages]
        with self._memory.writing() as connection:
            connection.executemany(
                "INSERT INTO attempts (page_hash, reference, begun_by, begun_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET begun_by = excluded.begun_by, begun_at = excluded.begun_at",
                rows,
            )

    def finish(self, hashes: Iterable[str]) -> None:
        """Note that the store knows what became of these pages: nothing is held against them any more."""
        with self._memory.writing() as connection:
            connection.executemany("DELETE FROM attempts WHERE page_hash = ?", [(one,) for one in hashes])

    def leave(self, process: str) -> None:
        """Note that the process ends in good order: what it was at is not held against any page."""
        with self._memory.writing() as connection:
            connection.execute("DELETE FROM attempts WHERE begun_by = ? AND times = 0 AND NOT is_released", (process,))
            connection.execute("UPDATE attempts SET begun_by = NULL WHERE begun_by = ?", (process,))

    def count_failed(self, is_gone: Callable[[str, datetime], bool], now: datetime) -> int:
        """Count an attempt for each page whose process is gone, and set those aside that had `MOST_ATTEMPTS`; how many
        pages are under suspicion. `is_gone` is asked with a process and the moment when it began with the page."""
        with self._memory.writing() as connection:
            rows = connection.execute("SELECT DISTINCT begun_by, begun_at FROM attempts WHERE begun_by IS NOT NULL")
            gone = [(by, at) for by, at in rows.fetchall() if is_gone(by, datetime.fromtimestamp(at, UTC))]
            connection.executemany(
                "UPDATE attempts SET times = times + 1, begun_by = NULL WHERE begun_by = ? AND begun_at = ?", gone
            )
            connection.execute(
                "UPDATE attempts SET set_aside_at = ?, is_released = 0 WHERE times >= ? AND set_aside_at IS NULL",
                (now.timestamp(), MOST_ATTEMPTS),
            )
            (number,) = connection.execute("SELECT count(*) FROM attempts WHERE times > 0").fetchone()
        return int(number)

    def find_suspects(self, hashes: Iterable[str]) -> set[str]:
        """Those of the pages in whose time a process was gone."""
        with self._memory.reading() as connection:
            query = "SELECT 1 FROM attempts WHERE page_hash = ? AND times > 0"
            return {one for one in hashes if connection.execute(query, (one,)).fetchone()}

    def list_set_aside(self) -> list[SetAside]:
        """The pages that are not tried any more, the latest first."""
        query = (
            "SELECT reference, page_hash, times, set_aside_at FROM attempts WHERE set_aside_at IS NOT NULL "
            "ORDER BY set_aside_at DESC, reference"
        )
        with self._memory.reading() as connection:
            rows = connection.execute(query).fetchall()
        return [
            SetAside(reference, page_hash, times, datetime.fromtimestamp(since, UTC))
            for reference, page_hash, times, since in rows
        ]

    def release(self, hashes: Sequence[str]) -> None:
        """Have pages that were set aside tried again by the next run (`list_released`)."""
        with self._memory.writing() as connection:
            connection.executemany(
                "UPDATE attempts SET times = 0, set_aside_at = NULL, is_released = 1 WHERE page_hash = ?",
                [(one,) for one in hashes],
            )

    def list_released(self) -> list[str]:
        """The hashes of the pages that a person wants tried again."""
        with self._memory.reading() as connection:
            rows = connection.execute("SELECT page_hash FROM attempts WHERE is_released ORDER BY page_hash").fetchall()
        return [page_hash for (page_hash,) in rows]
