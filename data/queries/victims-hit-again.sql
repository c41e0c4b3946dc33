-- question: Who was hit more than once?
-- note: Articles at least `days_apart` after the one before are taken to tell of another breach; look at them.
--     Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter days_apart integer 180: least number of days between the articles on one breach and on the next
-- parameter top integer 100: how many to show
-- column victim: a named victim, whatever the case its name is written in
-- column breaches: how many times it was hit
-- column first_published_date: day of the first article
-- column last_published_date: day of the latest article
-- column reports: how many times articles report these breaches
WITH told AS (
    SELECT lower(name) AS key, name, published_date
    FROM event_organisations
    JOIN events USING (event_id)
    JOIN articles USING (article_id)
    WHERE role_code = 'victim' AND is_named
        AND published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
), repeated AS (
    -- Those told in a short while at all are left out before the costly part.
    FROM told
    WHERE key IN (SELECT key FROM told GROUP BY key HAVING max(published_date) - min(published_date) >= $days_apart)
), gaps AS (
    SELECT *, published_date - lag(published_date) OVER (PARTITION BY key ORDER BY published_date) AS days
    FROM repeated
)
SELECT
    min(name) AS victim,
    1 + count(*) FILTER (days >= $days_apart) AS breaches,
    min(published_date) AS first_published_date,
    max(published_date) AS last_published_date,
    count(*) AS reports
FROM gaps
GROUP BY key
HAVING breaches > 1
ORDER BY breaches DESC, reports DESC, victim
LIMIT $top
