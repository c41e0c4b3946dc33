"""The begin and the end of a run: its row, and who is told of it."""

from datetime import UTC, datetime
from importlib.metadata import version
from platform import python_version
from uuid import uuid4

from extractors import EXTRACTOR_VERSION
from flows import __version__
from flows.artifacts import show_run
from flows.engine import call
from flows.interruption import shielded
from flows.living import name_process
from flows.notices import notify_failure
from flows.observer import observer
from flows.steps import record_run
from flows.targets import Target
from schemas import Run, RunState


class Interrupted(KeyboardInterrupt):
    """The user stopped the run; `run` says how far it came."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.run_id} was interrupted")
        self.run = run


def begin_run(flow: str) -> Run:
    """The run that begins now, in this process."""
    return Run(
        run_id=uuid4().hex,
        flow=flow,
        state=RunState.RUNNING,
        started_at=datetime.now(UTC),
        versions=find_versions(),
        process=name_process(),
    )


def find_versions() -> dict[str, str]:
    """The versions of breachwire and of what its results depend on."""
    packages = {name: version(name) for name in ("spacy", "trafilatura", "dateparser", "duckdb", "prefect")}
    return {"breachwire": __version__, "extractor": EXTRACTOR_VERSION, "python": python_version(), **packages}


def end_run(run: Run, state: RunState, target: Target) -> Run:
    """The run as it ended, written down, and told to whoever follows it."""
    ended = close_run(run, state)
    record(ended, target)
    observer.get().end(ended)
    if state is not RunState.INTERRUPTED:  # who stops a run waits for no server
        show_run(ended, target.path)
    return ended


def tell_failed(run: Run, error: Exception) -> Run:
    """The run as it failed, told to whom it concerns before anything else can go wrong."""
    ended = close_run(run, RunState.FAILED)
    observer.get().end(ended)
    notify_failure(ended, error)
    return ended


def close_run(run: Run, state: RunState) -> Run:
    """The run with its end now."""
    return run.model_copy(update={"state": state, "ended_at": datetime.now(UTC)})


def record(run: Run, target: Target) -> list[str]:
    """Write the run's row; gives the ids of the runs that were found to have been killed."""
    with shielded():
        return call(record_run, target, run)
