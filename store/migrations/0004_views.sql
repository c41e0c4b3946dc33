CREATE VIEW event_table AS
SELECT
    events.event_id,
    events.article_id,
    articles.published_date,
    articles.outlet,
    articles.title,
    coalesce(articles.url, articles.reference) AS url,
    events.prominence_code,
    events.status_code,
    events.victim,
    events.suppliers,
    events.attackers,
    events.authorities,
    events.disclosers,
    events.cause_code,
    events.cause_quote,
    events.data_exposed,
    events.data_possible,
    events.data_not_exposed,
    events.affected_min,
    events.affected_max,
    events.affected_is_approx,
    events.affected_unit_code,
    events.affected_quote,
    events.occurred_start,
    events.occurred_end,
    events.discovered_start,
    events.discovered_end,
    events.disclosed_start,
    events.disclosed_end,
    events.confidence,
    events.is_corrected
FROM history.events
JOIN history.articles USING (article_id)
WHERE holds(events.recorded_at, events.superseded_at) AND holds(articles.recorded_at, articles.superseded_at)
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
COMMENT ON COLUMN event_table.is_corrected IS 'True where a person changed something of it; corrections tells what.';

CREATE VIEW exposed_data AS
WITH exposed AS (
    SELECT event_id, category_code, string_agg(quote, '; ' ORDER BY item_number) AS quotes, min(item_number) AS item_number
    FROM event_data
    WHERE data_status_code = 'exposed'
    GROUP BY event_id, category_code
)
SELECT
    exposed.event_id,
    events.article_id,
    articles.published_date,
    events.prominence_code,
    events.status_code,
    events.cause_code,
    exposed.category_code,
    exposed.quotes
FROM exposed
JOIN events USING (event_id)
JOIN articles USING (article_id)
ORDER BY articles.published_date, events.article_id, events.event_number, exposed.item_number;
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
WITH victims AS (
    SELECT event_id, arg_min(sector_code, item_number) AS sector_code
    FROM event_organisations
    WHERE role_code = 'victim' AND sector_code IS NOT NULL
    GROUP BY event_id
)
SELECT
    date_trunc('month', articles.published_date)::DATE AS published_month,
    events.cause_code,
    victims.sector_code,
    count(*) AS event_count,
    count(*) FILTER (events.prominence_code = 'main') AS main_event_count
FROM events
JOIN articles USING (article_id)
LEFT JOIN victims USING (event_id)
GROUP BY ALL
ORDER BY ALL;
COMMENT ON VIEW timeline IS 'How many events were told in each month, by cause and by sector of the victim.';
COMMENT ON COLUMN timeline.published_month IS 'First day of the month in which the articles were published.';
COMMENT ON COLUMN timeline.cause_code IS 'What led to the events; vocabulary causes.';
COMMENT ON COLUMN timeline.sector_code IS 'Sector of the first victim whose name tells it; vocabulary sectors; null where none does.';
COMMENT ON COLUMN timeline.event_count IS 'Events told in that month with that cause in that sector, one that several articles tell counted once for each.';
COMMENT ON COLUMN timeline.main_event_count IS 'How many of them their articles report, not only mention.';

CREATE VIEW organisations AS
WITH roles AS (
    SELECT
        lower(name) AS key,
        event_id,
        any_value(name) AS name,
        any_value(sector_code) AS sector_code,
        bool_or(role_code = 'victim') AS is_victim,
        bool_or(role_code = 'supplier') AS is_supplier,
        bool_or(role_code = 'attacker') AS is_attacker,
        bool_or(role_code = 'authority') AS is_authority,
        bool_or(role_code = 'discloser') AS is_discloser
    FROM event_organisations
    WHERE is_named
    GROUP BY key, event_id
)
SELECT
    any_value(roles.name) AS name,
    any_value(roles.sector_code) AS sector_code,
    concat_ws(
        '; ',
        CASE WHEN bool_or(is_victim) THEN 'victim' END,
        CASE WHEN bool_or(is_supplier) THEN 'supplier' END,
        CASE WHEN bool_or(is_attacker) THEN 'attacker' END,
        CASE WHEN bool_or(is_authority) THEN 'authority' END,
        CASE WHEN bool_or(is_discloser) THEN 'discloser' END
    ) AS roles,
    count(*) AS event_count,
    count(*) FILTER (is_victim) AS as_victim_count,
    count(*) FILTER (is_supplier) AS as_supplier_count,
    count(*) FILTER (is_attacker) AS as_attacker_count,
    min(articles.published_date) AS first_published_date,
    max(articles.published_date) AS last_published_date,
    string_agg(roles.event_id, '; ') AS event_ids
FROM roles
JOIN events USING (event_id)
JOIN articles USING (article_id)
GROUP BY roles.key
ORDER BY event_count DESC, name;
COMMENT ON VIEW organisations IS 'A row for each named organisation, whatever the case its name is written in, with its roles and its events.';
COMMENT ON COLUMN organisations.name IS 'Its name, as one of its events writes it.';
COMMENT ON COLUMN organisations.sector_code IS 'What kind of organisation it is, as its name tells; vocabulary sectors.';
COMMENT ON COLUMN organisations.roles IS 'Its roles in all events, joined by "; "; vocabulary roles.';
COMMENT ON COLUMN organisations.event_count IS 'Events in which it has a role.';
COMMENT ON COLUMN organisations.as_victim_count IS 'Events in which its data or systems were compromised.';
COMMENT ON COLUMN organisations.as_supplier_count IS 'Events that happened at or through it, to others.';
COMMENT ON COLUMN organisations.as_attacker_count IS 'Events in which it is named as the attacker.';
COMMENT ON COLUMN organisations.first_published_date IS 'Day of the first article that tells of it.';
COMMENT ON COLUMN organisations.last_published_date IS 'Day of the latest article that tells of it.';
COMMENT ON COLUMN organisations.event_ids IS 'The events, joined by "; ".';

CREATE VIEW review_queue AS
SELECT
    event_id,
    article_id,
    published_date,
    title,
    url,
    victim,
    cause_code,
    contradictions,
    lowest_confidence,
    confidence
FROM (SELECT * FROM history.events WHERE holds(recorded_at, superseded_at)) AS events
JOIN (SELECT article_id, published_date, title, coalesce(url, reference) AS url FROM articles) AS articles USING (article_id)
WHERE NOT is_corrected
ORDER BY contradictions IS NULL, lowest_confidence * confidence, event_id;
COMMENT ON VIEW review_queue IS 'Events that a person should look at, the contradictory first, then those that are least sure; those already corrected are left out.';
COMMENT ON COLUMN review_queue.event_id IS 'Stable identity of the event.';
COMMENT ON COLUMN review_queue.article_id IS 'The article that tells it.';
COMMENT ON COLUMN review_queue.published_date IS 'Day on which the article was published.';
COMMENT ON COLUMN review_queue.title IS 'Headline of the article.';
COMMENT ON COLUMN review_queue.url IS 'URL of the article; where it has none, the path or path:line that it was read from.';
COMMENT ON COLUMN review_queue.victim IS 'Whose data or systems were compromised; several joined by "; ".';
COMMENT ON COLUMN review_queue.cause_code IS 'What led to it; vocabulary causes; unknown where not stated.';
COMMENT ON COLUMN review_queue.contradictions IS 'What cannot all be true of it, joined by "; "; null where nothing was seen.';
COMMENT ON COLUMN review_queue.lowest_confidence IS 'Confidence of its least sure value, 0 to 1.';
COMMENT ON COLUMN review_queue.confidence IS 'How sure it is that the article tells this event, 0 to 1.';
