"""The identities of stored articles, brought to those that the same articles would get today."""

import duckdb

from schemas.articles import identify_article

_TABLES = ("articles", "events", "corrections", "changes", "extracted_events")


def renew_identities(connection: duckdb.DuckDBPyConnection) -> None:
    """Give each article that has an address the identity that its address gives it now, wherever it is named.

    Of articles that turn out to be one, the first that was stored gets the identity; the others keep theirs. The ids
    of events stay.
    """
    rows = connection.execute("""
        SELECT article_id, any_value(url) AS url, min(recorded_at) AS recorded_at
        FROM history.articles
        GROUP BY article_id
        ORDER BY recorded_at, article_id
    """).fetchall()
    taken = {article_id for article_id, _, _ in rows}
    renewed: list[tuple[str, str]] = []
    for article_id, url, _ in rows:
        identity = identify_article(url, "") if url else article_id
        if identity not in taken:
            taken.add(identity)
            renewed.append((article_id, identity))
    if renewed:
        _rename(connection, renewed)


def _rename(connection: duckdb.DuckDBPyConnection, renewed: list[tuple[str, str]]) -> None:
    connection.execute("CREATE TEMP TABLE renewed (old_id VARCHAR, new_id VARCHAR)").fetchall()
    with connection.appender("renewed") as appender:
        appender.append_rows(renewed)
    connection.execute("""
        UPDATE history.extracted_events
        SET event = replace(event::VARCHAR, '"article_id":"' || old_id || '"', '"article_id":"' || new_id || '"')::JSON
        FROM renewed WHERE article_id = old_id
    """).fetchall()
    for table in _TABLES:
        connection.execute(
            f"UPDATE history.{table} SET article_id = new_id FROM renewed WHERE article_id = old_id"
        ).fetchall()
    connection.execute("UPDATE history.articles SET copy_of = new_id FROM renewed WHERE copy_of = old_id").fetchall()
    connection.execute("DROP TABLE renewed").fetchall()
