"""Making corrections, taking them back, and passing them from one store to another."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

from schemas.corrections import Change, Correction
from store.changes import CorrectionError, check_change
from store.corrections import apply_correction, apply_corrections
from store.loading import append, forget_extracted, lay_out_extracted
from store.reading import fetch_rows
from store.revisions import Reason, end_events, read_correction, read_known, rewrite_events
from store.rows import Row

COLUMNS = (
    "correction_id",
    "article_id",
    "event_id",
    "action_code",
    "field_name",
    "value",
    "quote",
    "note",
    "corrected_by",
    "corrected_at",
    "undone_by",
    "undone_at",
)


class Imported(NamedTuple):
    """What an import did: how many corrections were added, how many taken back, how many the store had, and why the
    others were left out, a sentence each."""

    added: int
    undone: int
    known: int
    refused: list[str]


def make_correction(
    article_id: str, event_id: str, change: Change, note: str, author: str, now: datetime
) -> Correction:
    """The correction with an id of its own; raises `CorrectionError` where somebody or something is not said."""
    for words, missing in ((note, "say why, with --note “…”"), (author, "say who you are, with --author NAME")):
        if not words.strip():
            raise CorrectionError(f"A correction is kept with its reason and its author: {missing}.")
    raw = f"{event_id}|{change.field}|{change.action}|{change.value}|{author}|{now.isoformat()}"
    return Correction(
        **change.model_dump(),
        correction_id=hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:12],
        article_id=article_id,
        event_id=event_id,
        note=note.strip(),
        corrected_by=author.strip(),
        corrected_at=now,
    )


def add_corrections(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction], now: datetime) -> None:
    """Keep corrections of events of one article, and apply them; raises `CorrectionError` where one cannot be made."""
    article_id = corrections[0].article_id
    article = _read_article(connection, article_id)
    known = read_known(connection, [article_id])
    extracted = known.extracted.get(article_id) or known.events.get(article_id, [])
    standing = known.corrections.setdefault(article_id, [])
    current = {one.event_id: one for one in apply_corrections(article["text"], extracted, standing).events}
    for correction in corrections:
        if correction.event_id not in current:
            raise CorrectionError(f"The event {correction.event_id} is no longer told; undo what took it away first.")
        current = apply_correction(article["text"], current, correction)
        standing.append(correction)
    if article_id not in known.extracted:
        append(connection, "extracted_events", lay_out_extracted(extracted))
    append(connection, "corrections", [_lay_out(one) | {"recorded_at": now} for one in corrections])
    reason = Reason("correction", correction_id=corrections[-1].correction_id)
    rewriting = rewrite_events(known, article_id, article["text"], article["published_date"], extracted, reason, now)
    _write(connection, rewriting.rows, rewriting.ended, now)


def undo_correction(
    connection: duckdb.DuckDBPyConnection, correction_id: str, author: str, now: datetime
) -> Correction:
    """Take a correction back: the event is what it is with the others alone. Raises `CorrectionError`."""
    rows = fetch_rows(
        connection, f"SELECT {', '.join(COLUMNS)} FROM corrections WHERE correction_id = ?", [correction_id]
    )
    if not rows:
        raise CorrectionError(f"There is no correction {correction_id}; `breachwire corrections list` shows them.")
    if rows[0]["undone_at"]:
        raise CorrectionError(f"Correction {correction_id} was undone already, by {rows[0]['undone_by']}.")
    connection.execute(
        "UPDATE history.corrections SET undone_by = ?, undone_at = ? WHERE correction_id = ?",
        [author, now, correction_id],
    ).fetchall()
    article_id = rows[0]["article_id"]
    article, known = _read_article(connection, article_id), read_known(connection, [article_id])
    reason = Reason("undone_correction", correction_id=correction_id)
    extracted = known.extracted.get(article_id, [])  # none where a newer extraction told no event at all
    rewriting = rewrite_events(known, article_id, article["text"], article["published_date"], extracted, reason, now)
    _write(connection, rewriting.rows, rewriting.ended, now)
    if not known.corrections.get(article_id):
        forget_extracted(connection, [article_id])
    return read_correction(rows[0])


def find_event(connection: duckdb.DuckDBPyConnection, event_id: str) -> str:
    """The article of an event that the store tells; raises `CorrectionError` where there is none."""
    for table, told in (("events", True), ("withdrawn_events", False)):
        found = fetch_rows(connection, f"SELECT article_id FROM {table} WHERE event_id = ?", [event_id])
        if found and told:
            return str(found[0]["article_id"])
        if found:
            raise CorrectionError(
                f"The event {event_id} was withdrawn; `breachwire sql \"FROM changes WHERE event_id = '{event_id}'\"` "
                "says why."
            )
    raise CorrectionError(
        f'There is no event {event_id}; `breachwire sql "SELECT event_id, victim, title FROM event_table"` lists them.'
    )


def list_corrections(connection: duckdb.DuckDBPyConnection) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of all corrections, with the article and the victim for people, and for stores that know the
    event by another id."""
    columns = ", ".join(f"corrections.{name}" for name in COLUMNS)
    result = connection.execute(f"""
        SELECT {columns}, victims.victim, articles.title, articles.url
        FROM corrections
        LEFT JOIN (
            SELECT event_id, arg_min(victim, recorded_at) AS victim FROM history.events GROUP BY event_id
        ) AS victims USING (event_id)
        LEFT JOIN articles ON articles.article_id = corrections.article_id
        ORDER BY corrected_at, correction_id
    """)
    return [column[0] for column in result.description or ()], result.fetchall()


def import_corrections(
    connection: duckdb.DuckDBPyConnection, records: Iterable[tuple[Correction, str]], now: datetime
) -> Imported:
    """Take in corrections that were made in another store, each with the name of the event's victim there, by which the
    event is found where its id is another. Those that the store has already are left as they are."""
    added = undone = already = 0
    refused = []
    stored = {row["correction_id"]: row for row in fetch_rows(connection, "FROM corrections")}
    for correction, victim in records:
        known = stored.get(correction.correction_id)
        takes_back = bool(correction.undone_at and known and not known["undone_at"])
        try:
            if takes_back:
                undo_correction(connection, correction.correction_id, correction.undone_by or "", now)
            elif not known and not correction.undone_at:
                _take_in(connection, correction, victim, now)
        except CorrectionError as error:
            refused.append(f"{correction.correction_id} ({correction.field} of {victim or 'event'}): {error}")
            continue
        undone += takes_back
        added += not known and not correction.undone_at
        already += bool(known and not takes_back)
    return Imported(added, undone, already, refused)


def _take_in(connection: duckdb.DuckDBPyConnection, correction: Correction, victim: str, now: datetime) -> None:
    check_change(correction)
    told = fetch_rows(
        connection, "SELECT article_id FROM history.events WHERE event_id = ? LIMIT 1", [correction.event_id]
    )
    # The very event is known, perhaps by an article that kept another identity.
    ids = told[0] if told else {"event_id": _find_own_id(connection, correction, victim)}
    add_corrections(connection, [correction.model_copy(update=ids)], now)


def _find_own_id(connection: duckdb.DuckDBPyConnection, correction: Correction, victim: str) -> str:
    """The id by which this store knows the event: that of the article's only event of this victim, by the name that it
    was first stored with, since corrections may have changed it."""
    rows = fetch_rows(
        connection,
        "SELECT event_id, arg_min(lower(victim), recorded_at) AS victim FROM history.events WHERE article_id = ? "
        "GROUP BY event_id",
        [correction.article_id],
    )
    ids = [row["event_id"] for row in rows if row["victim"] == victim.lower()]
    if len(ids) != 1:
        raise CorrectionError("this store does not tell the event.")
    return str(ids[0])


def _read_article(connection: duckdb.DuckDBPyConnection, article_id: str) -> Row:
    return fetch_rows(connection, "SELECT text, published_date FROM articles WHERE article_id = ?", [article_id])[0]


def _write(
    connection: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]], ended: Sequence[str], now: datetime
) -> None:
    end_events(connection, ended, now)
    for table, laid_out in rows.items():
        append(connection, table, laid_out)


def _lay_out(correction: Correction) -> Row:
    values = correction.model_dump()
    renamed = {"action_code": "action", "field_name": "field"}
    return {column: values[renamed.get(column, column)] for column in COLUMNS}
