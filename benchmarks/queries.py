"""The saved queries of `data/queries/` on stores of 150,000 and of 1,000,000 generated events.

Run it as `python -m benchmarks.queries`; numbers of events given behind it take the place of these. The rows are
made by SQL, not loaded: two organisations, three data items, a count and two dates an event, three events in two
articles, one event in twenty once revised. Names recur as they do in the news: few suppliers, many victims.
"""

import sys
import tempfile
import time
from pathlib import Path

import duckdb

from store import open_store
from store.queries import find_query, list_queries

SIZES = (150_000, 1_000_000)
ROUNDS = 3  # the best counts: other work on the machine only ever makes a round longer
NEEDED: dict[str, dict[str, object]] = {"events-of-organisation": {"name": "victim 1 of"}}

_CAUSES = (
    "['hacking', 'hacking', 'ransomware', 'ransomware', 'phishing', 'exposed_system', 'accidental_disclosure', "
    "'insider_misuse', 'lost_or_stolen', 'unknown', 'unknown']"
)
_CATEGORIES = (
    "['names', 'names', 'email_addresses', 'phone_numbers', 'postal_addresses', 'birth_dates', 'government_ids', "
    "'payment_cards', 'credentials', 'health', 'financial', 'personal_unspecified']"
)
_DATA_STATUSES = "['exposed', 'exposed', 'exposed', 'possible', 'not_exposed']"
_SECTORS = "['health', 'education', 'public', 'finance', 'retail', NULL, NULL, NULL]"
_EVIDENCE = "0 AS evidence_start, 4 AS evidence_end, 'some words of the article' AS quote, part(i, j) AS confidence"
_STORED = "TIMESTAMP '2025-01-01' AS recorded_at"

# hash() makes the rows the same each time; a share of events is those whose hash is small.
_MACROS = f"""
CREATE TEMP MACRO pick(codes, i, salt) AS codes[1 + (hash(i, salt) % len(codes))::BIGINT];
CREATE TEMP MACRO part(i, salt) AS (hash(i, salt) % 1000000) / 1000000.0;
CREATE TEMP MACRO event_name(i) AS left(sha256('event ' || i), 16);
CREATE TEMP MACRO article_name(i) AS left(sha256('article ' || i), 16);
CREATE TEMP MACRO said(i, status) AS nullif(array_to_string(list_distinct(
    [pick({_CATEGORIES}, i, j) for j in [1, 2, 3] if pick({_DATA_STATUSES}, i, j + 10) = status]
), '; '), '');
CREATE TEMP MACRO day(i) AS DATE '2015-01-01' + (hash(i, 'day') % 3650)::INTEGER;
"""

_ROWS = {
    "texts": """
        SELECT left(sha256('text ' || i), 16) AS text_id, repeat('A sentence of it. ', 100) || i AS text
        FROM articles""",
    "articles": f"""
        SELECT article_name(i) AS article_id, 1 AS revision_number, day(i) AS published_date,
            'Outlet ' || hash(i, 'outlet') % 400 AS outlet, 'What happened to number ' || i AS title,
            left(sha256('text ' || i), 16) AS text_id, 'https://news.example/' || i AS url, 'archive' AS reference,
            'en' AS language_code, 'page ' || i AS page_hash, 'model-1' AS extractor_version, 'run' AS run_id, {_STORED}
        FROM articles""",
    "events": f"""
        SELECT event_name(i) AS event_id, article_name(i * 2 // 3) AS article_id, 1 + i % 3 AS event_number,
            CASE WHEN part(i, 'main') < 0.8 THEN 'main' ELSE 'background' END AS prominence_code,
            pick(['confirmed', 'confirmed', 'confirmed', 'confirmed', 'alleged', 'denied'], i, 's') AS status_code,
            pick({_CAUSES}, i, 'cause') AS cause_code, 'some words' AS cause_quote, part(i, 'c') AS cause_confidence,
            part(i, 'e') AS confidence, part(i, 'corrected') < 0.02 AS is_corrected,
            'Victim ' || victim || ' of Ashwick' AS victim,
            CASE WHEN role = 'supplier' THEN 'Supplier ' || other END AS suppliers,
            said(i, 'exposed') AS data_exposed, said(i, 'possible') AS data_possible,
            said(i, 'not_exposed') AS data_not_exposed,
            CASE WHEN part(i, 'unit') < 0.6 THEN 'people' ELSE 'records' END AS affected_unit_code,
            (10 ** (1 + 6 * part(i, 'n')))::BIGINT AS affected_min, affected_min AS affected_max,
            false AS affected_is_approx, 'about so many' AS affected_quote,
            occurred AS occurred_start, occurred + 3 AS occurred_end,
            CASE WHEN part(i, 'found') < 0.3 THEN occurred + 20 END AS discovered_start,
            discovered_start AS discovered_end,
            disclosed AS disclosed_start, disclosed AS disclosed_end, part(i, 'low') AS lowest_confidence, {_STORED}
        FROM events""",
    "event_organisations": f"""
        SELECT event_name(i) AS event_id, j AS item_number,
            CASE j WHEN 1 THEN 'Victim ' || victim || ' of Ashwick' ELSE role || ' ' || other END AS name,
            CASE j WHEN 1 THEN 'victim' ELSE role END AS role_code, true AS is_named,
            pick({_SECTORS}, victim, 'sector') AS sector_code, [] AS aliases, [] AS alias_evidence,
            {_EVIDENCE}, {_STORED}
        FROM events, range(1, 3) AS numbers(j)""",
    "event_data": f"""
        SELECT event_name(i) AS event_id, j AS item_number, pick({_CATEGORIES}, i, j) AS category_code,
            pick({_DATA_STATUSES}, i, j + 10) AS data_status_code,
            {_EVIDENCE}, {_STORED}
        FROM events, range(1, 4) AS numbers(j)""",
    "event_counts": f"""
        SELECT event_name(i) AS event_id, 1 AS item_number, (10 ** (1 + 6 * part(i, 'n')))::BIGINT AS min_count,
            min_count AS max_count, false AS is_approx, 'people' AS unit_code, 'total' AS scope_code,
            {_EVIDENCE}, {_STORED}
        FROM events, range(1, 2) AS numbers(j)""",
    "event_dates": f"""
        SELECT event_name(i) AS event_id, j AS item_number, ['occurred', 'disclosed'][j] AS kind_code,
            [occurred, disclosed][j] AS start_date, start_date AS end_date, 'rule' AS rule_name, {_EVIDENCE}, {_STORED}
        FROM events, range(1, 3) AS numbers(j)""",
    "changes": """
        SELECT article_name(i * 2 // 3) AS article_id, event_name(i) AS event_id, 'new_text' AS reason_code,
            'affected.people' AS field_name, '"5000"' AS old_value, '"47000"' AS new_value,
            TIMESTAMP '2025-01-01' AS changed_at
        FROM events WHERE i % 20 = 0""",
}
_REVISED = ("events", "event_organisations", "event_data", "event_counts", "event_dates")


def fill(path: Path, events: int) -> None:
    """Make a store with so many events at `path`."""
    open_store(path, read_only=False, publishes=False).close()
    with duckdb.connect(path) as connection:
        connection.execute(_MACROS)
        connection.execute(f"CREATE TEMP TABLE articles AS SELECT range AS i FROM range({events} * 2 // 3 + 1)")
        connection.execute(f"""
            CREATE TEMP TABLE events AS SELECT
                i, day(i * 2 // 3) - (hash(i, 'delay') % 400)::INTEGER AS occurred,
                day(i * 2 // 3) - (hash(i, 'told') % 30)::INTEGER AS disclosed,
                ({events} * part(i, 'victim') ** 2 / 3)::BIGINT AS victim,
                pick(['supplier', 'attacker', 'authority', 'discloser'], i, 'role') AS role,
                (2000 * part(i, 'other') ** 3)::BIGINT AS other
            FROM range({events}) AS numbers(i)""")
        for table, query in _ROWS.items():
            connection.execute(f"INSERT INTO history.{table} BY NAME {query}")
        for table in _REVISED:
            connection.execute(f"""
                INSERT INTO history.{table} BY NAME
                SELECT * REPLACE (TIMESTAMP '2024-06-01' AS recorded_at, TIMESTAMP '2025-01-01' AS superseded_at)
                FROM history.{table} WHERE event_id IN (SELECT event_name(i) FROM events WHERE i % 20 = 0)""")
        connection.execute("""
            INSERT INTO history.articles BY NAME
            SELECT * EXCLUDE (i) REPLACE (
                article_name(-i) AS article_id, published_date - 1 + (i % 3)::INTEGER AS published_date,
                'Outlet ' || hash(i, 'copying outlet') % 400 AS outlet, article_id AS copy_of
            )
            FROM history.articles
            JOIN (SELECT i, article_name(i) AS article_id FROM articles WHERE i > 0 AND i % 10 = 0)
                USING (article_id)""")
        connection.execute("CHECKPOINT")


def clock(path: Path, name: str) -> tuple[float, float]:
    """Seconds that the saved query takes, and those that it keeps processors busy; the best of the rounds each."""
    query = find_query(name)
    rounds = []
    for _ in range(ROUNDS):
        with open_store(path) as opened:
            begun, busy = time.perf_counter(), time.process_time()
            opened.rows(query.sql, query.bind(NEEDED.get(name, {})))
            rounds.append((time.perf_counter() - begun, time.process_time() - busy))
    return min(taken for taken, _ in rounds), min(busy for _, busy in rounds)


def main() -> None:
    """Print a line a query, with the seconds for each size."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{size}.duckdb" for size in sizes]
        for path, size in zip(paths, sizes, strict=True):
            fill(path, size)
        print(f"Seconds, and those of processors; best of {ROUNDS}")
        print(f"{'events':32}" + "".join(f"{size:>12,}{'busy':>8}" for size in sizes))
        for name in list_queries():
            taken = [clock(path, name) for path in paths]
            print(f"{name:32}" + "".join(f"{wall:>12.2f}{busy:>8.2f}" for wall, busy in taken), flush=True)


if __name__ == "__main__":
    main()
