-- question: Which kinds of data are exposed together?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter top integer 50: how many pairs to show
-- column category_code: kind of data; vocabulary data_categories
-- column other_category_code: another kind of data that the same breaches exposed
-- column breaches: breaches that exposed both
-- column share: their part of the breaches that exposed the rarer of the two, 0 to 1
WITH kinds AS (
    -- Breaches that expose the same are counted at once: there are far fewer lists of categories than breaches.
    SELECT row_number() OVER () AS kind, string_split(data_exposed, '; ') AS categories, count(*) AS number
    FROM event_table
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
        AND data_exposed IS NOT NULL
    GROUP BY data_exposed
), singles AS (
    SELECT kind, number, unnest(categories) AS category_code FROM kinds
), totals AS (
    SELECT category_code, sum(number) AS total FROM singles GROUP BY category_code
), pairs AS (
    SELECT one.category_code, other.category_code AS other_category_code, sum(one.number)::BIGINT AS breaches
    FROM singles AS one
    JOIN singles AS other ON one.kind = other.kind AND one.category_code < other.category_code
    GROUP BY one.category_code, other.category_code
)
SELECT pairs.category_code, other_category_code, breaches, round(breaches / least(one.total, other.total), 3) AS share
FROM pairs
JOIN totals AS one ON one.category_code = pairs.category_code
JOIN totals AS other ON other.category_code = other_category_code
ORDER BY breaches DESC, pairs.category_code, other_category_code
LIMIT $top
