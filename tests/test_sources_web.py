"""Fetching from a server that the test starts on this machine."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from schemas import MediaType, Page, Problem
from sources.files import MOST_BYTES
from sources.web import fetch_page, name_user_agent, open_client

HTML = b"<html><body><p>It was told.</p></body></html>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[str] = []
        self.agents: set[str | None] = set()


class _Answers(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.agents.add(self.headers["User-Agent"])
        times = self.server.asked.count(self.path)
        status, headers, body = _answer(self.path, times)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _answer(path: str, times: int) -> tuple[int, dict[str, str], bytes]:
    html = {"Content-Type": "text/html; charset=ISO-8859-15"}
    again = {"/busy": (503, {}), "/slow-down": (429, {"Retry-After": "7"}), "/drop": (0, {})}
    if path in again and times == 1:
        return again[path][0], dict(again[path][1]), b""
    if path.startswith("/hop"):
        return 302, {"Location": f"/hop{int(path[4:]) - 1}" if path != "/hop1" else "/page"}, b""
    rows: dict[str, tuple[int, dict[str, str], bytes]] = {
        "/gone": (404, html, b"none"),
        "/later": (429, {"Retry-After": "3600"}, b""),
        "/down": (500, {}, b""),
        "/pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF"),
        "/plain": (200, {"Content-Type": "text/plain"}, b"It was told."),
        "/untyped": (200, {}, HTML),
        "/empty": (200, html, b""),
        "/packed": (200, html | {"Content-Encoding": "gzip"}, gzip.compress(HTML)),
        "/bomb": (200, html | {"Content-Encoding": "gzip"}, gzip.compress(b"a" * (MOST_BYTES + 1))),
        "/elsewhere": (302, {"Location": "file:///etc/hostname"}, b""),
    }
    return rows.get(path, (200, html, HTML))


@pytest.fixture
def server() -> Iterator[_Server]:
    started = _Server()
    thread = threading.Thread(target=started.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield started
    started.shutdown()
    started.server_close()


@pytest.fixture
def fetch(server: _Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Page | Problem]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with open_client() as client:
        yield lambda path: fetch_page(f"http://127.0.0.1:{server.server_port}{path}", client, wait=lambda seconds: None)


Fetch = Callable[[str], Page | Problem]


def test_page_with_its_charset_and_final_address(server: _Server, fetch: Fetch) -> None:
    page = fetch("/hop5")
    assert isinstance(page, Page)
    assert page.content == HTML
    assert page.charset == "iso-8859-15"
    assert page.url == f"http://127.0.0.1:{server.server_port}/page"
    assert page.reference.endswith("/hop5")
    assert page.fetched_at is not None
    assert server.agents == {name_user_agent()}
    assert name_user_agent().startswith("breachwire/")


@pytest.mark.parametrize(
    ("path", "media_type", "content"),
    [
        ("/plain", MediaType.TEXT, b"It was told."),
        ("/untyped", MediaType.HTML, HTML),
        ("/packed", MediaType.HTML, HTML),
    ],
)
def test_content_types(fetch: Fetch, path: str, media_type: MediaType, content: bytes) -> None:
    page = fetch(path)
    assert isinstance(page, Page)
    assert (page.media_type, page.content) == (media_type, content)


@pytest.mark.parametrize("path", ["/busy", "/slow-down", "/drop"])
def test_tries_again_where_waiting_helps(server: _Server, fetch: Fetch, path: str) -> None:
    assert isinstance(fetch(path), Page)
    assert server.asked == [path, path]


@pytest.mark.parametrize(
    ("path", "code", "words", "asked"),
    [
        ("/gone", "fetch_failed", "404", 1),
        ("/later", "fetch_failed", "429", 1),
        ("/down", "fetch_failed", "500", 3),
        ("/pdf", "not_html", "application/pdf", 1),
        ("/empty", "empty_page", "empty", 1),
        ("/bomb", "too_large", "10 MB", 1),
        ("/hop6", "fetch_failed", "5 times", 6),
        ("/elsewhere", "fetch_failed", "fetched", 1),
    ],
)
def test_refusals(server: _Server, fetch: Fetch, path: str, code: str, words: str, asked: int) -> None:
    problem = fetch(path)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert words in problem.detail
    assert len(server.asked) == asked


def test_asked_wait_is_honoured(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    waited: list[float] = []
    with open_client() as client:
        fetch_page(f"http://127.0.0.1:{server.server_port}/slow-down", client, waited.append)
    assert waited == [7.0]


def test_no_new_attempt_when_the_time_is_up(server: _Server, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sources.web.WHOLE_SECONDS", 0.0)
    assert isinstance(fetch("/down"), Problem)
    assert server.asked == ["/down"]


def test_no_server_at_all() -> None:
    waited: list[float] = []
    with httpx.Client(trust_env=False) as client:
        problem = fetch_page("http://127.0.0.1:9/", client, waited.append)
    assert isinstance(problem, Problem)
    assert problem.code == "fetch_failed"
    assert waited == [1.0, 2.0]


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://a b/", "http://127.0.0.1:99999/", "http://\x00/"])
def test_addresses_that_are_none(url: str) -> None:
    with httpx.Client(trust_env=False) as client:
        problem = fetch_page(url, client, lambda seconds: None)
    assert isinstance(problem, Problem)
    assert problem.code == "fetch_failed"
