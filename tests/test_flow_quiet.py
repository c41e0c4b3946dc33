"""Without a server, Prefect starts none, calls nobody and leaves the user's home alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]

WATCHED_RUN = """
import json, socket, subprocess, sys
from types import SimpleNamespace
calls = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.posix_spawn"):
        calls.append([event, repr(arguments)[:200]])
sys.addaudithook(watch)
from flows.cli import run_command
sys.argv = ["breachwire", "run", sys.argv[1]]
code = run_command(SimpleNamespace(debug=False))
import atexit
atexit.register(lambda: print("CALLS" + json.dumps([code, calls])))
"""


@pytest.mark.parametrize("has_prefect_home", [False, True])
def test_a_run_calls_nobody(tmp_path: Path, has_prefect_home: bool) -> None:
    home = tmp_path / "home"
    (home / ".prefect" if has_prefect_home else home).mkdir(parents=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DO_NOT", "CI"))
    }
    environment |= {"HOME": str(home), "BREACHWIRE_STORE": str(tmp_path / "store.duckdb"), "PYTHONPATH": str(CHECKOUT)}
    article = tmp_path / "story.txt"
    article.write_text("date 2024-05-01\nOrchard Dental said on Monday that hackers stole the names of its patients.\n")
    command = [sys.executable, "-c", WATCHED_RUN, str(article)]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    code, calls = json.loads(done.stdout.partition("CALLS")[2])
    assert (code, calls) == (0, []), done.stderr
    assert done.stderr == ""
    if not has_prefect_home:
        assert list(home.iterdir()) == []


def test_the_users_own_settings_stay() -> None:
    look = "import flows.quiet, os; print(os.environ['DO_NOT_TRACK'], os.environ['PREFECT_HOME'])"
    environment = {**os.environ, "DO_NOT_TRACK": "0", "PREFECT_HOME": "/somewhere"}
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "/somewhere"]
