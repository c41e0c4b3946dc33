"""Runs flows and tasks on the Prefect server that the user configured, or in this process where there is none.

Prefect alone would start a temporary server for every run without one: many seconds,
and messages that are no concern of a user who wants a CSV. See `docs/decisions/0002-no-server-by-default.md`.
"""

from typing import ParamSpec, TypeVar, cast

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import Flow, Task, get_client
from prefect.context import FlowRunContext
from prefect.settings import PREFECT_API_URL

P = ParamSpec("P")
R = TypeVar("R")


class ServerUnreachable(Exception):
    """The Prefect server that is configured does not answer."""


def server_url() -> str | None:
    """The address of the Prefect server in the environment or the user's profile; None where there is none."""
    return cast("str | None", PREFECT_API_URL.value())


def start(flow: Flow[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a flow: as a run of the configured server, else as the plain function it is. Raises `ServerUnreachable`."""
    url = server_url()
    if url is None:
        return flow.fn(*args, **kwargs)
    with get_client(sync_client=True) as client:
        if client.api_healthcheck():
            raise ServerUnreachable(
                f"The Prefect server at {url} does not answer; start it, or unset PREFECT_API_URL to run without one."
            )
    return flow(*args, **kwargs)


def call(task: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a task: as a task run where its flow is one, else as the plain function it is."""
    if FlowRunContext.get():
        return task(*args, **kwargs)
    return task.fn(*args, **kwargs)
