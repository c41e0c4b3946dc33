"""What was fetched, when and how it went: so that nothing is asked for twice, and nothing that was had is lost.

A file of SQLite, beside the store and apart from it: it only spares requests, and may be deleted at any time (all is
asked for once more then). The way of an article: `keep` once its bytes are in the archive, `settle` once the store
knows what became of it; what a killed run left between the two is `unsettled`.
"""

import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from schemas import Page, Problem
from schemas.addresses import identify_url, normalise_url
from sources.credentials import hide_credentials
from sources.fetching.memory_file import MemoryUnusable, explain_unusable, open_memory_file
from sources.fetching.patience import put_off


class Kind(StrEnum):
    """What a row of the memory tells of."""

    ARTICLE = "article"
    DOCUMENT = "document"  # a feed, a sitemap
    ROBOTS = "robots"
    DOWNLOAD = "download"  # a large file, half on disk
    LOCAL = "local"  # a file or a part of one


class State(StrEnum):
    """How far it came."""

    FAILED = "failed"
    FETCHED = "fetched"
    SETTLED = "settled"
    SAME = "same"  # it redirects to another, whose row tells all


class Outcome(StrEnum):
    """What became of an article that was fetched."""

    LOADED = "loaded"
    STOPPED = "stopped"  # a look showed that it is not about an incident
    PROBLEM = "problem"


@dataclass(frozen=True)
class Rest:
    """Until when a host is left alone, why (for people), and how many rests in a row that makes."""

    until: datetime
    why: str
    times: int = 0


@dataclass(frozen=True)
class Remembered:
    """A row of the memory. `content` is a document's, `problem` what was wrong the last time."""

    kind: Kind
    key: str
    state: State
    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    page_hash: str | None = None
    url: str | None = None
    fetched_at: datetime | None = None
    failures: int = 0
    next_try_at: datetime | None = None
    problem: Problem | None = None
    content: bytes | None = None
    content_type: str | None = None

    def ask_if_changed(self) -> dict[str, str]:
        """The headers of a conditional request; none where the server gave nothing to go by."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}


_COLUMNS = (
    "kind, key, state, etag, last_modified, content_hash, page_hash, url, fetched_at, failures, next_try_at, problem, "
    "content, content_type"
)


def choose_key(kind: Kind, url: str) -> str:
    """The key of an address: an article has one however it is written; others are what they are."""
    shown = hide_credentials(url)
    return identify_url(shown) if kind is Kind.ARTICLE else normalise_url(shown) or shown


class Memory:
    """The memory in the file `path`, made where there is none; without a path, for this process alone.

    May be used by several threads, and its file by several processes. A damaged file is put aside and made anew;
    `told` then holds a problem that says so. Raises `MemoryUnusable` where it cannot be opened or written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        connection, damaged = open_memory_file(path)
        self._open: sqlite3.Connection | None = connection
        self.told = [damaged] if damaged else []

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing again does nothing."""
        with self._lock:
            if self._open:
                self._open.close()
                self._open = None

    def is_known(self, url: str, updated: datetime | None = None, now: datetime | None = None) -> bool:
        """Whether an article need not be asked for: it was had (since `updated`), or it failed and is not due again."""
        found = self.find(Kind.ARTICLE, url)
        if found is None:
            return False
        if found.next_try_at and found.next_try_at > (now or datetime.now(UTC)):
            return True
        return found.state is not State.FAILED and not is_newer(updated, found.fetched_at)

    def find(self, kind: Kind, url: str) -> Remembered | None:
        """What is known of an address; of one that redirects to another, what is known of that."""
        with self.reading() as connection:
            query = f"SELECT {_COLUMNS} FROM fetches WHERE kind = ? AND key = ?"
            key = choose_key(kind, url)
            row = connection.execute(query, (kind, key)).fetchone()
            if row and row[2] == State.SAME:
                others = (kind, key, kind)
                same = f"SELECT {_COLUMNS} FROM fetches WHERE key = "
                same += "(SELECT same_as FROM fetches WHERE kind = ? AND key = ?) AND kind = ? AND state <> 'same'"
                row = connection.execute(same, others).fetchone()
        return _read_row(row) if row else None

    def keep(self, pages: Iterable[Page]) -> None:
        """Note that pages are in the archive. From now on they are not lost and not fetched again."""
        rows = [row for page in pages if page.fetched_at for row in _note_page(page)]
        with self.writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO fetches (kind, key, state, same_as, etag, last_modified, content_hash, "
                "page_hash, url, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def settle(self, references: Iterable[str], outcome: Outcome) -> None:
        """Note what became of articles that were kept: `references` are those of their pages or problems. Others are
        passed over."""
        keys = [choose_key(Kind.ARTICLE, reference) for reference in references]
        query = (
            "UPDATE fetches SET state = 'settled', outcome = ? WHERE kind = 'article' AND state = 'fetched' AND key = "
            "coalesce((SELECT same_as FROM fetches WHERE kind = 'article' AND state = 'same' AND key = ?), ?)"
        )
        with self.writing() as connection:
            connection.executemany(query, [(outcome, key, key) for key in keys])

    def unsettled(self) -> Iterator[Remembered]:
        """What was kept and not settled, in the order in which it was fetched."""
        query = f"SELECT {_COLUMNS} FROM fetches WHERE state = 'fetched' ORDER BY fetched_at"
        with self.reading() as connection:
            rows = connection.execute(query).fetchall()
        return map(_read_row, rows)

    def note_unchanged(self, kind: Kind, url: str, fetched_at: datetime) -> None:
        """Note that what is known still held at `fetched_at`."""
        key = choose_key(kind, url)
        query = (
            "UPDATE fetches SET fetched_at = ?, failures = 0, next_try_at = NULL, problem = NULL "
            "WHERE kind = ? AND key = "
            "coalesce((SELECT same_as FROM fetches WHERE kind = ? AND state = 'same' AND key = ?), ?)"
        )
        with self.writing() as connection:
            connection.execute(query, (fetched_at.timestamp(), kind, kind, key, key))

    def note_same(self, urls: Iterable[str], other: str) -> None:
        """Note that articles' addresses redirect to that of another article: what is known of that holds for them."""
        target = choose_key(Kind.ARTICLE, other)
        query = "INSERT OR REPLACE INTO fetches (kind, key, state, same_as) VALUES ('article', ?, 'same', ?)"
        keys = {choose_key(Kind.ARTICLE, url) for url in urls} - {target}
        with self.writing() as connection:
            connection.executemany(query, [(key, target) for key in keys])

    def note_failure(self, kind: Kind, url: str, problem: Problem, now: datetime, *, is_transient: bool) -> None:
        """Note that an address failed at `now`; an article that was had stays so. Sets when it is tried again."""
        key = choose_key(kind, url)
        with self.writing() as connection:
            known = connection.execute(
                "SELECT failures FROM fetches WHERE kind = ? AND key = ?", (kind, key)
            ).fetchone()
            failures = known[0] + 1 if known else 1
            due = now + put_off(failures, is_transient=is_transient, is_document=kind is not Kind.ARTICLE)
            connection.execute(
                "INSERT INTO fetches (kind, key, state, failures, next_try_at, problem) "
                "VALUES (?, ?, 'failed', ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET failures = excluded.failures, next_try_at = excluded.next_try_at, "
                "problem = excluded.problem",
                (kind, key, failures, due.timestamp(), problem.model_dump_json(exclude={"problem_id"})),
            )

    def save_content(
        self, kind: Kind, url: str, content: bytes, headers: dict[str, str], fetched_at: datetime, final_url: str
    ) -> None:
        """Keep a document with what the server gave to ask by whether it changed (`headers`, names in lower case)."""
        shown = hide_credentials(final_url)
        values = (kind, choose_key(kind, url), headers.get("etag"), headers.get("last-modified"))
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO fetches (kind, key, state, etag, last_modified, fetched_at, content, url, "
                "content_type) VALUES (?, ?, 'settled', ?, ?, ?, ?, ?, ?)",
                (*values, fetched_at.timestamp(), zlib.compress(content), shown, headers.get("content-type")),
            )

    def is_unchanged(self, key: str, validator: str) -> bool:
        """Whether `remember` was told the same of this file, or part of one."""
        query = "SELECT 1 FROM fetches WHERE kind = 'local' AND key = ? AND etag = ?"
        with self.reading() as connection:
            return connection.execute(query, (key, validator)).fetchone() is not None

    def remember(self, key: str, validator: str) -> None:
        """Note that a local file or a part of one is in the store, in the state that `validator` names."""
        query = "INSERT OR REPLACE INTO fetches (kind, key, state, etag) VALUES ('local', ?, 'settled', ?)"
        with self.writing() as connection:
            connection.execute(query, (key, validator))

    def forget(self, kind: Kind, url: str) -> None:
        """Know nothing more of an address."""
        with self.writing() as connection:
            connection.execute("DELETE FROM fetches WHERE kind = ? AND key = ?", (kind, choose_key(kind, url)))

    def forget_failed(self) -> int:
        """Have articles and documents that failed asked for again, without waiting until they are due; how many."""
        failed = "FROM fetches WHERE kind IN ('article', 'document') AND next_try_at IS NOT NULL"
        with self.writing() as connection:
            (number,) = connection.execute(f"SELECT count(*) {failed}").fetchone()
            connection.execute(f"DELETE {failed} AND state = 'failed'")
            connection.execute(
                "UPDATE fetches SET failures = 0, next_try_at = NULL, problem = NULL "
                "WHERE kind IN ('article', 'document') AND next_try_at IS NOT NULL"
            )
        return int(number)

    def find_rest(self, host: str) -> Rest | None:
        """The last rest of a host, also one that is over; None where it was well since."""
        with self.reading() as connection:
            query = "SELECT rests_until, why, times FROM hosts WHERE host = ?"
            row = connection.execute(query, (host,)).fetchone()
        return Rest(datetime.fromtimestamp(row[0], UTC), row[1], row[2]) if row else None

    def begin_rest(self, host: str, rest: Rest) -> None:
        """Note that a host is left alone."""
        with self.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?)", (host, rest.until.timestamp(), rest.why, rest.times)
            )

    def end_rest(self, host: str) -> None:
        """Note that a host is well again."""
        with self.writing() as connection:
            connection.execute("DELETE FROM hosts WHERE host = ?", (host,))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The file, for one thread at a time. Raises `MemoryUnusable`."""
        with self._lock:
            if self._open is None:
                raise MemoryUnusable("The memory of what was fetched is closed already.")
            try:
                yield self._open
            except sqlite3.Error as error:
                raise explain_unusable(self.path, error) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is written, or nothing."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def is_newer(updated: datetime | None, fetched_at: datetime | None) -> bool:
    """Whether something was `updated` after it was had."""
    if updated is None:
        return False
    if fetched_at is None:
        return True
    return (updated if updated.tzinfo else updated.replace(tzinfo=UTC)) > fetched_at


def _note_page(page: Page) -> Iterator[tuple[str | float | None, ...]]:
    """The rows of a page: its own, under the address that gave it, and that of one that redirected there."""
    assert page.fetched_at is not None
    asked = choose_key(Kind.ARTICLE, page.reference)
    key = choose_key(Kind.ARTICLE, page.url or page.reference)
    stamp = page.fetched_at.timestamp()
    validators = page.headers.get("etag"), page.headers.get("last-modified")
    hashes = page.content_hash, page.page_hash
    url = hide_credentials(page.url or page.reference)
    yield Kind.ARTICLE, key, State.FETCHED, None, *validators, *hashes, url, stamp
    if asked != key:
        yield Kind.ARTICLE, asked, State.SAME, key, *[None] * 6


def _read_row(row: tuple[Any, ...]) -> Remembered:
    found = dict(zip(_COLUMNS.split(", "), row, strict=True))
    problem, content = found.pop("problem"), found.pop("content")
    return Remembered(
        kind=Kind(found.pop("kind")),
        state=State(found.pop("state")),
        fetched_at=_read_time(found.pop("fetched_at")),
        next_try_at=_read_time(found.pop("next_try_at")),
        problem=Problem.model_validate_json(problem) if problem else None,
        content=zlib.decompress(content) if content else None,
        **found,
    )


def _read_time(stamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if stamp is not None else None
