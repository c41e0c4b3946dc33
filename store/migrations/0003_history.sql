-- What the store answers with is the views of schema main. Behind each stands a table of schema history that keeps every
-- row the store ever answered with, from recorded_at until superseded_at; no row is ever deleted. The views show the rows
-- that hold now, or, where the variable as_of is set (`breachwire sql --as-of`), those that held then.

CREATE SCHEMA history;

CREATE MACRO holds(recorded_at, superseded_at) AS CASE
    WHEN getvariable('as_of') IS NULL THEN superseded_at IS NULL
    ELSE recorded_at <= getvariable('as_of') AND (superseded_at IS NULL OR superseded_at > getvariable('as_of'))
END;

-- Articles

CREATE TABLE history.texts (
    text_id VARCHAR NOT NULL,
    text VARCHAR NOT NULL
);
COMMENT ON TABLE history.texts IS 'The texts of articles, each once.';
COMMENT ON COLUMN history.texts.text_id IS 'Hash of the text.';
COMMENT ON COLUMN history.texts.text IS 'Headline, newline, body; every offset of evidence counts characters of it, from 0.';

CREATE TABLE history.articles (
    article_id VARCHAR NOT NULL,
    revision_number INTEGER NOT NULL,
    published_date DATE NOT NULL,
    outlet VARCHAR,
    author VARCHAR,
    title VARCHAR NOT NULL,
    text_id VARCHAR NOT NULL,
    url VARCHAR,
    reference VARCHAR NOT NULL,
    doc VARCHAR,
    language_code VARCHAR NOT NULL,
    page_hash VARCHAR,
    extractor_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP
);
COMMENT ON TABLE history.articles IS 'Every revision of every article.';
COMMENT ON COLUMN history.articles.article_id IS 'Stable identity: of the canonical URL, else of the text.';
COMMENT ON COLUMN history.articles.revision_number IS '1 for the text as first read, one more each time that the outlet changed it.';
COMMENT ON COLUMN history.articles.published_date IS 'Day of publication; never silently a date of an event.';
COMMENT ON COLUMN history.articles.outlet IS 'Who published it.';
COMMENT ON COLUMN history.articles.author IS 'Who wrote it, as the page says.';
COMMENT ON COLUMN history.articles.title IS 'The headline.';
COMMENT ON COLUMN history.articles.text_id IS 'Its text, in history.texts.';
COMMENT ON COLUMN history.articles.url IS 'Canonical URL; null where the article was given without one.';
COMMENT ON COLUMN history.articles.reference IS 'Where it was read from: a path, a URL, or path:line.';
COMMENT ON COLUMN history.articles.doc IS 'The identifier that a JSONL record gave.';
COMMENT ON COLUMN history.articles.language_code IS 'Language of the text, ISO 639-1.';
COMMENT ON COLUMN history.articles.page_hash IS 'SHA-256 of the page that it was read from and of what the user said of that page.';
COMMENT ON COLUMN history.articles.extractor_version IS 'Version of the extractors that found its events.';
COMMENT ON COLUMN history.articles.run_id IS 'The run that loaded it.';
COMMENT ON COLUMN history.articles.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN history.articles.superseded_at IS 'When something else took its place, or it was withdrawn, UTC; null where it holds.';

INSERT INTO history.texts SELECT DISTINCT left(sha256(text), 16), text FROM articles;
INSERT INTO history.articles SELECT
    article_id, 1, published_date, outlet, author, title, left(sha256(text), 16), url, reference, doc, language_code, page_hash,
    extractor_version, run_id, loaded_at, NULL
FROM articles;

-- Events and their parts. The row of an event also has what event_table shows of its parts, laid out when it is loaded:
-- to join a million events with their parts takes ten seconds each time.

CREATE TABLE history.events (
    event_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    event_number INTEGER NOT NULL,
    prominence_code VARCHAR NOT NULL,
    status_code VARCHAR NOT NULL,
    status_evidence_start INTEGER,
    status_evidence_end INTEGER,
    status_quote VARCHAR,
    cause_code VARCHAR NOT NULL,
    cause_evidence_start INTEGER,
    cause_evidence_end INTEGER,
    cause_quote VARCHAR,
    cause_confidence DOUBLE NOT NULL,
    confidence DOUBLE NOT NULL,
    is_corrected BOOLEAN NOT NULL,
    victim VARCHAR,
    suppliers VARCHAR,
    attackers VARCHAR,
    authorities VARCHAR,
    disclosers VARCHAR,
    data_exposed VARCHAR,
    data_possible VARCHAR,
    data_not_exposed VARCHAR,
    affected_min BIGINT,
    affected_max BIGINT,
    affected_is_approx BOOLEAN,
    affected_unit_code VARCHAR,
    affected_quote VARCHAR,
    occurred_start DATE,
    occurred_end DATE,
    discovered_start DATE,
    discovered_end DATE,
    disclosed_start DATE,
    disclosed_end DATE,
    lowest_confidence DOUBLE NOT NULL,
    contradictions VARCHAR,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP
);
COMMENT ON TABLE history.events IS 'Data-security incidents, each as one article tells it, whenever the store held it.';
COMMENT ON COLUMN history.events.event_id IS 'Stable identity of the event.';
COMMENT ON COLUMN history.events.article_id IS 'The article that tells it.';
COMMENT ON COLUMN history.events.event_number IS 'Its place among the events of its article, from 1.';
COMMENT ON COLUMN history.events.prominence_code IS 'main where the article reports it, background where it only mentions it; vocabulary prominences.';
COMMENT ON COLUMN history.events.status_code IS 'Whether it is confirmed, alleged or denied; vocabulary statuses.';
COMMENT ON COLUMN history.events.status_evidence_start IS 'Where the words that the status rests on begin in articles.text, from 0; null where it rests on no words.';
COMMENT ON COLUMN history.events.status_evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN history.events.status_quote IS 'The words that the status rests on.';
COMMENT ON COLUMN history.events.cause_code IS 'What led to it; vocabulary causes; unknown where not stated.';
COMMENT ON COLUMN history.events.cause_evidence_start IS 'Where the words that the cause rests on begin in articles.text, from 0; null where it rests on no words.';
COMMENT ON COLUMN history.events.cause_evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN history.events.cause_quote IS 'The words that the cause rests on.';
COMMENT ON COLUMN history.events.cause_confidence IS 'How sure the cause is, 0 to 1.';
COMMENT ON COLUMN history.events.confidence IS 'How sure it is that the article tells this event, 0 to 1.';
COMMENT ON COLUMN history.events.is_corrected IS 'True where a person changed something of it; table corrections tells what.';
COMMENT ON COLUMN history.events.victim IS 'Whose data or systems were compromised; several joined by "; ".';
COMMENT ON COLUMN history.events.suppliers IS 'Third parties at or through which it happened, joined by "; ".';
COMMENT ON COLUMN history.events.attackers IS 'Named attackers, joined by "; ".';
COMMENT ON COLUMN history.events.authorities IS 'Regulators, police and government bodies concerned with it, joined by "; ".';
COMMENT ON COLUMN history.events.disclosers IS 'Third parties that found or revealed it, joined by "; ".';
COMMENT ON COLUMN history.events.data_exposed IS 'Categories of data said to be exposed, joined by "; ".';
COMMENT ON COLUMN history.events.data_possible IS 'Categories of data possibly exposed, joined by "; ".';
COMMENT ON COLUMN history.events.data_not_exposed IS 'Categories of data said not to be exposed, joined by "; ".';
COMMENT ON COLUMN history.events.affected_min IS 'Least number affected, of the one count that says most: total before subset, people before other units, then the largest.';
COMMENT ON COLUMN history.events.affected_max IS 'Greatest number affected, of the same count; null where the words leave it open.';
COMMENT ON COLUMN history.events.affected_is_approx IS 'True where that count is approximate.';
COMMENT ON COLUMN history.events.affected_unit_code IS 'What that count counts; vocabulary units.';
COMMENT ON COLUMN history.events.affected_quote IS 'The words of that count.';
COMMENT ON COLUMN history.events.occurred_start IS 'Earliest day on which it may have occurred; null where not told.';
COMMENT ON COLUMN history.events.occurred_end IS 'Latest day on which it may have occurred; null where not told.';
COMMENT ON COLUMN history.events.discovered_start IS 'Earliest day on which it may have been discovered; null where not told.';
COMMENT ON COLUMN history.events.discovered_end IS 'Latest day on which it may have been discovered; null where not told.';
COMMENT ON COLUMN history.events.disclosed_start IS 'Earliest day on which it may have been disclosed; null where not told.';
COMMENT ON COLUMN history.events.disclosed_end IS 'Latest day on which it may have been disclosed; null where not told.';
COMMENT ON COLUMN history.events.lowest_confidence IS 'Confidence of the least sure of its values, 0 to 1.';
COMMENT ON COLUMN history.events.contradictions IS 'What cannot all be true of it, joined by "; "; null where nothing is seen.';
COMMENT ON COLUMN history.events.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN history.events.superseded_at IS 'When something else took its place, or it was withdrawn, UTC; null where it holds.';
INSERT INTO history.events BY NAME
WITH values AS (
    SELECT event_id, confidence FROM event_organisations
    UNION ALL SELECT event_id, confidence FROM event_data
    UNION ALL SELECT event_id, confidence FROM event_counts
    UNION ALL SELECT event_id, confidence FROM event_dates
    UNION ALL SELECT event_id, least(confidence, cause_confidence) FROM events
), lowest AS (
    SELECT event_id, min(confidence) AS confidence FROM values GROUP BY event_id
), contradictions AS (
    SELECT event_id, category_code || ' both exposed and not exposed' AS contradiction
    FROM event_data
    GROUP BY event_id, category_code
    HAVING bool_or(data_status_code = 'exposed') AND bool_or(data_status_code = 'not_exposed')
    UNION ALL
    SELECT event_id, 'different totals of ' || unit_code
    FROM event_counts
    WHERE scope_code = 'total'
    GROUP BY event_id, unit_code
    HAVING max(min_count) > min(max_count)
    UNION ALL
    SELECT earlier.event_id, earlier.kind_code || ' after it was ' || later.kind_code
    FROM event_dates AS earlier
    JOIN event_dates AS later USING (event_id)
    WHERE earlier.start_date > later.end_date
        AND (earlier.kind_code, later.kind_code) IN (('occurred', 'discovered'), ('occurred', 'disclosed'), ('discovered', 'disclosed'))
    UNION ALL
    SELECT event_id, kind_code || ' after the article was published'
    FROM event_dates
    JOIN events USING (event_id)
    JOIN articles USING (article_id)
    WHERE event_dates.start_date > articles.published_date
), contradictory AS (
    SELECT event_id, string_agg(DISTINCT contradiction, '; ' ORDER BY contradiction) AS contradictions
    FROM contradictions
    GROUP BY event_id
)
SELECT
    events.*,
    false AS is_corrected,
    event_table.victim,
    event_table.suppliers,
    event_table.attackers,
    event_table.authorities,
    event_table.disclosers,
    event_table.data_exposed,
    event_table.data_possible,
    event_table.data_not_exposed,
    event_table.affected_min,
    event_table.affected_max,
    event_table.affected_is_approx,
    event_table.affected_unit_code,
    event_table.affected_quote,
    event_table.occurred_start,
    event_table.occurred_end,
    event_table.discovered_start,
    event_table.discovered_end,
    event_table.disclosed_start,
    event_table.disclosed_end,
    lowest.confidence AS lowest_confidence,
    contradictory.contradictions,
    articles.loaded_at AS recorded_at
FROM events
JOIN event_table USING (event_id)
JOIN lowest USING (event_id)
LEFT JOIN contradictory USING (event_id)
JOIN articles ON articles.article_id = events.article_id;

CREATE TABLE history.event_organisations (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    role_code VARCHAR NOT NULL,
    is_named BOOLEAN NOT NULL,
    sector_code VARCHAR,
    aliases VARCHAR[] NOT NULL,
    alias_evidence STRUCT(evidence_start INTEGER, evidence_end INTEGER, quote VARCHAR)[] NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP
);
COMMENT ON TABLE history.event_organisations IS 'The organisations, groups and persons of an event with their roles in it, whenever the store held it.';
COMMENT ON COLUMN history.event_organisations.event_id IS 'The event.';
COMMENT ON COLUMN history.event_organisations.item_number IS 'Its place among the organisations of the event, from 1.';
COMMENT ON COLUMN history.event_organisations.name IS 'Its name in the article, or the words that describe it.';
COMMENT ON COLUMN history.event_organisations.role_code IS 'Its role in the event; vocabulary roles.';
COMMENT ON COLUMN history.event_organisations.is_named IS 'False where the article only describes it.';
COMMENT ON COLUMN history.event_organisations.sector_code IS 'What kind of organisation a named one is, as its name tells; vocabulary sectors; null where the name does not tell.';
COMMENT ON COLUMN history.event_organisations.aliases IS 'Its other names in the article.';
COMMENT ON COLUMN history.event_organisations.alias_evidence IS 'Where each of the aliases stands in articles.text, in their order.';
COMMENT ON COLUMN history.event_organisations.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN history.event_organisations.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN history.event_organisations.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN history.event_organisations.confidence IS 'How sure this row is, 0 to 1.';
COMMENT ON COLUMN history.event_organisations.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN history.event_organisations.superseded_at IS 'When something else took its place, or it was withdrawn, UTC; null where it holds.';
INSERT INTO history.event_organisations BY NAME SELECT event_organisations.*, loaded_at AS recorded_at
FROM event_organisations JOIN events USING (event_id) JOIN articles USING (article_id);

CREATE TABLE history.event_data (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    category_code VARCHAR NOT NULL,
    data_status_code VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP
);
COMMENT ON TABLE history.event_data IS 'The kinds of data said to be involved in an event, or said not to be, whenever the store held it.';
COMMENT ON COLUMN history.event_data.event_id IS 'The event.';
COMMENT ON COLUMN history.event_data.item_number IS 'Its place among the data of the event, from 1.';
COMMENT ON COLUMN history.event_data.category_code IS 'Kind of data; vocabulary data_categories.';
COMMENT ON COLUMN history.event_data.data_status_code IS 'Whether it was exposed, possibly so, or said not to be; vocabulary data_statuses.';
COMMENT ON COLUMN history.event_data.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN history.event_data.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN history.event_data.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN history.event_data.confidence IS 'How sure this row is, 0 to 1.';
COMMENT ON COLUMN history.event_data.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN history.event_data.superseded_at IS 'When something else took its place, or it was withdrawn, UTC; null where it holds.';
INSERT INTO history.event_data BY NAME SELECT event_data.*, loaded_at AS recorded_at
FROM event_data JOIN events USING (event_id) JOIN articles USING (article_id);

CREATE TABLE history.event_counts (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    min_count BIGINT,
    max_count BIGINT,
    is_approx BOOLEAN NOT NULL,
    unit_code VARCHAR NOT NULL,
    scope_code VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP
);
COMMENT ON TABLE history.event_counts IS 'How many people, accounts, records and so on an event affected, whenever the store held it.';
COMMENT ON COLUMN history.event_counts.event_id IS 'The event.';
COMMENT ON COLUMN history.event_counts.item_number IS 'Its place among the counts of the event, from 1.';
COMMENT ON COLUMN history.event_counts.min_count IS 'Least number, inclusive; null where the words give none ("up to 500").';
COMMENT ON COLUMN history.event_counts.max_count IS 'Greatest number, inclusive; null where the words give none ("over a thousand").';
COMMENT ON COLUMN history.event_counts.is_approx IS 'True for "about 80,000".';
COMMENT ON COLUMN history.event_counts.unit_code IS 'What is counted; vocabulary units.';
COMMENT ON COLUMN history.event_counts.scope_code IS 'total for the whole event, subset for a part of it; vocabulary scopes.';
COMMENT ON COLUMN history.event_counts.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN history.event_counts.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN history.event_counts.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN history.event_counts.confidence IS 'How sure this row is, 0 to 1.';
COMMENT ON COLUMN history.event_counts.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN history.event_counts.superseded_at IS 'When something else took its place, or it was withdrawn, UTC; null where it holds.';
INSERT INTO history.event_counts BY NAME SELECT event_counts.*, loaded_at AS recorded_at
FROM event_counts JOIN events USING (event_id) JOIN articles USING (article_id);

CREATE TABLE history.event_dates (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    kind_code VARCHAR NOT NULL,
    start_date DATE,
    end_date DATE,
    is_approx BOOLEAN,
    rule_name VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    superseded_at TIMESTAMP
);
COMMENT ON TABLE history.event_dates IS 'When an event occurred, was discovered and was disclosed: inclusive intervals whose length is their precision, whenever the store held it.';
COMMENT ON COLUMN history.event_dates.event_id IS 'The event.';
COMMENT ON COLUMN history.event_dates.item_number IS 'Its place among the dates of the event, from 1.';
COMMENT ON COLUMN history.event_dates.kind_code IS 'What happened then; vocabulary date_kinds.';
COMMENT ON COLUMN history.event_dates.start_date IS 'First day; null where the words leave it open ("until May").';
COMMENT ON COLUMN history.event_dates.end_date IS 'Last day; null where the words leave it open ("since May").';
COMMENT ON COLUMN history.event_dates.is_approx IS 'True where the words say "around" or "about"; null where it was read before that was kept.';
COMMENT ON COLUMN history.event_dates.rule_name IS 'The rule by which the words were resolved against the publication date.';
COMMENT ON COLUMN history.event_dates.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN history.event_dates.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN history.event_dates.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN history.event_dates.confidence IS 'How sure this row is, 0 to 1.';
COMMENT ON COLUMN history.event_dates.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN history.event_dates.superseded_at IS 'When something else took its place, or it was withdrawn, UTC; null where it holds.';
INSERT INTO history.event_dates BY NAME SELECT event_dates.*, loaded_at AS recorded_at
FROM event_dates JOIN events USING (event_id) JOIN articles USING (article_id);

-- Problems and runs

CREATE TABLE history.problems (
    problem_id VARCHAR NOT NULL,
    problem_code VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE history.problems IS 'References from which no events could be had, each with the reason.';
COMMENT ON COLUMN history.problems.problem_id IS 'Stable identity: the same problem met again is not added again.';
COMMENT ON COLUMN history.problems.problem_code IS 'Kind of problem; vocabulary problems.';
COMMENT ON COLUMN history.problems.reference IS 'What had it: a path, a URL, or path:line.';
COMMENT ON COLUMN history.problems.detail IS 'What is wrong, in a sentence for people.';
COMMENT ON COLUMN history.problems.run_id IS 'The run that met it first.';
COMMENT ON COLUMN history.problems.loaded_at IS 'When it was first recorded, UTC.';
INSERT INTO history.problems BY NAME SELECT * FROM problems;

CREATE TABLE history.runs (
    run_id VARCHAR NOT NULL,
    flow_name VARCHAR NOT NULL,
    state_code VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    reference_count BIGINT NOT NULL,
    known_count BIGINT NOT NULL,
    article_count BIGINT NOT NULL,
    revised_count BIGINT NOT NULL,
    event_count BIGINT NOT NULL,
    problem_count BIGINT NOT NULL,
    versions JSON NOT NULL
);
COMMENT ON TABLE history.runs IS 'Executions of a flow with what each did.';
COMMENT ON COLUMN history.runs.run_id IS 'Identity of the run.';
COMMENT ON COLUMN history.runs.flow_name IS 'The flow that was run.';
COMMENT ON COLUMN history.runs.state_code IS 'How it ended: completed, interrupted or failed; running where it has not, or was killed.';
COMMENT ON COLUMN history.runs.started_at IS 'When it began, UTC.';
COMMENT ON COLUMN history.runs.ended_at IS 'When it ended, UTC.';
COMMENT ON COLUMN history.runs.reference_count IS 'References (files, records, URLs) that it was given.';
COMMENT ON COLUMN history.runs.known_count IS 'How many of them were in the store already.';
COMMENT ON COLUMN history.runs.article_count IS 'Articles that it added.';
COMMENT ON COLUMN history.runs.revised_count IS 'Articles that it knew and read anew, since their text or the extractor had changed.';
COMMENT ON COLUMN history.runs.event_count IS 'Events that it added.';
COMMENT ON COLUMN history.runs.problem_count IS 'Problems that it met.';
COMMENT ON COLUMN history.runs.versions IS 'Versions of breachwire and of what it stands on.';
INSERT INTO history.runs BY NAME SELECT *, 0 AS revised_count FROM runs;

-- Corrections and changes

CREATE TABLE history.corrections (
    correction_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    action_code VARCHAR NOT NULL,
    field_name VARCHAR NOT NULL,
    value VARCHAR,
    quote VARCHAR,
    note VARCHAR NOT NULL,
    corrected_by VARCHAR NOT NULL,
    corrected_at TIMESTAMP NOT NULL,
    undone_by VARCHAR,
    undone_at TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE history.corrections IS 'What people changed; no re-extraction overwrites it.';
COMMENT ON COLUMN history.corrections.correction_id IS 'Identity of the correction.';
COMMENT ON COLUMN history.corrections.article_id IS 'The article of the event.';
COMMENT ON COLUMN history.corrections.event_id IS 'The event that was corrected.';
COMMENT ON COLUMN history.corrections.action_code IS 'set, add or drop; vocabulary correction_actions.';
COMMENT ON COLUMN history.corrections.field_name IS 'What of the event was corrected: cause, status, prominence, organisations.victim, data.names, affected.people, dates.occurred, merge, split, is_event.';
COMMENT ON COLUMN history.corrections.value IS 'What it was set to, or what was added or dropped; null where the field was emptied.';
COMMENT ON COLUMN history.corrections.quote IS 'The words of the article that the value rests on, where they were given.';
COMMENT ON COLUMN history.corrections.note IS 'Why, in the words of who corrected it.';
COMMENT ON COLUMN history.corrections.corrected_by IS 'Who corrected it.';
COMMENT ON COLUMN history.corrections.corrected_at IS 'When, UTC.';
COMMENT ON COLUMN history.corrections.undone_by IS 'Who took the correction back; null where it stands.';
COMMENT ON COLUMN history.corrections.undone_at IS 'When it was taken back, UTC.';
COMMENT ON COLUMN history.corrections.recorded_at IS 'When this store took it in, UTC; later than it was made where it was imported.';

CREATE TABLE history.extracted_events (
    event_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    event JSON NOT NULL
);
COMMENT ON TABLE history.extracted_events IS 'What the extractor last said of the articles in which people corrected something.';
COMMENT ON COLUMN history.extracted_events.event_id IS 'The event.';
COMMENT ON COLUMN history.extracted_events.article_id IS 'The article that tells it.';
COMMENT ON COLUMN history.extracted_events.event IS 'The event without the corrections, as schemas/event.schema.json says.';

CREATE TABLE history.changes (
    article_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    reason_code VARCHAR NOT NULL,
    field_name VARCHAR NOT NULL,
    old_value JSON,
    new_value JSON,
    extractor_version VARCHAR,
    run_id VARCHAR,
    correction_id VARCHAR,
    changed_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE history.changes IS 'What changed in events since they were first stored, field by field.';
COMMENT ON COLUMN history.changes.article_id IS 'The article that tells it.';
COMMENT ON COLUMN history.changes.event_id IS 'The event that changed.';
COMMENT ON COLUMN history.changes.reason_code IS 'Why; vocabulary change_reasons.';
COMMENT ON COLUMN history.changes.field_name IS 'What changed, named as in corrections; event where it appeared or was withdrawn.';
COMMENT ON COLUMN history.changes.old_value IS 'What the store said before; null where it said nothing.';
COMMENT ON COLUMN history.changes.new_value IS 'What it says since; null where it says nothing.';
COMMENT ON COLUMN history.changes.extractor_version IS 'The extractor that read it so; null for corrections.';
COMMENT ON COLUMN history.changes.run_id IS 'The run in which it changed; null for corrections.';
COMMENT ON COLUMN history.changes.correction_id IS 'The correction that was made or undone; null for runs.';
COMMENT ON COLUMN history.changes.changed_at IS 'When, UTC.';

DROP VIEW event_table;
DROP VIEW exposed_data;
DROP VIEW timeline;
DROP TABLE corrections;
DROP TABLE problems;
DROP TABLE runs;
DROP TABLE event_dates;
DROP TABLE event_counts;
DROP TABLE event_data;
DROP TABLE event_organisations;
DROP TABLE events;
DROP TABLE articles;

-- What people and programs ask

CREATE VIEW articles AS
SELECT
    article_id,
    revision_number,
    published_date,
    outlet,
    author,
    title,
    texts.text,
    url,
    reference,
    doc,
    language_code,
    page_hash,
    extractor_version,
    run_id,
    recorded_at AS loaded_at
FROM history.articles
JOIN history.texts USING (text_id)
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW articles IS 'The articles read, those that tell of no event included.';
COMMENT ON COLUMN articles.article_id IS 'Stable identity: of the canonical URL, else of the text.';
COMMENT ON COLUMN articles.revision_number IS '1 for the text as first read, one more each time that the outlet changed it.';
COMMENT ON COLUMN articles.published_date IS 'Day of publication; never silently a date of an event.';
COMMENT ON COLUMN articles.outlet IS 'Who published it.';
COMMENT ON COLUMN articles.author IS 'Who wrote it, as the page says.';
COMMENT ON COLUMN articles.title IS 'The headline.';
COMMENT ON COLUMN articles.text IS 'Headline, newline, body; every offset of evidence counts characters of it, from 0.';
COMMENT ON COLUMN articles.url IS 'Canonical URL; null where the article was given without one.';
COMMENT ON COLUMN articles.reference IS 'Where it was read from: a path, a URL, or path:line.';
COMMENT ON COLUMN articles.doc IS 'The identifier that a JSONL record gave.';
COMMENT ON COLUMN articles.language_code IS 'Language of the text, ISO 639-1.';
COMMENT ON COLUMN articles.page_hash IS 'SHA-256 of the page that it was read from and of what the user said of that page.';
COMMENT ON COLUMN articles.extractor_version IS 'Version of the extractors that found its events.';
COMMENT ON COLUMN articles.run_id IS 'The run that loaded it.';
COMMENT ON COLUMN articles.loaded_at IS 'When this revision was loaded, UTC.';

CREATE VIEW events AS
SELECT
    event_id,
    article_id,
    event_number,
    prominence_code,
    status_code,
    status_evidence_start,
    status_evidence_end,
    status_quote,
    cause_code,
    cause_evidence_start,
    cause_evidence_end,
    cause_quote,
    cause_confidence,
    confidence,
    is_corrected
FROM history.events
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW events IS 'Data-security incidents, each as one article tells it.';
COMMENT ON COLUMN events.event_id IS 'Stable identity of the event.';
COMMENT ON COLUMN events.article_id IS 'The article that tells it.';
COMMENT ON COLUMN events.event_number IS 'Its place among the events of its article, from 1.';
COMMENT ON COLUMN events.prominence_code IS 'main where the article reports it, background where it only mentions it; vocabulary prominences.';
COMMENT ON COLUMN events.status_code IS 'Whether it is confirmed, alleged or denied; vocabulary statuses.';
COMMENT ON COLUMN events.status_evidence_start IS 'Where the words that the status rests on begin in articles.text, from 0; null where it rests on no words.';
COMMENT ON COLUMN events.status_evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN events.status_quote IS 'The words that the status rests on.';
COMMENT ON COLUMN events.cause_code IS 'What led to it; vocabulary causes; unknown where not stated.';
COMMENT ON COLUMN events.cause_evidence_start IS 'Where the words that the cause rests on begin in articles.text, from 0; null where it rests on no words.';
COMMENT ON COLUMN events.cause_evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN events.cause_quote IS 'The words that the cause rests on.';
COMMENT ON COLUMN events.cause_confidence IS 'How sure the cause is, 0 to 1.';
COMMENT ON COLUMN events.confidence IS 'How sure it is that the article tells this event, 0 to 1.';
COMMENT ON COLUMN events.is_corrected IS 'True where a person changed something of it; table corrections tells what.';

CREATE VIEW event_organisations AS
SELECT * EXCLUDE (recorded_at, superseded_at)
FROM history.event_organisations
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW event_organisations IS 'The organisations, groups and persons of an event with their roles in it.';
COMMENT ON COLUMN event_organisations.event_id IS 'The event.';
COMMENT ON COLUMN event_organisations.item_number IS 'Its place among the organisations of the event, from 1.';
COMMENT ON COLUMN event_organisations.name IS 'Its name in the article, or the words that describe it.';
COMMENT ON COLUMN event_organisations.role_code IS 'Its role in the event; vocabulary roles.';
COMMENT ON COLUMN event_organisations.is_named IS 'False where the article only describes it.';
COMMENT ON COLUMN event_organisations.sector_code IS 'What kind of organisation a named one is, as its name tells; vocabulary sectors; null where the name does not tell.';
COMMENT ON COLUMN event_organisations.aliases IS 'Its other names in the article.';
COMMENT ON COLUMN event_organisations.alias_evidence IS 'Where each of the aliases stands in articles.text, in their order.';
COMMENT ON COLUMN event_organisations.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_organisations.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_organisations.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_organisations.confidence IS 'How sure this row is, 0 to 1.';

CREATE VIEW event_data AS
SELECT * EXCLUDE (recorded_at, superseded_at)
FROM history.event_data
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW event_data IS 'The kinds of data said to be involved in an event, or said not to be.';
COMMENT ON COLUMN event_data.event_id IS 'The event.';
COMMENT ON COLUMN event_data.item_number IS 'Its place among the data of the event, from 1.';
COMMENT ON COLUMN event_data.category_code IS 'Kind of data; vocabulary data_categories.';
COMMENT ON COLUMN event_data.data_status_code IS 'Whether it was exposed, possibly so, or said not to be; vocabulary data_statuses.';
COMMENT ON COLUMN event_data.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_data.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_data.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_data.confidence IS 'How sure this row is, 0 to 1.';

CREATE VIEW event_counts AS
SELECT * EXCLUDE (recorded_at, superseded_at)
FROM history.event_counts
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW event_counts IS 'How many people, accounts, records and so on an event affected.';
COMMENT ON COLUMN event_counts.event_id IS 'The event.';
COMMENT ON COLUMN event_counts.item_number IS 'Its place among the counts of the event, from 1.';
COMMENT ON COLUMN event_counts.min_count IS 'Least number, inclusive; null where the words give none ("up to 500").';
COMMENT ON COLUMN event_counts.max_count IS 'Greatest number, inclusive; null where the words give none ("over a thousand").';
COMMENT ON COLUMN event_counts.is_approx IS 'True for "about 80,000".';
COMMENT ON COLUMN event_counts.unit_code IS 'What is counted; vocabulary units.';
COMMENT ON COLUMN event_counts.scope_code IS 'total for the whole event, subset for a part of it; vocabulary scopes.';
COMMENT ON COLUMN event_counts.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_counts.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_counts.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_counts.confidence IS 'How sure this row is, 0 to 1.';

CREATE VIEW event_dates AS
SELECT * EXCLUDE (recorded_at, superseded_at)
FROM history.event_dates
WHERE holds(recorded_at, superseded_at);
COMMENT ON VIEW event_dates IS 'When an event occurred, was discovered and was disclosed: inclusive intervals whose length is their precision.';
COMMENT ON COLUMN event_dates.event_id IS 'The event.';
COMMENT ON COLUMN event_dates.item_number IS 'Its place among the dates of the event, from 1.';
COMMENT ON COLUMN event_dates.kind_code IS 'What happened then; vocabulary date_kinds.';
COMMENT ON COLUMN event_dates.start_date IS 'First day; null where the words leave it open ("until May").';
COMMENT ON COLUMN event_dates.end_date IS 'Last day; null where the words leave it open ("since May").';
COMMENT ON COLUMN event_dates.is_approx IS 'True where the words say "around" or "about"; null where it was read before that was kept.';
COMMENT ON COLUMN event_dates.rule_name IS 'The rule by which the words were resolved against the publication date.';
COMMENT ON COLUMN event_dates.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_dates.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_dates.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_dates.confidence IS 'How sure this row is, 0 to 1.';

CREATE VIEW problems AS
SELECT *
FROM history.problems
WHERE holds(loaded_at, NULL);
COMMENT ON VIEW problems IS 'References from which no events could be had, each with the reason.';
COMMENT ON COLUMN problems.problem_id IS 'Stable identity: the same problem met again is not added again.';
COMMENT ON COLUMN problems.problem_code IS 'Kind of problem; vocabulary problems.';
COMMENT ON COLUMN problems.reference IS 'What had it: a path, a URL, or path:line.';
COMMENT ON COLUMN problems.detail IS 'What is wrong, in a sentence for people.';
COMMENT ON COLUMN problems.run_id IS 'The run that met it first.';
COMMENT ON COLUMN problems.loaded_at IS 'When it was first recorded, UTC.';

CREATE VIEW runs AS
SELECT
    run_id,
    flow_name,
    CASE WHEN holds(ended_at, NULL) THEN state_code ELSE 'running' END AS state_code,
    started_at,
    CASE WHEN holds(ended_at, NULL) THEN ended_at END AS ended_at,
    CASE WHEN holds(ended_at, NULL) THEN reference_count ELSE 0 END AS reference_count,
    CASE WHEN holds(ended_at, NULL) THEN known_count ELSE 0 END AS known_count,
    CASE WHEN holds(ended_at, NULL) THEN article_count ELSE 0 END AS article_count,
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
COMMENT ON COLUMN runs.known_count IS 'How many of them were in the store already.';
COMMENT ON COLUMN runs.article_count IS 'Articles that it added.';
COMMENT ON COLUMN runs.revised_count IS 'Articles that it knew and read anew, since their text or the extractor had changed.';
COMMENT ON COLUMN runs.event_count IS 'Events that it added.';
COMMENT ON COLUMN runs.problem_count IS 'Problems that it met.';
COMMENT ON COLUMN runs.versions IS 'Versions of breachwire and of what it stands on.';

CREATE VIEW corrections AS
SELECT * REPLACE (
    CASE WHEN holds(undone_at, NULL) THEN undone_by END AS undone_by,
    CASE WHEN holds(undone_at, NULL) THEN undone_at END AS undone_at
)
FROM history.corrections
WHERE holds(recorded_at, NULL);
COMMENT ON VIEW corrections IS 'What people changed; no re-extraction overwrites it.';
COMMENT ON COLUMN corrections.correction_id IS 'Identity of the correction.';
COMMENT ON COLUMN corrections.article_id IS 'The article of the event.';
COMMENT ON COLUMN corrections.event_id IS 'The event that was corrected.';
COMMENT ON COLUMN corrections.action_code IS 'set, add or drop; vocabulary correction_actions.';
COMMENT ON COLUMN corrections.field_name IS 'What of the event was corrected: cause, status, prominence, organisations.victim, data.names, affected.people, dates.occurred, merge, split, is_event.';
COMMENT ON COLUMN corrections.value IS 'What it was set to, or what was added or dropped; null where the field was emptied.';
COMMENT ON COLUMN corrections.quote IS 'The words of the article that the value rests on, where they were given.';
COMMENT ON COLUMN corrections.note IS 'Why, in the words of who corrected it.';
COMMENT ON COLUMN corrections.corrected_by IS 'Who corrected it.';
COMMENT ON COLUMN corrections.corrected_at IS 'When, UTC.';
COMMENT ON COLUMN corrections.undone_by IS 'Who took the correction back; null where it stands.';
COMMENT ON COLUMN corrections.undone_at IS 'When it was taken back, UTC.';
COMMENT ON COLUMN corrections.recorded_at IS 'When this store took it in, UTC; later than it was made where it was imported.';

CREATE VIEW changes AS
SELECT *
FROM history.changes
WHERE holds(changed_at, NULL);
COMMENT ON VIEW changes IS 'What changed in events since they were first stored, field by field.';
COMMENT ON COLUMN changes.article_id IS 'The article that tells it.';
COMMENT ON COLUMN changes.event_id IS 'The event that changed.';
COMMENT ON COLUMN changes.reason_code IS 'Why; vocabulary change_reasons.';
COMMENT ON COLUMN changes.field_name IS 'What changed, named as in corrections; event where it appeared or was withdrawn.';
COMMENT ON COLUMN changes.old_value IS 'What the store said before; null where it said nothing.';
COMMENT ON COLUMN changes.new_value IS 'What it says since; null where it says nothing.';
COMMENT ON COLUMN changes.extractor_version IS 'The extractor that read it so; null for corrections.';
COMMENT ON COLUMN changes.run_id IS 'The run in which it changed; null for corrections.';
COMMENT ON COLUMN changes.correction_id IS 'The correction that was made or undone; null for runs.';
COMMENT ON COLUMN changes.changed_at IS 'When, UTC.';

CREATE VIEW withdrawn_events AS
SELECT event_id, article_id, prominence_code, status_code, cause_code, recorded_at, superseded_at AS withdrawn_at
FROM history.events
WHERE NOT holds(recorded_at, superseded_at)
    AND holds(superseded_at, NULL)
    AND event_id NOT IN (SELECT event_id FROM history.events WHERE holds(recorded_at, superseded_at))
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY superseded_at DESC) = 1;
COMMENT ON VIEW withdrawn_events IS 'Events that the store told once and tells no more; changes says why.';
COMMENT ON COLUMN withdrawn_events.event_id IS 'Stable identity of the event.';
COMMENT ON COLUMN withdrawn_events.article_id IS 'The article that tells it.';
COMMENT ON COLUMN withdrawn_events.prominence_code IS 'main where the article reports it, background where it only mentions it; vocabulary prominences.';
COMMENT ON COLUMN withdrawn_events.status_code IS 'Whether it is confirmed, alleged or denied; vocabulary statuses.';
COMMENT ON COLUMN withdrawn_events.cause_code IS 'What led to it; vocabulary causes; unknown where not stated.';
COMMENT ON COLUMN withdrawn_events.recorded_at IS 'When the store took it in, UTC.';
COMMENT ON COLUMN withdrawn_events.withdrawn_at IS 'When it was withdrawn, UTC.';
