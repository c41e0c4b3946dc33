"""An article's events written anew: those still told keep their ids, what was held stays as history, and each
difference is recorded. Loading, correcting and undoing all come through here."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import duckdb

from schemas import Event, Evidence
from schemas.corrections import Correction
from store.corrections import apply_corrections
from store.differences import list_differences
from store.matching import Telling, describe, match_events
from store.reading import fetch_rows, read_events, read_withdrawn
from store.rows import EVENT_TABLES, Row, TableRows, lay_out_events


class Reason(NamedTuple):
    """Why events are written anew, for the table `changes`."""

    reason_code: str
    extractor_version: str | None = None
    run_id: str | None = None
    correction_id: str | None = None


class Known(NamedTuple):
    """What the store holds of articles before they are written anew, by article."""

    events: dict[str, list[Event]]
    extracted: dict[str, list[Event]]
    withdrawn: dict[str, list[Telling]]
    corrections: dict[str, list[Correction]]


class Rewriting(NamedTuple):
    """What is to be written for an article: its events, their rows, whose rows end, and corrections without a hold."""

    events: list[Event]
    rows: TableRows
    ended: list[str]
    stale: list[Correction]


def read_known(connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]) -> Known:
    """All that the store holds of the events of these articles."""
    ids = list(article_ids)
    extracted: dict[str, list[Event]] = {}
    for row in _rows_of(connection, "history.extracted_events", ids):
        extracted.setdefault(row["article_id"], []).append(Event.model_validate_json(row["event"]))
    corrections: dict[str, list[Correction]] = {}
    for row in _rows_of(connection, "corrections", ids, "AND undone_at IS NULL ORDER BY corrected_at, correction_id"):
        corrections.setdefault(row["article_id"], []).append(read_correction(row))
    return Known(read_events(connection, ids), extracted, read_withdrawn(connection, ids), corrections)


def read_correction(row: Row) -> Correction:
    """The correction of a row of `corrections`."""
    renamed = {"action_code": "action", "field_name": "field"}
    values = {renamed.get(name, name): value for name, value in row.items()}
    return Correction(**{name: value for name, value in values.items() if name in Correction.model_fields})


def renew_events(known: Known, article_id: str, text: str, events: Sequence[Event]) -> list[Event]:
    """The newly extracted events with the ids of those that the store knows, and those that a person corrected though
    the extractor misses them now."""
    before = known.extracted.get(article_id) or known.events.get(article_id, [])
    tellings = [*map(describe, before), *known.withdrawn.get(article_id, [])]
    matched = match_events(tellings, [describe(event) for event in events])
    taken = {telling.event_id for telling in tellings}
    renewed = [
        event.model_copy(update={"event_id": matched.get(event.event_id) or _choose_id(event.event_id, taken)})
        for event in events
    ]
    told = {event.event_id for event in renewed}
    kept = {one.event_id for one in known.corrections.get(article_id, [])} - told
    return renewed + [found for one in before if one.event_id in kept and (found := find_again(one, text))]


def rewrite_events(
    known: Known,
    article_id: str,
    text: str,
    published: date | None,
    extracted: Sequence[Event],
    reason: Reason,
    now: datetime,
) -> Rewriting:
    """What to write so that the store tells these events of the article, with the corrections that stand."""
    old = known.events.get(article_id, [])
    corrections = known.corrections.get(article_id, [])
    corrected = apply_corrections(text, extracted, corrections)
    rows = lay_out_events(corrected.events, published, now, corrected.touched)
    rows["changes"] = _list_changes(article_id, old, corrected.events, reason, now)
    return Rewriting(corrected.events, rows, [event.event_id for event in old], corrected.stale)


def end_rows(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str], column: str, ids: Sequence[str], now: datetime
) -> None:
    """End what the tables of history hold of these ids."""
    for table in tables if ids else ():
        connection.execute(
            f"UPDATE history.{table} SET superseded_at = ? "
            f"WHERE superseded_at IS NULL AND {column} IN (SELECT unnest(?::VARCHAR[]))",
            [now, list(ids)],
        ).fetchall()


def end_events(connection: duckdb.DuckDBPyConnection, event_ids: Sequence[str], now: datetime) -> None:
    """End the rows of these events."""
    end_rows(connection, EVENT_TABLES, "event_id", event_ids, now)


def find_again(event: Event, text: str) -> Event | None:
    """The event with its words found in another text of the article; values whose words are gone are left out.

    None where no victim is left.
    """
    parts = {
        part: tuple(
            one.model_copy(update={"evidence": found})
            for one in getattr(event, part)
            if (found := _find_words(one.evidence, text))
        )
        for part in ("organisations", "data", "affected", "dates")
    }
    parts["organisations"] = tuple(
        one.model_copy(update={"aliases": tuple(filter(None, (_find_words(alias, text) for alias in one.aliases)))})
        for one in parts["organisations"]
    )
    moved: dict[str, Any] = {
        name: _find_words(getattr(event, name), text) for name in ("cause_evidence", "status_evidence")
    }
    has_victim = any(one.role == "victim" for one in parts["organisations"])
    return event.model_copy(update={**parts, **moved}) if has_victim else None


def _find_words(evidence: Evidence | None, text: str) -> Evidence | None:
    if evidence is None or text[evidence.start : evidence.end] == evidence.quote:
        return evidence
    start = text.find(evidence.quote)
    return Evidence.of(text, start, start + len(evidence.quote)) if start >= 0 else None


def _choose_id(event_id: str, taken: Collection[str]) -> str:
    """The id, or another made of it where an earlier event of the article has it."""
    while event_id in taken:
        event_id = hashlib.sha256(f"{event_id}|again".encode()).hexdigest()[:16]
    return event_id


def _list_changes(
    article_id: str, old: Sequence[Event], new: Sequence[Event], reason: Reason, now: datetime
) -> list[Row]:
    before, after = {one.event_id: one for one in old}, {one.event_id: one for one in new}
    return [
        {
            "article_id": article_id,
            "event_id": event_id,
            "field_name": difference.field,
            "old_value": _to_json(difference.old),
            "new_value": _to_json(difference.new),
            **reason._asdict(),
            "changed_at": now,
        }
        for event_id in dict.fromkeys((*before, *after))
        for difference in list_differences(before.get(event_id), after.get(event_id))
    ]


def _to_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _rows_of(connection: duckdb.DuckDBPyConnection, table: str, article_ids: list[str], more: str = "") -> list[Row]:
    return fetch_rows(
        connection, f"FROM {table} WHERE article_id IN (SELECT unnest(?::VARCHAR[])) {more}", [article_ids]
    )
