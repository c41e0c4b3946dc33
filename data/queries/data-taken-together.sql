-- question: Which kinds of data are exposed together?
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter top integer 50: how many pairs to show
-- column category_code: kind of data; vocabulary data_categories
-- column other_category_code: another kind of data that the same breaches exposed
-- column breaches: breaches that exposed both
-- column share: their part of the breaches that exposed the rarer of the two, 0 to 1
WITH chosen AS (
    SELECT event_id, list_sort(list(DISTINCT category_code)) AS categories
    FROM event_data
    JOIN event_table USING (event_id)
    WHERE data_status_code = 'exposed'
        AND published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
    GROUP BY event_id
), kinds AS (
    -- Events that expose the same kinds of data are counted at once: there are far fewer such lists than events.
    SELECT categories, count(*) AS number FROM chosen GROUP BY categories
), singles AS (
    SELECT category_code, sum(number) AS number
    FROM (SELECT unnest(categories) AS category_code, number FROM kinds)
    GROUP BY category_code
), pairs AS (
    SELECT category_code, other_category_code, sum(number)::BIGINT AS breaches
    FROM (SELECT categories, number, unnest(categories) AS category_code FROM kinds) AS firsts,
        LATERAL (SELECT unnest(firsts.categories) AS other_category_code)
    WHERE category_code < other_category_code
    GROUP BY category_code, other_category_code
)
SELECT
    pairs.category_code,
    other_category_code,
    breaches,
    round(breaches / least(one.number, other.number), 3) AS share
FROM pairs
JOIN singles AS one ON one.category_code = pairs.category_code
JOIN singles AS other ON other.category_code = other_category_code
ORDER BY breaches DESC, pairs.category_code, other_category_code
LIMIT $top
