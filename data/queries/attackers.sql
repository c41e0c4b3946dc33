-- question: Which attackers are named most, and whom do they hit?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause, such as ransomware
-- parameter top integer 50: how many to show
-- column attacker: its name, whatever the case it is written in
-- column breaches: breaches for which it is blamed or which it claims
-- column confirmed: how many of them are confirmed
-- column first_published_date: day of the first article that names it
-- column last_published_date: day of the latest
-- column top_cause_code: the cause of most of these breaches; vocabulary causes
SELECT
    min(name) AS attacker,
    count(DISTINCT event_id) AS breaches,
    count(DISTINCT event_id) FILTER (status_code = 'confirmed') AS confirmed,
    min(published_date) AS first_published_date,
    max(published_date) AS last_published_date,
    mode(cause_code ORDER BY cause_code) AS top_cause_code
FROM event_organisations
JOIN events USING (event_id)
JOIN articles USING (article_id)
WHERE role_code = 'attacker' AND is_named
    AND ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
    AND prominence_code = 'main' AND status_code <> 'denied'
    AND ($cause IS NULL OR cause_code = $cause)
GROUP BY lower(name)
ORDER BY breaches DESC, attacker
LIMIT $top
