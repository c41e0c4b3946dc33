"""What a run did, in the browser: tables and a link beside the flow run on the Prefect server, where there is one."""

from pathlib import Path
from typing import Any

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.context import FlowRunContext

from flows.observer import observer
from flows.wording import word_code
from schemas import Run
from store import StoreError, open_store

EVENTS_SHOWN = 100
_OF_RUN = "FROM events JOIN articles USING (article_id) WHERE run_id = $run"
_TABLES = {
    "events-by-cause": (
        "New events by cause.",
        f"SELECT cause_code AS cause, count(*) AS events {_OF_RUN} GROUP BY ALL ORDER BY events DESC, cause",
    ),
    "problems-by-kind": (
        "Problems that no run had met before, by kind. `breachwire problems` lists them.",
        "SELECT problem_code AS kind, count(*) AS problems FROM problems WHERE run_id = $run "
        "GROUP BY ALL ORDER BY 2 DESC, 1",
    ),
    "events": (
        f"New events, {EVENTS_SHOWN} at most.",
        "SELECT victim, cause_code AS cause, told.published_date AS published, told.title AS article, told.url "
        "FROM event_table AS told JOIN articles USING (article_id) WHERE run_id = $run "
        f"LIMIT {EVENTS_SHOWN}",
    ),
}


def show_run(run: Run, store: Path) -> None:
    """Put the run's summary beside its flow run; nothing where there is none. What goes wrong with it is told."""
    if FlowRunContext.get() is None:
        return
    try:
        create_table_artifact(_summarise(run), key="run", description=f"What run {run.run_id} did ({run.state}).")
        if run.sources:
            rows = [one.model_dump(mode="json") for one in run.sources]
            create_table_artifact(rows, key="sources", description="What each source gave.")
        for key, (description, query) in _TABLES.items():
            if rows := _ask(store, query, run.run_id):
                create_table_artifact(rows, key=key, description=description)
        create_link_artifact(store.absolute().as_uri(), store.name, key="database", description="Where the events are.")
    except StoreError as error:
        observer.get().tell(f"The run's summary is not whole: {error}")
    except Exception as error:  # of the server or the way to it: the run itself is done
        observer.get().tell(
            f"The run's summary could not be put on the Prefect server: {type(error).__name__}: {error}"
        )


def _summarise(run: Run) -> list[dict[str, Any]]:
    took = (run.ended_at - run.started_at).total_seconds() if run.ended_at else 0.0
    counts = [{"what": word_code(name), "number": number} for name, number in run.counts.model_dump().items()]
    stages = [{"what": f"seconds: {word_code(one)}", "number": round(spent, 1)} for one, spent in run.seconds.items()]
    return [*counts, {"what": "seconds", "number": round(took, 1)}, *stages]


def _ask(store: Path, query: str, run_id: str) -> list[dict[str, Any]]:
    with open_store(store) as opened:
        columns, rows = opened.rows(query, {"run": run_id})
    return [{name: _plain(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float) else str(value)
