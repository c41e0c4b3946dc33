"""What several tests start from: the command in this process or in one of its own, and articles made up for them."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.cli import run_command

CHECKOUT = Path(__file__).resolve().parents[1]
BEGINNINGS = ("Ash", "Brook", "Clay", "Dun", "Elm", "Fair", "Glen", "Holm", "Kings", "Lang")
ENDINGS = ("wick", "ton", "mere", "ford", "by", "ham", "ley", "stead", "worth", "dale")
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test meets the user's store, queries and sources, or a Prefect server that the user configured."""
    monkeypatch.setenv("BREACHWIRE_STORE", str(tmp_path / "store.duckdb"))
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.setattr("store.queries.LOCAL_FOLDER", tmp_path / "queries")
    monkeypatch.setattr("flows.places.OWN_SOURCES", tmp_path / "sources")
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("PREFECT_API_URL", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def breachwire(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call the command in this process: `breachwire("sql", "SELECT 1", stdin=b"")`."""

    def call(*arguments: str, stdin: bytes = b"", debug: bool = False) -> Answer:
        monkeypatch.setattr(sys, "argv", ["breachwire", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run_command(SimpleNamespace(debug=debug))
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return call


@pytest.fixture
def start_command() -> Callable[..., subprocess.Popen[str]]:
    """Start the command in a process of its own, in the checkout: `start_command("run", "data/samples")`."""

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def write_articles(tmp_path: Path) -> Callable[..., Path]:
    """`write_articles(3)` fills a folder with articles, each about a clinic of its own, at most 100, and returns it."""

    def write(number: int, *, folder: str = "articles") -> Path:
        target = tmp_path / folder
        target.mkdir(exist_ok=True)
        padding = " ".join(["It wrote to its patients and said that it was sorry for what had happened."] * 8)
        for place in range(number):
            name = f"{BEGINNINGS[place % 10]}{ENDINGS[place // 10]} Clinic"
            (target / f"clinic-{place:03}.txt").write_text(
                f"date 2024-05-01\n{name} said on Monday that hackers broke into its systems in April "
                f"and stole the names and home addresses of about {place + 2},000 patients.\n\n{padding}\n"
            )
        return target

    return write
