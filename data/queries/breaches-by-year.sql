-- question: How many breaches were reported in each year, and by how many articles and outlets?
-- note: Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- column year: year in which the articles were published
-- column breaches: breaches that they report, one that several articles report counted once for each
-- column confirmed: how many of them the victim or an authority acknowledges, or the outlet states as a fact
-- column articles: articles that report a breach
-- column outlets: outlets of these articles
SELECT
    year(published_date) AS year,
    count(*) AS breaches,
    count(*) FILTER (status_code = 'confirmed') AS confirmed,
    count(DISTINCT article_id) AS articles,
    count(DISTINCT outlet) AS outlets
FROM event_table
WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
GROUP BY year
ORDER BY year
