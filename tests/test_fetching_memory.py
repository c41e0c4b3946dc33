"""What was fetched is remembered: over kills, by several processes, and no longer than it may be."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from schemas import MediaType, Page, Problem
from sources import Fetched, Memory, MemoryUnusable, Outcome, Reason, Unchanged
from sources.fetching import Kind
from tests.site import Answer, Site, open_fetcher, run_site

NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)
URL = "https://www.news.example/a"
ROOT = Path(__file__).parents[1]


def make_page(url: str = URL, asked: str | None = None, content: bytes = b"<p>It was told.</p>") -> Page:
    return Page(
        reference=asked or url,
        media_type=MediaType.HTML,
        content=content,
        url=url,
        headers={"etag": '"1"', "last-modified": "Mon, 06 May 2024 10:00:00 GMT"},
        fetched_at=NOW,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "below" / "memory.sqlite"


@pytest.fixture
def site() -> Iterator[Site]:
    with run_site() as running:
        running.pages = {}
        yield running


def test_the_way_of_an_article(file: Path) -> None:
    page = make_page()
    with Memory(file) as memory:
        assert not memory.is_known(URL)
        memory.keep([page])
    with Memory(file) as memory:
        assert memory.is_known(URL)
        (left,) = memory.unsettled()
        assert (left.page_hash, left.content_hash, left.url) == (page.page_hash, page.content_hash, URL)
        assert left.ask_if_changed() == {
            "If-None-Match": '"1"',
            "If-Modified-Since": "Mon, 06 May 2024 10:00:00 GMT",
        }
        memory.settle([page.reference, "/a/file.html", "https://news.example/never-met"], Outcome.LOADED)
        assert list(memory.unsettled()) == []
        assert memory.is_known(URL)
        assert not memory.is_known("https://news.example/never-met")


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("http://news.example/a/", True),  # another spelling of the same article
        ("https://www.news.example/a?utm_source=letter#top", True),
        ("https://t.example/x1", True),  # it redirected there
        ("https://www.news.example/b", False),
    ],
)
def test_other_addresses_of_an_article(asked: str, known: bool) -> None:
    with Memory() as memory:
        memory.keep([make_page(asked="https://t.example/x1")])
        assert memory.is_known(asked) is known
        memory.settle(["https://t.example/x1"], Outcome.STOPPED)
        assert list(memory.unsettled()) == []


@pytest.mark.parametrize(
    ("updated", "known"),
    [
        (None, True),
        (NOW, True),
        (NOW + timedelta(seconds=1), False),
        (datetime(2024, 5, 6, 11), True),  # no zone: UTC
        (datetime(2024, 5, 6, 13), False),
    ],
)
def test_updated_articles_are_not_known(updated: datetime | None, known: bool) -> None:
    with Memory() as memory:
        memory.keep([make_page()])
        assert memory.is_known(URL, updated, NOW) is known


def test_an_updated_article_is_asked_for_conditionally(site: Site) -> None:
    typed = {"Content-Type": "text/html", "ETag": '"1"'}
    url = site.put("alpha.test", "/a", *[Answer(200, b"<p>old</p>", typed)] * 2, Answer(200, b"<p>new</p>"))
    with Memory() as memory, open_fetcher(site, memory) as fetcher:
        first = fetcher.fetch_article(url)
        assert isinstance(first, Fetched)
        memory.keep([make_page(url, content=first.content).model_copy(update={"fetched_at": first.fetched_at})])
        same = fetcher.fetch_article(url, updated=first.fetched_at - timedelta(hours=1))
        unchanged = fetcher.fetch_article(url, updated=datetime.now(UTC))
        changed = fetcher.fetch_article(url, updated=datetime.now(UTC) + timedelta(hours=1))
    assert isinstance(same, Unchanged)
    assert same.reason is Reason.HAD
    assert isinstance(unchanged, Unchanged)
    assert unchanged.reason is Reason.NOT_MODIFIED
    assert isinstance(changed, Fetched)
    assert changed.content == b"<p>new</p>"
    asked = [one for one in site.log if one.path == "/a"]
    assert [one.headers.get("if-none-match") for one in asked] == [None, '"1"', '"1"']


def test_what_failed_is_tried_again_when_it_is_due(site: Site) -> None:
    url = site.put("alpha.test", "/a", *[Answer(503)] * 3, Answer(200, b"<p>now</p>", {"Content-Type": "text/html"}))
    with Memory() as memory:
        with open_fetcher(site, memory) as fetcher:
            assert isinstance(fetcher.fetch_article(url), Problem)
            assert isinstance(fetcher.fetch_article(url), Unchanged)
        assert memory.is_known(url)
        assert not memory.is_known(url, now=datetime.now(UTC) + timedelta(hours=2))
        failed = memory.find(Kind.ARTICLE, url)
        assert failed is not None
        assert failed.problem is not None
        memory.forget(Kind.ARTICLE, url)
        memory.note_failure(
            Kind.ARTICLE, url, failed.problem, datetime.now(UTC) - timedelta(hours=2), is_transient=True
        )
        with open_fetcher(site, memory) as fetcher:
            assert isinstance(fetcher.fetch_article(url), Fetched)
    assert len(site.list_asked()) == 4


def test_an_article_not_kept_is_fetched_by_the_next_run(site: Site, file: Path) -> None:
    url = site.put("alpha.test", "/a", Answer(200, b"<p>told</p>", {"Content-Type": "text/html"}))
    for _ in range(2):  # each is killed before its pages are in the archive
        with Memory(file) as memory, open_fetcher(site, memory) as fetcher:
            assert isinstance(fetcher.fetch_article(url), Fetched)
            assert isinstance(fetcher.fetch_article(url), Unchanged)
    assert site.list_asked() == ["/a", "/a"]


def test_local_files() -> None:
    with Memory() as memory:
        assert not memory.is_unchanged("/news/a.warc.gz", "120-7")
        memory.remember("/news/a.warc.gz", "120-7")
        assert memory.is_unchanged("/news/a.warc.gz", "120-7")
        assert not memory.is_unchanged("/news/a.warc.gz", "125-9")
        assert not memory.is_unchanged("/news/b.warc.gz", "120-7")


def test_what_failed_is_asked_for_again_when_that_is_wanted(file: Path) -> None:
    problem = Problem(code="fetch_failed", reference=URL, detail="It answers 500.")
    had, feed = "https://www.news.example/had", "https://www.news.example/feed"
    with Memory(file) as memory:
        memory.keep([make_page(had)])
        memory.save_content(Kind.DOCUMENT, feed, b"<rss/>", {}, NOW, feed)
        for kind, url in ((Kind.ARTICLE, URL), (Kind.ARTICLE, had), (Kind.DOCUMENT, feed)):
            memory.note_failure(kind, url, problem, NOW, is_transient=True)
        assert memory.forget_failed() == 3
        assert memory.find(Kind.ARTICLE, URL) is None
        for found in (memory.find(Kind.ARTICLE, had), memory.find(Kind.DOCUMENT, feed)):  # what was had is not lost
            assert found is not None
            assert (found.next_try_at, found.problem, found.failures) == (None, None, 0)
        assert memory.forget_failed() == 0


_KEEP_AND_HANG = """
import sys, time
from tests.test_fetching_memory import *
memory = Memory(Path(sys.argv[1]))
memory.keep([make_page("https://news.example/kept")])
with memory.writing() as connection:
    connection.execute("UPDATE fetches SET state = 'settled'")
    print("half-way", flush=True)
    time.sleep(60)
"""


def test_a_process_killed_in_the_middle_loses_nothing(file: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", _KEEP_AND_HANG, file], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "half-way\n"
    child.kill()
    child.communicate()
    with Memory(file) as memory:
        assert [left.url for left in memory.unsettled()] == ["https://news.example/kept"]
        memory.settle(["https://news.example/kept"], Outcome.LOADED)
        assert memory.told == []


_KEEP_MANY = """
import sys
from tests.test_fetching_memory import *
with Memory(Path(sys.argv[1])) as memory:
    for number in range(150):
        url = f"https://news.example/{sys.argv[2]}/{number}"
        memory.keep([make_page(url)])
        memory.settle([url], Outcome.LOADED)
"""


def test_two_processes_at_the_same_file(file: Path) -> None:
    arguments = [[sys.executable, "-c", _KEEP_MANY, str(file), name] for name in ("one", "two")]
    children = [subprocess.Popen(each, cwd=ROOT, stderr=subprocess.PIPE, text=True) for each in arguments]
    errors = [child.communicate()[1] for child in children]
    assert errors == ["", ""]
    with Memory(file) as memory:
        assert all(memory.is_known(f"https://news.example/{name}/{n}") for name in ("one", "two") for n in range(150))
        assert list(memory.unsettled()) == []


def test_many_threads_at_one_memory() -> None:
    with Memory() as memory:
        urls = [f"https://news.example/{number}" for number in range(80)]
        threads = [Thread(target=memory.keep, args=([make_page(url)],)) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(list(memory.unsettled())) == 80


@pytest.mark.parametrize(
    "content", [b"This is no database at all, but it is long enough to be one." * 99, b"SQLite format 3\0"]
)
def test_a_damaged_file_is_put_aside(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with Memory(file) as memory:
        (problem,) = memory.told
        assert (problem.code, problem.reference) == ("unreadable", str(file))
        memory.keep([make_page()])
    (aside,) = file.parent.glob("*.damaged-*")
    assert aside.read_bytes() == content
    assert aside.name in problem.detail
    with Memory(file) as memory:
        assert memory.told == []
        assert memory.is_known(URL)


def test_a_file_cut_short_is_put_aside_or_refused(file: Path) -> None:
    with Memory(file) as memory:
        memory.keep([make_page(f"https://news.example/{number}") for number in range(2_000)])
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with Memory(file) as memory:
        assert memory.told or _is_refused(memory)


def _is_refused(memory: Memory) -> bool:
    """Whether using the memory says what is wrong and what to do."""
    with pytest.raises(MemoryUnusable, match="may be moved away"):
        list(memory.unsettled())
    return True


@pytest.mark.parametrize("wrong", ["folder", "later"])
def test_files_that_cannot_be_used(file: Path, wrong: str) -> None:
    if wrong == "folder":
        file.mkdir(parents=True)
    else:
        Memory(file).close()
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    with pytest.raises(MemoryUnusable, match="move"):
        Memory(file)


def test_a_closed_memory_says_so(file: Path) -> None:
    memory = Memory(file)
    memory.close()
    memory.close()
    with pytest.raises(MemoryUnusable, match="closed"):
        memory.is_known(URL)


def test_no_credentials_in_the_file(site: Site, file: Path) -> None:
    site.put("alpha.test", "/a?api_key=s3cret", Answer(404))
    feed = Answer(301, b"", {"Location": "/feed?token=s3cret"})
    site.put("alpha.test", "/feed", feed)
    site.put("alpha.test", "/feed?token=s3cret", Answer(200, b"<rss/>", {"ETag": '"1"'}))
    with Memory(file) as memory, open_fetcher(site, memory) as fetcher:
        fetcher.fetch_article(site.make_url("alpha.test", "/a?api_key=s3cret"))
        fetcher.fetch_article("http://reader:s3cret@alpha.test/b")
        assert isinstance(fetcher.fetch(site.make_url("alpha.test", "/feed")), Fetched)
        memory.keep([make_page("https://news.example/c?token=s3cret")])
        assert memory.is_known("https://news.example/c?token=s3cret")
    for part in file.parent.iterdir():
        assert b"s3cret" not in part.read_bytes()
