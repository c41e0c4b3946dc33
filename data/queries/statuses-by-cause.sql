-- question: Which kinds of breach are confirmed, which only claimed, and which denied?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- column cause_code: what led to the breaches; vocabulary causes
-- column breaches: breaches with that cause, those denied included
-- column confirmed: how many the victim or an authority acknowledges, or the outlet states as a fact
-- column alleged: how many only the attacker or a third party claims, or somebody suspects
-- column denied: how many the organisation denies
-- column share_confirmed: part of them that is confirmed, 0 to 1
SELECT
    cause_code,
    count(*) AS breaches,
    count(*) FILTER (status_code = 'confirmed') AS confirmed,
    count(*) FILTER (status_code = 'alleged') AS alleged,
    count(*) FILTER (status_code = 'denied') AS denied,
    round(confirmed / breaches, 3) AS share_confirmed
FROM event_table
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
    AND prominence_code = 'main'
GROUP BY cause_code
ORDER BY breaches DESC, cause_code
