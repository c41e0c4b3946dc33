-- question: Which sectors were hit most?
-- note: The sector is what the name of the first victim tells, so that many have none.
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause
-- column sector_code: sector of the victims; vocabulary sectors; empty where no name tells it
-- column breaches: breaches of that sector
-- column share: their part of all breaches whose sector is told, 0 to 1
WITH victims AS (
    SELECT event_id, arg_min(sector_code, item_number) AS sector_code
    FROM event_organisations
    WHERE role_code = 'victim' AND sector_code IS NOT NULL
    GROUP BY event_id
), sectors AS (
    SELECT sector_code, count(*) AS breaches
    FROM events
    JOIN articles USING (article_id)
    LEFT JOIN victims USING (event_id)
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND prominence_code = 'main' AND status_code <> 'denied'
        AND ($cause IS NULL OR cause_code = $cause)
    GROUP BY sector_code
)
SELECT
    sector_code,
    breaches,
    CASE WHEN sector_code IS NOT NULL THEN
        round(breaches / (SELECT sum(breaches) FROM sectors WHERE sector_code IS NOT NULL), 3)
    END AS share
FROM sectors
ORDER BY sector_code IS NULL, breaches DESC, sector_code
