"""What is wrong with a store, if anything: whether it can be read to its end, and whether its rows fit together."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from store.connections import connect
from store.errors import StoreError, StoreLocked, raise_as
from store.rows import EVENT_TABLES
from store.snapshots import is_published, part_of_snapshot, snapshot_of
from store.versions import check_version

CORRECTIONS_SINCE = 3  # version of the store

_REBUILD = "run `breachwire rebuild`"
_PUBLISH = "run `breachwire publish`"
_PARTS = [table for table in EVENT_TABLES if table != "events"]


class Finding(NamedTuple):
    """Something that is wrong, in a sentence that says what to do; `is_fatal` where the store cannot be trusted."""

    sentence: str
    is_fatal: bool = True


# What must hold of the rows, as queries that give a row for each that does not.
_CHECKS = {
    "{number} articles are held twice": (
        "SELECT article_id FROM history.articles WHERE superseded_at IS NULL GROUP BY ALL HAVING count(*) > 1"
    ),
    "{number} events are held twice": (
        "SELECT event_id FROM history.events WHERE superseded_at IS NULL GROUP BY ALL HAVING count(*) > 1"
    ),
    "{number} articles have lost their text": "FROM history.articles ANTI JOIN history.texts USING (text_id)",
    "{number} copies have lost their original": (
        "FROM articles AS copy ANTI JOIN articles AS original ON original.article_id = copy.copy_of "
        "WHERE copy.copy_of IS NOT NULL"
    ),
    "{number} copies repeat an article that is a copy itself": (
        "FROM articles AS copy JOIN articles AS original ON original.article_id = copy.copy_of "
        "WHERE original.copy_of IS NOT NULL"
    ),
    "{number} copies tell events": "FROM events JOIN articles USING (article_id) WHERE copy_of IS NOT NULL",
    "{number} events have lost their article": "FROM history.events ANTI JOIN history.articles USING (article_id)",
    **{
        f"{{number}} rows of {table} have lost their event": (
            f"FROM history.{table} AS part ANTI JOIN history.events AS event ON part.event_id = event.event_id "
            "AND part.recorded_at = event.recorded_at AND part.superseded_at IS NOT DISTINCT FROM event.superseded_at"
        )
        for table in _PARTS
    },
    **{
        f"{{number}} quotes of {table} do not stand in the article": (
            f"FROM {table} AS part JOIN events USING (event_id) JOIN articles USING (article_id) "
            "WHERE part.quote <> substring(text, part.evidence_start + 1, part.evidence_end - part.evidence_start)"
        )
        for table in _PARTS
    },
    "{number} causes do not stand in the article": (
        "FROM events JOIN articles USING (article_id) WHERE cause_quote <> "
        "substring(text, cause_evidence_start + 1, cause_evidence_end - cause_evidence_start)"
    ),
}


def examine(path: Path) -> list[Finding]:
    """What is wrong with the store at `path` and with its snapshot; nothing where all is well.

    Raises `StoreLocked` while another process writes to it, and `StoreError` where there is none.
    """
    if not path.exists():
        raise StoreError(f"There is no store at {path} yet; make it with `breachwire run PATH`.")
    findings = list(_examine_file(path, f"The store {path}", _REBUILD))
    snapshot = snapshot_of(path)
    if snapshot.exists():
        broken = _examine_file(snapshot, f"The snapshot {snapshot}", _PUBLISH)
        findings += [Finding(one.sentence, is_fatal=False) for one in broken]
    if not findings and not is_published(path):
        findings.append(Finding(f"The snapshot that queries read is not of the newest state; {_PUBLISH}.", False))
    if part_of_snapshot(path).exists():
        findings.append(Finding(f"A snapshot was begun and not ended; {_PUBLISH}.", is_fatal=False))
    return findings


def find_readable(path: Path) -> Path | None:
    """The store at `path`, else its snapshot, whichever can be read to its end; None where neither can.

    It may be of an earlier version, as long as that had corrections.
    """
    for place in (path, snapshot_of(path)):
        try:
            if place.exists() and not list(_read_through(place, least_version=CORRECTIONS_SINCE)):
                return place
        except StoreLocked:
            raise
        except StoreError:
            continue
    return None


def _examine_file(path: Path, name: str, advice: str) -> Iterator[Finding]:
    try:
        damaged = list(_read_through(path))
        if damaged:
            yield Finding(f"{name} is damaged in {', '.join(damaged)}; {advice}.")
            return
        with raise_as(StoreError), connect(path, read_only=True) as connection:
            for told, query in _CHECKS.items():
                number = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
                if number:
                    yield Finding(f"{name} does not fit together: {told.format(number=number)}; {advice}.")
    except StoreLocked:
        raise
    except StoreError as error:
        yield Finding(f"{name} cannot be read ({str(error).rstrip('.')}); {advice}.")


def _read_through(path: Path, least_version: int | None = None) -> Iterator[str]:
    """The tables that cannot be read to their end; of the newest version, unless an earlier one will do."""
    with raise_as(StoreError), connect(path, read_only=True) as connection:
        check_version(connection, least_version)
        query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY ALL"
        for (table,) in connection.execute(query).fetchall():
            try:
                connection.execute(f"SELECT bit_xor(hash({table.partition('.')[2]})) FROM {table}").fetchall()
            except duckdb.Error:
                yield table
