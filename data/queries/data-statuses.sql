-- question: Which kinds of data are exposed most, and which are said not to be?
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- column category_code: kind of data; vocabulary data_categories
-- column exposed: breaches that are said to have exposed it
-- column possible: breaches that may have exposed it
-- column not_exposed: breaches that are said not to have exposed it
-- column share_exposed: part of all breaches that are said to have exposed it, 0 to 1
WITH chosen AS (
    SELECT event_id
    FROM events
    JOIN articles USING (article_id)
    WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
), said AS (
    SELECT DISTINCT event_id, category_code, data_status_code
    FROM event_data
    WHERE event_id IN (SELECT event_id FROM chosen)
)
SELECT
    category_code,
    count(*) FILTER (data_status_code = 'exposed') AS exposed,
    count(*) FILTER (data_status_code = 'possible') AS possible,
    count(*) FILTER (data_status_code = 'not_exposed') AS not_exposed,
    round(exposed / (SELECT count(*) FROM chosen), 3) AS share_exposed
FROM said
GROUP BY category_code
ORDER BY exposed DESC, category_code
