-- question: Do breaches expose other kinds of data than they did in earlier years?
-- note: Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter category data_categories any: only this kind of data
-- column year: year in which the articles were published
-- column category_code: kind of data; vocabulary data_categories
-- column breaches: breaches that exposed it
-- column share: their part of all breaches of that year, 0 to 1
WITH kinds AS (
    -- Breaches that expose the same are counted at once: there are far fewer lists of categories than breaches.
    SELECT year(published_date) AS year, data_exposed, count(*) AS number
    FROM event_table
    WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
    GROUP BY year, data_exposed
), totals AS (
    SELECT year, sum(number) AS total FROM kinds GROUP BY year
), categories AS (
    SELECT year, unnest(string_split(data_exposed, '; ')) AS category_code, number FROM kinds
)
SELECT year, category_code, sum(number)::BIGINT AS breaches, round(breaches / any_value(total), 3) AS share
FROM categories
JOIN totals USING (year)
WHERE $category IS NULL OR category_code = $category
GROUP BY year, category_code
ORDER BY year, breaches DESC, category_code
