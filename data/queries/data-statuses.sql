-- question: Which kinds of data are exposed most, and which are said not to be?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- column category_code: kind of data; vocabulary data_categories
-- column exposed: breaches that are said to have exposed it
-- column possible: breaches that may have exposed it
-- column not_exposed: breaches that are said not to have exposed it
-- column share_exposed: part of all breaches that are said to have exposed it, 0 to 1
WITH kinds AS (
    -- Breaches of which the same is said are counted at once: there are far fewer lists of categories than breaches.
    SELECT data_exposed, data_possible, data_not_exposed, count(*) AS number
    FROM event_table
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
    GROUP BY data_exposed, data_possible, data_not_exposed
), categories AS (
    SELECT unnest(string_split(data_exposed, '; ')) AS category_code, 'exposed' AS status_code, number FROM kinds
    UNION ALL
    SELECT unnest(string_split(data_possible, '; ')), 'possible', number FROM kinds
    UNION ALL
    SELECT unnest(string_split(data_not_exposed, '; ')), 'not_exposed', number FROM kinds
)
SELECT
    category_code,
    coalesce(sum(number) FILTER (status_code = 'exposed'), 0)::BIGINT AS exposed,
    coalesce(sum(number) FILTER (status_code = 'possible'), 0)::BIGINT AS possible,
    coalesce(sum(number) FILTER (status_code = 'not_exposed'), 0)::BIGINT AS not_exposed,
    round(exposed / (SELECT sum(number) FROM kinds), 3) AS share_exposed
FROM categories
GROUP BY category_code
ORDER BY exposed DESC, category_code
