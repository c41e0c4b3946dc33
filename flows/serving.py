"""`breachwire serve`: one long process that runs the schedules, as Prefect's `serve` does."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast
from uuid import UUID

os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "ERROR")  # Prefect reads it when it is imported

# isort: split
import flows.quiet  # noqa: F401

# isort: split
from prefect import Flow, State, get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags, FlowRunFilter
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.daily import daily
from flows.engine import check_server, server_url
from flows.following import choose_sources
from flows.interruption import interruptible
from flows.last_starts import DAILY, read_last_starts, remember_starts
from flows.local_server import ServerFailed, find_home, running_server
from flows.options import Failure
from flows.rounds import find_schedule, ingest_followed
from flows.schedules import Schedule, find_missed, find_next, find_timezone
from flows.settings import ScheduleSettings, find_settings_file, read_settings
from flows.turns import StoreBusy, taking_turns
from schemas.schedules import Overlap

TAG = "breachwire-serve"  # of the deployments that are made here
STOPPING = (signal.SIGINT, signal.SIGTERM)
LOG = "runs.log"
CHECKOUT = Path(__file__).resolve().parent.parent

Tell = Callable[[str], None]
P = ParamSpec("P")
R = TypeVar("R")


class Planned(NamedTuple):
    """A deployment with its schedule, and the name under which its last start is remembered."""

    name: str
    schedule: Schedule
    deployment: RunnerDeployment


def serve_schedules(store: Path, tell: Tell) -> None:
    """Run the schedules of the settings on the store until SIGINT or SIGTERM; `tell` gets sentences for the user.

    Raises `Failure` where nothing is scheduled, another process serves, or Prefect's server does not start;
    `ServerUnreachable` where one is configured and does not answer; `BadSettings`.
    """
    planned = plan_deployments(store, read_settings().schedule)
    if not planned:
        file = find_settings_file()
        raise Failure(f'Nothing is scheduled; set `cron = "0 6 * * *"` in the section [schedule] of {file}.')
    with suppress(KeyboardInterrupt), interruptible(), ExitStack() as stack:
        stack.enter_context(_serving_alone())
        stack.enter_context(_connected(tell))
        _prepare(planned, store, tell)
        now = datetime.now(UTC)
        for one in planned:
            tell(f"{one.name}: next at {find_next(one.schedule, now).astimezone():%Y-%m-%d %H:%M}.")
        os.chdir(CHECKOUT)  # where the runs are started
        stack.enter_context(_printing_to(find_home() / LOG))
        asyncio.run(_serve([one.deployment for one in planned]))
    tell("Stopped.")


@contextmanager
def _printing_to(file: Path) -> Iterator[None]:
    """Within, what runs print goes to a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        yield


def plan_deployments(store: Path, settings: ScheduleSettings) -> list[Planned]:
    """A deployment of `daily`, where that has a schedule, and one of each followed source that has one of its own."""
    planned = []
    if settings.cron:
        schedule = Schedule(settings.cron, find_timezone(settings.timezone))
        planned.append(_plan(daily, DAILY, schedule, {"store": str(store)}, settings.overlap))
    for source in choose_sources([]):
        if own := find_schedule(source, settings):
            given = {"store": str(store), "names": [source.name]}
            planned.append(_plan(ingest_followed, source.name, own, given, settings.overlap))
    return planned


def _plan(flow: Flow[P, R], name: str, schedule: Schedule, parameters: dict[str, Any], overlap: Overlap) -> Planned:
    strategy = ConcurrencyLimitStrategy.CANCEL_NEW if overlap is Overlap.SKIP else ConcurrencyLimitStrategy.ENQUEUE
    deployment = flow.to_deployment(
        f"serve-{name}",  # `prefect deploy` makes others of the same flows
        schedule=Cron(schedule.cron, timezone=schedule.timezone),
        parameters=parameters,
        tags=[TAG],
        paused=False,  # it was paused when it was last stopped
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=strategy),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return Planned(name, schedule, cast(RunnerDeployment, deployment))  # a coroutine only where a loop runs


@contextmanager
def _serving_alone() -> Iterator[None]:
    try:
        with taking_turns(find_home() / "serve", 0):
            yield
    except StoreBusy as busy:
        raise Failure("Another `breachwire serve` is at work; stop that one first.") from busy


@contextmanager
def _connected(tell: Tell) -> Iterator[None]:
    """Within, there is a Prefect server: the one that is configured, else one of our own."""
    if server_url():
        check_server()
        yield
        return
    tell("Starting Prefect's server …")
    try:
        with running_server(find_home()) as address, temporary_settings({PREFECT_API_URL: address}):
            os.environ["PREFECT_API_URL"] = address  # for the processes of the runs
            tell(f"Look at the runs at {address.removesuffix('/api')}.")
            with get_client(sync_client=True) as client:
                _close_leftovers(client)
            yield
    except ServerFailed as error:
        raise Failure(str(error)) from error
    finally:
        os.environ.pop("PREFECT_API_URL", None)


def _close_leftovers(client: SyncPrefectClient) -> None:
    """Take away the deployments of an earlier serving, with what they had planned; runs that were cut off with it are
    closed, since they would hold the place of those to come."""
    former = client.read_deployments(deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])))
    under_way = FlowRunFilter.model_validate({"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}})
    for run in client.read_flow_runs(flow_run_filter=under_way):
        state: State[None] = Crashed(message="The process that ran it is gone; the next run does the rest.")
        client.set_flow_run_state(run.id, state, force=True)
    for deployment in former:
        client.delete_deployment(deployment.id)


class _PatientRunner(Runner):
    """What Prefect's `serve` makes; but at a signal, the runs under way are asked to end, and have the time to.

    `serve` kills them, so that they could not say how far they came.
    """

    def __init__(self) -> None:
        super().__init__(pause_on_shutdown=True)
        self._is_to_stop = asyncio.Event()

    async def serve(self) -> None:
        """Run what is due until SIGINT or SIGTERM; a second signal ends it at once."""
        loop = asyncio.get_running_loop()
        for number in STOPPING:
            loop.add_signal_handler(number, self._is_to_stop.set)
        serving, stopping = asyncio.create_task(self.start()), asyncio.create_task(self._is_to_stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for number in STOPPING:
            loop.remove_signal_handler(number)
        stopping.cancel()
        if self.started:
            await self.astop()
        await serving

    def handle_sigterm(self, *args: Any, **kwargs: Any) -> None:
        """What Prefect sets for SIGTERM when it starts."""
        asyncio.get_event_loop().call_soon_threadsafe(self._is_to_stop.set)


async def _serve(deployments: Sequence[RunnerDeployment]) -> None:
    runner = _PatientRunner()
    for deployment in deployments:
        await runner.aadd_deployment(deployment)
    await runner.serve()


def _prepare(planned: Sequence[Planned], store: Path, tell: Tell) -> None:
    """Make the deployments, and start those whose time was missed, once."""
    now, last = datetime.now(UTC), read_last_starts(store)
    with suppress(StoreBusy), taking_turns(store, 0):  # from now on, times can be missed
        remember_starts(store, [one.name for one in planned if one.name not in last], now)
    with get_client(sync_client=True) as client:
        for one in planned:
            deployment_id = cast(UUID, one.deployment.apply())
            if missed := find_missed(one.schedule, last.get(one.name), now):
                client.create_flow_run_from_deployment(deployment_id, tags=["missed"])
                tell(f"{one.name}: {missed.astimezone():%Y-%m-%d %H:%M} was missed, and is made up for now.")
