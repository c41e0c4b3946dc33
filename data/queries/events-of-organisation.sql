-- question: What is told of one organisation?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter name text: the name or a part of it, whatever its case
-- column published_date: day on which the article was published
-- column name: its name in the article
-- column role_code: what it is to the event; vocabulary roles
-- column victim: whose data or systems were compromised
-- column prominence_code: main where the article reports the event, background where it only mentions it
-- column status_code: whether the event is confirmed, alleged or denied
-- column cause_code: what led to it; vocabulary causes
-- column quote: the words that its role rests on
-- column url: the article
-- column event_id: the event, for `breachwire sql`
WITH found AS (
    SELECT event_id, item_number, name, role_code, quote
    FROM event_organisations
    WHERE contains(lower(name), lower($name))
), victims AS (
    SELECT event_id, string_agg(name, '; ' ORDER BY item_number) AS victim
    FROM event_organisations
    WHERE role_code = 'victim' AND event_id IN (SELECT event_id FROM found)
    GROUP BY event_id
)
SELECT
    published_date,
    name,
    role_code,
    victim,
    prominence_code,
    status_code,
    cause_code,
    quote,
    coalesce(url, reference) AS url,
    event_id
FROM found
JOIN events USING (event_id)
JOIN articles USING (article_id)
LEFT JOIN victims USING (event_id)
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
ORDER BY published_date, event_id, item_number
