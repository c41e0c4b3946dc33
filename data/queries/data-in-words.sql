-- question: Where was one kind of data exposed, and in which words is that told?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter category data_categories health: the kind of data
-- parameter top integer 100: how many to show, the latest first
-- column published_date: day on which the article was published
-- column victim: whose data or systems were compromised
-- column quotes: the words for that kind of data, joined by "; "
-- column cause_code: what led to it; vocabulary causes
-- column title: headline of the article
-- column url: the article
WITH words AS (
    SELECT event_id, string_agg(quote, '; ' ORDER BY item_number) AS quotes
    FROM event_data
    WHERE category_code = $category AND data_status_code = 'exposed'
    GROUP BY event_id
), latest AS (
    SELECT event_id, published_date, quotes, cause_code, title, coalesce(url, reference) AS url
    FROM words
    JOIN events USING (event_id)
    JOIN articles USING (article_id)
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
    ORDER BY published_date DESC, event_id
    LIMIT $top
), victims AS (
    SELECT event_id, string_agg(name, '; ' ORDER BY item_number) AS victim
    FROM event_organisations
    WHERE role_code = 'victim' AND event_id IN (SELECT event_id FROM latest)
    GROUP BY event_id
)
SELECT published_date, victim, quotes, cause_code, title, url
FROM latest
LEFT JOIN victims USING (event_id)
ORDER BY published_date DESC, event_id
