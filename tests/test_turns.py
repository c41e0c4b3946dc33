"""One run at a time on a store, and what is remembered of it: taking turns, stepping aside, last starts."""

import multiprocessing
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows import settings
from flows.last_starts import find_last_starts, read_last_starts, remember_starts
from flows.observer import Nobody, observer
from flows.rounds import NothingToDo, running_alone
from flows.settings import read_settings
from flows.turns import StoreBusy, find_turn, taking_turns

START = datetime(2024, 5, 14, 6, 0, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "LOCAL_FOLDER", tmp_path)
    read_settings.cache_clear()
    yield tmp_path / "breachwire.toml"
    read_settings.cache_clear()


def _hold(store: Path, is_held, may_end) -> None:
    with taking_turns(store, 0):
        is_held.set()
        may_end.wait(60)


@pytest.fixture
def other(tmp_path):
    """Another process whose turn it is; it ends when its event is set, or when it is killed."""
    context = multiprocessing.get_context("spawn")
    is_held, may_end = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path / "store.duckdb", is_held, may_end))
    process.start()
    assert is_held.wait(60)
    yield process, may_end
    process.kill()
    process.join()


def test_a_second_run_is_refused_at_once_or_after_its_patience_with_a_sentence(other, tmp_path):
    process, _ = other
    with (
        pytest.raises(StoreBusy, match=rf"process {process.pid}\b.*--wait SECONDS"),
        taking_turns(tmp_path / "store.duckdb", 0.2),
    ):
        pytest.fail("two runs at once")


def test_a_second_run_waits_and_says_for_whom(other, tmp_path):
    process, may_end = other
    told: list[str] = []

    class Listener(Nobody):
        def tell(self, sentence: str) -> None:
            told.append(sentence)
            may_end.set()

    token = observer.set(Listener())
    try:
        with taking_turns(tmp_path / "store.duckdb", 60):
            process.join(10)
            assert process.exitcode == 0
    finally:
        observer.reset(token)
    assert len(told) == 1
    assert f"process {process.pid}" in told[0]


def test_a_killed_run_gives_its_turn_away(other, tmp_path):
    process, _ = other
    process.kill()
    process.join()
    with taking_turns(tmp_path / "store.duckdb", 5):
        assert find_turn(tmp_path / "store.duckdb").exists()


def test_a_run_within_a_run_has_its_turn_and_a_thread_beside_it_has_not(tmp_path):
    store = tmp_path / "store.duckdb"
    with taking_turns(store, 0):
        with taking_turns(store, 0), taking_turns(tmp_path / "other.duckdb", 0):
            pass
        refused: list[StoreBusy] = []

        def try_it() -> None:
            try:
                with taking_turns(store, 0):
                    pass
            except StoreBusy as busy:
                refused.append(busy)

        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
        assert refused
    with taking_turns(store, 0):
        pass


@pytest.mark.parametrize(
    ("overlap", "raised", "patience"),
    [("skip", NothingToDo, None), ("skip", NothingToDo, 0.1), ("wait", StoreBusy, 0.1)],
)
def test_a_round_steps_aside_or_waits_as_the_settings_say(own_settings, other, tmp_path, overlap, raised, patience):
    own_settings.write_text(f'[schedule]\noverlap = "{overlap}"\n')
    with pytest.raises(raised), running_alone(tmp_path / "store.duckdb", ["daily"], patience):
        pytest.fail("two rounds at once")
    assert read_last_starts(tmp_path / "store.duckdb") == {}


def test_a_round_waits_as_long_as_the_settings_say(own_settings, other, tmp_path):
    own_settings.write_text("[schedule]\nlongest_wait_seconds = 0.7\n")
    begun = time.monotonic()
    with pytest.raises(StoreBusy), running_alone(tmp_path / "store.duckdb", ["daily"], None):
        pytest.fail("two rounds at once")
    assert time.monotonic() - begun >= 0.7


def test_a_round_is_remembered_at_its_end_also_where_it_failed_and_not_where_it_was_interrupted(tmp_path):
    store = tmp_path / "store.duckdb"
    with running_alone(store, ["daily"], 0) as started:
        assert read_last_starts(store) == {}  # killed now, it counts as missed
    assert read_last_starts(store) == {"daily": started}
    with pytest.raises(ZeroDivisionError), running_alone(store, ["news"], 0):
        raise ZeroDivisionError
    assert set(read_last_starts(store)) == {"daily", "news"}
    with pytest.raises(KeyboardInterrupt), running_alone(store, ["other"], 0):
        raise KeyboardInterrupt
    assert set(read_last_starts(store)) == {"daily", "news"}


def test_last_starts_are_kept_by_name(tmp_path):
    store = tmp_path / "store.duckdb"
    remember_starts(store, ["daily", "news"], START)
    remember_starts(store, ["news"], START + timedelta(days=1))
    remember_starts(store, [], START + timedelta(days=2))
    assert read_last_starts(store) == {"daily": START, "news": START + timedelta(days=1)}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"daily": 3}', b'{"daily": "soon"}', b"\xff\xfe", None])
def test_a_damaged_file_of_last_starts_holds_none(tmp_path, content):
    if content is not None:
        find_last_starts(tmp_path / "store.duckdb").write_bytes(content)
    assert read_last_starts(tmp_path / "store.duckdb") == {}


def test_a_run_by_hand_waits_for_its_turn_and_says_so(tmp_path, other, breachwire, write_articles):
    process, may_end = other
    folder = str(write_articles(1))
    store = tmp_path / "store.duckdb"
    store.write_bytes(b"checksum" + b"DUCK")  # nobody opens it before it is his turn
    answer = breachwire("run", folder, "--store", str(store), "--wait", "0.2")
    assert answer.code == 1
    assert f"Another run (process {process.pid}) is at work" in answer.err
    store.unlink()
    may_end.set()
    process.join()
    assert breachwire("run", folder, "--store", str(store), "--wait", "5").code == 0
