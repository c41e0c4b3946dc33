-- question: How many breaches were reported in each quarter, by cause?
-- note: Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- column quarter: first day of the quarter in which the articles were published
-- column cause_code: what led to the breaches; vocabulary causes
-- column breaches: breaches with that cause, one that several articles report counted once for each
-- column share: their part of all breaches of that quarter, 0 to 1
SELECT
    date_trunc('quarter', published_date)::DATE AS quarter,
    cause_code,
    count(*) AS breaches,
    round(count(*) / sum(count(*)) OVER (PARTITION BY quarter), 3) AS share
FROM event_table
WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
GROUP BY quarter, cause_code
ORDER BY quarter, breaches DESC, cause_code
