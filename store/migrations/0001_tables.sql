-- No primary or foreign keys: a primary key makes inserting many times slower, and a foreign key refuses
-- "delete parent and child, insert again" within one transaction. The loader sees to both, tests watch it.
-- Times are UTC. Offsets count Unicode code points of articles.text from 0, as Python does;
-- substring(text, evidence_start + 1, evidence_end - evidence_start) is the quote.

CREATE TABLE schema_migrations (
    version INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE schema_migrations IS 'The steps by which this store got its present form.';
COMMENT ON COLUMN schema_migrations.version IS 'Number of the step, from 1.';
COMMENT ON COLUMN schema_migrations.name IS 'File name of the step, without its ending.';
COMMENT ON COLUMN schema_migrations.applied_at IS 'When the step was taken, UTC.';

CREATE TABLE articles (
    article_id VARCHAR NOT NULL,
    published_date DATE NOT NULL,
    outlet VARCHAR,
    author VARCHAR,
    title VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    url VARCHAR,
    reference VARCHAR NOT NULL,
    doc VARCHAR,
    language_code VARCHAR NOT NULL,
    page_hash VARCHAR,
    extractor_version VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE articles IS 'The articles read, those that tell of no event included.';
COMMENT ON COLUMN articles.article_id IS 'Stable identity: of the canonical URL, else of the text.';
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
COMMENT ON COLUMN articles.loaded_at IS 'When it was loaded, UTC.';

CREATE TABLE events (
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
    confidence DOUBLE NOT NULL
);
COMMENT ON TABLE events IS 'Data-security incidents, each as one article tells it.';
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

CREATE TABLE event_organisations (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    role_code VARCHAR NOT NULL,
    is_named BOOLEAN NOT NULL,
    aliases VARCHAR[] NOT NULL,
    alias_evidence STRUCT(evidence_start INTEGER, evidence_end INTEGER, quote VARCHAR)[] NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL
);
COMMENT ON TABLE event_organisations IS 'The organisations, groups and persons of an event with their roles in it.';
COMMENT ON COLUMN event_organisations.event_id IS 'The event.';
COMMENT ON COLUMN event_organisations.item_number IS 'Its place among the organisations of the event, from 1.';
COMMENT ON COLUMN event_organisations.name IS 'Its name in the article, or the words that describe it.';
COMMENT ON COLUMN event_organisations.role_code IS 'Its role in the event; vocabulary roles.';
COMMENT ON COLUMN event_organisations.is_named IS 'False where the article only describes it.';
COMMENT ON COLUMN event_organisations.aliases IS 'Its other names in the article.';
COMMENT ON COLUMN event_organisations.alias_evidence IS 'Where each of the aliases stands in articles.text, in their order.';
COMMENT ON COLUMN event_organisations.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_organisations.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_organisations.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_organisations.confidence IS 'How sure this row is, 0 to 1.';

CREATE TABLE event_data (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    category_code VARCHAR NOT NULL,
    data_status_code VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL
);
COMMENT ON TABLE event_data IS 'The kinds of data said to be involved in an event, or said not to be.';
COMMENT ON COLUMN event_data.event_id IS 'The event.';
COMMENT ON COLUMN event_data.item_number IS 'Its place among the data of the event, from 1.';
COMMENT ON COLUMN event_data.category_code IS 'Kind of data; vocabulary data_categories.';
COMMENT ON COLUMN event_data.data_status_code IS 'Whether it was exposed, possibly so, or said not to be; vocabulary data_statuses.';
COMMENT ON COLUMN event_data.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_data.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_data.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_data.confidence IS 'How sure this row is, 0 to 1.';

CREATE TABLE event_counts (
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
    confidence DOUBLE NOT NULL
);
COMMENT ON TABLE event_counts IS 'How many people, accounts, records and so on an event affected.';
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

CREATE TABLE event_dates (
    event_id VARCHAR NOT NULL,
    item_number INTEGER NOT NULL,
    kind_code VARCHAR NOT NULL,
    start_date DATE,
    end_date DATE,
    rule_name VARCHAR NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL
);
COMMENT ON TABLE event_dates IS 'When an event occurred, was discovered and was disclosed: inclusive intervals whose length is their precision.';
COMMENT ON COLUMN event_dates.event_id IS 'The event.';
COMMENT ON COLUMN event_dates.item_number IS 'Its place among the dates of the event, from 1.';
COMMENT ON COLUMN event_dates.kind_code IS 'What happened then; vocabulary date_kinds.';
COMMENT ON COLUMN event_dates.start_date IS 'First day; null where the words leave it open ("until May").';
COMMENT ON COLUMN event_dates.end_date IS 'Last day; null where the words leave it open ("since May").';
COMMENT ON COLUMN event_dates.rule_name IS 'The rule by which the words were resolved against the publication date.';
COMMENT ON COLUMN event_dates.evidence_start IS 'Where the words that this row rests on begin in articles.text, from 0.';
COMMENT ON COLUMN event_dates.evidence_end IS 'Where those words end, exclusive.';
COMMENT ON COLUMN event_dates.quote IS 'The words that this row rests on.';
COMMENT ON COLUMN event_dates.confidence IS 'How sure this row is, 0 to 1.';

CREATE TABLE incidents (
    incident_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    created_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE incidents IS 'Real-world incidents, each told by the events of one or more articles. Nothing fills it yet.';
COMMENT ON COLUMN incidents.incident_id IS 'Stable identity of the incident.';
COMMENT ON COLUMN incidents.title IS 'A short name for people.';
COMMENT ON COLUMN incidents.created_at IS 'When the incident was first put together, UTC.';

CREATE TABLE incident_events (
    incident_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    linked_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE incident_events IS 'Which events tell of which incident. Nothing fills it yet.';
COMMENT ON COLUMN incident_events.incident_id IS 'The incident.';
COMMENT ON COLUMN incident_events.event_id IS 'The event that tells of it.';
COMMENT ON COLUMN incident_events.confidence IS 'How sure the link is, 0 to 1.';
COMMENT ON COLUMN incident_events.linked_at IS 'When the link was made, UTC.';

CREATE TABLE corrections (
    correction_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    field_name VARCHAR NOT NULL,
    old_value JSON,
    new_value JSON,
    note VARCHAR,
    corrected_by VARCHAR NOT NULL,
    corrected_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE corrections IS 'Changes that people made to values; no re-extraction overwrites them. Nothing fills it yet.';
COMMENT ON COLUMN corrections.correction_id IS 'Identity of the correction.';
COMMENT ON COLUMN corrections.event_id IS 'The event that was corrected.';
COMMENT ON COLUMN corrections.field_name IS 'What of the event was corrected, as its column (cause_code) or its table (event_dates).';
COMMENT ON COLUMN corrections.old_value IS 'What it was; null where it was missing.';
COMMENT ON COLUMN corrections.new_value IS 'What it is; null where it was taken away.';
COMMENT ON COLUMN corrections.note IS 'Why, in the words of who corrected it.';
COMMENT ON COLUMN corrections.corrected_by IS 'Who corrected it.';
COMMENT ON COLUMN corrections.corrected_at IS 'When, UTC.';

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    flow_name VARCHAR NOT NULL,
    state_code VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    reference_count BIGINT NOT NULL,
    known_count BIGINT NOT NULL,
    article_count BIGINT NOT NULL,
    event_count BIGINT NOT NULL,
    problem_count BIGINT NOT NULL,
    versions JSON NOT NULL
);
COMMENT ON TABLE runs IS 'Executions of a flow with what each did.';
COMMENT ON COLUMN runs.run_id IS 'Identity of the run.';
COMMENT ON COLUMN runs.flow_name IS 'The flow that was run.';
COMMENT ON COLUMN runs.state_code IS 'How it ended: completed, interrupted or failed; running where it has not, or was killed.';
COMMENT ON COLUMN runs.started_at IS 'When it began, UTC.';
COMMENT ON COLUMN runs.ended_at IS 'When it ended, UTC.';
COMMENT ON COLUMN runs.reference_count IS 'References (files, records, URLs) that it was given.';
COMMENT ON COLUMN runs.known_count IS 'How many of them were in the store already.';
COMMENT ON COLUMN runs.article_count IS 'Articles that it added.';
COMMENT ON COLUMN runs.event_count IS 'Events that it added.';
COMMENT ON COLUMN runs.problem_count IS 'Problems that it met.';
COMMENT ON COLUMN runs.versions IS 'Versions of breachwire and of what it stands on.';

CREATE TABLE problems (
    problem_id VARCHAR NOT NULL,
    problem_code VARCHAR NOT NULL,
    reference VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL,
    loaded_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE problems IS 'References from which no events could be had, each with the reason.';
COMMENT ON COLUMN problems.problem_id IS 'Stable identity: the same problem met again is not added again.';
COMMENT ON COLUMN problems.problem_code IS 'Kind of problem; vocabulary problems.';
COMMENT ON COLUMN problems.reference IS 'What had it: a path, a URL, or path:line.';
COMMENT ON COLUMN problems.detail IS 'What is wrong, in a sentence for people.';
COMMENT ON COLUMN problems.run_id IS 'The run that met it first.';
COMMENT ON COLUMN problems.loaded_at IS 'When it was first recorded, UTC.';
