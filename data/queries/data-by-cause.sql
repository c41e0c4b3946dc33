-- question: Which kinds of data does each kind of breach expose?
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause
-- column cause_code: what led to the breaches; vocabulary causes
-- column category_code: kind of data; vocabulary data_categories
-- column breaches: breaches with that cause that exposed it
-- column share: their part of the breaches with that cause that expose any data, 0 to 1
WITH exposed AS (
    SELECT DISTINCT event_id, category_code FROM event_data WHERE data_status_code = 'exposed'
), chosen AS (
    SELECT event_id, cause_code, category_code
    FROM events
    JOIN articles USING (article_id)
    JOIN exposed USING (event_id)
    WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
        AND ($cause IS NULL OR cause_code = $cause)
), totals AS (
    SELECT cause_code, count(DISTINCT event_id) AS total FROM chosen GROUP BY cause_code
)
SELECT cause_code, category_code, count(*) AS breaches, round(count(*) / any_value(total), 3) AS share
FROM chosen
JOIN totals USING (cause_code)
GROUP BY cause_code, category_code
ORDER BY cause_code, breaches DESC, category_code
