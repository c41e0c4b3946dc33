"""Runs that were killed are told from those that go on, and are closed by the next run."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.living import find_beginning, find_dead, name_process
from schemas import Run, RunState
from store import open_store

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


def make_run(process: str | None, hours: float = 1, run_id: str = "run 1") -> Run:
    begun = NOW - timedelta(hours=hours)
    return Run(run_id=run_id, flow="ingest", state=RunState.RUNNING, started_at=begun, process=process)


def name_ended_process() -> str:
    """The name of a process of this machine that is no more."""
    command = [sys.executable, "-c", "from flows.living import name_process; print(name_process())"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def name_other(number: int | None = None, beginning: str | None = None) -> str:
    host, mine, begun = name_process().rsplit(":", 2)
    return f"{host}:{number or mine}:{beginning or begun}"


@pytest.mark.parametrize(
    ("name", "hours", "is_dead"),
    [
        (name_process, 1_000, False),  # it goes on, however long
        (name_ended_process, 0, True),
        (lambda: name_other(beginning="1"), 0, True),  # another had this number before
        (lambda: name_other(number=4_194_304), 0, True),  # a number that no process can have
        (lambda: "other-machine:1:1", 23, False),  # nobody here can look
        (lambda: "other-machine:1:1", 25, True),
        (lambda: None, 23, False),  # of a breachwire that did not note it
        (lambda: None, 25, True),
    ],
)
def test_a_run_is_dead_where_its_process_is_gone(name: Callable[[], str | None], hours: float, is_dead: bool) -> None:
    assert find_dead([make_run(name(), hours)], NOW) == ["run 1"] * is_dead


def test_without_proc_the_system_is_asked_when_a_process_began(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("ps") is None:
        pytest.skip("this machine has no ps")
    monkeypatch.setattr("flows.living.PROC", Path("/no-such-folder"))
    sleeping = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host = name_process().partition(":")[0]
    begun = find_beginning(sleeping.pid)
    try:
        assert re.fullmatch(r"[\w.-]+", begun)
        assert find_dead([make_run(f"{host}:{sleeping.pid}:{begun}")], NOW) == []
    finally:
        sleeping.communicate(b"\n")
    assert find_beginning(sleeping.pid) == ""
    assert find_dead([make_run(f"{host}:{sleeping.pid}:{begun}")], NOW) == ["run 1"]


def test_a_killed_run_is_closed_by_the_next(
    breachwire: Callable[..., object], write_articles: Callable[..., Path], tmp_path: Path
) -> None:
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as store:
        store.save_run(make_run(name_ended_process(), run_id="killed"))
        store.save_run(make_run(name_process(), run_id="alive"))
    breachwire("run", str(write_articles(1)))
    with open_store(path) as store:
        rows = store.rows("SELECT run_id, state_code, ended_at IS NULL FROM runs ORDER BY started_at, run_id")[1]
    assert [row[1:] for row in rows] == [("running", True), ("abandoned", False), ("completed", False)]
