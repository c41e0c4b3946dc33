-- question: Which kinds of data are exposed together?
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter top integer 50: how many pairs to show
-- column category_code: kind of data; vocabulary data_categories
-- column other_category_code: another kind of data that the same breaches exposed
-- column breaches: breaches that exposed both
-- column share: their part of the breaches that exposed the rarer of the two, 0 to 1
WITH chosen AS (
    SELECT event_id
    FROM events
    JOIN articles USING (article_id)
    WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
), exposed AS (
    SELECT DISTINCT event_id, category_code
    FROM event_data
    WHERE data_status_code = 'exposed' AND event_id IN (FROM chosen)
), totals AS (
    SELECT category_code, count(*) AS number FROM exposed GROUP BY category_code
), pairs AS (
    SELECT one.category_code, other.category_code AS other_category_code, count(*) AS breaches
    FROM exposed AS one
    JOIN exposed AS other ON one.event_id = other.event_id AND one.category_code < other.category_code
    GROUP BY one.category_code, other.category_code
)
SELECT pairs.category_code, other_category_code, breaches, round(breaches / least(one.number, other.number), 3) AS share
FROM pairs
JOIN totals AS one ON one.category_code = pairs.category_code
JOIN totals AS other ON other.category_code = other_category_code
ORDER BY breaches DESC, pairs.category_code, other_category_code
LIMIT $top
