"""A Prefect server of one's own, on 127.0.0.1, for as long as it is needed; its data lie in Prefect's home folder."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from flows.places import LOCAL_FOLDER

SECONDS_TO_START = 120.0
SECONDS_TO_STOP = 20.0
SECONDS_BEFORE_RESTART = 2.0
LOG = "server.log"
PORT = "server.port"

# Ends the server when its own input ends, as it does when the process that started it ends, however that ends.
_KEEPER = """
import subprocess, sys, threading
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
threading.Thread(target=lambda: (sys.stdin.read(), server.terminate()), daemon=True).start()
sys.exit(server.wait())
"""


class ServerFailed(Exception):
    """The server did not start; the message says where to look."""


def find_home() -> Path:
    """The folder of Prefect's data: the user's PREFECT_HOME, else one beside the store's usual place."""
    return Path(os.environ.get("PREFECT_HOME") or LOCAL_FOLDER / "prefect")


@contextmanager
def running_server(home: Path) -> Iterator[str]:
    """Within, a server answers at the address that is given; one that dies is started again. Raises `ServerFailed`."""
    home.mkdir(parents=True, exist_ok=True)
    server = _Server(home, _choose_port(home))
    try:
        server.start()
        yield server.address
    finally:
        server.stop()


class _Server:
    def __init__(self, home: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/api"
        self._home, self._port = home, port
        self._is_stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, wait until it answers, and watch over it."""
        self._spawn()
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"Prefect's server did not start; {self._home / LOG} tells why.")
            time.sleep(0.2)
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        """End it; what it had to write is written."""
        self._is_stopping.set()
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()

    def _spawn(self) -> None:
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self._port)]
        environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
        with (self._home / LOG).open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _KEEPER, *command],
                env=environment | {"PREFECT_HOME": str(self._home)},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for those whose runs it has to hear of first
            )

    def _watch(self) -> None:
        while not self._is_stopping.wait(SECONDS_BEFORE_RESTART):
            if self._process is not None and self._process.poll() is not None:
                self._spawn()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health", timeout=2).is_success
        except httpx.TransportError:
            return False


def _choose_port(home: Path) -> int:
    """The port of the last time where it is free: a run that outlived its server finds the next one there."""
    file = home / PORT
    try:
        port = _bind(int(file.read_text()))
    except (OSError, ValueError, OverflowError):
        port = _bind(0)
    file.write_text(str(port))
    return port


def _bind(port: int) -> int:
    """The port, where it is free (0: any that is). Raises `OSError` where it is not."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))
        return int(free.getsockname()[1])
