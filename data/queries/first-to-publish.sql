-- question: Which reports were printed in several places, and who published them first?
-- note: Days are all that is known, so that several outlets can be the first. A copy tells no events of its own.
-- parameter since date any: only reports first published on or after this day
-- parameter until date any: only reports first published on or before this day
-- parameter top integer 50: how many to show
-- column title: headline of the article that was read
-- column breaches: breaches that it reports and that nobody denies
-- column copies: how many articles repeat it
-- column first_published_date: the first day on which one of them was published; empty where none has a date
-- column first_outlets: who published it on that day, joined by "; "
-- column outlets: all outlets that published it, joined by "; "
-- column url: an article of that day
WITH told AS (
    SELECT article_id, count(*) AS breaches
    FROM events
    WHERE prominence_code = 'main' AND status_code <> 'denied'
    GROUP BY article_id
)
SELECT
    title,
    coalesce(told.breaches, 0) AS breaches,
    copy_count AS copies,
    first_published_date,
    first_outlets,
    outlets,
    first_url AS url
FROM syndicated_articles
LEFT JOIN told USING (article_id)
WHERE ($since IS NULL OR first_published_date >= $since) AND ($until IS NULL OR first_published_date <= $until)
ORDER BY copies DESC, first_published_date, title
LIMIT $top
