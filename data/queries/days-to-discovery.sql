-- question: How many days pass from when a breach occurred until it is discovered?
-- note: Only breaches with both dates count. Days run from the first day of the one interval to the first of the other.
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter precision_days integer 31: only dates that are told so exactly: the longest interval, in days
-- column cause_code: what led to the breaches; vocabulary causes; empty for all of them
-- column breaches: breaches with both dates
-- column median_days: half of them took longer
-- column within_a_week: part of them that was discovered within seven days, 0 to 1
WITH dated AS (
    SELECT cause_code, greatest(discovered_start - occurred_start, 0) AS days
    FROM event_table
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
        AND occurred_end - occurred_start < $precision_days AND discovered_end - discovered_start < $precision_days
        AND occurred_start <= discovered_end
)
SELECT
    cause_code,
    count(*) AS breaches,
    median(days) AS median_days,
    round(count(*) FILTER (days <= 7) / count(*), 3) AS within_a_week
FROM dated
GROUP BY GROUPING SETS ((), (cause_code))
ORDER BY GROUPING(cause_code) DESC, breaches DESC, cause_code
