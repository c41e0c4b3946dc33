-- question: Which figures moved since they were published, and why?
-- note: `--as-of` gives the figures as they were.
-- parameter since date 1900-01-01: only changes made on or after this day
-- parameter until date 2100-12-31: only changes made on or before this day
-- column month: first day of the month in which the store changed what it says
-- column reason_code: why; vocabulary change_reasons
-- column field_name: what changed, as in corrections; event where events appeared or were withdrawn
-- column events: events of which it changed
-- column changes: how many values changed
SELECT
    date_trunc('month', changed_at)::DATE AS month,
    reason_code,
    field_name,
    count(DISTINCT event_id) AS events,
    count(*) AS changes
FROM changes
WHERE changed_at::DATE BETWEEN $since AND $until
GROUP BY month, reason_code, field_name
ORDER BY month, events DESC, reason_code, field_name
