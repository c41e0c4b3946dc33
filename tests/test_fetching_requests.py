"""Single requests to a server of the test: content types, limits, compression, redirects, failures."""

import gzip
import logging
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest
from pydantic import ValidationError

from schemas import FetchSettings, MediaType, Page, Problem
from sources import Fetched, Fetcher, Reference, ReferenceKind, Unchanged, read_page
from sources.fetching import name_user_agent, to_page
from sources.fetching.unpacking import Damaged, TooMuch, Unpacker
from tests.site import Answer, Site, open_fetcher, run_site

HTML = b"<html><body><p>It was told.</p></body></html>"
TYPE = {"Content-Type": "text/html; charset=ISO-8859-15"}
MOST = 100_000


@pytest.fixture
def site() -> Iterator[Site]:
    with run_site() as running:
        running.pages = {}
        yield running


@pytest.fixture
def fetcher(site: Site) -> Iterator[Fetcher]:
    with open_fetcher(site, most_bytes=MOST) as opened:
        yield opened


def _bare_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@pytest.mark.parametrize(
    ("headers", "sent", "media_type", "content"),
    [
        (TYPE, HTML, MediaType.HTML, HTML),
        ({"Content-Type": "text/plain"}, b"It was told.", MediaType.TEXT, b"It was told."),
        ({"Content-Type": "Application/XHTML+XML"}, HTML, MediaType.HTML, HTML),
        ({}, HTML, MediaType.HTML, HTML),
        (TYPE | {"Content-Encoding": "gzip"}, gzip.compress(HTML, mtime=0), MediaType.HTML, HTML),
        (
            TYPE | {"Content-Encoding": "gzip"},
            gzip.compress(b"<p>", mtime=0) + gzip.compress(HTML, mtime=0),
            MediaType.HTML,
            b"<p>" + HTML,
        ),
        (TYPE | {"Content-Encoding": "gzip"}, gzip.compress(HTML, mtime=0) + b"\0\0\0", MediaType.HTML, HTML),
        (TYPE | {"Content-Encoding": "deflate"}, zlib.compress(HTML), MediaType.HTML, HTML),
        (TYPE | {"Content-Encoding": "deflate"}, _bare_deflate(HTML), MediaType.HTML, HTML),
    ],
)
def test_content(
    site: Site, fetcher: Fetcher, headers: dict[str, str], sent: bytes, media_type: MediaType, content: bytes
) -> None:
    url = site.put("alpha.test", "/a", Answer(200, sent, headers))
    fetched = fetcher.fetch_article(url)
    assert isinstance(fetched, Fetched), fetched
    page = to_page(fetched, Reference(ReferenceKind.URL, url, outlet="Alpha", source="one"))
    assert isinstance(page, Page)
    assert (page.media_type, page.content, page.url, page.reference) == (media_type, content, url, url)
    assert page.charset == ("iso-8859-15" if "charset" in headers.get("Content-Type", "") else None)
    assert (page.outlet, page.source) == ("Alpha", "one")
    assert page.fetched_at is not None


@pytest.mark.parametrize(
    ("answer", "code", "words", "asked"),
    [
        (Answer(404, b"", TYPE), "fetch_failed", "404", 1),
        (Answer(403, b"", TYPE), "fetch_failed", "403", 1),
        (Answer(500), "fetch_failed", "500", 3),
        (Answer(204, b"", TYPE), "fetch_failed", "204", 1),
        (Answer(304, b"", TYPE), "fetch_failed", "never had", 1),
        (Answer(200, b"%PDF", {"Content-Type": "application/pdf"}), "not_html", "application/pdf", 1),
        (Answer(200, b"", TYPE), "empty_page", "empty", 1),
        (Answer(200, b"a" * (MOST + 1), TYPE), "too_large", "0.1 MB", 1),
        (
            Answer(200, gzip.compress(b"a" * (MOST + 1), mtime=0), TYPE | {"Content-Encoding": "gzip"}),
            "too_large",
            "0.1 MB",
            1,
        ),
        (Answer(200, b"\x0b\x02\x80", TYPE | {"Content-Encoding": "br"}), "fetch_failed", "'br'", 3),
        (
            Answer(200, gzip.compress(HTML, mtime=0), TYPE | {"Content-Encoding": "gzip, gzip"}),
            "fetch_failed",
            "unpacked",
            3,
        ),
        (Answer(302, b"", {"Location": "file:///etc/hostname"}), "refused_address", "file:", 1),
        (Answer(302, b"", {"Location": "http://reader:secret@beta.test/"}), "refused_address", "password", 1),
        (Answer(302, b""), "fetch_failed", "nowhere", 1),
        (Answer(302, b"", {"Location": "http://[::1"}), "fetch_failed", "no address", 1),
    ],
)
def test_refusals(site: Site, fetcher: Fetcher, answer: Answer, code: str, words: str, asked: int) -> None:
    url = site.put("alpha.test", "/a", answer)
    problem = fetcher.fetch_article(url)
    assert isinstance(problem, Problem), problem
    assert (problem.code, problem.reference) == (code, url)
    assert words in problem.detail
    assert "secret" not in problem.model_dump_json()
    assert site.list_asked() == ["/a"] * asked


@pytest.mark.parametrize("cut", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nhalf", b"nonsense\r\n\r\n"])
def test_tries_again_where_that_can_help(site: Site, fetcher: Fetcher, cut: bytes) -> None:
    broken = Answer(200, misbehave=lambda connection: connection.sendall(cut))
    url = site.put("alpha.test", "/a", broken, Answer(200, HTML, TYPE))
    assert isinstance(fetcher.fetch_article(url), Fetched)
    assert site.list_asked() == ["/a", "/a"]


@pytest.mark.parametrize("hops", [5, 6])
def test_at_most_five_redirects(site: Site, fetcher: Fetcher, hops: int) -> None:
    for hop in range(1, hops + 1):
        site.put("alpha.test", f"/{hop}", Answer(302, b"", {"Location": f"/{hop - 1}"}))
    end = site.put("alpha.test", "/0", Answer(200, HTML, TYPE))
    answer = fetcher.fetch_article(site.make_url("alpha.test", f"/{hops}"))
    if hops == 5:
        assert isinstance(answer, Fetched)
        assert answer.final_url == end
        # Whoever links to where it led has had that article.
        assert isinstance(fetcher.fetch_article(end), Unchanged)
    else:
        assert isinstance(answer, Problem)
        assert "5 times" in answer.detail
    assert len(site.list_asked()) == 6


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://[::1",
        "http://a b/",
        "http://alpha.test:99999/",
        "http://\x00/",
        "ftp://alpha.test/",
        "alpha.test",
    ],
)
def test_addresses_that_are_none(fetcher: Fetcher, url: str) -> None:
    for problem in (fetcher.fetch_article(url), fetcher.fetch(url)):
        assert isinstance(problem, Problem)
        assert problem.code == "refused_address"


def test_no_server_and_no_name(site: Site, fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for url in (f"http://alpha.test:{port}/", "http://nowhere.example/"):
        problem = fetcher.fetch_article(url)
        assert isinstance(problem, Problem)
        assert problem.code == "resting_host"
        assert "robots.txt" in problem.detail


def test_credentials_are_in_nothing_that_is_kept(
    site: Site, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.put("alpha.test", "/a?token=s3cret&id=1", Answer(200, HTML, TYPE | {"Set-Cookie": "session=s3cret"}))
    url = site.make_url("alpha.test", "/a?token=s3cret&id=1")
    fetched = fetcher.fetch_article(url)
    assert isinstance(fetched, Fetched)
    assert "token=hidden" in fetched.url
    refused = fetcher.fetch_article("http://reader:s3cret@alpha.test/a")
    kept = [fetched, refused, to_page(fetched, Reference(ReferenceKind.URL, url)), caplog.text]
    assert all("s3cret" not in str(one) for one in kept)
    assert site.log[-1].path == "/a?token=s3cret&id=1", "but asked for is what was given"


def test_no_cookie_is_given_back(site: Site, fetcher: Fetcher) -> None:
    site.put("alpha.test", "/b", Answer(200, HTML, TYPE))
    moved = Answer(302, b"", {"Set-Cookie": "reader=7; Path=/", "Location": "/b"})
    assert isinstance(fetcher.fetch_article(site.put("alpha.test", "/a", moved)), Fetched)
    assert all("cookie" not in one.headers for one in site.log)


def test_documents_come_whole_though_only_asked_for_where_changed(site: Site, fetcher: Fetcher) -> None:
    named = {"Content-Type": "application/xml; charset=koi8-r", "ETag": '"1"'}
    changed = Answer(200, b"<rss>new</rss>", {**named, "ETag": '"2"'})
    url = site.put("alpha.test", "/feed", *[Answer(200, b"<rss/>", named)] * 2, changed)
    first, again, third = (fetcher.fetch(url) for _ in range(3))
    assert isinstance(first, Fetched)
    assert isinstance(again, Fetched)
    assert isinstance(third, Fetched)
    assert [one.is_unchanged for one in (first, again, third)] == [False, True, False]
    assert (again.status, again.content, again.charset) == (304, b"<rss/>", "koi8-r")
    assert again.media_type == "application/xml"
    assert third.content == b"<rss>new</rss>"
    assert [one.headers.get("if-none-match") for one in site.log[1:]] == [None, '"1"', '"1"']


def test_a_document_that_failed_is_not_asked_for_at_once(site: Site, fetcher: Fetcher) -> None:
    url = site.put("alpha.test", "/feed", Answer(404))
    assert fetcher.fetch(url) == fetcher.fetch(url)
    assert site.list_asked() == ["/feed"]


def test_closing_breaks_off_what_is_under_way(site: Site) -> None:
    asked = threading.Event()

    def wait(connection: socket.socket) -> None:
        asked.set()
        connection.recv(1)

    url = site.put("alpha.test", "/a", Answer(200, misbehave=wait))
    fetcher = open_fetcher(site, first_byte_seconds=60, whole_seconds=60)
    under_way = [fetcher.submit_article(url), fetcher.submit_article(site.make_url("alpha.test", "/b"))]
    assert asked.wait(10)
    begun = time.monotonic()
    fetcher.close()
    fetcher.close()
    assert time.monotonic() - begun < 30, "far from its limits"
    for future in under_way:
        with pytest.raises(CancelledError):
            future.result(10)
    with pytest.raises(RuntimeError, match="closed"):
        fetcher.fetch(url)


def test_read_page_of_an_address_goes_through_the_guard() -> None:
    problem = read_page(Reference(ReferenceKind.URL, "http://127.0.0.1:9/"))
    assert isinstance(problem, Problem)
    assert problem.code == "refused_address"


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_unpacking_stops_at_the_limit(step: int) -> None:
    packed = gzip.compress(b"a" * 1_000, mtime=0)
    for most, ends in ((1_000, False), (999, True)):
        unpacker = Unpacker("gzip", most)
        try:
            for begin in range(0, len(packed), step):
                unpacker.feed(packed[begin : begin + step])
            assert unpacker.finish() == b"a" * 1_000
            stopped = False
        except TooMuch:
            stopped = True
        assert stopped is ends
        assert len(unpacker.content) <= most


def test_unpacking_many_empty_members_ends() -> None:
    unpacker = Unpacker("gzip", 1_000)
    members = [gzip.compress(b"", mtime=0)] * 1_000
    with pytest.raises(TooMuch):
        any(map(unpacker.feed, members))


@pytest.mark.parametrize(
    ("encoding", "content"), [("gzip", b"no gzip"), ("deflate", b"\xff\xff no"), ("gzip", b"\x1f")]
)
def test_unpacking_what_is_damaged(encoding: str, content: bytes) -> None:
    unpacker = Unpacker(encoding, 1_000)
    with pytest.raises(Damaged):
        unpacker.feed(content) or unpacker.finish()


@pytest.mark.parametrize("contact", ["desk@study.example", "https://study.example/breaches", None])
def test_name(contact: str | None) -> None:
    name = name_user_agent(FetchSettings(contact=contact).contact)
    assert name.startswith("breachwire/")
    assert name.endswith(f" (+{contact})" if contact else name[-1])


@pytest.mark.parametrize(
    "contact", ["", "me", "a@b.example\r\nHost: x", "javascript:1", "x" * 300 + "@b.example", "(a)@b.c"]
)
def test_contacts_that_are_none(contact: str) -> None:
    with pytest.raises(ValidationError, match="e-mail address"):
        FetchSettings(contact=contact)
