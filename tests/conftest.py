"""What several tests start from: the command in this process or in one of its own, and articles made up for them."""

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

from flows.cli import run_command

CHECKOUT = Path(__file__).resolve().parents[1]
BEGINNINGS = ("Ash", "Brook", "Clay", "Dun", "Elm", "Fair", "Glen", "Holm", "Kings", "Lang")
ENDINGS = ("wick", "ton", "mere", "ford", "by", "ham", "ley", "stead", "worth", "dale")
COMMAND = [sys.executable, "-c", "from flows.cli import main; main()"]
MOST_WORKERS = 4  # each holds the model, and with what it reads up to 1.2 GB


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


settings.register_profile("undisturbed", settings(), deadline=None)  # another process may take the time of an example
settings.load_profile("undisturbed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many processes `-n auto` runs the tests in: one a core, none beside pytest's own where there is one core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS) if cores > 1 else 0


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


@pytest.fixture(scope="session")
def _make_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Path], object]], Path]:
    """The folder in which a function made its store, the first time that it was asked for."""

    @cache
    def make_once(make: Callable[[Path], object]) -> Path:
        folder = tmp_path_factory.mktemp("made")
        make(folder / "store.duckdb")
        return folder

    return make_once


@pytest.fixture
def copy_store(
    _make_once: Callable[[Callable[[Path], object]], Path], tmp_path: Path
) -> Callable[[Callable[[Path], object]], Path]:
    """`copy_store(make)` gives the test a store of its own that is as `make(path)` makes one: it is made but once."""

    def copy(make: Callable[[Path], object]) -> Path:
        shutil.copytree(_make_once(make), tmp_path, dirs_exist_ok=True)
        return tmp_path / "store.duckdb"

    return copy


@pytest.fixture(scope="session")
def _store_of_samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `breachwire run data/samples` leaves, made once."""
    folder = tmp_path_factory.mktemp("samples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BREACHWIRE_STORE", str(folder / "store.duckdb"))
        patch.setenv("PREFECT_HOME", str(folder / "prefect"))
        patch.delenv("PREFECT_API_URL", raising=False)
        patch.setattr(sys, "argv", ["breachwire", "run", str(CHECKOUT / "data" / "samples")])
        assert run_command(SimpleNamespace(debug=False)) == 0
    return folder


@pytest.fixture
def filled(breachwire: Callable[..., Answer], _store_of_samples: Path, tmp_path: Path) -> Callable[..., Answer]:
    """The command, with the samples in a store of the test's own."""
    shutil.copytree(_store_of_samples, tmp_path, dirs_exist_ok=True)
    return breachwire


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
