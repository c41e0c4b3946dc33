-- question: Which suppliers are behind the breaches of more than one victim?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter min_victims integer 2: least number of victims
-- column supplier: the third party at or through which it happened
-- column victims: how many named victims had a breach there, whatever the case their names are written in
-- column breaches: breaches that happened there
-- column first_published_date: day of the first article that tells one of them
-- column last_published_date: day of the latest
-- column victim_names: the victims, joined by "; ", at most 20
WITH chosen AS (
    SELECT event_id, published_date
    FROM events
    JOIN articles USING (article_id)
    WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
        AND status_code <> 'denied'
), suppliers AS (
    SELECT DISTINCT event_id, lower(name) AS key, name
    FROM event_organisations
    WHERE role_code = 'supplier' AND is_named
), victims AS (
    SELECT DISTINCT event_id, lower(name) AS key, name
    FROM event_organisations
    WHERE role_code = 'victim' AND is_named
), pairs AS (
    SELECT
        suppliers.key AS supplier_key,
        victims.key AS victim_key,
        min(suppliers.name) AS supplier,
        min(victims.name) AS victim,
        list(DISTINCT event_id) AS event_ids,
        min(published_date) AS first_published_date,
        max(published_date) AS last_published_date
    FROM chosen
    JOIN suppliers USING (event_id)
    JOIN victims USING (event_id)
    WHERE suppliers.key <> victims.key
    GROUP BY supplier_key, victim_key
)
SELECT
    min(supplier) AS supplier,
    count(*) AS victims,
    len(list_distinct(flatten(list(event_ids)))) AS breaches,
    min(first_published_date) AS first_published_date,
    max(last_published_date) AS last_published_date,
    array_to_string(list_sort(list(victim))[:20], '; ') AS victim_names
FROM pairs
GROUP BY supplier_key
HAVING victims >= $min_victims
ORDER BY victims DESC, supplier
