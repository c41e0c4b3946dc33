"""From references to pages, and large files to disk."""

import itertools
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from schemas import Page, Problem
from sources import Consumed, Memory, Reference, ReferenceKind, Unchanged, read_pages
from sources.fetching.lanes import Lanes
from sources.pages import MOST_UNDER_WAY
from tests.site import HOSTS, Answer, Site, open_fetcher, run_site

HTML = Answer(200, b"<p>It was told.</p>", {"Content-Type": "text/html"})


@pytest.fixture
def site() -> Iterator[Site]:
    with run_site() as running:
        running.pages = {}
        yield running


def _refer(url: str) -> Reference:
    return Reference(ReferenceKind.URL, url)


def test_lanes_serve_hosts_in_turn() -> None:
    lanes: Lanes[str] = Lanes()
    for name in ("a1", "a2", "a3", "a4", "b1", "c1"):
        lanes.add(f"http://{name[0]}.test/{name}", name)
    taken = list(iter(lanes.take, None))
    assert taken == ["a1", "b1", "c1", "a2"]
    assert len(lanes) == 2
    lanes.leave("http://a.test/a1")
    assert [lanes.take(), lanes.take()] == ["a3", None]


def test_everything_comes_once_and_local_files_in_their_order(site: Site, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(5)]
    for file in files:
        file.write_text("date 2024-05-06\n\nIt was told.")
    urls = [site.put(host, f"/{number}", HTML) for host in HOSTS for number in range(5)]
    local = [Reference(ReferenceKind.TEXT, str(file)) for file in files]
    problem = Problem(code="not_found", reference="x", detail="There is none.")
    consumed = Consumed("x", "1")
    found = [*map(_refer, urls[:8]), *local, problem, consumed, *map(_refer, urls[8:]), _refer(urls[0])]
    with open_fetcher(site) as fetcher:
        results = list(read_pages(found, published=date(2024, 5, 6), fetcher=fetcher))
    pages = [result for result in results if isinstance(result, Page)]
    assert sorted(page.reference for page in pages) == sorted([*urls, *map(str, files)])
    assert [page.reference for page in pages if page.url is None] == [str(file) for file in files]
    assert {page.published for page in pages} == {date(2024, 5, 6)}
    assert [result for result in results if not isinstance(result, Page | Unchanged)] == [problem, consumed]
    assert sum(isinstance(result, Unchanged) for result in results) == 1


def test_a_slow_host_does_not_keep_the_others(site: Site) -> None:
    go_on = threading.Event()
    slow = Answer(200, misbehave=lambda connection: (go_on.wait(20), connection.sendall(b"HTTP/1.1 404 No\r\n\r\n"))[1])
    first = site.put("alpha.test", "/slow", slow)
    others = [site.put("beta.test", f"/{number}", HTML) for number in range(20)]
    with open_fetcher(site, first_byte_seconds=30, whole_seconds=30) as fetcher:
        results = read_pages(map(_refer, [first, *others]), fetcher=fetcher)
        come = [result.reference for result in itertools.islice(results, 20) if isinstance(result, Page)]
        assert come == others
        go_on.set()
        assert [result.reference for result in results if isinstance(result, Problem)] == [first]


def test_no_more_is_under_way_than_memory_bears(site: Site) -> None:
    drawn: list[str] = []

    def draw() -> Iterator[Reference]:
        for number in itertools.count():
            drawn.append(f"http://host-{number}.test/")
            yield _refer(drawn[-1])

    with open_fetcher(site, attempts=1) as fetcher:
        results = read_pages(draw(), fetcher=fetcher)
        problem = next(results)
        assert isinstance(problem, Problem)
        results.close()  # type: ignore[attr-defined]
    assert len(drawn) <= 2_000 + MOST_UNDER_WAY


def test_what_the_fetcher_breaks_on_is_a_problem_of_one_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = [site.put("alpha.test", f"/{number}", HTML) for number in range(3)]
    broken = urls[1]
    with open_fetcher(site) as fetcher:
        submit = fetcher.submit_article

        def break_on_one(url: str, updated: object = None) -> object:
            future = submit(url)
            if url == broken:
                future.result(20)
                future = type(future)()
                future.set_exception(KeyError("a bug"))
            return future

        monkeypatch.setattr(fetcher, "submit_article", break_on_one)
        results = list(read_pages(map(_refer, urls), fetcher=fetcher))
    assert sorted(result.reference for result in results if isinstance(result, Page)) == [urls[0], urls[2]]
    (problem,) = [result for result in results if isinstance(result, Problem)]
    assert (problem.code, problem.reference) == ("fetch_failed", broken)
    assert "a bug" in problem.detail


_READ_AND_HANG = """
import time
from tests.test_fetching_pages import *
with run_site() as site:
    site.pages = {}
    def hang(connection):
        print("asked", flush=True)
        time.sleep(60)
    url = site.put("alpha.test", "/a", Answer(200, misbehave=hang))
    with open_fetcher(site, first_byte_seconds=60, whole_seconds=60) as fetcher:
        list(read_pages([Reference(ReferenceKind.URL, one) for one in (url, url + "b")], fetcher=fetcher))
"""


def test_ctrl_c_ends_it_at_once() -> None:
    root = Path(__file__).parents[1]
    child = subprocess.Popen(
        [sys.executable, "-c", _READ_AND_HANG], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"asked\n"
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=30)  # the request itself would take a minute
    assert told.decode().strip().endswith("KeyboardInterrupt")
    assert b"never retrieved" not in told
    assert b"destroyed" not in told


CONTENT = bytes(range(256)) * 4_000


def test_download_of_a_large_file(site: Site, tmp_path: Path) -> None:
    moved = site.put("alpha.test", "/a.warc.gz", Answer(302, b"", {"Location": "/b.warc.gz"}))
    site.put("alpha.test", "/b.warc.gz", Answer(200, CONTENT, {"Content-Type": "application/warc"}))
    with open_fetcher(site, most_bytes=1_000) as fetcher:
        assert fetcher.download(moved, tmp_path / "in" / "a.warc.gz", 2_000_000) == tmp_path / "in" / "a.warc.gz"
    assert (tmp_path / "in" / "a.warc.gz").read_bytes() == CONTENT
    assert [file.name for file in (tmp_path / "in").iterdir()] == ["a.warc.gz"]


def test_download_goes_on_where_it_broke_off(site: Site, tmp_path: Path) -> None:
    half = len(CONTENT) // 2
    head = f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: {len(CONTENT)}\r\n\r\n'.encode()
    broken = Answer(200, misbehave=lambda connection: connection.sendall(head + CONTENT[:half]))
    rest = Answer(
        206, CONTENT[half:], {"ETag": '"1"', "Content-Range": f"bytes {half}-{len(CONTENT) - 1}/{len(CONTENT)}"}
    )
    url = site.put("alpha.test", "/a.warc.gz", broken, rest)
    with Memory() as memory:
        with open_fetcher(site, memory, attempts=1) as fetcher:
            assert isinstance(fetcher.download(url, tmp_path / "a.warc.gz", 2_000_000), Problem)
        with open_fetcher(site, memory) as fetcher:
            assert fetcher.download(url, tmp_path / "a.warc.gz", 2_000_000) == tmp_path / "a.warc.gz"
    assert (tmp_path / "a.warc.gz").read_bytes() == CONTENT
    asked = [one.headers for one in site.log if one.path == "/a.warc.gz"]
    assert [headers.get("range") for headers in asked] == [None, f"bytes={half}-"]
    assert asked[1]["if-range"] == '"1"'


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Answer(404), "fetch_failed", "404"),
        (Answer(200, CONTENT), "too_large", "0.5 MB"),
        (Answer(206, CONTENT, {"Content-Range": "bytes 7-9/10"}), "fetch_failed", "changed"),
        (Answer(302, b"", {"Location": "http://127.0.0.1/"}), "refused_address", "loopback"),
    ],
)
def test_downloads_that_fail(site: Site, tmp_path: Path, answer: Answer, code: str, words: str) -> None:
    url = site.put("alpha.test", "/a.warc", answer)
    with open_fetcher(site) as fetcher:
        problem = fetcher.download(url, tmp_path / "a.warc", 500_000)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert words in problem.detail
    assert not (tmp_path / "a.warc").exists()
