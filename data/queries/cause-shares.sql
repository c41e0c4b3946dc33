-- question: What led to the breaches, and how sure is that?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter min_confidence number 0: only breaches whose cause is at least so sure, 0 to 1
-- column cause_code: what led to the breaches; vocabulary causes
-- column breaches: breaches with that cause
-- column share: their part of all, 0 to 1
-- column mean_confidence: how sure the cause is in the mean, 0 to 1
SELECT
    cause_code,
    count(*) AS breaches,
    round(count(*) / sum(count(*)) OVER (), 3) AS share,
    round(avg(cause_confidence), 2) AS mean_confidence
FROM events
JOIN articles USING (article_id)
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
    AND prominence_code = 'main' AND status_code <> 'denied'
    AND cause_confidence >= $min_confidence
GROUP BY cause_code
ORDER BY breaches DESC, cause_code
