-- question: How many people did the breaches of each year affect?
-- note: A breach that several articles report is counted once for each, so that the total is too high; the median is not.
--     Articles without a date are left out.
-- parameter since date 1900-01-01: only articles published on or after this day
-- parameter until date 2100-12-31: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause
-- column year: year in which the articles were published
-- column breaches: breaches that they report
-- column with_number: how many of them have a number of people
-- column people_at_least: the sum of the least numbers
-- column median_people: half of the breaches with a least number affected more people than this
-- column largest: the greatest of the least numbers
SELECT
    year(published_date) AS year,
    count(*) AS breaches,
    count(*) FILTER (affected_unit_code = 'people') AS with_number,
    sum(affected_min) FILTER (affected_unit_code = 'people')::BIGINT AS people_at_least,
    median(affected_min) FILTER (affected_unit_code = 'people') AS median_people,
    max(affected_min) FILTER (affected_unit_code = 'people') AS largest
FROM event_table
WHERE published_date BETWEEN $since AND $until AND prominence_code = 'main' AND status_code <> 'denied'
    AND ($cause IS NULL OR cause_code = $cause)
GROUP BY year
ORDER BY year
