"""The flow `daily`: what is new is ingested, what an older extractor read is read again, and all is published."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import flow

from flows.engine import call, skip
from flows.ingest import ingest
from flows.last_starts import DAILY, remember_starts
from flows.observer import observer
from flows.options import Failure
from flows.places import find_store
from flows.publishing import Published, publish
from flows.reextract import reextract
from flows.rounds import NothingToDo, choose_due, running_alone
from flows.targets import WAIT_SECONDS
from schemas import Run
from sources import MemoryUnusable
from store import StoreError

EXPECTED = (StoreError, MemoryUnusable, Failure, OSError)  # their messages say what to do


class Step(NamedTuple):
    """One of a day's flows: what it gave (None where no source was due), or why it failed."""

    name: str
    result: Run | Published | None
    failure: str | None


class DayFailed(Exception):
    """Some of the day's flows failed; `steps` says which, and what the others gave."""

    def __init__(self, steps: list[Step]) -> None:
        super().__init__("; ".join(f"{step.name} failed: {step.failure}" for step in steps if step.failure))
        self.steps = steps


@flow(name="daily", persist_result=False, log_prints=False)
def daily(store: Path | None = None, wait_seconds: float | None = None) -> list[Step] | None:
    """Ingest what is new in the sources that are due, read again what an older extractor read, and publish.

    One follows the other; where one fails, those that follow still run. Returns what each gave. Raises `DayFailed` at
    the end where any failed, `Interrupted` on Ctrl-C or SIGTERM. Where `running_alone` finds nothing to do, it is
    skipped: on a Prefect server it returns None, elsewhere it raises `NothingToDo`.
    """
    database = find_store(store)
    try:
        with running_alone(database, [DAILY], wait_seconds) as started:
            steps = [
                _take("ingest", partial(_ingest, database, started)),
                _take("reextract", partial(call, reextract, database, WAIT_SECONDS)),
                _take("publish", partial(call, publish, database, WAIT_SECONDS)),
            ]
            if any(step.failure for step in steps):
                raise DayFailed(steps)
            return steps
    except NothingToDo as reason:
        return skip(reason)  # type: ignore[no-any-return]


def _ingest(store: Path, started: datetime) -> Run | None:
    """Read the sources that are due; those with a schedule of their own are done with until their next time."""
    sources = choose_due(store, started)
    done = call(ingest, [], store, sources=sources) if sources else None
    remember_starts(store, [source.name for source in sources if source.schedule], started)
    return done


def _take(name: str, step: Callable[[], Run | Published | None]) -> Step:
    """Take one step; that it fails is told now, and is no reason not to take the next."""
    try:
        return Step(name, step(), None)
    except Exception as error:
        told = str(error) if isinstance(error, EXPECTED) else f"{type(error).__name__}: {error}"
        observer.get().tell(f"{name} failed: {told}")
        return Step(name, None, told)
