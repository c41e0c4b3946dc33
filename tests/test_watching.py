"""Who watches a run without being there: numbers for Prometheus, notices, logs as JSON."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from flows.ingest import ingest
from flows.metrics import write_metrics
from flows.notices import notify_failure, notify_killed, notify_silent
from flows.observer import Nobody, observer
from flows.settings import BadSettings, read_settings
from schemas import Problem, Run, RunCounts, RunState, SourceRun
from store import Store, StoreError
from tests.conftest import Answer

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
RUN = Run(
    run_id="run 1",
    flow="ingest",
    state=RunState.FAILED,
    started_at=NOW,
    ended_at=NOW + timedelta(seconds=90.5),
    counts=RunCounts(references=9, articles=4, problems=3),
    seconds={"extract": 60.25, "load": 2},
    sources=(SourceRun(source='the "one"', kind="feed", found=7, pages=5, problems=2),),
)


class Listener(Nobody):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    token = observer.set(listening)
    yield listening
    observer.reset(token)


@pytest.fixture
def write_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    file = tmp_path / "breachwire.toml"
    monkeypatch.setenv("BREACHWIRE_SETTINGS", str(file))

    def write(text: str) -> None:
        file.write_text(text)
        read_settings.cache_clear()

    write("")
    yield write
    read_settings.cache_clear()


@contextmanager
def listening_server(status: int = 204) -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine that takes what is posted: its port, and what came."""
    came: list[bytes] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, came
    finally:
        server.shutdown()
        server.server_close()


# Numbers


def read_metrics(file: Path) -> dict[tuple[str, ...], float]:
    """Value by name and labels, as Prometheus's own parser reads them."""
    return {
        (
            sample.name.removeprefix("breachwire_last_run_"),
            *(v for k, v in sample.labels.items() if k != "flow"),
        ): sample.value
        for family in text_string_to_metric_families(file.read_text())
        for sample in family.samples
    }


def test_the_numbers_of_a_run_are_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "breachwire.prom"
    file.write_text("old")
    write_metrics(file, RUN, {"no_date": 2, "fetch_failed": 1})
    told = read_metrics(file)
    for name, value in {
        ("state", "failed"): 1,
        ("state", "completed"): 0,
        ("start_timestamp_seconds",): NOW.timestamp(),
        ("duration_seconds",): 90.5,
        ("articles",): 4,
        ("references",): 9,
        ("stage_seconds", "extract"): 60.25,
        ("problems_by_code", "no_date"): 2,
        ("source_found", 'the "one"'): 7,
    }.items():
        assert told[name] == value, name
    assert sum(value for name, value in told.items() if name[0] == "state") == 1
    assert list(tmp_path.iterdir()) == [file]


def test_a_run_writes_its_numbers_however_it_ends(
    breachwire: Callable[..., Answer],
    write_articles: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "breachwire.prom"
    assert breachwire("run", str(write_articles(2)), "--metrics-file", str(file)).code == 0
    told = read_metrics(file)
    assert (told["state", "completed"], told["articles",], told["events",]) == (1, 2, 2)
    assert told["stage_seconds", "extract"] > 0

    def fail(self: Store, *arguments: object) -> RunCounts:
        raise StoreError("The disk is gone.")

    monkeypatch.setattr(Store, "load", fail)
    assert breachwire("run", str(write_articles(3)), "--metrics-file", str(file)).code == 1
    assert read_metrics(file)["state", "failed"] == 1
    assert "does not exist" in breachwire("run", "x", "--metrics-file", str(tmp_path / "none" / "x.prom")).err


# Notices


def test_a_command_gets_the_notice(write_settings: Callable[[str], None], listener: Listener, tmp_path: Path) -> None:
    taking = tmp_path / "take.py"
    taking.write_text(
        "import os, sys\nopen(sys.argv[1], 'w').write(os.environ['BREACHWIRE_NOTICE'] + '\\n' + sys.stdin.read())"
    )
    write_settings(f"[notify]\ncommand = \"'{sys.executable}' '{taking}' '{tmp_path}/came'\"\n")
    notify_failure(RUN, StoreError("The disk is gone."))
    sentence, _, content = (tmp_path / "came").read_text().partition("\n")
    assert sentence == "breachwire's run (ingest) failed: StoreError: The disk is gone."
    told = json.loads(content)
    assert (told["event"], told["text"], told["run"]["counts"]["articles"]) == ("run_failed", sentence, 4)
    silent = [Problem(code="silent_source", reference=name, detail="It is silent.") for name in ("one", "two")]
    notify_silent(RUN, silent)
    assert json.loads((tmp_path / "came").read_text().partition("\n")[2])["sources"] == ["one", "two"]
    notify_killed(RUN, ["run 0"])
    sentence, _, content = (tmp_path / "came").read_text().partition("\n")
    assert sentence == "1 run of breachwire was killed; this one does the rest."
    assert json.loads(content)["killed"] == ["run 0"]
    assert listener.told == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("no-such-command", "it can't be run"),
        ("'unclosed", "it can't be run (No closing quotation)"),
        (f"{sys.executable} -c 'import sys; sys.exit(3)'", "it ended with code 3"),
        (f"{sys.executable} -c 'import time; time.sleep(60)'", "it took longer than 0.5 seconds"),
    ],
)
def test_a_command_that_fails_is_told_and_stops_nothing(
    write_settings: Callable[[str], None], listener: Listener, command: str, told: str
) -> None:
    write_settings(f'[notify]\ncommand = """{command}"""\ntimeout_seconds = 0.5\n')
    notify_failure(RUN, StoreError("The disk is gone."))
    assert len(listener.told) == 1
    assert told in listener.told[0]


@pytest.mark.parametrize(
    ("allowed", "status", "told"),
    [(True, 204, ""), (True, 500, "the server answers 500"), (False, 204, "loopback")],
)
def test_a_webhook_is_posted_to_under_the_rules_of_the_guard(
    write_settings: Callable[[str], None], listener: Listener, allowed: bool, status: int, told: str
) -> None:
    with listening_server(status) as (port, came):
        hosts = f'["127.0.0.1:{port}"]' if allowed else "[]"
        write_settings(
            f'[notify]\nwebhook = "http://127.0.0.1:{port}/hooks/s3cret"\n[fetching]\nallow_hosts = {hosts}\n'
        )
        notify_failure(RUN, StoreError("The disk is gone."))
    assert [json.loads(content)["event"] for content in came] == ["run_failed"] * allowed
    assert told in "".join(listener.told)
    assert bool(listener.told) == bool(told)
    assert "s3cret" not in "".join(listener.told)


def test_a_run_that_fails_notifies_and_the_webhook_is_never_shown(
    write_settings: Callable[[str], None],
    breachwire: Callable[..., Answer],
    write_articles: Callable[..., Path],
    tmp_path: Path,
) -> None:
    with listening_server() as (port, came):
        write_settings(
            f'[notify]\nwebhook = "http://localhost:{port}/s3cret"\n[fetching]\nallow_hosts = ["localhost:{port}"]\n'
        )
        with pytest.raises(StoreError):
            ingest.fn([str(write_articles(1))], tmp_path)  # a folder is no store
        (told,) = (json.loads(content) for content in came)
    assert (told["event"], told["run"]["state"]) == ("run_failed", "failed")
    for shown in (breachwire("config").out, breachwire("config", "--json").out):
        assert "set, and not shown" in shown
        assert "s3cret" not in shown
    write_settings('[notify]\nwebhook = "ftp://s3cret"\n')
    with pytest.raises(BadSettings, match=r"webhook in .*: .*https://") as refused:
        read_settings()
    assert "s3cret" not in str(refused.value)


# Logs


def test_lines_on_standard_error_are_json_where_that_is_wanted(
    write_settings: Callable[[str], None], breachwire: Callable[..., Answer], write_articles: Callable[..., Path]
) -> None:
    write_settings('[log]\nformat = "json"\n')
    folder = write_articles(2)
    (folder / "empty.txt").touch()
    lines = [json.loads(line) for line in breachwire("run", str(folder)).err.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("warning", "problem"), ("info", "run_ended")]
    assert (lines[0]["code"], lines[1]["state"], lines[1]["counts"]["articles"]) == ("empty_page", "completed", 2)
    assert all(datetime.fromisoformat(line["time"]).tzinfo for line in lines)
    (line,) = [json.loads(line) for line in breachwire("sql", "SELEC").err.splitlines()]
    assert (line["level"], line["event"]) == ("error", "failed")
    write_settings('[log]\nformat = "text"\n')
    assert breachwire("run", str(folder)).err.startswith("1 problem:")
