"""The file of the memory: made where there is none, put aside where it is damaged."""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from schemas import Problem

_VERSION = 2
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS fetches (
    kind TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, same_as TEXT,
    etag TEXT, last_modified TEXT, content_hash TEXT, page_hash TEXT, url TEXT, fetched_at REAL,
    outcome TEXT, failures INTEGER NOT NULL DEFAULT 0, next_try_at REAL, problem TEXT, content BLOB, content_type TEXT,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unsettled ON fetches (fetched_at) WHERE state = 'fetched';
CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY, rests_until REAL NOT NULL, why TEXT NOT NULL, times INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
    page_hash TEXT PRIMARY KEY, reference TEXT NOT NULL, begun_by TEXT, begun_at REAL,
    times INTEGER NOT NULL DEFAULT 0, set_aside_at REAL, is_released INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""


class MemoryUnusable(Exception):
    """The memory's file cannot be used; the sentence says what to do."""


def open_memory_file(path: Path | None) -> tuple[sqlite3.Connection, Problem | None]:
    """Open the file, for several threads that take turns; None: in the process's memory.

    A damaged one is put aside and made anew, and the problem (`unreadable`) says so. Raises `MemoryUnusable`.
    """
    try:
        return _connect(path), None
    except (sqlite3.OperationalError, OSError) as error:
        raise explain_unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        assert path is not None
        problem = _put_aside(path, error)
        try:
            return _connect(path), problem
        except sqlite3.Error as again:
            raise explain_unusable(path, again) from again


def explain_unusable(path: Path | None, error: Exception) -> MemoryUnusable:
    """The error with what to do."""
    advice = "Check its folder and the disk; the file may be moved away, all is then asked for once more."
    return MemoryUnusable(f"The memory of what was fetched, {path}, can't be used: {error}. {advice}")


def _connect(path: Path | None) -> sqlite3.Connection:
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path | None) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        advice = "Update breachwire, or move the file away: all is then asked for once more."
        raise MemoryUnusable(f"{path} was written by a later breachwire. {advice}")
    if version < _VERSION:  # each version only adds tables
        connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
        with suppress(sqlite3.OperationalError):  # while another process has it open, it stays as it is: only slower
            connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # a crash of the machine may cost the last requests, no more
    connection.execute("SELECT count(*) FROM hosts").fetchone()
    connection.execute("SELECT state FROM fetches LIMIT 1").fetchone()


def _put_aside(path: Path, error: sqlite3.Error) -> Problem:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    try:
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    except OSError as failed:
        raise explain_unusable(path, error) from failed
    detail = (
        f"The memory of what was fetched is damaged ({error}); it was put aside as {aside.name}. "
        "No article is lost, but all is asked for once more."
    )
    return Problem(code="unreadable", reference=str(path), detail=detail)
