-- Rows that a store of this version may hold: an article with two events, a problem, a run.
INSERT INTO articles BY NAME SELECT
    'a1' AS article_id, DATE '2024-05-01' AS published_date, 'Bank hit' AS title,
    'Bank hit' || chr(10) || 'A bank was hit.' AS text, 'news/1.txt' AS reference, 'en' AS language_code,
    '1' AS extractor_version, 'run 1' AS run_id, TIMESTAMP '2024-05-02' AS loaded_at;
INSERT INTO events BY NAME SELECT
    unnest(['e1', 'e2']) AS event_id, 'a1' AS article_id, unnest([1, 2]) AS event_number, 'main' AS prominence_code,
    'confirmed' AS status_code, 'unknown' AS cause_code, 1 AS cause_confidence, 0.75 AS confidence;
INSERT INTO event_organisations BY NAME SELECT
    unnest(['e1', 'e2']) AS event_id, 1 AS item_number, unnest(['Bank', 'Club']) AS name, 'victim' AS role_code,
    true AS is_named, [] AS aliases, [] AS alias_evidence, 0 AS evidence_start, 4 AS evidence_end, 'Bank' AS quote,
    0.75 AS confidence;
INSERT INTO event_data BY NAME SELECT
    'e1' AS event_id, unnest([1, 2]) AS item_number, 'names' AS category_code,
    unnest(['exposed', 'not_exposed']) AS data_status_code, 0 AS evidence_start, 4 AS evidence_end, 'Bank' AS quote,
    unnest([0.25, 0.75]) AS confidence;
INSERT INTO event_counts BY NAME SELECT
    'e1' AS event_id, 1 AS item_number, 7 AS min_count, 7 AS max_count, false AS is_approx, 'people' AS unit_code,
    'total' AS scope_code, 0 AS evidence_start, 4 AS evidence_end, 'Bank' AS quote, 0.75 AS confidence;
INSERT INTO event_dates BY NAME SELECT
    'e1' AS event_id, 1 AS item_number, 'occurred' AS kind_code, DATE '2024-04-01' AS start_date,
    DATE '2024-04-30' AS end_date, 'month' AS rule_name, 0 AS evidence_start, 4 AS evidence_end, 'Bank' AS quote,
    0.75 AS confidence;
INSERT INTO problems VALUES ('p1', 'no_date', 'news/2.txt', 'No date.', 'run 1', TIMESTAMP '2024-05-02');
INSERT INTO runs VALUES
    ('run 1', 'ingest', 'completed', TIMESTAMP '2024-05-02', TIMESTAMP '2024-05-02', 2, 0, 1, 2, 1, '{}');
