"""Schedules that fire, on a real Prefect server: `breachwire serve`, and a work pool with the shipped prefect.yaml.

One server for all: the one that `breachwire serve` starts. Each test also runs alone.
"""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from store import StoreError, open_store
from tests.conftest import CHECKOUT, COMMAND

PATIENCE = 120.0  # seconds; all of it is needed only on a machine that is busy with other things
PADDING = " ".join(["It wrote to its patients and said that it was sorry for what had happened."] * 8)


@dataclass
class Site:
    """A folder that is followed, and what runs on it."""

    folder: Path
    process: "subprocess.Popen[str] | None" = None
    address: str = ""

    @property
    def store(self) -> Path:
        return self.folder / "store.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        mine = {
            "BREACHWIRE_STORE": str(self.store),
            "BREACHWIRE_SETTINGS": str(self.folder / "breachwire.toml"),
            "BREACHWIRE_SOURCES": str(self.folder / "sources"),
            "PREFECT_HOME": str(self.folder / "prefect"),
            "PYTHONPATH": str(CHECKOUT),
            "PREFECT_CLI_PROMPT": "false",
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3",
            "PREFECT_RUNNER_POLL_FREQUENCY": "2",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
        }
        theirs = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        return theirs | mine | ({"PREFECT_API_URL": self.address} if self.address else {})

    def write_articles(self, begin: int, end: int) -> None:
        for number in range(begin, end):
            text = (
                f"date 2024-05-01\nAsh{number}wick Clinic said on Monday that hackers broke into its systems in April "
                f"and stole the names and home addresses of about {number + 2},000 patients.\n\n{PADDING}\n"
            )
            file = self.folder / "articles" / f"clinic-{number:04}.txt"
            file.write_text(text)
            os.utime(file, (0, 1_700_000_000))  # what changed just now may be being written yet

    def count_articles(self) -> int:
        try:
            with open_store(self.store) as opened:
                return opened.counts()["articles"]
        except StoreError:  # not there yet
            return 0

    def list_runs(self) -> list[tuple[str, str]]:
        """Flow and state of the runs in the store, the first first."""
        with open_store(self.store, read_only=False) as opened:  # also what was not published
            return [tuple(row) for row in opened.rows("SELECT flow_name, state_code FROM runs ORDER BY started_at")[1]]

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.request("GET" if body is None else "POST", path, body)

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the server answers; where it is too busy for now, it is asked again, as Prefect's client does."""
        for _ in range(20):
            answer = httpx.request(method, f"{self.address}/{path}", json=body, timeout=30)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def find_deployment(self, name: str) -> str:
        return str(self.ask(f"deployments/name/{name}")["id"])

    def list_flow_runs(self, deployment: str) -> list[dict[str, Any]]:
        chosen = {"deployments": {"id": {"any_": [deployment]}}, "sort": "EXPECTED_START_TIME_ASC"}
        return list(self.ask("flow_runs/filter", chosen))

    def start_soon(self, deployment: str) -> None:
        """Let a deployment's schedule start a run within seconds, and then none for a day."""
        soon = (datetime.now(UTC) + timedelta(seconds=7)).isoformat()
        schedule = {"schedule": {"interval": 86400, "anchor_date": soon, "timezone": "UTC"}, "active": True}
        self.request("PATCH", f"deployments/{deployment}", {"schedules": [schedule]})


def make_site(folder: Path) -> Site:
    """A folder of articles that is followed, and none of the shipped sources."""
    site = Site(folder)
    for name in ("articles", "sources", "prefect"):
        (folder / name).mkdir(parents=True)
    shipped = tomllib.loads((CHECKOUT / "data" / "sources.toml").read_text())["sources"]
    off = "".join(f'[[sources]]\nname = "{one["name"]}"\nenabled = false\n' for one in shipped)
    (folder / "sources" / "off.toml").write_text(off)
    own = f'[[sources]]\nname = "clinics"\nkind = "folder"\nlocation = "{folder / "articles"}"\n'
    (folder / "sources" / "clinics.toml").write_text(own)
    settings = f'[schedule]\ncron = "0 6 1 * *"\ntimezone = "UTC"\n[publish]\nfolder = "{folder / "exports"}"\n'
    (folder / "breachwire.toml").write_text(settings)
    return site


def wait_until(reached: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := reached():
            return found
        time.sleep(0.3)
    pytest.fail(f"not reached within {PATIENCE:.0f} s: {what}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`breachwire serve`, on a store whose monthly time was missed for two years."""
    site = make_site(tmp_path_factory.mktemp("served"))
    site.write_articles(0, 3)
    starts = {"daily": (datetime.now(UTC) - timedelta(days=730)).isoformat()}
    site.store.with_suffix(".starts.json").write_text(json.dumps(starts))
    printed = (site.folder / "printed").open("w+")
    site.process = subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=CHECKOUT,
        env=site.environment,
        stdin=subprocess.DEVNULL,
        stdout=printed,
        stderr=printed,
    )
    try:
        told = wait_until(lambda: _find_address(site), "the address of the server")
        site.address = f"{told}/api"
        yield site
    finally:
        if site.process.poll() is None:
            site.process.kill()
            site.process.wait()
        printed.close()


def _find_address(site: Site) -> str:
    printed = (site.folder / "printed").read_text()
    assert site.process is not None
    assert site.process.poll() is None, printed
    found = [line.split()[-1].rstrip(".") for line in printed.splitlines() if "http://" in line]
    return found[0] if found and "next at" in printed else ""


def wait_for_state(site: Site, deployment: str, number: int, states: set[str]) -> dict[str, Any]:
    """The flow run with that number of a deployment, when it is in one of the states."""

    def look() -> dict[str, Any] | None:
        runs = site.list_flow_runs(deployment)
        return runs[number] if len(runs) > number and runs[number]["state_name"] in states else None

    return dict(
        wait_until(look, f"run {number} {states}: {[r['state_name'] for r in site.list_flow_runs(deployment)]}")
    )


def test_times_missed_while_nothing_served_are_made_up_for_once(site: Site) -> None:
    deployment = site.find_deployment("daily/serve-daily")
    run = wait_for_state(site, deployment, 0, {"Completed"})
    assert "missed" in run["tags"]
    assert site.count_articles() == 3
    assert (site.folder / "exports" / "events.csv").read_text().count("Clinic") >= 3
    past = [
        one for one in site.list_flow_runs(deployment) if one["expected_start_time"] < datetime.now(UTC).isoformat()
    ]
    assert len(past) == 1
    (started,) = json.loads(site.store.with_suffix(".starts.json").read_text()).values()
    assert datetime.fromisoformat(started) > datetime.now(UTC) - timedelta(minutes=10)
    (schedule,) = site.ask(f"deployments/{deployment}")["schedules"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("0 6 1 * *", "UTC")


def test_a_schedule_fires_and_its_time_is_not_served_twice(site: Site) -> None:
    deployment = site.find_deployment("daily/serve-daily")
    site.write_articles(3, 5)
    site.start_soon(deployment)
    fired = wait_for_state(site, deployment, 1, {"Completed"})
    assert fired["auto_scheduled"]
    assert site.count_articles() == 5

    # The same time comes again, as when the clock was set back, or when it lay among many that were missed.
    before = site.list_runs()
    again = {"type": "SCHEDULED", "state_details": {"scheduled_time": fired["expected_start_time"]}}
    site.ask(f"flow_runs/{fired['id']}/set_state", {"state": again, "force": True})
    skipped = wait_for_state(site, deployment, 1, {"Skipped", "Completed"})
    assert skipped["state_name"] == "Skipped"
    assert "has done the work" in skipped["state"]["message"]
    assert site.list_runs() == before


def _find_end(site: Site, flow_run: str) -> dict[str, Any] | None:
    run = dict(site.ask(f"flow_runs/{flow_run}"))
    return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None


def call_prefect(site: Site, *arguments: str) -> str:
    command = [sys.executable, "-m", "prefect", *arguments]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=site.environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def working(site: Site) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker with its runs, which are killed at the end where they have not ended."""
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "breachwire", "--type", "process"]
    with (site.folder / "worker").open("ab") as printed:
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=site.environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_worker_killed_in_the_middle_loses_nothing_and_the_next_one_does_the_rest(site: Site, tmp_path: Path) -> None:
    pool = make_site(tmp_path / "pool")
    pool.address = site.address
    pool.write_articles(0, 120)
    call_prefect(pool, "work-pool", "create", "breachwire", "--type", "process")
    call_prefect(pool, "deploy", "--all")
    deployment = pool.find_deployment("daily/daily")
    assert pool.find_deployment("ingest-followed/ingest")
    with working(pool):
        pool.start_soon(deployment)
        wait_until(lambda: 0 < pool.count_articles() < 120, "a part of the articles")
    cut_off = pool.list_flow_runs(deployment)[0]
    assert cut_off["state_name"] == "Running"
    assert not pool.store.with_suffix(".starts.json").exists()
    loaded = pool.count_articles()
    assert 0 < loaded < 120

    # What Prefect does by itself when the killed run's lease ends, minutes later.
    crashed = {"state": {"type": "CRASHED", "message": "its worker is gone"}, "force": True}
    pool.ask(f"flow_runs/{cut_off['id']}/set_state", crashed)
    with working(pool):
        new = pool.ask(f"deployments/{deployment}/create_flow_run", {})
        ended = wait_until(lambda: _find_end(pool, new["id"]), "the second run's end")
    assert ended["state_name"] == "Completed", ended["state"]["message"]
    assert pool.count_articles() == 120
    with open_store(pool.store) as opened:
        assert opened.rows("SELECT count(*), count(DISTINCT victim) FROM event_table")[1] == [(120, 120)]
    assert pool.list_runs()[-1] == ("ingest", "completed")


def test_stopped_by_sigterm_a_run_is_closed_as_interrupted_and_nothing_is_left_behind(site: Site) -> None:
    assert site.process is not None
    site.write_articles(5, 300)
    deployment = site.find_deployment("daily/serve-daily")
    site.ask(f"deployments/{deployment}/create_flow_run", {})
    wait_until(lambda: site.count_articles() > 5, "a part of the articles")
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(timeout=PATIENCE) == 0
    printed = (site.folder / "printed").read_text()
    assert printed.endswith("Stopped.\n")
    assert "Traceback" not in printed
    assert site.list_runs()[-1] == ("ingest", "interrupted")
    assert 5 < site.count_articles() < 300
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{site.address}/health", timeout=5)
