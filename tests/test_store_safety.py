"""Under fire: killed at any moment, read by others while it is written, out of space, damaged. Real processes all."""

import multiprocessing
import random
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

from store import examine, open_store
from store.snapshots import snapshot_of
from tests.made import load_batches, make_article, read

ROOT = Path(__file__).resolve().parents[1]
FORKS = multiprocessing.get_context("forkserver")  # its processes need not import what the first of them has
FORKS.set_forkserver_preload(["pytest", "tests.made"])
LOAD = """
import sys
from tests.made import load_batches
load_batches(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
"""
READ = """
import sys, time
from store import open_store

path, deadline, asked, seen = sys.argv[1], time.monotonic() + float(sys.argv[2]), 0, 0
most = int(sys.argv[3])
while seen < most and time.monotonic() < deadline:
    with open_store(path) as store:
        query = (
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM events), (SELECT count(*) FROM event_data), "
            "(SELECT count(*) FROM event_counts), (SELECT count(*) FROM event_table), "
            "(SELECT count(text) FROM articles)"
        )
        [(articles, events, data, counts, rows, texts)] = store.rows(query)[1]
    whole = (2 * articles, 3 * articles, 2 * articles, 2 * articles, articles)
    assert (events, data, counts, rows, texts) == whole, "half an article"
    assert articles >= seen, "articles went away"
    asked, seen = asked + 1, articles
print(asked, seen)
"""


def start(script: str, *arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_rows(path: Path) -> dict[str, list[tuple]]:
    """All rows of a store that do not tell when they were written."""
    stamps = {"recorded_at", "superseded_at", "loaded_at", "applied_at"}
    with open_store(path, read_only=False) as store:
        tables = [name for (name,) in store.rows("SELECT schema_name || '.' || table_name FROM duckdb_tables()")[1]]
        query = "SELECT COLUMNS(lambda name: name NOT IN ({})) FROM {} ORDER BY ALL"
        return {table: store.rows(query.format(str(stamps)[1:-1], table))[1] for table in tables}


def start_loading(path: Path, number: int, size: int) -> multiprocessing.process.BaseProcess:
    """A process that loads these articles, at the moment in which it begins to."""
    ready, told = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=load_batches, args=(path, number, size, partial(told.send, True)))
    process.start()
    told.close()
    ready.recv()
    return process


def test_killed_at_fifty_moments_nothing_is_lost_and_nothing_doubled(tmp_path):
    undisturbed, killed = tmp_path / "undisturbed.duckdb", tmp_path / "killed.duckdb"
    number, size = 300, 10
    process = start_loading(undisturbed, number, size)
    begun = time.monotonic()
    process.join()
    assert process.exitcode == 0
    lasting = time.monotonic() - begun
    dice, kills, held = random.Random(7), 0, []
    while kills < 50:
        process = start_loading(killed, number, size)
        process.join(dice.uniform(0, lasting / 8))
        if process.exitcode is None:
            process.kill()
            kills += 1
        else:
            assert process.exitcode == 0
            killed.rename(tmp_path / f"whole-{kills}.duckdb")  # it came to its end before it was killed: begin anew
            snapshot_of(killed).unlink()
        process.join()
        if killed.exists() and kills % 5 == 0:
            with open_store(killed, read_only=False) as store:
                held.append(store.counts()["articles"])
    process = start_loading(killed, number, size)
    process.join()
    assert process.exitcode == 0
    assert any(0 < articles < number for articles in held)
    assert read_rows(killed) == read_rows(undisturbed)
    assert examine(killed) == []
    assert [file.name for file in tmp_path.glob(".*")] == []


def test_readers_meet_no_lock_and_no_half_article_while_a_writer_loads(tmp_path):
    path, number = tmp_path / "store.duckdb", 2000
    with open_store(path, read_only=False) as store:
        store.load([read(make_article(number=0))], [], "run")
    writer = start(LOAD, path, number, 50)
    readers = [start(READ, path, 240, number) for _ in range(4)]
    _, errors = writer.communicate(timeout=240)
    assert writer.returncode == 0, errors
    for reader in readers:
        out, errors = reader.communicate(timeout=60)
        assert reader.returncode == 0, errors
        asked, seen = map(int, out.split())
        assert asked > 10
        assert seen == number


def test_two_writers_take_turns(tmp_path):
    path = tmp_path / "store.duckdb"
    writers = [start(LOAD, path, 100, 10) for _ in range(2)]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert writer.returncode == 0, errors
    with open_store(path) as store:
        assert store.counts() == {"articles": 100, "events": 200, "problems": 100, "runs": 0}


FILL = """
import resource, signal, sys
from store import StoreError, open_store
from tests.made import make_article, read

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing beyond the limit is an error of the disk then
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
number = 1
while True:
    batch = [read(make_article(number=n)) for n in range(number, number + 200)]
    try:
        with open_store(sys.argv[1], read_only=False) as store:
            store.load(batch, [], "run")
    except StoreError as error:
        print(error)
        break
    number += 200
"""


def test_a_full_disk_is_told_and_the_store_stays_whole(tmp_path):
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as store:
        store.load([read(make_article(number=0))], [], "run")
    limit = path.stat().st_size + 600_000
    process = start(FILL, path, limit)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert len(out.splitlines()) == 1
    assert "make room" in out.lower()
    with open_store(path, read_only=False) as store:
        counts = store.counts()
        assert counts["events"] == 2 * counts["articles"] >= 2
        assert counts["articles"] % 200 == 1
        store.load([read(make_article(number=100_000))], [], "run")
    assert examine(path) == []


AS_NOBODY = """
import os, sys
from store import StoreError, open_store

if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    open_store(sys.argv[1], read_only=False)
except StoreError as error:
    print(error)
with open_store(sys.argv[1]) as store:
    print(store.counts()["articles"])
"""


def test_a_folder_that_cannot_be_written_is_told_and_can_be_read():
    folder = Path(tempfile.mkdtemp())  # not in pytest's own folder, which is for this user alone
    path = folder / "store.duckdb"
    try:
        with open_store(path, read_only=False) as store:
            store.load([read(make_article())], [], "run")
        before = path.read_bytes()
        folder.chmod(0o555)
        process = start(AS_NOBODY, path)
        out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert out == f"The store {path} cannot be written (Permission denied); give another path.\n1\n"
        assert path.read_bytes() == before
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_whole_store_has_no_findings(tmp_path):
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as store:
        store.load([read(make_article(number=number)) for number in range(20)], [], "run")
    assert examine(path) == []
    snapshot_of(path).unlink()
    assert ["run `breachwire publish`" in one.sentence for one in examine(path)] == [True]


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file_is_found_out(tmp_path, seed):
    path, dice = tmp_path / "store.duckdb", random.Random(seed)
    with open_store(path, read_only=False) as store:
        store.load([read(make_article(number=number)) for number in range(500)], [], "run")
    content = bytearray(path.read_bytes())
    if seed == 0:
        content = content[:5000]
    elif seed == 1:
        content[:64] = bytes(64)
    else:
        for _ in range(seed):
            place = dice.randrange(12_288, len(content) - 200)
            content[place : place + 200] = dice.randbytes(200)
    path.write_bytes(content)
    findings = examine(path)
    if findings[0].is_fatal:
        assert "run `breachwire rebuild`" in findings[0].sentence
    else:  # what was damaged is in no use
        assert seed > 1
        assert "not of the newest state" in findings[0].sentence


def test_rows_that_do_not_fit_together_are_found_out(tmp_path):
    path = tmp_path / "store.duckdb"
    with open_store(path, read_only=False) as store:
        store.load([read(make_article())], [], "run")
        store._connection.execute("DELETE FROM history.texts")
        store._connection.execute("INSERT INTO history.events FROM history.events")
        store._connection.execute("UPDATE history.event_data SET event_id = 'x'")
    told = " ".join(one.sentence for one in examine(path))
    for fault in ("2 events are held twice", "1 articles have lost their text", "3 rows of event_data have lost"):
        assert fault in told
