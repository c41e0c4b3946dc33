-- question: Do breaches expose other kinds of data than they did in earlier years?
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter category data_categories any: only this kind of data
-- column year: year in which the articles were published
-- column category_code: kind of data; vocabulary data_categories
-- column breaches: breaches that exposed it
-- column share: their part of all breaches of that year, 0 to 1
WITH chosen AS (
    SELECT event_id, year(published_date) AS year
    FROM events
    JOIN articles USING (article_id)
    WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
), totals AS (
    SELECT year, count(*) AS total FROM chosen GROUP BY year
), exposed AS (
    SELECT DISTINCT event_id, category_code
    FROM event_data
    WHERE data_status_code = 'exposed' AND ($category IS NULL OR category_code = $category)
)
SELECT year, category_code, count(*) AS breaches, round(count(*) / any_value(total), 3) AS share
FROM chosen
JOIN exposed USING (event_id)
JOIN totals USING (year)
GROUP BY year, category_code
ORDER BY year, breaches DESC, category_code
