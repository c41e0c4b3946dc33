"""With a Prefect server configured, a run reports to it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

SECONDS_TO_START = 180


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API address of a server that was started for this test, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("prefect-server")
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    environment.pop("PREFECT_API_URL", None)
    with (home / "log").open("wb") as log:
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/api"
    try:
        _wait_until_healthy(address, process, home / "log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_healthy(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/health", timeout=10).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(f"the server was not there after {SECONDS_TO_START} s: {log.read_text()}")


def ask(server: str, kind: str) -> list[dict[str, Any]]:
    return httpx.post(f"{server}/{kind}/filter", json={}, timeout=60).raise_for_status().json()  # type: ignore[no-any-return]


def test_a_run_reports_to_the_server_that_is_configured(
    server: str, write_articles: Callable[..., Path], start_command: Callable[..., "subprocess.Popen[str]"]
) -> None:
    folder = write_articles(5)
    process = start_command("run", str(folder), "--batch-size", "3", PREFECT_API_URL=server)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert "5 new articles" in out
    (flow_run,) = ask(server, "flow_runs")
    assert flow_run["state_name"] == "Completed"
    assert flow_run["parameters"]["inputs"] == [str(folder)]
    assert [flow["name"] for flow in ask(server, "flows")] == ["ingest"]
    names = _wait_for_task_runs(server, 2 + 3 + 2 * 6)
    assert {name: names.count(name) for name in set(names)} == {
        "record_run": 2,
        "draw_batch": 3,
        "divide_batch": 2,
        "read_batch": 2,
        "drop_known": 2,
        "extract_batch": 2,
        "load_batch": 2,
        "archive_batch": 2,
    }

    shown = {one["key"]: one for one in ask(server, "artifacts")}
    assert {"run", "events-by-cause", "events", "database"} <= set(shown), err
    assert {one["flow_run_id"] for one in shown.values()} == {flow_run["id"]}
    did = {row["what"]: row["number"] for row in json.loads(shown["run"]["data"])}
    assert (did["articles"], did["events"], did["problems"]) == (5, 5, 0)
    assert did["seconds: extract"] > 0
    causes = json.loads(shown["events-by-cause"]["data"])
    assert sum(row["events"] for row in causes) == 5
    assert sorted(row["victim"] for row in json.loads(shown["events"]["data"]))[0].endswith(" Clinic")
    assert "store.duckdb" in shown["database"]["data"]


def _wait_for_task_runs(server: str, number: int) -> list[str]:
    """The names of the tasks that ran; the server writes them down a little later than they end."""
    deadline = time.monotonic() + 60
    while True:
        names = [run["name"].rpartition("-")[0] for run in ask(server, "task_runs")]
        if len(names) >= number or time.monotonic() > deadline:
            return names
        time.sleep(0.3)


def test_a_server_that_does_not_answer_is_one_sentence(start_command: Callable[..., "subprocess.Popen[str]"]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # nobody listens there
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/api"
        process = start_command("run", "data/samples", PREFECT_API_URL=address)
        out, err = process.communicate(timeout=180)
    assert (process.returncode, out) == (1, "")
    assert err == (
        f"breachwire: The Prefect server at {address} does not answer; "
        "start it, or unset PREFECT_API_URL to run without one.\n"
    )
