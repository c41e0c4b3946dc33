"""Articles that repeat the text of another: what their original is, and the signatures by which they are found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import duckdb

from schemas import Extraction, Problem

_AT_ONCE = 10_000


def settle_copies(
    connection: duckdb.DuckDBPyConnection, extractions: Sequence[Extraction]
) -> tuple[list[Extraction], list[Problem]]:
    """The extractions that can be loaded, each copy pointing to an article that is none, and problems for the others.

    A copy of a copy points to the first. A copy whose original is unknown is left out, so that the next run reads it;
    one in which a correction stands is left as it is, for its events are a person's.
    """
    if all(one.copy_of is None for one in extractions):
        return list(extractions), []
    originals = {one.article.article_id for one in extractions if one.copy_of is None}
    named = {one.copy_of for one in extractions if one.copy_of} - originals
    known = _find_originals(connection, named) | {one: one for one in originals}
    corrected = _find_corrected(connection, [one.article.article_id for one in extractions if one.copy_of])
    held, problems = [], []
    for one in extractions:
        original = known.get(one.copy_of or "")
        if one.copy_of is None:
            held.append(one)
        elif one.article.article_id in corrected or original == one.article.article_id:
            continue
        elif original is None:
            problems.append(_describe_lost(one))
        else:
            held.append(one.model_copy(update={"copy_of": original}))
    return held, problems


def point_on(connection: duckdb.DuckDBPyConnection, revised: Mapping[str, str | None], now: datetime) -> None:
    """Let the copies of articles that are copies themselves now point to the original of these."""
    for article_id, original in revised.items():
        if original is None:
            continue
        copies = "FROM history.articles WHERE superseded_at IS NULL AND copy_of = ?"
        if not connection.execute(f"SELECT 1 {copies} LIMIT 1", [article_id]).fetchall():
            continue
        connection.execute("CREATE TEMP TABLE pointing AS " + copies, [article_id]).fetchall()
        connection.execute(
            "UPDATE history.articles SET superseded_at = ? WHERE superseded_at IS NULL AND copy_of = ?",
            [now, article_id],
        ).fetchall()
        connection.execute(
            "INSERT INTO history.articles SELECT * REPLACE (?::TIMESTAMP AS recorded_at, ? AS copy_of) FROM pointing",
            [now, original],
        ).fetchall()
        connection.execute("DROP TABLE pointing").fetchall()


def read_signatures(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, bytes]]:
    """The id and the signature of each article that is no copy, in the order in which they were stored first."""
    result = connection.execute("""
        SELECT article_id, signature
        FROM (SELECT article_id, min(recorded_at) AS first_at FROM history.articles GROUP BY article_id)
        JOIN history.articles USING (article_id)
        JOIN history.text_signatures USING (text_id)
        WHERE superseded_at IS NULL AND copy_of IS NULL
        ORDER BY first_at, article_id
    """)
    while rows := result.fetchmany(_AT_ONCE):
        yield from rows


def read_unsigned(connection: duckdb.DuckDBPyConnection, version: bytes) -> Iterator[tuple[str, str]]:
    """The id and the text of each text that an article has now, without a signature that begins with `version`."""
    result = connection.execute(
        """
        SELECT text_id, text
        FROM history.texts
        WHERE text_id IN (SELECT text_id FROM history.articles WHERE superseded_at IS NULL)
            AND text_id NOT IN (SELECT text_id FROM history.text_signatures WHERE signature[1:?] = ?)
        """,
        [len(version), version],
    )
    while rows := result.fetchmany(_AT_ONCE // 10):
        yield from rows


def add_signatures(connection: duckdb.DuckDBPyConnection, signatures: Iterable[tuple[str, bytes]]) -> None:
    """Keep signatures of texts, in place of those they had."""
    given = iter(signatures)
    while rows := list(islice(given, _AT_ONCE)):
        ids = [text_id for text_id, _ in rows]
        query = "DELETE FROM history.text_signatures WHERE text_id IN (SELECT unnest(?::VARCHAR[]))"
        connection.execute(query, [ids]).fetchall()
        with connection.appender("history.text_signatures") as appender:
            appender.append_rows(rows)


def read_texts(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> dict[str, str]:
    """The texts of these articles; those that the store does not hold are left out."""
    query = "SELECT article_id, text FROM articles WHERE article_id IN (SELECT unnest(?::VARCHAR[]))"
    return dict(connection.execute(query, [list(article_ids)]).fetchall())


def _find_originals(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> dict[str, str]:
    """For each of the articles that the store holds, the one that tells its events: itself, or that which it copies."""
    query = """
        SELECT article_id, coalesce(copy_of, article_id) FROM history.articles
        WHERE superseded_at IS NULL AND article_id IN (SELECT unnest(?::VARCHAR[]))
    """
    return dict(connection.execute(query, [list(article_ids)]).fetchall())


def _find_corrected(connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str]) -> set[str]:
    query = """
        SELECT DISTINCT article_id FROM history.corrections
        WHERE undone_at IS NULL AND article_id IN (SELECT unnest(?::VARCHAR[]))
    """
    return {found for (found,) in connection.execute(query, [list(article_ids)]).fetchall()}


def _describe_lost(extraction: Extraction) -> Problem:
    return Problem(
        code="extraction_failed",
        reference=extraction.article.reference,
        detail=f"It repeats the article {extraction.copy_of}, which could not be read. Run again to read it by itself.",
    )
