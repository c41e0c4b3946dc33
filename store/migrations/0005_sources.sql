-- Articles without a day of publication, where the day is known from, the source that led to an article, and articles that
-- repeat another's text: these have no events of their own. What is not to be told in SQL, the identity of articles by
-- whichever spelling of their address, `store.identities` does after it.

ALTER TABLE history.articles ALTER COLUMN published_date DROP NOT NULL;
ALTER TABLE history.articles ADD COLUMN date_source_code VARCHAR;
ALTER TABLE history.articles ADD COLUMN source_name VARCHAR;
ALTER TABLE history.articles ADD COLUMN copy_of VARCHAR;
COMMENT ON COLUMN history.articles.article_id IS 'Stable identity: of the address, whichever way it is spelt, else of the text.';
COMMENT ON COLUMN history.articles.published_date IS 'Day of publication, null where it is not known; never silently a date of an event.';
COMMENT ON COLUMN history.articles.url IS 'The address as the page spells it; null where the article was given without one.';
COMMENT ON COLUMN history.articles.date_source_code IS 'What the day of publication rests on; vocabulary date_sources; null where there is none, and where it was read before that was kept.';
COMMENT ON COLUMN history.articles.source_name IS 'The source that led to it; null where it was given by hand.';
COMMENT ON COLUMN history.articles.copy_of IS 'The article whose text this one repeats and which tells its events; null where it tells its own.';

CREATE TABLE history.text_signatures (
    text_id VARCHAR NOT NULL,
    signature BLOB NOT NULL
);
COMMENT ON TABLE history.text_signatures IS 'By what copies of a text are found.';
COMMENT ON COLUMN history.text_signatures.text_id IS 'The text, in history.texts.';
COMMENT ON COLUMN history.text_signatures.signature IS 'Hashes of some of its word sequences; the first byte tells how they were made.';

ALTER TABLE history.runs ADD COLUMN stopped_first_look_count BIGINT DEFAULT 0;
ALTER TABLE history.runs ADD COLUMN stopped_topic_count BIGINT DEFAULT 0;
ALTER TABLE history.runs ADD COLUMN copy_count BIGINT DEFAULT 0;
ALTER TABLE history.runs ALTER COLUMN stopped_first_look_count SET NOT NULL;
ALTER TABLE history.runs ALTER COLUMN stopped_topic_count SET NOT NULL;
ALTER TABLE history.runs ALTER COLUMN copy_count SET NOT NULL;
COMMENT ON COLUMN history.runs.article_count IS 'Articles that it added, copies included.';
COMMENT ON COLUMN history.runs.stopped_first_look_count IS 'Pages that a look at their bytes showed not to be about an incident; they are not stored.';
COMMENT ON COLUMN history.runs.stopped_topic_count IS 'Pages that a look at their text showed not to be about an incident; they are not stored.';
COMMENT ON COLUMN history.runs.copy_count IS 'Articles that it added and that repeat the text of another.';

CREATE TABLE history.source_runs (
    run_id VARCHAR NOT NULL,
    source_name VARCHAR NOT NULL,
    kind_code VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    found_count BIGINT NOT NULL,
    page_count BIGINT NOT NULL,
    problem_count BIGINT NOT NULL
);
COMMENT ON TABLE history.source_runs IS 'What each run got from each source.';
COMMENT ON COLUMN history.source_runs.run_id IS 'The run.';
COMMENT ON COLUMN history.source_runs.source_name IS 'The source, as its entry names it.';
COMMENT ON COLUMN history.source_runs.kind_code IS 'What the source is; vocabulary source_kinds.';
COMMENT ON COLUMN history.source_runs.started_at IS 'When the run began, UTC.';
COMMENT ON COLUMN history.source_runs.found_count IS 'References that the source named and that had not been met before.';
COMMENT ON COLUMN history.source_runs.page_count IS 'Pages that were had of them.';
COMMENT ON COLUMN history.source_runs.problem_count IS 'Problems met with the source and its pages.';

DROP VIEW articles;
CREATE VIEW articles AS
SELECT
    article_id,
    revision_number,
    published_date,
    date_source_code,
    outlet,
    author,
    title,
    texts.text,
    url,
    reference,
    source_name,
    copy_of,
    doc,
    language_code,
    page_hash,
    extractor_version,
    run_id,
    recorded_at AS loaded_at
FROM history.articles
JOIN history.texts USING (text_id)
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW articles IS 'The articles read, copies and those that tell of no event included.';
COMMENT ON COLUMN articles.article_id IS 'Stable identity: of the address, whichever way it is spelt, else of the text.';
COMMENT ON COLUMN articles.revision_number IS '1 for the text as first read, one more each time that the outlet changed it.';
COMMENT ON COLUMN articles.published_date IS 'Day of publication, null where it is not known; never silently a date of an event.';
COMMENT ON COLUMN articles.date_source_code IS 'What the day of publication rests on; vocabulary date_sources; null where there is none, and where it was read before that was kept.';
COMMENT ON COLUMN articles.outlet IS 'Who published it.';
COMMENT ON COLUMN articles.author IS 'Who wrote it, as the page says.';
COMMENT ON COLUMN articles.title IS 'The headline.';
COMMENT ON COLUMN articles.text IS 'Headline, newline, body; every offset of evidence counts characters of it, from 0.';
COMMENT ON COLUMN articles.url IS 'The address as the page spells it; null where the article was given without one.';
COMMENT ON COLUMN articles.reference IS 'Where it was read from: a path, a URL, or path:line.';
COMMENT ON COLUMN articles.source_name IS 'The source that led to it; null where it was given by hand.';
COMMENT ON COLUMN articles.copy_of IS 'The article whose text this one repeats and which tells its events; null where it tells its own.';
COMMENT ON COLUMN articles.doc IS 'The identifier that a JSONL record gave.';
COMMENT ON COLUMN articles.language_code IS 'Language of the text, ISO 639-1.';
COMMENT ON COLUMN articles.page_hash IS 'SHA-256 of the page that it was read from and of what the user said of that page.';
COMMENT ON COLUMN articles.extractor_version IS 'Version of the extractors that found its events.';
COMMENT ON COLUMN articles.run_id IS 'The run that loaded it.';
COMMENT ON COLUMN articles.loaded_at IS 'When this revision was loaded, UTC.';

CREATE VIEW copies AS
SELECT
    copy.article_id,
    copy.copy_of,
    copy.outlet,
    copy.published_date,
    copy.title,
    coalesce(copy.url, copy.reference) AS url,
    original.outlet AS original_outlet,
    original.published_date AS original_published_date,
    original.title AS original_title
FROM history.articles AS copy
JOIN history.articles AS original ON original.article_id = copy.copy_of
WHERE holds(copy.recorded_at, copy.superseded_at) AND holds(original.recorded_at, original.superseded_at)
ORDER BY copy.copy_of, copy.published_date, copy.article_id;
COMMENT ON VIEW copies IS 'Articles that repeat the text of another: agency reports in other papers, and re-posts. Their events are told by that other.';
COMMENT ON COLUMN copies.article_id IS 'The article that repeats.';
COMMENT ON COLUMN copies.copy_of IS 'The article that was read for both: the first of them that came in, not always the first that was published.';
COMMENT ON COLUMN copies.outlet IS 'Who published the copy.';
COMMENT ON COLUMN copies.published_date IS 'Day on which the copy was published; null where it is not known.';
COMMENT ON COLUMN copies.title IS 'Headline of the copy.';
COMMENT ON COLUMN copies.url IS 'URL of the copy; where it has none, the path or path:line that it was read from.';
COMMENT ON COLUMN copies.original_outlet IS 'Who published the article that was read.';
COMMENT ON COLUMN copies.original_published_date IS 'Day on which that was published; null where it is not known.';
COMMENT ON COLUMN copies.original_title IS 'Headline of the article that was read.';

CREATE VIEW syndicated_articles AS
WITH told AS (
    SELECT coalesce(copy_of, article_id) AS article_id, copy_of, outlet, published_date, recorded_at, coalesce(url, reference) AS url
    FROM history.articles
    WHERE holds(recorded_at, superseded_at)
), firsts AS (
    SELECT article_id, min(published_date) AS first_published_date FROM told GROUP BY article_id HAVING count(copy_of) > 0
)
SELECT
    article_id,
    any_value(original.title) AS title,
    count(told.copy_of) AS copy_count,
    count(DISTINCT told.outlet) AS outlet_count,
    first_published_date,
    string_agg(DISTINCT told.outlet, '; ' ORDER BY told.outlet) FILTER (told.published_date = first_published_date) AS first_outlets,
    min(told.url) FILTER (told.published_date = first_published_date) AS first_url,
    max(told.published_date) AS last_published_date,
    string_agg(DISTINCT told.outlet, '; ' ORDER BY told.outlet) AS outlets
FROM told
JOIN firsts USING (article_id)
JOIN (SELECT article_id, title FROM history.articles WHERE holds(recorded_at, superseded_at)) AS original USING (article_id)
GROUP BY article_id, first_published_date
ORDER BY copy_count DESC, first_published_date, article_id;
COMMENT ON VIEW syndicated_articles IS 'Texts that stand in several places, a row each, with who published first and who else.';
COMMENT ON COLUMN syndicated_articles.article_id IS 'The article that was read and that tells the events.';
COMMENT ON COLUMN syndicated_articles.title IS 'Its headline.';
COMMENT ON COLUMN syndicated_articles.copy_count IS 'How many articles repeat it.';
COMMENT ON COLUMN syndicated_articles.outlet_count IS 'How many outlets published the text, itself or a copy.';
COMMENT ON COLUMN syndicated_articles.first_published_date IS 'The first day on which any of them published it; null where none has a date.';
COMMENT ON COLUMN syndicated_articles.first_outlets IS 'Who published it on that day, joined by "; ": of one day, none is the first.';
COMMENT ON COLUMN syndicated_articles.first_url IS 'An article of that day.';
COMMENT ON COLUMN syndicated_articles.last_published_date IS 'The latest day.';
COMMENT ON COLUMN syndicated_articles.outlets IS 'All outlets that published it, joined by "; ".';

DROP VIEW runs;
CREATE VIEW runs AS
SELECT
    run_id,
    flow_name,
    CASE WHEN holds(ended_at, NULL) THEN state_code ELSE 'running' END AS state_code,
    started_at,
    CASE WHEN holds(ended_at, NULL) THEN ended_at END AS ended_at,
    CASE WHEN holds(ended_at, NULL) THEN reference_count ELSE 0 END AS reference_count,
    CASE WHEN holds(ended_at, NULL) THEN stopped_first_look_count ELSE 0 END AS stopped_first_look_count,
    CASE WHEN holds(ended_at, NULL) THEN stopped_topic_count ELSE 0 END AS stopped_topic_count,
    CASE WHEN holds(ended_at, NULL) THEN known_count ELSE 0 END AS known_count,
    CASE WHEN holds(ended_at, NULL) THEN article_count ELSE 0 END AS article_count,
    CASE WHEN holds(ended_at, NULL) THEN copy_count ELSE 0 END AS copy_count,
    CASE WHEN holds(ended_at, NULL) THEN revised_count ELSE 0 END AS revised_count,
    CASE WHEN holds(ended_at, NULL) THEN event_count ELSE 0 END AS event_count,
    CASE WHEN holds(ended_at, NULL) THEN problem_count ELSE 0 END AS problem_count,
    versions
FROM history.runs
WHERE holds(started_at, NULL);
COMMENT ON VIEW runs IS 'Executions of a flow with what each did.';
COMMENT ON COLUMN runs.run_id IS 'Identity of the run.';
COMMENT ON COLUMN runs.flow_name IS 'The flow that was run.';
COMMENT ON COLUMN runs.state_code IS 'How it ended: completed, interrupted or failed; running where it has not, or was killed.';
COMMENT ON COLUMN runs.started_at IS 'When it began, UTC.';
COMMENT ON COLUMN runs.ended_at IS 'When it ended, UTC.';
COMMENT ON COLUMN runs.reference_count IS 'References (files, records, URLs) that it was given.';
COMMENT ON COLUMN runs.stopped_first_look_count IS 'Pages that a look at their bytes showed not to be about an incident; they are not stored.';
COMMENT ON COLUMN runs.stopped_topic_count IS 'Pages that a look at their text showed not to be about an incident; they are not stored.';
COMMENT ON COLUMN runs.known_count IS 'How many of them were in the store already.';
COMMENT ON COLUMN runs.article_count IS 'Articles that it added, copies included.';
COMMENT ON COLUMN runs.copy_count IS 'Articles that it added and that repeat the text of another.';
COMMENT ON COLUMN runs.revised_count IS 'Articles that it knew and read anew, since their text or the extractor had changed.';
COMMENT ON COLUMN runs.event_count IS 'Events that it added.';
COMMENT ON COLUMN runs.problem_count IS 'Problems that it met.';
COMMENT ON COLUMN runs.versions IS 'Versions of breachwire and of what it stands on.';

CREATE VIEW source_runs AS
SELECT *
FROM history.source_runs
WHERE holds(started_at, NULL)
ORDER BY started_at, source_name;
COMMENT ON VIEW source_runs IS 'What each run got from each source.';
COMMENT ON COLUMN source_runs.run_id IS 'The run.';
COMMENT ON COLUMN source_runs.source_name IS 'The source, as its entry names it.';
COMMENT ON COLUMN source_runs.kind_code IS 'What the source is; vocabulary source_kinds.';
COMMENT ON COLUMN source_runs.started_at IS 'When the run began, UTC.';
COMMENT ON COLUMN source_runs.found_count IS 'References that the source named and that had not been met before.';
COMMENT ON COLUMN source_runs.page_count IS 'Pages that were had of them.';
COMMENT ON COLUMN source_runs.problem_count IS 'Problems met with the source and its pages.';

COMMENT ON COLUMN event_table.published_date IS 'Day on which the article was published; null, and last in order, where it is not known.';
COMMENT ON COLUMN exposed_data.published_date IS 'Day on which the article was published; null where it is not known.';
COMMENT ON COLUMN review_queue.published_date IS 'Day on which the article was published; null where it is not known.';
COMMENT ON COLUMN timeline.published_month IS 'First day of the month in which the articles were published; null for those without a date.';
COMMENT ON COLUMN timeline.event_count IS 'Events told in that month with that cause in that sector, one that several articles tell counted once for each; copies of an article tell none.';
COMMENT ON COLUMN organisations.first_published_date IS 'Day of the first dated article that tells of it.';
COMMENT ON COLUMN organisations.last_published_date IS 'Day of the latest dated article that tells of it.';
