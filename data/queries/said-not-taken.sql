-- question: Of which share of the breaches is it said that passwords were NOT taken?
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter category data_categories credentials: the kind of data; passwords are credentials
-- column breaches: all breaches
-- column telling: how many of them tell anything of that kind of data
-- column said_not_taken: how many say that it was not taken, and nowhere that it was or may have been
-- column share_of_all: their part of all breaches, 0 to 1
-- column share_of_telling: their part of those that tell anything of it, 0 to 1
WITH said AS (
    SELECT event_id, bool_and(data_status_code = 'not_exposed') AS is_not_taken
    FROM event_data
    WHERE category_code = $category
    GROUP BY event_id
)
SELECT
    count(*) AS breaches,
    count(is_not_taken) AS telling,
    count(*) FILTER (is_not_taken) AS said_not_taken,
    round(said_not_taken / nullif(breaches, 0), 3) AS share_of_all,
    round(said_not_taken / nullif(telling, 0), 3) AS share_of_telling
FROM events
JOIN articles USING (article_id)
LEFT JOIN said USING (event_id)
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
    AND prominence_code = 'main' AND status_code <> 'denied'
