"""Three sites are read whole, twice: what may be had is had once, and nothing else is asked for."""

import gzip
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from schemas import FetchSettings, Page, Problem
from sources import Fetched, Fetcher, Memory, Outcome, Reason, Reference, ReferenceKind, Unchanged, read_pages
from sources.fetching import Kind
from tests.site import ARTICLES, FAULTS, HOSTS, Site, find_gaps, run_site

DELAY = 0.01
SETTINGS = FetchSettings(
    contact="desk@breach-study.example",
    allow_hosts=frozenset(HOSTS),
    delay_seconds=DELAY,
    first_byte_seconds=0.8,
    whole_seconds=1.2,
    most_bytes=1_000_000,
    first_wait_seconds=0.02,
    longest_wait_seconds=2.0,
)
_ADDRESS = re.compile(r'<(?:loc|link)>(http[^<]+)<|href="(http[^"]+)"')
# Of beta: what is asked for on the way to an article, and leads to one of another host that is had there.
DETOURS = {"/hop-3.html", "/hop-2.html", "/hop-1.html", "/to-alpha.html"}


class Crawl:
    """One run over all that a site lists: what was had, what was wrong, and what was asked."""

    def __init__(self, site: Site, memory: Memory) -> None:
        begun = len(site.log)
        with Fetcher(SETTINGS, memory, resolve=site.resolve) as fetcher:
            references = [_refer(url) for url in _discover(site, fetcher)]
            results = list(read_pages(references, fetcher=fetcher))
        self.references = references
        self.pages = [result for result in results if isinstance(result, Page)]
        self.problems = [result for result in results if isinstance(result, Problem)]
        self.unchanged = [result for result in results if isinstance(result, Unchanged)]
        self.log = site.log[begun:]
        memory.keep(self.pages)
        memory.settle([page.reference for page in self.pages], Outcome.LOADED)


def _refer(url: str) -> Reference:
    return Reference(ReferenceKind.URL, url, published=date(2024, 3, 1), published_source="feed", source="test")


def _discover(site: Site, fetcher: Fetcher) -> Iterator[str]:
    """What all feeds and site maps list."""
    documents = site.list_documents()
    for document in documents:
        found = fetcher.fetch(document)
        assert isinstance(found, Fetched), found
        content = gzip.decompress(found.content) if document.endswith(".gz") else found.content
        listed = [match[1] or match[2] for match in _ADDRESS.finditer(content.decode())]
        if "index" in document:
            documents += listed
        else:
            yield from listed


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with run_site() as running:
        yield running


@pytest.fixture(scope="module")
def memory_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("memory") / "memory.sqlite"


@pytest.fixture(scope="module")
def first(site: Site, memory_file: Path) -> Crawl:
    with Memory(memory_file) as memory:
        return Crawl(site, memory)


@pytest.fixture(scope="module")
def second(site: Site, first: Crawl, memory_file: Path) -> Crawl:
    with Memory(memory_file) as memory:
        return Crawl(site, memory)


def test_every_article_that_may_be_had_is_had_once(site: Site, first: Crawl) -> None:
    had = [page.url for page in first.pages]
    assert sorted(str(url) for url in had) == sorted(site.may_be_had())
    assert len(had) > ARTICLES
    moved = next(page for page in first.pages if page.url == site.make_url("beta.test", "/moved.html"))
    assert moved.reference == site.make_url("beta.test", "/hop-3.html") or moved.reference == moved.url


def test_nothing_else_is_asked_for(site: Site, first: Crawl) -> None:
    wanted = dict.fromkeys([*site.may_be_had(), *site.list_documents()], 1)
    wanted |= {site.make_url("gamma.test", f"/sitemap-{number}.xml.gz"): 1 for number in (1, 2)}
    wanted |= {site.make_url("beta.test", path): 1 for path in DETOURS}
    faults = {site.make_url("gamma.test", path): times for path, (_, _, times) in FAULTS.items() if times}
    hops = ["/loop-2.html", *(f"/far-{hop}.html" for hop in range(2, 7))]
    wanted |= faults | {site.make_url("gamma.test", path): 1 for path in hops}
    wanted |= {site.make_url("gamma.test", "/third-time.html"): 3, site.make_url("gamma.test", "/not-so-fast.html"): 2}
    assert dict(site.count_times()) == wanted
    robots = [one.host for one in first.log if one.path == "/robots.txt"]
    assert sorted(robots) == sorted(HOSTS)


@pytest.mark.parametrize("path", FAULTS)
def test_what_goes_wrong_is_named(site: Site, first: Crawl, path: str) -> None:
    code, words, _ = FAULTS[path]
    told = [problem for problem in first.problems if problem.reference == site.make_url("gamma.test", path)]
    assert [problem.code for problem in told] == [code]
    assert words in told[0].detail


def test_problems_are_no_more_than_the_faults(first: Crawl) -> None:
    private = [problem for problem in first.problems if "/private/" in problem.reference]
    assert [problem.code for problem in private] == ["robots_refuse"]
    assert len(first.problems) == len(FAULTS) + 1


def test_one_request_at_a_time_for_a_host_with_the_delay_between(site: Site, first: Crawl, second: Crawl) -> None:
    assert site.overlaps == []
    gaps = find_gaps(site.log)
    assert set(gaps) == set(HOSTS)
    assert min(min(of_host) for of_host in gaps.values()) >= DELAY


def test_hosts_are_asked_in_parallel(first: Crawl) -> None:
    spans = [(min(times), max(times)) for times in ([o.begun for o in first.log if o.host == host] for host in HOSTS)]
    assert max(begin for begin, _ in spans) < min(end for _, end in spans)


def test_a_true_name_and_nothing_else_is_told(first: Crawl) -> None:
    agents = {one.headers["user-agent"] for one in first.log}
    assert len(agents) == 1
    assert re.fullmatch(r"breachwire/[\w.]+ \(\+desk@breach-study\.example\)", agents.pop())
    assert all("cookie" not in one.headers and "referer" not in one.headers for one in first.log)
    assert {one.headers["accept-encoding"] for one in first.log} == {"gzip, deflate"}


def test_what_a_page_keeps(site: Site, first: Crawl) -> None:
    page = next(page for page in first.pages if page.url == site.make_url("alpha.test", "/news/0.html"))
    assert page.headers["etag"] == '"article-0"'
    assert not {"set-cookie", "content-length", "content-encoding"} & set(page.headers)
    assert (page.charset, page.source, page.published_source) == ("utf-8", "test", "feed")
    assert page.published == date(2024, 3, 1)
    assert page.fetched_at is not None
    mislabelled = next(page for page in first.pages if str(page.url).endswith("/mislabelled.html"))
    assert mislabelled.charset == "iso-8859-1"


def test_second_run_makes_conditional_requests_only(site: Site, first: Crawl, second: Crawl) -> None:
    assert second.log
    assert all(one.is_conditional for one in second.log)
    maps = {site.make_url("gamma.test", f"/sitemap-{number}.xml.gz") for number in (1, 2)}
    assert {site.make_url(one.host, one.path) for one in second.log} == {*site.list_documents(), *maps}
    assert {one.status for one in second.log} == {304}
    assert second.pages == []
    assert second.problems == []
    assert len(second.unchanged) == len(second.references) == len(first.references)
    failed = {one.url: one.problem for one in second.unchanged if one.reason is Reason.FAILED_BEFORE}
    assert failed == {problem.reference: problem for problem in first.problems}


def test_memory_knows_what_became_of_all(site: Site, second: Crawl, memory_file: Path) -> None:
    with Memory(memory_file) as memory:
        assert list(memory.unsettled()) == []
        assert all(memory.is_known(url) for url in site.may_be_had())
        assert memory.is_known(site.make_url("beta.test", "/hop-3.html"))
        moved = memory.find(Kind.ARTICLE, site.make_url("beta.test", "/hop-3.html"))
        assert moved is not None
        assert moved.url == site.make_url("beta.test", "/moved.html")
