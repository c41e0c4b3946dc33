"""Events read back from their rows, as the types that they were stored from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation
from store.matching import Telling

Row = dict[str, Any]


def fetch_rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
    """The rows of a query as dictionaries."""
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def read_events(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> dict[str, list[Event]]:
    """The events that the store tells of each of the articles, in their order; none for an article without."""
    rows = fetch_rows(
        connection,
        "FROM events WHERE article_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY article_id, event_number",
        [list(article_ids)],
    )
    found = defaultdict(list)
    for event in build_events(connection, rows):
        found[event.article_id].append(event)
    return found


def read_extractions(
    connection: duckdb.DuckDBPyConnection, articles: str, parameters: Sequence[Any] = ()
) -> list[Extraction]:
    """The extractions of the articles that a query of `articles` gives, in its order."""
    rows = fetch_rows(connection, articles, parameters)
    events = read_events(connection, [row["article_id"] for row in rows])
    return [
        Extraction(
            article=_article(row),
            events=tuple(events[row["article_id"]]),
            extractor_version=row["extractor_version"],
            copy_of=row["copy_of"],
        )
        for row in rows
    ]


def _article(row: Row) -> Article:
    return Article(
        reference=row["reference"],
        title=row["title"],
        body=row["text"][len(row["title"]) + 1 :],
        published=row["published_date"],
        date_source=row["date_source_code"],
        source=row["source_name"],
        url=row["url"],
        outlet=row["outlet"],
        author=row["author"],
        language=row["language_code"],
        doc=row["doc"],
        page_hash=row["page_hash"],
    )


def read_events_by_id(connection: duckdb.DuckDBPyConnection, event_ids: Sequence[str]) -> list[Event]:
    """The events with these ids, in the order of the ids; those that the store does not tell are left out."""
    rows = fetch_rows(connection, "FROM events WHERE event_id IN (SELECT unnest(?::VARCHAR[]))", [list(event_ids)])
    found = {row["event_id"]: row for row in rows}
    return build_events(connection, [found[event_id] for event_id in event_ids if event_id in found])


def build_events(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> list[Event]:
    """The events of these rows of `events`, in the order given, with their parts read from the store."""
    ids = [row["event_id"] for row in rows]
    organisations = _read_parts(connection, "event_organisations", ids)
    data = _read_parts(connection, "event_data", ids)
    counts = _read_parts(connection, "event_counts", ids)
    dates = _read_parts(connection, "event_dates", ids)
    return [
        Event(
            event_id=row["event_id"],
            article_id=row["article_id"],
            prominence=row["prominence_code"],
            status=row["status_code"],
            status_evidence=_evidence_if_any(row, "status_"),
            cause=row["cause_code"],
            cause_evidence=_evidence_if_any(row, "cause_"),
            cause_confidence=row["cause_confidence"],
            organisations=tuple(map(_organisation, organisations[row["event_id"]])),
            data=tuple(map(_data_item, data[row["event_id"]])),
            affected=tuple(map(_count, counts[row["event_id"]])),
            dates=tuple(map(_date, dates[row["event_id"]])),
            confidence=row["confidence"],
        )
        for row in rows
    ]


def read_withdrawn(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> dict[str, list[Telling]]:
    """What the events that were once told of each of the articles, and are no more, are known by."""
    rows = fetch_rows(
        connection,
        """
        WITH last AS (FROM withdrawn_events WHERE article_id IN (SELECT unnest(?::VARCHAR[]))),
        words AS (
            SELECT event_id, superseded_at, quote FROM history.event_data
            UNION ALL SELECT event_id, superseded_at, quote FROM history.event_counts
            UNION ALL SELECT event_id, superseded_at, quote FROM history.event_dates
            UNION ALL SELECT event_id, superseded_at, quote FROM history.event_organisations WHERE role_code <> 'victim'
            UNION ALL SELECT event_id, superseded_at, cause_quote FROM history.events
        )
        SELECT
            last.event_id,
            last.article_id,
            (SELECT list(lower(name)) FROM history.event_organisations AS parts WHERE parts.event_id = last.event_id
             AND superseded_at = last.withdrawn_at AND role_code = 'victim') AS names,
            (SELECT list(lower(quote)) FROM words WHERE words.event_id = last.event_id
             AND superseded_at = last.withdrawn_at AND quote IS NOT NULL) AS quotes
        FROM last
        """,
        [list(article_ids)],
    )
    found = defaultdict(list)
    for row in rows:
        telling = Telling(row["event_id"], frozenset(row["names"] or ()), frozenset(row["quotes"] or ()))
        found[row["article_id"]].append(telling)
    return found


def _read_parts(connection: duckdb.DuckDBPyConnection, table: str, event_ids: list[str]) -> dict[str, list[Row]]:
    rows = fetch_rows(
        connection,
        f"FROM {table} WHERE event_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY event_id, item_number",
        [event_ids],
    )
    parts = defaultdict(list)
    for row in rows:
        parts[row["event_id"]].append(row)
    return parts


def _evidence(row: Row, prefix: str = "") -> Evidence:
    start, end = row[f"{prefix}evidence_start"], row[f"{prefix}evidence_end"]
    return Evidence(start=start, end=end, quote=row[f"{prefix}quote"])


def _evidence_if_any(row: Row, prefix: str) -> Evidence | None:
    return None if row[f"{prefix}quote"] is None else _evidence(row, prefix)


def _organisation(row: Row) -> Organisation:
    return Organisation(
        name=row["name"],
        role=row["role_code"],
        named=row["is_named"],
        aliases=tuple(map(_evidence, row["alias_evidence"])),
        evidence=_evidence(row),
        confidence=row["confidence"],
    )


def _data_item(row: Row) -> DataItem:
    return DataItem(
        category=row["category_code"],
        status=row["data_status_code"],
        evidence=_evidence(row),
        confidence=row["confidence"],
    )


def _count(row: Row) -> Count:
    return Count(
        min=row["min_count"],
        max=row["max_count"],
        approx=row["is_approx"],
        unit=row["unit_code"],
        scope=row["scope_code"],
        evidence=_evidence(row),
        confidence=row["confidence"],
    )


def _date(row: Row) -> EventDate:
    return EventDate(
        kind=row["kind_code"],
        start=row["start_date"],
        end=row["end_date"],
        approx=bool(row["is_approx"]),
        rule=row["rule_name"],
        evidence=_evidence(row),
        confidence=row["confidence"],
    )
