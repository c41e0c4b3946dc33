-- Rows that a store of this version may hold: an article with two events, a problem, a run.
INSERT INTO history.texts VALUES ('t1', 'Bank hit' || chr(10) || 'A bank was hit.');
INSERT INTO history.articles BY NAME SELECT
    'a1' AS article_id, 1 AS revision_number, DATE '2024-05-01' AS published_date, 'Bank hit' AS title,
    't1' AS text_id, 'news/1.txt' AS reference, 'en' AS language_code, '1' AS extractor_version,
    'run 1' AS run_id, TIMESTAMP '2024-05-02' AS recorded_at;
INSERT INTO history.events BY NAME SELECT
    unnest(['e1', 'e2']) AS event_id, 'a1' AS article_id, unnest([1, 2]) AS event_number, 'main' AS prominence_code,
    'confirmed' AS status_code, 'unknown' AS cause_code, 1 AS cause_confidence, 0.75 AS confidence,
    false AS is_corrected, unnest(['Bank', 'Club']) AS victim, unnest(['names', NULL]) AS data_not_exposed,
    unnest([7, NULL]) AS affected_min, unnest([DATE '2024-04-01', NULL]) AS occurred_start,
    unnest([0.25, 0.75]) AS lowest_confidence,
    unnest(['names both exposed and not exposed', NULL]) AS contradictions, TIMESTAMP '2024-05-02' AS recorded_at;
INSERT INTO history.problems VALUES ('p1', 'no_date', 'news/2.txt', 'No date.', 'run 1', TIMESTAMP '2024-05-02');
INSERT INTO history.runs BY NAME SELECT
    'run 1' AS run_id, 'ingest' AS flow_name, 'completed' AS state_code, TIMESTAMP '2024-05-02' AS started_at,
    2 AS reference_count, 0 AS known_count, 1 AS article_count, 0 AS revised_count, 2 AS event_count,
    1 AS problem_count, '{}' AS versions;
