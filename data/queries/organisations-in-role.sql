-- question: Which regulators (or suppliers, disclosers, attackers) have to do with most breaches?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter role roles authority: the role: victim, supplier, attacker, authority or discloser
-- parameter top integer 50: how many to show
-- column name: its name, whatever the case it is written in
-- column breaches: breaches in which it has that role
-- column share: their part of all breaches in which anybody named has that role, 0 to 1
-- column first_published_date: day of the first article that names it so
-- column last_published_date: day of the latest
WITH told AS (
    SELECT lower(name) AS key, min(name) AS name, event_id, any_value(published_date) AS published_date
    FROM event_organisations
    JOIN events USING (event_id)
    JOIN articles USING (article_id)
    WHERE role_code = $role AND is_named
        AND ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
    GROUP BY lower(name), event_id
)
SELECT
    min(name) AS name,
    count(*) AS breaches,
    round(breaches / (SELECT count(DISTINCT event_id) FROM told), 3) AS share,
    min(published_date) AS first_published_date,
    max(published_date) AS last_published_date
FROM told
GROUP BY key
ORDER BY breaches DESC, name
LIMIT $top
