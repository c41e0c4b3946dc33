"""Which runs still go on: a run that was killed leaves a row that says it runs, and its process is gone.

The store's lock does not tell: a run holds it only while it loads a batch.
"""

import os
import socket
import subprocess
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from schemas import Run
from store import Store

PROC = Path("/proc")  # of Linux; other systems have none, or an empty one
LONGEST = timedelta(days=1)  # that a run is believed to go on where nobody can look


@cache
def name_process() -> str:
    """This process as a run has it: the machine, the number, and when it began, joined by ":"."""
    return f"{_find_host()}:{os.getpid()}:{find_beginning(os.getpid())}"


def find_dead(runs: Iterable[Run], now: datetime) -> list[str]:
    """The ids of those of the running runs whose process is gone; of another machine's, those older than a day."""
    return [run.run_id for run in runs if is_gone(run.process, run.started_at, now)]


def close_dead(store: Store, now: datetime) -> list[str]:
    """Mark the dead runs as abandoned, in a store opened for writing; their ids."""
    dead = find_dead(store.running(), now)
    if dead:
        store.abandon_runs(dead)
    return dead


def is_gone(process: str | None, since: datetime, now: datetime) -> bool:
    """Whether the process of that name, which was there at `since`, is no more; one of another machine, or
    without a name, is believed to live for a day."""
    host, number, beginning = (process or "::").rsplit(":", 2)
    if host != _find_host() or not beginning:
        return now - since > LONGEST
    return find_beginning(int(number)) != beginning


def _find_host() -> str:
    return socket.gethostname()


def find_beginning(number: int) -> str:
    """When the process of that number began, in the system's own words, without ":"; empty where there is none.

    Numbers are given again, so that a number alone names no process.
    """
    if (PROC / "self" / "stat").exists():
        try:
            after_name = (PROC / str(number) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if after_name[0] in "ZX" else after_name[19]  # a zombie's work is over; clock ticks since the start
    command = ["ps", "-o", "lstart=", "-p", str(number)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    return "-".join(told.stdout.split()).replace(":", ".")
