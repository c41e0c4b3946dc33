-- question: What led to the breaches of each sector?
-- note: The sector is what the name of the first victim tells; those whose name tells none are left out.
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter sector sectors any: only this sector
-- column sector_code: sector of the victims; vocabulary sectors
-- column cause_code: what led to the breaches; vocabulary causes
-- column breaches: breaches with that cause in that sector
-- column share: their part of all breaches of the sector, 0 to 1
WITH victims AS (
    SELECT event_id, arg_min(sector_code, item_number) AS sector_code
    FROM event_organisations
    WHERE role_code = 'victim' AND sector_code IS NOT NULL
    GROUP BY event_id
)
SELECT
    victims.sector_code,
    events.cause_code,
    count(*) AS breaches,
    round(count(*) / sum(count(*)) OVER (PARTITION BY victims.sector_code), 3) AS share
FROM events
JOIN articles USING (article_id)
JOIN victims USING (event_id)
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
    AND prominence_code = 'main' AND status_code <> 'denied'
    AND ($sector IS NULL OR victims.sector_code = $sector)
GROUP BY victims.sector_code, events.cause_code
ORDER BY victims.sector_code, breaches DESC, events.cause_code
