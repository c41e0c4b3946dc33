"""Runs flows and tasks on the Prefect server that the user configured, or in this process where there is none.

Prefect alone would start a temporary server for every run without one: many seconds,
and messages that are no concern of a user who wants a CSV. See `docs/decisions/0002-no-server-by-default.md`.
"""

from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import Flow, Task, get_client
from prefect.context import FlowRunContext
from prefect.settings import PREFECT_API_URL
from prefect.states import Completed

P = ParamSpec("P")
R = TypeVar("R")


class ServerUnreachable(Exception):
    """The Prefect server that is configured does not answer."""


def server_url() -> str | None:
    """The address of the Prefect server in the environment or the user's profile; None where there is none."""
    return cast("str | None", PREFECT_API_URL.value())


def start(flow: Flow[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a flow: as a run of the configured server, else as the plain function it is. Raises `ServerUnreachable`."""
    if server_url() is None:
        return flow.fn(*args, **kwargs)
    check_server()
    return flow(*args, **kwargs)


def check_server() -> None:
    """Raise `ServerUnreachable` where the server that is configured does not answer."""
    with get_client(sync_client=True) as client:
        if client.api_healthcheck():
            raise ServerUnreachable(
                f"The Prefect server at {server_url()} does not answer; "
                "start it, or unset PREFECT_API_URL to run without one."
            )


def call(work: Task[P, R] | Flow[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a task or a flow within a flow: as a run of its own where that is one, else as the plain function it is."""
    if FlowRunContext.get():
        return work(*args, **kwargs)
    return work.fn(*args, **kwargs)


def find_scheduled_time() -> datetime | None:
    """The time for which a schedule started the run that this is within; None where a person started it."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run.expected_start_time if run and run.auto_scheduled else None


def skip(reason: Exception) -> Any:
    """What a flow returns that has nothing to do: within Prefect a state that tells the reason. Raises it elsewhere."""
    if FlowRunContext.get():
        return Completed(name="Skipped", message=str(reason))
    raise reason
