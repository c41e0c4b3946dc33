"""The page archive: bytes kept once, pages kept whole, damage told, limits kept, and all of it written as WARC."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.checker import Checker

import sources.archive_limits
from flows.places import find_archive
from flows.wording import word_bytes
from schemas import MediaType, Page, Problem
from sources import (
    archive_pages,
    count_archive,
    export_warc,
    measure_archive,
    prune_archive,
    read_archive,
    read_archived,
)

CHECKOUT = Path(__file__).resolve().parents[1]
NOON = datetime(2024, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
LONG_AGO = time.time() - 7200  # before what a run may still rely on

PAGES = [
    # any bytes, an address, an answer's headers
    Page(
        reference="https://example.org/a",
        url="https://example.org/a",
        media_type=MediaType.HTML,
        content=b"\x00\xff\r\n{}\n",
        headers={"etag": '"1"', "content-type": "text/html"},
        charset="latin-1",
        fetched_at=NOON,
        source="example",
    ),
    # no bytes at all, text in other letters
    Page(
        reference="b.txt",
        media_type=MediaType.TEXT,
        content=b"",
        published=date(2024, 5, 1),
        outlet="Zeitung für\nAlle",
    ),
    # the name of a file that is not UTF-8
    Page(reference="c\udcff.txt", media_type=MediaType.TEXT, content=b"text", published_source="user"),
    # a line of a JSONL file, whose address is that of another page
    Page(reference="d.jsonl:3", media_type=MediaType.RECORD, content=b'{"text": "x"}', url="https://example.org/d"),
]


def make_page(number: int, content: bytes | None = None) -> Page:
    url = f"https://example.org/{number}"
    return Page(
        reference=url, url=url, media_type=MediaType.HTML, content=content or b"page %d" % number, fetched_at=NOON
    )


def list_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def age(folder: Path) -> None:
    """As if all was written, and met last, two hours ago."""
    for file in list_files(folder):
        os.utime(file, (LONG_AGO, LONG_AGO))


def write_former(folder: Path, page: Page, archived_at: datetime) -> Path:
    """What version 0.1.0 wrote: it knew neither headers nor sources of pages."""
    later = {"content", "headers", "source", "published_source"}
    known = page.model_dump(mode="json", exclude=later) | {"archived_at": archived_at.isoformat()}
    file = folder / page.page_hash[:2] / f"{page.page_hash}.page.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(json.dumps(known).encode() + b"\n" + page.content, 6))
    return file


# Keeping


def test_pages_come_back_as_they_were_in_the_order_they_came(tmp_path):
    assert archive_pages(tmp_path, PAGES) == 4
    assert list(read_archive(tmp_path)) == PAGES
    assert count_archive(tmp_path) == 4
    assert list(read_archive(tmp_path, [page.page_hash for page in reversed(PAGES[1:])])) == PAGES[1:]
    assert read_archived(tmp_path, PAGES[0].page_hash) == PAGES[0]


def test_the_same_page_again_writes_nothing(tmp_path):
    archive_pages(tmp_path, PAGES)
    before = {file: file.read_bytes() for file in list_files(tmp_path)}
    assert archive_pages(tmp_path, PAGES) == 0
    assert {file: file.read_bytes() for file in list_files(tmp_path)} == before


def test_two_addresses_with_the_same_bytes_share_them(tmp_path):
    pages = [make_page(1, b"same"), make_page(2, b"same")]
    assert archive_pages(tmp_path, pages) == 2
    [content] = tmp_path.glob("contents/??/*")
    assert content.name == f"{pages[0].content_hash}.zst"
    assert zstandard.decompress(content.read_bytes()) == b"same"
    assert sorted(file.stem for file in tmp_path.glob("records/??/*")) == sorted(page.page_hash for page in pages)
    assert list(read_archive(tmp_path)) == pages


def test_an_archive_that_is_not_there_holds_nothing(tmp_path):
    missing = tmp_path / "missing"
    assert (list(read_archive(missing)), count_archive(missing)) == ([], 0)
    assert measure_archive(missing) == (0, 0, 0, None, None)
    assert prune_archive(missing, most_bytes=0) == (0, 0, 0)


@pytest.mark.parametrize(
    "syncs",
    [
        1,  # killed while the content was written: neither it nor the record is there
        2,  # while the record was: the content is there, and no page
        4,  # while the second page's record was
    ],
)
def test_what_a_killed_process_left_half_is_not_read(tmp_path, syncs):
    script = f"""
import os, signal, sys
from pathlib import Path
from sources import archive_pages
from tests.test_archive import make_page

syncs = 0
def sync(descriptor):
    global syncs
    syncs += 1
    if syncs == {syncs}:
        os.kill(os.getpid(), signal.SIGKILL)
os.fsync = sync
archive_pages(Path(sys.argv[1]), map(make_page, range(3)))
"""
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=CHECKOUT, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    whole = [make_page(number) for number in range((syncs - 1) // 2)]
    assert list(read_archive(tmp_path)) == whole
    [part] = tmp_path.rglob("*.part")
    assert archive_pages(tmp_path, map(make_page, range(3))) == 3 - len(whole)
    assert list(read_archive(tmp_path)) == [make_page(number) for number in range(3)]
    os.utime(part, (LONG_AGO, LONG_AGO))
    prune_archive(tmp_path)
    assert not part.exists()
    assert len(list_files(tmp_path)) == 6


# Damage


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def turn_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


def say_otherwise(file: Path) -> None:
    """A whole file, but of something else."""
    if file.suffix == ".zst":
        file.write_bytes(zstandard.compress(b"others!"))
    else:
        file.write_bytes(file.read_bytes().replace(b"example.org/a", b"example.org/z"))


def claim_much(file: Path) -> None:
    """The head of a frame of 2^56 bytes: to believe it would take all memory."""
    file.write_bytes(b"\x28\xb5\x2f\xfd\xc0\x00" + bytes(7) + b"\x01" + bytes(20))


@pytest.mark.parametrize(
    ("kind", "damage", "told"),
    [
        ("contents", cut, "The archived page is damaged (ZstdError). Remove this file, then"),
        ("contents", turn_a_bit, "The archived page is damaged (ValueError). Remove this file, then"),
        ("contents", say_otherwise, "The archived page is damaged (ValueError). Remove this file, then"),
        ("contents", claim_much, "The archived page is damaged (ValueError). Remove this file, then"),
        ("contents", Path.unlink, "The bytes of https://example.org/a are not in the archive. Fetch or read"),
        ("records", cut, "The archived page is damaged (JSONDecodeError). Remove this file, then"),
        ("records", say_otherwise, "The archived page is damaged (ValueError). Remove this file, then"),
        ("records", lambda file: file.write_bytes(b"[]"), "The archived page is damaged (ValueError). Remove this"),
        ("records", lambda file: file.write_bytes(b"{}"), "The archived page is damaged (KeyError). Remove this"),
        ("records", lambda file: file.write_bytes(b""), "The archived page is damaged (JSONDecodeError). Remove this"),
    ],
)
def test_damage_is_told_with_the_file_to_blame_and_mended_as_told(tmp_path, kind, damage, told):
    archive_pages(tmp_path, PAGES[:2])
    name = PAGES[0].content_hash if kind == "contents" else PAGES[0].page_hash
    [file] = tmp_path.glob(f"{kind}/??/{name}.*")
    damage(file)
    problems = [one for one in read_archive(tmp_path) if isinstance(one, Problem)]
    assert [(one.code, one.reference) for one in problems] == [("unreadable", str(file))]
    assert problems[0].detail.startswith(told)
    assert [one for one in read_archive(tmp_path) if isinstance(one, Page)] == PAGES[1:2]
    file.unlink(missing_ok=True)
    assert archive_pages(tmp_path, PAGES[:2]) == 1
    assert sorted(page.reference for page in read_archive(tmp_path)) == sorted(page.reference for page in PAGES[:2])


def test_a_page_that_is_asked_for_and_not_there_is_a_problem(tmp_path):
    archive_pages(tmp_path, PAGES[:1])
    missing, page = read_archive(tmp_path, [PAGES[0].page_hash, "ab" * 32])
    assert page == PAGES[0]
    assert (missing.code, missing.detail[:40]) == ("unreadable", "The archive does not hold this page. Fet")
    assert read_archived(tmp_path, "ab" * 32) == missing


# What an earlier version archived


def test_pages_of_the_former_layout_are_read_where_they_lie(tmp_path):
    newer, former, damaged = make_page(1), make_page(2), make_page(3)
    archive_pages(tmp_path, [newer])
    write_former(tmp_path, former, NOON)
    cut(write_former(tmp_path, damaged, NOON - timedelta(seconds=1)))
    problem, *pages = read_archive(tmp_path)
    assert pages == [former, newer]
    assert problem.detail.startswith("The archived page is damaged (EOFError). Remove this file")
    assert read_archived(tmp_path, former.page_hash) == former
    assert count_archive(tmp_path) == 3
    assert archive_pages(tmp_path, [former]) == 0
    assert measure_archive(tmp_path)[:2] == (3, 1)
    assert measure_archive(tmp_path).oldest == NOON - timedelta(seconds=1)


def test_pages_of_the_former_layout_are_pruned_and_exported(tmp_path):
    archive_pages(tmp_path, [make_page(1)])
    write_former(tmp_path, make_page(2), NOON)
    age(tmp_path)
    assert export_warc(tmp_path, tmp_path / "all.warc.gz").pages == 2
    assert prune_archive(tmp_path, oldest=NOON + timedelta(days=1)).pages == 1
    assert list(read_archive(tmp_path)) == [make_page(1)]


def test_a_store_of_the_earlier_version_can_be_rebuilt(breachwire, write_articles, tmp_path):
    assert breachwire("run", str(write_articles(3))).code == 0
    folder = find_archive(tmp_path / "store.duckdb")
    pages = list(read_archive(folder))
    for file in list_files(folder):
        file.unlink()
    for number, page in enumerate(pages):
        write_former(folder, page, NOON + timedelta(seconds=number))
    answer = breachwire("rebuild")
    assert answer.out.startswith("3 articles with 3 events read anew.")


# Limits


def archive_aged(folder: Path, pages: list[Page]) -> None:
    archive_pages(folder, pages)
    age(folder)


def test_the_oldest_go_until_the_size_is_kept_to(tmp_path):
    pages = [make_page(number, os.urandom(5000)) for number in range(6)]
    archive_aged(tmp_path, pages)
    size = sum(file.stat().st_size for file in list_files(tmp_path))
    assert measure_archive(tmp_path).bytes == size
    meant = prune_archive(tmp_path, most_bytes=size // 2, dry_run=True)
    assert count_archive(tmp_path) == 6
    assert prune_archive(tmp_path, most_bytes=size // 2) == meant
    left = sum(file.stat().st_size for file in list_files(tmp_path))
    assert size - left == meant.bytes
    assert size // 2 - 6000 < left <= size // 2
    assert list(read_archive(tmp_path)) == pages[3:]
    assert prune_archive(tmp_path, most_bytes=size // 2) == (0, 0, 0)


def test_pages_older_than_the_limit_go(tmp_path):
    pages = [make_page(number) for number in range(4)]
    archive_pages(tmp_path, pages[:2])
    between = datetime.now(UTC)
    archive_pages(tmp_path, pages[2:])
    age(tmp_path)
    assert prune_archive(tmp_path, oldest=between).pages == 2
    assert list(read_archive(tmp_path)) == pages[2:]
    assert len(list_files(tmp_path)) == 4


def test_a_content_stays_while_a_page_needs_it(tmp_path):
    pages = [make_page(1, b"same"), make_page(2, b"same")]
    archive_pages(tmp_path, pages[:1])
    between = datetime.now(UTC)
    archive_pages(tmp_path, pages[1:])
    age(tmp_path)
    assert prune_archive(tmp_path, oldest=between).pages == 1
    assert list(read_archive(tmp_path)) == pages[1:]
    assert prune_archive(tmp_path, most_bytes=0).pages == 1
    assert list_files(tmp_path) == []


def test_without_limits_only_what_belongs_to_no_page_goes(tmp_path):
    archive_aged(tmp_path, [make_page(1), make_page(2)])
    [record] = tmp_path.glob(f"records/??/{make_page(1).page_hash}.json")
    record.unlink()
    assert prune_archive(tmp_path).pages == 0
    assert len(list_files(tmp_path)) == 2
    assert list(read_archive(tmp_path)) == [make_page(2)]


def test_a_damaged_record_stays_to_be_seen_and_its_content_with_it(tmp_path):
    archive_pages(tmp_path, [make_page(1), make_page(2)])
    [record] = tmp_path.glob(f"records/??/{make_page(1).page_hash}.json")
    cut(record)
    age(tmp_path)
    assert prune_archive(tmp_path, most_bytes=0, oldest=datetime.now(UTC)).pages == 1
    [content] = tmp_path.glob("contents/??/*")
    assert list_files(tmp_path) == sorted([content, record])


def test_what_was_met_within_the_last_hour_stays(tmp_path):
    archive_aged(tmp_path, [make_page(1), make_page(2)])
    archive_pages(tmp_path, [make_page(1), make_page(3)])  # one is met again, one is new
    assert prune_archive(tmp_path, most_bytes=0) == (1, pytest.approx(400, abs=200), 2)
    assert list(read_archive(tmp_path)) == [make_page(1), make_page(3)]


@pytest.mark.parametrize(
    "again",
    [
        make_page(1),  # the very page that goes
        make_page(2, make_page(1).content),  # another one with its bytes
    ],
)
@pytest.mark.parametrize("moment", ["before records go", "before contents go"])
def test_a_page_archived_while_another_process_prunes_is_kept(tmp_path, monkeypatch, again, moment):
    archive_aged(tmp_path, [make_page(1)])
    remove = sources.archive_limits.remove_settled

    def remove_meanwhile(file: Path) -> bool:
        if ("records" in file.parts) == (moment == "before records go"):
            archive_pages(tmp_path, [again])
        return remove(file)

    monkeypatch.setattr("sources.archive_limits.remove_settled", remove_meanwhile)
    prune_archive(tmp_path, most_bytes=0)
    assert again in list(read_archive(tmp_path))
    assert not [one for one in read_archive(tmp_path) if isinstance(one, Problem)]


def test_writing_and_pruning_side_by_side_lose_nothing(tmp_path):
    pages = [make_page(number, b"content %d" % (number // 3)) for number in range(90)]
    archive_aged(tmp_path, pages)
    writer = threading.Thread(target=archive_pages, args=(tmp_path, pages[::-2]))
    writer.start()
    while writer.is_alive():
        prune_archive(tmp_path, most_bytes=0)
    writer.join()
    left = list(read_archive(tmp_path))
    assert not [one for one in left if isinstance(one, Problem)]
    assert {page.url for page in pages[::-2]} <= {page.url for page in left}


def test_reading_passes_over_what_is_pruned_meanwhile(tmp_path):
    archive_aged(tmp_path, [make_page(1), make_page(2)])
    reading = read_archive(tmp_path)
    assert next(reading) == make_page(1)
    prune_archive(tmp_path, most_bytes=0)
    assert list(reading) == []


# WARC

ANSWERS = [
    *PAGES,
    # what told how the bytes travelled is no longer true of them
    Page(
        reference="https://example.org/e",
        url="https://example.org/e?q=1&r=%20#x",
        media_type=MediaType.HTML,
        content="<p>größer</p>".encode() * 50,
        headers={"content-encoding": "br", "transfer-encoding": "chunked", "content-length": "7", "server": "x"},
        charset="utf-8",
        fetched_at=NOON + timedelta(days=1),
    ),
    # headers that would end the head too early, or aren't headers
    Page(
        reference="https://example.org/f",
        url="https://example.org/f",
        media_type=MediaType.TEXT,
        content=b"\r\n\r\nWARC/1.1\r\n\r\n",
        headers={"x-a": "1\r\n\r\nbody", "bad name": "2", "x-é": "3", "x-b": "größer"},
        fetched_at=NOON + timedelta(days=2),
    ),
    # an address that isn't one until it is written as one
    Page(
        reference="g",
        url="https://example.org/größe\r\nWARC-Type: x",
        media_type=MediaType.HTML,
        content=b"g",
        fetched_at=NOON,
    ),
]


@pytest.fixture
def exported(tmp_path):
    archive_pages(tmp_path / "pages", ANSWERS)
    path = tmp_path / "out.warc.gz"
    done = export_warc(tmp_path / "pages", path)
    assert (done.pages, done.bytes, done.problems) == (len(ANSWERS), path.stat().st_size, ())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.warc.gz", "pages"]
    return path


TARGETS = [
    ("response", "https://example.org/a"),
    ("resource", f"urn:sha256:{PAGES[1].content_hash}"),
    ("resource", f"urn:sha256:{PAGES[2].content_hash}"),
    ("resource", f"urn:sha256:{PAGES[3].content_hash}"),
    ("response", "https://example.org/e?q=1&r=%20#x"),
    ("response", "https://example.org/f"),
    ("response", "https://example.org/gr%C3%B6%C3%9Fe%0D%0AWARC-Type:%20x"),
]


def test_warcio_reads_what_was_exported(exported):
    """Every record is a gzip member of its own, else warcio refuses it."""
    read = []
    with exported.open("rb") as file:
        for record in WarcioIterator(file, check_digests="raise"):
            headers = record.rec_headers
            read.append(
                (
                    (record.rec_type, headers.get_header("WARC-Target-URI")),
                    record.content_stream().read(),
                    headers.get_header("WARC-Date"),
                )
            )
            assert headers.get_header("WARC-Block-Digest").startswith("sha1:")
            assert record.rec_type == "warcinfo" or headers.get_header("WARC-Payload-Digest").startswith("sha1:")
    (kind, _), described, _ = read[0]
    assert kind == "warcinfo"
    assert described.startswith(b"software: breachwire/")
    assert b"format: WARC File Format 1.1" in described
    assert [target for target, _, _ in read[1:]] == TARGETS
    assert [content for _, content, _ in read[1:]] == [page.content for page in ANSWERS]
    dates = [datetime.fromisoformat(text) for _, _, text in read[1:]]
    assert all(page.fetched_at in (None, day) for page, day in zip(ANSWERS, dates, strict=True))
    assert all(abs(datetime.now(UTC) - dates[place]) < timedelta(minutes=5) for place in (1, 2, 3))  # when archived
    assert _check(exported) == 0


def _check(path: Path) -> int:
    """What `warcio check` would exit with."""

    class Options:
        inputs = [str(path)]  # noqa: RUF012  warcio reads it so
        verbose = False

    checker = Checker(Options)
    checker.process_all()
    return checker.exit_value


def test_fastwarc_reads_what_was_exported(exported):
    pages = []
    for record in FastIterator(str(exported), parse_http=False):
        assert record.verify_block_digest()
        if record.record_type == WarcRecordType.warcinfo:
            continue
        if record.is_http:
            record.parse_http()
            assert record.http_headers.status_code == 200
            assert record.verify_payload_digest()
        pages.append((record.headers["WARC-Target-URI"], record.reader.read(), record.record_date))
    assert [url for url, _, _ in pages] == [url for _, url in TARGETS]
    assert [content for _, content, _ in pages] == [page.content for page in ANSWERS]
    assert all(page.fetched_at in (None, day) for page, (_, _, day) in zip(ANSWERS, pages, strict=True))


def test_headers_are_true_of_the_bytes(exported):
    with exported.open("rb") as file:
        heads = [dict(record.http_headers.headers) for record in WarcioIterator(file) if record.http_headers]
    assert heads[0] == {"etag": '"1"', "content-type": "text/html", "content-length": "7"}
    assert heads[1] == {
        "x-crawler-content-encoding": "br",
        "x-crawler-transfer-encoding": "chunked",
        "x-crawler-content-length": "7",
        "server": "x",
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(ANSWERS[4].content)),
    }
    assert heads[2]["x-a"] == "1 body"
    assert heads[2]["x-b"] == "größer"
    assert set(heads[2]) == {"x-a", "x-b", "content-type", "content-length"}


def test_only_pages_of_the_days_asked_for_are_exported(tmp_path):
    archive_pages(tmp_path / "pages", ANSWERS)
    days = {"since": date(2024, 5, 2), "until": date(2024, 5, 2)}
    assert export_warc(tmp_path / "pages", tmp_path / "out.warc.gz", **days).pages == 1
    assert export_warc(tmp_path / "pages", tmp_path / "none.warc.gz", until=date(2023, 1, 1)).pages == 0
    assert not (tmp_path / "none.warc.gz").exists()


def test_a_stopped_export_leaves_the_earlier_file_and_nothing_half(exported):
    before = exported.read_bytes()

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_warc(exported.parent / "pages", exported, tell=stop)
    assert exported.read_bytes() == before
    assert sorted(one.name for one in exported.parent.iterdir()) == ["out.warc.gz", "pages"]


def test_a_damaged_page_is_left_out_and_told(tmp_path):
    archive_pages(tmp_path, [make_page(1), make_page(2)])
    [content] = tmp_path.glob(f"contents/??/{make_page(1).content_hash}.zst")
    content.unlink()
    done = export_warc(tmp_path, tmp_path / "out.warc.gz")
    assert (done.pages, [one.reference for one in done.problems]) == (1, [str(content)])


# The commands


@pytest.fixture
def pages(tmp_path):
    """The archive of the tests' store: three pages of 2024."""
    folder = find_archive(tmp_path / "store.duckdb")
    archive_aged(folder, [make_page(number) for number in range(3)])
    return folder


def test_status_says_how_many_pages_there_are(breachwire, pages):
    answer = breachwire("archive", "status")
    today = datetime.now(UTC).date()
    assert (answer.code, answer.err) == (0, "")
    room = word_bytes(measure_archive(pages).bytes)
    assert answer.out.splitlines() == [f"3 pages, {room}, in {pages}", f"oldest: {today}", f"newest: {today}"]


def test_export_writes_a_warc(breachwire, pages, tmp_path):
    path = tmp_path / "out.warc.gz"
    answer = breachwire("archive", "export", str(path), "--since", "2024-05-01", "--until", "2024-05-01")
    assert answer.code == 0, answer.err
    assert answer.out.startswith(f"3 pages written to {path} (")
    assert _check(path) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["export", "out.warc"], 2, "out.warc does not end in .warc.gz; give a name such as pages.warc.gz."),
        (["export", "a.warc.gz", "--since", "2024-05-02", "--until", "2024-05-01"], 2, "No day is on or after"),
        (["export", "missing/a.warc.gz"], 1, "does not exist; make it, or give another path."),
        (["export", "a.warc.gz", "--until", "2023-01-01"], 1, "No page is of these days; see"),
        (["prune"], 2, "Give --max-gb NUMBER or --max-days NUMBER"),
        (["status", "--store", "other.duckdb"], 1, "No pages are archived in other.pages; `breachwire run PATH`"),
        (["export", "a.warc.gz", "--store", "other.duckdb"], 1, "No pages are archived in"),
        (["prune", "--max-gb", "1", "--store", "other.duckdb"], 1, "No pages are archived in"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(breachwire, pages, tmp_path, monkeypatch, arguments, code, told):
    monkeypatch.chdir(tmp_path)
    answer = breachwire("archive", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert answer.err.count("\n") == 1
    assert not list(tmp_path.glob("*.warc*"))


@pytest.mark.parametrize(
    ("options", "answered", "left", "told"),
    [
        (["--dry-run"], b"", 3, "3 of 3 pages (ROOM) would be removed."),
        ([], b"", 3, "Nothing was removed."),
        ([], b"n\n", 3, "Nothing was removed."),
        ([], b"y\n", 0, "3 pages removed (ROOM)."),
        (["--yes"], b"", 0, "3 pages removed (ROOM)."),
    ],
)
def test_prune_asks_before_it_removes(breachwire, pages, options, answered, left, told):
    told = told.replace("ROOM", word_bytes(measure_archive(pages).bytes))
    answer = breachwire("archive", "prune", "--max-gb", "0", *options, stdin=answered)
    assert (answer.code, answer.out) == (0, f"{told}\n")
    asks = "--yes" not in options and "--dry-run" not in options
    assert ("`breachwire rebuild` will not have them any more" in answer.err) == asks
    assert count_archive(pages) == left


def test_prune_by_age_keeps_what_is_young(breachwire, pages):
    assert breachwire("archive", "prune", "--max-days", "1", "--yes").out == "Nothing to remove.\n"
    archive_pages(pages, [make_page(1)])
    answer = breachwire("archive", "prune", "--max-days", "0", "--yes")
    assert answer.err == "1 page past the limit stay, read within the last hour.\n"
    assert list(read_archive(pages)) == [make_page(1)]
