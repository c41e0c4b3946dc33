-- question: Which breaches affected most people?
-- note: Of two bounds the greater counts: "up to 5,000" stands beside "5,000". Look at affected_quote before you cite it.
-- parameter since date any: only articles published on or after this day
-- parameter until date any: only articles published on or before this day
-- parameter cause causes any: only breaches with this cause
-- parameter top integer 20: how many to show
-- column victim: whose data or systems were compromised
-- column published_date: day on which the article was published
-- column cause_code: what led to it; vocabulary causes
-- column affected_min: least number of people; empty where the words leave it open ("up to 500")
-- column affected_max: greatest number of people; empty where the words leave it open ("over a thousand")
-- column affected_quote: the words for that number
-- column url: the article
SELECT victim, published_date, cause_code, affected_min, affected_max, affected_quote, url
FROM event_table
WHERE ($since IS NULL OR published_date >= $since) AND ($until IS NULL OR published_date <= $until)
    AND prominence_code = 'main' AND status_code <> 'denied'
    AND affected_unit_code = 'people' AND ($cause IS NULL OR cause_code = $cause)
ORDER BY greatest(affected_min, affected_max) DESC, published_date, event_id
LIMIT $top
