-- Which process a run is, by which a run that was killed is told from one that goes on, and what its time went into.

ALTER TABLE history.runs ADD COLUMN stage_seconds JSON DEFAULT '{}';
ALTER TABLE history.runs ADD COLUMN process_name VARCHAR;
ALTER TABLE history.runs ALTER COLUMN stage_seconds SET NOT NULL;
COMMENT ON COLUMN history.runs.state_code IS 'How it ended: completed, interrupted, failed, or abandoned where its process was gone before it could tell; running where it has not ended.';
COMMENT ON COLUMN history.runs.ended_at IS 'When it ended, UTC; of an abandoned run, when that was noticed.';
COMMENT ON COLUMN history.runs.stage_seconds IS 'Seconds that each stage of its work took, as JSON.';
COMMENT ON COLUMN history.runs.process_name IS 'The process that ran it: the machine, the number of the process there, and when it began, joined by ":".';

DROP VIEW runs;
CREATE VIEW runs AS
SELECT
    run_id,
    flow_name,
    CASE WHEN holds(ended_at, NULL) THEN state_code ELSE 'running' END AS state_code,
    started_at,
    CASE WHEN holds(ended_at, NULL) THEN ended_at END AS ended_at,
    CASE WHEN holds(ended_at, NULL) THEN reference_count ELSE 0 END AS reference_count,
    CASE WHEN holds(ended_at, NULL) THEN stopped_first_look_count ELSE 0 END AS stopped_first_look_count,
    CASE WHEN holds(ended_at, NULL) THEN stopped_topic_count ELSE 0 END AS stopped_topic_count,
    CASE WHEN holds(ended_at, NULL) THEN known_count ELSE 0 END AS known_count,
    CASE WHEN holds(ended_at, NULL) THEN article_count ELSE 0 END AS article_count,
    CASE WHEN holds(ended_at, NULL) THEN copy_count ELSE 0 END AS copy_count,
    CASE WHEN holds(ended_at, NULL) THEN revised_count ELSE 0 END AS revised_count,
    CASE WHEN holds(ended_at, NULL) THEN event_count ELSE 0 END AS event_count,
    CASE WHEN holds(ended_at, NULL) THEN problem_count ELSE 0 END AS problem_count,
    versions,
    CASE WHEN holds(ended_at, NULL) THEN stage_seconds ELSE '{}'::JSON END AS stage_seconds,
    process_name
FROM history.runs
WHERE holds(started_at, NULL);
COMMENT ON VIEW runs IS 'Executions of a flow with what each did.';
COMMENT ON COLUMN runs.run_id IS 'Identity of the run.';
COMMENT ON COLUMN runs.flow_name IS 'The flow that was run.';
COMMENT ON COLUMN runs.state_code IS 'How it ended: completed, interrupted, failed, or abandoned where its process was gone before it could tell; running where it has not ended.';
COMMENT ON COLUMN runs.started_at IS 'When it began, UTC.';
COMMENT ON COLUMN runs.ended_at IS 'When it ended, UTC; of an abandoned run, when that was noticed.';
COMMENT ON COLUMN runs.reference_count IS 'References (files, records, URLs) that it was given.';
COMMENT ON COLUMN runs.stopped_first_look_count IS 'Pages that a look at their bytes showed not to be about an incident; they are not stored.';
COMMENT ON COLUMN runs.stopped_topic_count IS 'Pages that a look at their text showed not to be about an incident; they are not stored.';
COMMENT ON COLUMN runs.known_count IS 'How many of them were in the store already.';
COMMENT ON COLUMN runs.article_count IS 'Articles that it added, copies included.';
COMMENT ON COLUMN runs.copy_count IS 'Articles that it added and that repeat the text of another.';
COMMENT ON COLUMN runs.revised_count IS 'Articles that it knew and read anew, since their text or the extractor had changed.';
COMMENT ON COLUMN runs.event_count IS 'Events that it added.';
COMMENT ON COLUMN runs.problem_count IS 'Problems that it met.';
COMMENT ON COLUMN runs.versions IS 'Versions of breachwire and of what it stands on.';
COMMENT ON COLUMN runs.stage_seconds IS 'Seconds that each stage of its work took, as JSON.';
COMMENT ON COLUMN runs.process_name IS 'The process that ran it: the machine, the number of the process there, and when it began, joined by ":".';
