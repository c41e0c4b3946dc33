CREATE VIEW event_table AS
WITH names AS (
    -- A name given twice in one role is written once, at its first place.
    SELECT event_id, role_code, name, min(item_number) AS place FROM event_organisations GROUP BY ALL
), organisations AS (
    SELECT
        event_id,
        string_agg(name, '; ' ORDER BY place) FILTER (role_code = 'victim') AS victim,
        string_agg(name, '; ' ORDER BY place) FILTER (role_code = 'supplier') AS suppliers,
        string_agg(name, '; ' ORDER BY place) FILTER (role_code = 'attacker') AS attackers,
        string_agg(name, '; ' ORDER BY place) FILTER (role_code = 'authority') AS authorities,
        string_agg(name, '; ' ORDER BY place) FILTER (role_code = 'discloser') AS disclosers
    FROM names GROUP BY event_id
), categories AS (
    SELECT event_id, data_status_code, category_code, min(item_number) AS place FROM event_data GROUP BY ALL
), data AS (
    SELECT
        event_id,
        string_agg(category_code, '; ' ORDER BY place) FILTER (data_status_code = 'exposed') AS data_exposed,
        string_agg(category_code, '; ' ORDER BY place) FILTER (data_status_code = 'possible') AS data_possible,
        string_agg(category_code, '; ' ORDER BY place) FILTER (data_status_code = 'not_exposed') AS data_not_exposed
    FROM categories GROUP BY event_id
), best_counts AS (
    SELECT * FROM event_counts
    QUALIFY row_number() OVER (
        PARTITION BY event_id
        ORDER BY scope_code = 'total' DESC, unit_code = 'people' DESC, greatest(min_count, max_count) DESC, item_number
    ) = 1
), periods AS (
    -- "until May" and "in June" together have no known start, "since June" and "in May" no known end.
    SELECT
        event_id,
        kind_code,
        CASE WHEN min(start_date) > min(end_date) THEN NULL ELSE min(start_date) END AS start_date,
        CASE WHEN max(end_date) < max(start_date) THEN NULL ELSE max(end_date) END AS end_date
    FROM event_dates GROUP BY ALL
), dates AS (
    SELECT
        event_id,
        any_value(start_date) FILTER (kind_code = 'occurred') AS occurred_start,
        any_value(end_date) FILTER (kind_code = 'occurred') AS occurred_end,
        any_value(start_date) FILTER (kind_code = 'discovered') AS discovered_start,
        any_value(end_date) FILTER (kind_code = 'discovered') AS discovered_end,
        any_value(start_date) FILTER (kind_code = 'disclosed') AS disclosed_start,
        any_value(end_date) FILTER (kind_code = 'disclosed') AS disclosed_end
    FROM periods GROUP BY event_id
)
SELECT
    events.event_id,
    events.article_id,
    articles.published_date,
    articles.outlet,
    articles.title,
    coalesce(articles.url, articles.reference) AS url,
    events.prominence_code,
    events.status_code,
    organisations.victim,
    organisations.suppliers,
    organisations.attackers,
    organisations.authorities,
    organisations.disclosers,
    events.cause_code,
    events.cause_quote,
    data.data_exposed,
    data.data_possible,
    data.data_not_exposed,
    best_counts.min_count AS affected_min,
    best_counts.max_count AS affected_max,
    best_counts.is_approx AS affected_is_approx,
    best_counts.unit_code AS affected_unit_code,
    best_counts.quote AS affected_quote,
    dates.occurred_start,
    dates.occurred_end,
    dates.discovered_start,
    dates.discovered_end,
    dates.disclosed_start,
    dates.disclosed_end,
    events.confidence
FROM events
JOIN articles USING (article_id)
LEFT JOIN organisations USING (event_id)
LEFT JOIN data USING (event_id)
LEFT JOIN best_counts USING (event_id)
LEFT JOIN dates USING (event_id)
ORDER BY articles.published_date, events.article_id, events.event_number;

COMMENT ON VIEW event_table IS 'One flat row an event, in order of publication.';
COMMENT ON COLUMN event_table.event_id IS 'Stable identity of the event.';
COMMENT ON COLUMN event_table.article_id IS 'The article that tells it.';
COMMENT ON COLUMN event_table.published_date IS 'Day on which the article was published.';
COMMENT ON COLUMN event_table.outlet IS 'Who published the article.';
COMMENT ON COLUMN event_table.title IS 'Headline of the article.';
COMMENT ON COLUMN event_table.url IS 'URL of the article; where it has none, the path or path:line that it was read from.';
COMMENT ON COLUMN event_table.prominence_code IS 'main where the article reports it, background where it only mentions it; vocabulary prominences.';
COMMENT ON COLUMN event_table.status_code IS 'Whether it is confirmed, alleged or denied; vocabulary statuses.';
COMMENT ON COLUMN event_table.victim IS 'Whose data or systems were compromised; several joined by "; ".';
COMMENT ON COLUMN event_table.suppliers IS 'Third parties at or through which it happened, joined by "; ".';
COMMENT ON COLUMN event_table.attackers IS 'Named attackers, joined by "; ".';
COMMENT ON COLUMN event_table.authorities IS 'Regulators, police and government bodies concerned with it, joined by "; ".';
COMMENT ON COLUMN event_table.disclosers IS 'Third parties that found or revealed it, joined by "; ".';
COMMENT ON COLUMN event_table.cause_code IS 'What led to it; vocabulary causes; unknown where not stated.';
COMMENT ON COLUMN event_table.cause_quote IS 'The words that the cause rests on.';
COMMENT ON COLUMN event_table.data_exposed IS 'Categories of data said to be exposed, joined by "; ".';
COMMENT ON COLUMN event_table.data_possible IS 'Categories of data possibly exposed, joined by "; ".';
COMMENT ON COLUMN event_table.data_not_exposed IS 'Categories of data said not to be exposed, joined by "; ".';
COMMENT ON COLUMN event_table.affected_min IS 'Least number affected, of the one count that says most: total before subset, people before other units, then the largest.';
COMMENT ON COLUMN event_table.affected_max IS 'Greatest number affected, of the same count; null where the words leave it open.';
COMMENT ON COLUMN event_table.affected_is_approx IS 'True where that count is approximate.';
COMMENT ON COLUMN event_table.affected_unit_code IS 'What that count counts; vocabulary units.';
COMMENT ON COLUMN event_table.affected_quote IS 'The words of that count.';
COMMENT ON COLUMN event_table.occurred_start IS 'Earliest day on which it may have occurred; null where not told.';
COMMENT ON COLUMN event_table.occurred_end IS 'Latest day on which it may have occurred; null where not told.';
COMMENT ON COLUMN event_table.discovered_start IS 'Earliest day on which it may have been discovered; null where not told.';
COMMENT ON COLUMN event_table.discovered_end IS 'Latest day on which it may have been discovered; null where not told.';
COMMENT ON COLUMN event_table.disclosed_start IS 'Earliest day on which it may have been disclosed; null where not told.';
COMMENT ON COLUMN event_table.disclosed_end IS 'Latest day on which it may have been disclosed; null where not told.';
COMMENT ON COLUMN event_table.confidence IS 'How sure it is that the article tells this event, 0 to 1.';

CREATE VIEW exposed_data AS
SELECT
    events.event_id,
    events.article_id,
    articles.published_date,
    events.prominence_code,
    events.status_code,
    events.cause_code,
    event_data.category_code,
    string_agg(event_data.quote, '; ' ORDER BY event_data.item_number) AS quotes
FROM event_data
JOIN events USING (event_id)
JOIN articles USING (article_id)
WHERE event_data.data_status_code = 'exposed'
GROUP BY ALL
ORDER BY articles.published_date, events.article_id, min(events.event_number), min(event_data.item_number);

COMMENT ON VIEW exposed_data IS 'A row for each event and each category of data said to be exposed in it.';
COMMENT ON COLUMN exposed_data.event_id IS 'The event.';
COMMENT ON COLUMN exposed_data.article_id IS 'The article that tells it.';
COMMENT ON COLUMN exposed_data.published_date IS 'Day on which the article was published.';
COMMENT ON COLUMN exposed_data.prominence_code IS 'main where the article reports the event, background where it only mentions it; vocabulary prominences.';
COMMENT ON COLUMN exposed_data.status_code IS 'Whether the event is confirmed, alleged or denied; vocabulary statuses.';
COMMENT ON COLUMN exposed_data.cause_code IS 'What led to the event; vocabulary causes.';
COMMENT ON COLUMN exposed_data.category_code IS 'Kind of data; vocabulary data_categories.';
COMMENT ON COLUMN exposed_data.quotes IS 'The words for this kind of data in the article, joined by "; ".';

CREATE VIEW timeline AS
SELECT
    date_trunc('month', articles.published_date)::DATE AS published_month,
    events.cause_code,
    count(*) AS event_count,
    count(*) FILTER (events.prominence_code = 'main') AS main_event_count
FROM events
JOIN articles USING (article_id)
GROUP BY ALL
ORDER BY ALL;

COMMENT ON VIEW timeline IS 'How many events were told in each month, by cause.';
COMMENT ON COLUMN timeline.published_month IS 'First day of the month in which the articles were published.';
COMMENT ON COLUMN timeline.cause_code IS 'What led to the events; vocabulary causes.';
COMMENT ON COLUMN timeline.event_count IS 'Events told in that month with that cause, one that several articles tell counted once for each.';
COMMENT ON COLUMN timeline.main_event_count IS 'How many of them their articles report, not only mention.';
