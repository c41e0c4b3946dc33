-- question: Which share of the breaches happened at or through a supplier?
-- note: Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause
-- column year: year in which the articles were published
-- column breaches: breaches that they report
-- column through_supplier: how many of them tell of a supplier, named or not
-- column share: their part of all, 0 to 1
SELECT
    year(published_date) AS year,
    count(*) AS breaches,
    count(suppliers) AS through_supplier,
    round(through_supplier / breaches, 3) AS share
FROM event_table
WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
    AND ($cause IS NULL OR cause_code = $cause)
GROUP BY year
ORDER BY year
