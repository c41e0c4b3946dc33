-- question: Which kinds of data does each kind of breach expose?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause
-- column cause_code: what led to the breaches; vocabulary causes
-- column category_code: kind of data; vocabulary data_categories
-- column breaches: breaches with that cause that exposed it
-- column share: their part of the breaches with that cause that expose any data, 0 to 1
WITH kinds AS (
    -- Breaches that expose the same are counted at once: there are far fewer lists of categories than breaches.
    SELECT cause_code, data_exposed, count(*) AS number
    FROM event_table
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
        AND data_exposed IS NOT NULL AND ($cause IS NULL OR cause_code = $cause)
    GROUP BY cause_code, data_exposed
), totals AS (
    SELECT cause_code, sum(number) AS total FROM kinds GROUP BY cause_code
), categories AS (
    SELECT cause_code, unnest(string_split(data_exposed, '; ')) AS category_code, number FROM kinds
)
SELECT cause_code, category_code, sum(number)::BIGINT AS breaches, round(breaches / any_value(total), 3) AS share
FROM categories
JOIN totals USING (cause_code)
GROUP BY cause_code, category_code
ORDER BY cause_code, breaches DESC, category_code
