-- question: Which outlets were read, and how much do they tell?
-- note: Articles without an event count too, so that one sees where the rest of the figures comes from. The breaches of a
--     copy count for the outlet of the article that it repeats.
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- column outlet: who published the articles; empty where it is not known
-- column articles: articles read, copies included
-- column copies: how many of them repeat the text of another article
-- column telling_articles: how many of them report a breach that nobody denies
-- column breaches: breaches that they report
-- column first_published_date: day of the first article
-- column last_published_date: day of the latest
WITH told AS (
    SELECT article_id, count(*) AS breaches
    FROM events
    WHERE prominence_code = 'main' AND status_code <> 'denied'
    GROUP BY article_id
)
SELECT
    outlet,
    count(*) AS articles,
    count(copy_of) AS copies,
    count(told.breaches) AS telling_articles,
    coalesce(sum(told.breaches), 0)::BIGINT AS breaches,
    min(published_date) AS first_published_date,
    max(published_date) AS last_published_date
FROM articles
LEFT JOIN told USING (article_id)
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
GROUP BY outlet
ORDER BY breaches DESC, articles DESC, outlet
