-- question: Which breaches did several outlets report?
-- note: Events of one victim in one month are taken to tell of one breach. Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter top integer 20: how many to show
-- column month: first day of the month in which the articles were published
-- column victim: a named victim, whatever the case its name is written in
-- column outlets: outlets that reported it
-- column articles: articles that reported it
-- column causes: what led to it according to them, joined by "; "; vocabulary causes
WITH told AS (
    SELECT lower(name) AS key, name, date_trunc('month', published_date)::DATE AS month, outlet, article_id, cause_code
    FROM event_organisations
    JOIN events USING (event_id)
    JOIN articles USING (article_id)
    WHERE role_code = 'victim' AND is_named
        AND published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
), repeated AS (
    -- Most are told once: they are left out before the costly part.
    SELECT key, month FROM told GROUP BY key, month HAVING count(*) > 1
)
SELECT
    month,
    min(name) AS victim,
    count(DISTINCT outlet) AS outlets,
    count(DISTINCT article_id) AS articles,
    array_to_string(list_sort(list(DISTINCT cause_code)), '; ') AS causes
FROM told
JOIN repeated USING (key, month)
GROUP BY month, key
HAVING outlets > 1
ORDER BY outlets DESC, articles DESC, month, victim
LIMIT $top
