"""`breachwire runs` and `breachwire status`: what they tell of a store whose runs are known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.living import name_process
from flows.places import find_memory
from schemas import Article, Extraction, MediaType, Page, Run, RunCounts, RunState, Source, SourceRun
from sources import Memory
from store import open_store

NOW = datetime.now(UTC)
ENTRIES = {"lively": 1, "quiet": 10, "fresh": None}  # articles a day that are expected


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of four runs, the oldest nine days ago; a page waits."""
    monkeypatch.setattr("flows.places.SHIPPED_SOURCES", _write_entries(tmp_path))
    monkeypatch.setenv("BREACHWIRE_SETTINGS", "")
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as store:
        for run_id, days, state, process, counts in (
            ("first", 9, RunState.COMPLETED, None, RunCounts(references=5, articles=4, events=3, problems=1)),
            ("second", 1, RunState.FAILED, None, RunCounts()),
            ("killed", 0.5, RunState.RUNNING, f"{name_process().partition(':')[0]}:4194304:1", RunCounts()),
            ("alive", 0.25, RunState.RUNNING, name_process(), RunCounts()),
        ):
            begun = NOW - timedelta(days=days)
            ended = None if state is RunState.RUNNING else begun + timedelta(seconds=75)
            told = [SourceRun(source=name, kind="feed", found=6, pages=5) for name in ("lively", "quiet")]
            store.save_run(
                Run(
                    run_id=run_id,
                    flow="ingest",
                    state=state,
                    started_at=begun,
                    ended_at=ended,
                    counts=counts,
                    process=process,
                    sources=tuple(told) if run_id in ("first", "second") else (),
                )
            )
        published = (NOW - timedelta(days=3)).date()
        article = Article(title="One", body="Two", published=published, reference="one", source="lively")
        store.load([Extraction(article=article, events=(), extractor_version="1")], [], "first")
    with Memory(find_memory(path)) as memory:
        page = Page(reference="http://a.test/1", media_type=MediaType.HTML, content=b"<p>", fetched_at=NOW)
        memory.keep([page.model_copy(update={"url": page.reference})])
    return path


def _write_entries(folder: Path) -> Path:
    file = folder / "sources.toml"
    entries = []
    for name, expected in ENTRIES.items():
        source = Source(name=name, kind="feed", location=f"https://{name}.example/feed", articles_per_day=expected)
        lines = [f"[[sources]]\nname = '{name}'\nkind = 'feed'\nlocation = '{source.location}'"]
        entries += lines + ([f"articles_per_day = {expected}"] if expected else [])
    file.write_text("\n".join(entries) + "\n")
    return file


def test_runs_are_told_the_newest_first_and_a_killed_one_as_abandoned(path: Path, breachwire: Callable) -> None:
    told = [json.loads(line) for line in breachwire("runs", "--json").out.splitlines()]
    assert [(run["run_id"], run["state_code"]) for run in told] == [
        ("alive", "running"),
        ("killed", "abandoned"),
        ("second", "failed"),
        ("first", "completed"),
    ]
    assert (told[3]["article_count"], told[3]["event_count"], told[3]["seconds"]) == (4, 3, 75.0)
    assert told[1]["seconds"] is None
    assert told[0]["seconds"] >= 6 * 3600
    shown = breachwire("runs", "--limit", "3")
    assert (shown.code, shown.err) == (0, "")
    head, _, *lines = shown.out.strip().splitlines()
    assert head.split()[:3] == ["began", "(UTC)", "flow"]
    assert [line.split()[3] for line in lines] == ["running", "abandoned", "failed"]
    assert "1 min 15 s" in lines[2]


def test_status_tells_of_each_source_and_of_the_files(path: Path, breachwire: Callable) -> None:
    answer = breachwire("status", "--json")
    assert (answer.code, answer.err) == (0, "")
    told = json.loads(answer.out)
    newest = (NOW - timedelta(days=3)).date()
    rows = {
        one["source"]: (one["found"], one["pages"], one["expected"], one["is_silent"], one["newest_date"])
        for one in told["sources"]
    }
    assert rows == {  # of the two runs that read them, one was in the last week
        "lively": (6, 5, 7, False, newest.isoformat()),
        "quiet": (6, 5, 70, True, None),
        "fresh": (0, 0, None, False, None),
    }
    lively, _, fresh = told["sources"]
    assert lively["lag_days"] == (datetime.now(UTC).date() - newest).days
    assert datetime.fromisoformat(lively["last_run_at"]) == NOW - timedelta(days=1)
    assert fresh["last_run_at"] is None
    assert told["last_run"]["run_id"] == "alive"
    assert told["queue"] == 1
    assert told["store_bytes"] == path.stat().st_size
    assert told["snapshot_age_seconds"] < 3600
    assert (told["archive_pages"], told["archive_bytes"]) == (0, 0)


def test_status_is_shown_for_people(path: Path, breachwire: Callable) -> None:
    shown = breachwire("status").out
    assert [line.split()[0] for line in shown.splitlines() if "SILENT" in line] == ["quiet"]
    assert "never" in next(line for line in shown.splitlines() if line.split()[:1] == ["fresh"])
    assert f"{(NOW - timedelta(days=3)).date()} (3 d)" in shown
    assert "queue:     1 page fetched and not loaded yet; the next run loads them" in shown
    assert "last run: " in shown
    assert "settings:" in shown


@pytest.mark.parametrize("command", ["runs", "status"])
def test_both_work_while_a_run_writes_and_say_where_there_is_no_store(
    path: Path, breachwire: Callable, command: str
) -> None:
    with open_store(path, read_only=False):
        assert breachwire(command).code == 0
    missing = breachwire(command, "--store", str(path.with_name("none.duckdb")))
    assert missing.code == 1
    assert "breachwire run" in missing.err
