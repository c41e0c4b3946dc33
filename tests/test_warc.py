"""WARC archives: what of them is read, and what is said of those that are damaged, large or something else."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import brotli
import pytest
import zstandard

from schemas import Page, Problem, Source
from sources import Consumed, Fetcher, Found, Means, discover_source
from sources.files import MOST_BYTES
from sources.kinds import warc
from tests.serving import serve
from tests.warcs import HTML_TYPE, make_answer, make_page, make_record, pack

PAGE = b"<html><body><p>It was told.</p></body></html>"
TEN = [make_page(number) for number in range(10)]
PACKED = pack(TEN)
PLAIN = b"".join(TEN)
HALF = len(pack(TEN[:5]))
LONG_AGO = 1_700_000_000


class Counting:
    """A look that lets pages through that hold certain bytes, and counts the others."""

    def __init__(self, wanted: bytes) -> None:
        self.wanted, self.stopped = wanted, 0

    def lets_through(self, content: bytes) -> bool:
        self.stopped += self.wanted not in content
        return self.wanted in content


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[Found]]:
    """`read(content)` gives what a source finds in a WARC file that holds these bytes."""

    def read_content(content: bytes, name: str = "a.warc.gz", means: Means | None = None) -> list[Found]:
        path = tmp_path / name
        path.write_bytes(content)
        os.utime(path, (LONG_AGO, LONG_AGO))
        source = Source(name="crawl", kind="warc", location=str(path))
        return list(discover_source(source, means or Means(Fetcher())))

    return read_content


def _count_pages(found: Iterable[Found]) -> int:
    return sum(isinstance(one, Page) for one in found)


def _get_problems(found: Iterable[Found]) -> list[Problem]:
    return [one for one in found if isinstance(one, Problem)]


@pytest.mark.parametrize(
    ("content", "pages", "code", "words"),
    [
        # Cut short: what stood before is used, and the offset is told.
        (PACKED[:-40], 9, "unreadable", "after the record at byte"),
        (PLAIN[:-200], 9, "unreadable", f"byte {len(PLAIN) - len(TEN[-1]):,}: it ends within a record"),
        (PLAIN[: len(PLAIN) - len(TEN[-1]) + 60], 9, "unreadable", "within the headers of a record"),
        # Garbage where a record should begin, or inside of a gzip member.
        (PACKED[:HALF] + os.urandom(500) + PACKED[HALF:], 5, "unreadable", "after the record at byte"),
        (PACKED[: HALF + 40] + b"\0" * 60 + PACKED[HALF + 100 :], 5, "unreadable", "after the record at byte"),
        (b"".join(TEN[:5]) + b"garbage\r\n\r\nof lines\r\n" + b"".join(TEN[5:]), 5, "unreadable", "after the record"),
        # A record whose length is wrong: too short, too long, negative, no number.
        (PLAIN.replace(b"Content-Length: ", b"Content-Length: 9999", 1), 0, "unreadable", "it ends within a record"),
        (TEN[0] + TEN[1].replace(b"Content-Length: ", b"Content-Length: -", 1) + TEN[2], 1, "unreadable", "after the"),
        (TEN[0] + TEN[1].replace(b"Content-Length: ", b"Content-Length: x", 1) + TEN[2], 1, "unreadable", "after the"),
        # Something else altogether.
        (b"", 0, "empty_source", "no records"),
        (PAGE, 0, "wrong_content", "a web page without a title, not a WARC archive"),
        (gzip.compress(PAGE * 50, mtime=0), 0, "wrong_content", "a web page without a title, not a WARC archive"),
        (b"WARC/1.1\r\nand nothing that\r\nends: here" * 9_000, 0, "unreadable", "from its beginning"),
        (os.urandom(5_000), 0, "wrong_content", "not a WARC archive"),
        (b"WARC/1.0\r\n", 0, "empty_source", "none of them a web page"),
    ],
)
def test_a_damaged_archive_gives_what_is_readable_and_one_problem(
    read: Callable[..., list[Found]], content: bytes, pages: int, code: str, words: str
) -> None:
    found = read(content)
    assert _count_pages(found) == pages
    (problem,) = _get_problems(found)
    assert problem.code == code
    assert words in problem.detail
    assert problem.reference.endswith("a.warc.gz")


def test_a_damaged_archive_is_consumed_as_far_as_it_goes_and_an_unreadable_one_is_told_again(
    read: Callable[..., list[Found]],
) -> None:
    assert isinstance(read(PACKED[:-40])[-1], Consumed)
    assert not [one for one in read(os.urandom(5_000)) if isinstance(one, Consumed)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.warc", PLAIN),
        ("a.warc.gz", PACKED),
        ("named-wrongly.warc", PACKED),
        ("all-in-one.warc.gz", gzip.compress(PLAIN, mtime=0)),
        ("a.warc.zst", zstandard.compress(PLAIN)),
    ],
)
def test_compression_is_known_by_content(read: Callable[..., list[Found]], name: str, content: bytes) -> None:
    assert _count_pages(read(content, name)) == 10


def _chunk(content: bytes) -> bytes:
    return b"%x;a=b\r\n%s\r\n5\r\n%s\r\n0\r\n\r\n" % (len(content) - 5, content[:-5], content[-5:])


RAW_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        (["Transfer-Encoding: chunked"], _chunk(PAGE)),
        (["Content-Encoding: gzip"], gzip.compress(PAGE, mtime=0)),
        (["Content-Encoding: x-gzip", "Transfer-Encoding: chunked"], _chunk(gzip.compress(PAGE, mtime=0))),
        (["Content-Encoding: br"], brotli.compress(PAGE)),
        (["Content-Encoding: zstd"], zstandard.compress(PAGE)),
        (["Content-Encoding: deflate"], zlib.compress(PAGE)),
        (["Content-Encoding: deflate"], RAW_DEFLATE.compress(PAGE) + RAW_DEFLATE.flush()),
        (["Content-Encoding: gzip, br"], brotli.compress(gzip.compress(PAGE, mtime=0))),
        # What the crawler decoded, under the headers as they came.
        (["Content-Encoding: gzip", "Transfer-Encoding: chunked"], PAGE),
        (["Content-Encoding: br"], PAGE),
        (["Content-Encoding: zstd"], PAGE),
        (["Content-Encoding: deflate"], PAGE),
        (["Content-Encoding: utf-8"], PAGE),
    ],
)
def test_codings_of_http_are_undone(read: Callable[..., list[Found]], headers: list[str], content: bytes) -> None:
    page = read(make_record("response", "http://news.test/a", make_answer(content, headers=headers)))[0]
    assert isinstance(page, Page)
    assert page.content == PAGE


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ([], b"<html>" + b"a" * MOST_BYTES),
        (["Content-Encoding: gzip"], gzip.compress(b"a" * (MOST_BYTES * 20), mtime=0)),
        (["Content-Encoding: br"], brotli.compress(b"a" * (MOST_BYTES * 3), quality=1)),
        (["Content-Encoding: zstd"], zstandard.compress(b"a" * (MOST_BYTES * 3))),
        (["Content-Encoding: deflate"], zlib.compress(b"a" * (MOST_BYTES * 3))),
    ],
)
def test_a_page_that_is_too_large_is_left_out_and_the_next_is_read(
    read: Callable[..., list[Found]], headers: list[str], content: bytes
) -> None:
    large = make_record("response", "http://news.test/large", make_answer(content, headers=headers))
    problem, page, _ = read(large + make_page(1))
    assert isinstance(problem, Problem)
    assert problem.code == "too_large"
    assert problem.reference.endswith(":0")
    assert isinstance(page, Page)


def test_a_page_whose_coding_is_broken_is_a_problem_of_its_own(read: Callable[..., list[Found]]) -> None:
    broken = b"\x1f\x8b\x08\x00" + b"\xff" * 50
    record = make_record("response", "http://news.test/a", make_answer(broken, headers=["Content-Encoding: gzip"]))
    problem, page, _ = read(record + make_page(1))
    assert isinstance(problem, Problem)
    assert (problem.code, isinstance(page, Page)) == ("unreadable", True)
    assert "http://news.test/a" in problem.detail


@pytest.mark.parametrize(
    "record",
    [
        make_record("response", "http://news.test/a", b"no HTTP at all"),
        make_record("response", "http://news.test/a", b""),
        make_record("response", "http://news.test/a", make_answer(PAGE, status="503 Busy")),
        make_record("response", "http://news.test/a", make_answer(PAGE, stated="application/pdf")),
        make_record("response", "dns:news.test", b"news.test. 60 IN A 192.0.2.1", stated="text/dns"),
        make_record("resource", "http://news.test/a", PAGE, stated="image/png"),
        make_record("request", "http://news.test/a", b"GET /a HTTP/1.1\r\n\r\n"),
        make_record("revisit", "http://news.test/a", make_answer(b"")),
        make_record("conversion", "http://news.test/a", PAGE, stated="text/html"),
        make_record("response", "http://news.test/a", b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 40_000 + b"\r\n\r\n"),
    ],
)
def test_what_is_no_web_page_is_passed_over(read: Callable[..., list[Found]], record: bytes) -> None:
    found = read(record + make_page(1))
    assert [type(one) for one in found] == [Page, Consumed]


def test_a_web_page_saved_as_a_resource_is_read(read: Callable[..., list[Found]]) -> None:
    page = read(make_record("resource", "file:///home/a.html", PAGE, stated="text/html"))[0]
    assert isinstance(page, Page)
    assert (page.url, page.content) == (None, PAGE)


def test_odd_headers_do_no_harm(read: Callable[..., list[Found]]) -> None:
    odd = make_answer(PAGE, stated="text/html; charset=\x80none", headers=["X-Odd: caf\xe9", "Set-Cookie: id=secret"])
    record = make_record("response", "<http://me:secret@news.test/a>", odd, day="yesterday")
    page = read(record)[0]
    assert isinstance(page, Page)
    assert (page.url, page.fetched_at, page.charset, page.content) == ("http://news.test/a", None, None, PAGE)
    assert "x-odd" in page.headers
    assert "secret" not in str(page.headers)


def test_the_look_stops_pages_before_they_are_made(read: Callable[..., list[Found]]) -> None:
    look = Counting(b"ward 3 ")
    found = read(PACKED, means=Means(Fetcher(), look=look))
    assert (_count_pages(found), look.stopped) == (1, 9)
    assert isinstance(found[-1], Consumed)
    assert not _get_problems(read(PACKED, means=Means(Fetcher(), look=Counting(b"nothing"))))


def test_the_reference_says_where_the_record_is(read: Callable[..., list[Found]]) -> None:
    pages = [one for one in read(PACKED) if isinstance(one, Page)]
    offset = int(pages[5].reference.rpartition(":")[2])
    assert offset == HALF
    assert gzip.decompress(PACKED[offset : offset + len(pack([TEN[5]]))]) == TEN[5]


def test_an_interrupted_run_goes_on_after_the_last_part(
    read: Callable[..., list[Found]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc, "_PART", 3)
    found = read(PACKED)
    keys = [one.key for one in found if isinstance(one, Consumed)]
    assert [key.rpartition("#")[2] for key in keys[:-1]] == ["0", "1", "2"]
    known = set(keys[:2])
    again = read(PACKED, means=Means(Fetcher(), lambda key, validator: key in known))
    assert [one.url for one in again if isinstance(one, Page)] == [f"http://news.test/{n}" for n in (6, 7, 8, 9)]
    known = {keys[1]}  # what was remembered of a part does not hold for another
    assert _count_pages(read(PACKED, means=Means(Fetcher(), lambda key, validator: key in known))) == 7


def test_an_archive_that_changed_is_read_anew(read: Callable[..., list[Found]]) -> None:
    consumed = read(PACKED)[-1]
    assert isinstance(consumed, Consumed)
    means = Means(Fetcher(), lambda key, validator: (key, validator) == (consumed.key, consumed.validator))
    assert read(PACKED, means=means) == []
    assert _count_pages(read(PACKED + pack([make_page(11)]), means=means)) == 11


def test_an_archive_that_can_not_be_had_is_told(tmp_path: Path) -> None:
    with serve({}) as site, site.open_fetcher() as fetcher:
        source = Source(name="crawl", kind="warc", location=f"{site.root}/a.warc.gz")
        (problem,) = discover_source(source, Means(fetcher))
    assert isinstance(problem, Problem)
    assert problem.code == "fetch_failed"
    (missing,) = discover_source(Source(name="crawl", kind="warc", location=str(tmp_path / "no")), Means(Fetcher()))
    assert isinstance(missing, Problem)
    assert missing.code == "not_found"


def test_an_archive_that_is_being_written_is_left_for_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(PACKED)
    source = Source(name="crawl", kind="warc", location=str(tmp_path))
    assert list(discover_source(source, Means(Fetcher()))) == []


def test_the_type_may_be_written_in_capitals(read: Callable[..., list[Found]]) -> None:
    record = make_record("response", "http://news.test/a", make_answer(PAGE, stated=HTML_TYPE.upper()))
    assert _count_pages(read(record)) == 1
