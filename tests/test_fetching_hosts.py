"""Patience with hosts: pauses, rests, what robots.txt says."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from schemas import FetchSettings, Problem
from sources import Fetched, Memory, Reason, Unchanged
from sources.fetching import Kind
from sources.fetching.exchange import Failure
from sources.fetching.hosts import Host
from sources.fetching.patience import choose_wait, put_off, read_retry_after
from tests.site import Answer, Site, find_gaps, open_fetcher, run_site

HTML = Answer(200, b"<p>It was told.</p>", {"Content-Type": "text/html"})
NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with run_site() as running:
        running.pages = {}
        yield running


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        ("Mon, 06 May 2024 14:01:00 +0200", 60.0),
        ("Monday, 06-May-24 12:00:30 GMT", 30.0),  # the old form
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("-5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("Mon, 99 May 2024 12:00:00 GMT", 0.0),
        ("9" * 400, 999_999_999.0),
        ("٣", 0.0),
    ],
)
def test_retry_after(stated: str, seconds: float) -> None:
    assert read_retry_after(stated, NOW) == seconds


def test_waits_double_up_to_a_limit() -> None:
    waits = [[choose_wait(attempt, 1.0, 10.0) for _ in range(50)] for attempt in (1, 2, 3, 6)]
    for of_attempt, least, most in zip(waits, (1, 2, 4, 10), (1.25, 2.5, 5, 10), strict=True):
        assert least <= min(of_attempt) <= max(of_attempt) <= most
    assert len(set(waits[0])) > 1, "not all at the same time"


@pytest.mark.parametrize(
    ("failures", "is_transient", "is_document", "expected"),
    [
        (1, True, False, timedelta(hours=1)),
        (3, True, False, timedelta(hours=4)),
        (9, True, False, timedelta(days=1)),
        (1, False, False, timedelta(days=7)),
        (99, False, False, timedelta(days=90)),
        (1, False, True, timedelta(minutes=10)),
        (9, True, True, timedelta(hours=6)),
    ],
)
def test_failed_addresses_are_put_off(
    failures: int, is_transient: bool, is_document: bool, expected: timedelta
) -> None:
    assert put_off(failures, is_transient=is_transient, is_document=is_document) == expected


class _Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time


def test_breaker_opens_rests_and_closes() -> None:
    memory, clock = Memory(), _Clock()
    settings = FetchSettings(failures_to_rest=3, rest_seconds=100, longest_rest_seconds=150)
    problem = Problem(
        code="fetch_failed", reference="http://alpha.test/a", detail="The server answered 500. Try again."
    )

    def make_host() -> Host:
        return Host("alpha.test", settings, memory, asyncio.Semaphore(1), clock)

    host = make_host()
    for _ in range(2):
        host.count_failure(problem)
    host.count_answer()  # in a row is what counts
    for _ in range(2):
        host.count_failure(problem)
    host.check_rest()
    host.count_failure(problem)
    with pytest.raises(Failure) as rests:
        host.check_rest()
    told = rests.value.problem
    assert (told.code, told.reference) == ("resting_host", "alpha.test")
    assert told.detail == (
        "It failed 3 times in a row, the last time so: The server answered 500. "
        "It is left alone until 2024-05-06 12:01 UTC; run again after that."
    )
    with pytest.raises(Failure):
        make_host().check_rest()  # another run knows it, too

    clock.time += timedelta(seconds=101)
    host = make_host()
    host.check_rest()
    host.count_failure(problem)  # once is enough now, and the rest is longer
    clock.time += timedelta(seconds=101)
    assert host.is_resting()
    clock.time += timedelta(seconds=50)
    assert not host.is_resting(), "150 is the limit"
    host.count_answer()
    assert memory.find_rest("alpha.test") is None
    host.count_failure(problem)
    assert not host.is_resting()


def test_a_failing_host_is_rested_and_the_others_go_on(site: Site) -> None:
    site.pages = {}
    bad = [site.put("alpha.test", f"/{number}", Answer(500)) for number in range(10)]
    good = [site.put("beta.test", f"/{number}", HTML) for number in range(10)]
    with open_fetcher(site, attempts=2, failures_to_rest=3) as fetcher:
        futures = [fetcher.submit_article(url) for pair in zip(bad, good, strict=True) for url in pair]
        answers = [future.result(30) for future in futures]
        left_out = fetcher.count_left_out()
    assert all(isinstance(answer, Fetched) for answer in answers[1::2])
    problems = [answer for answer in answers[::2] if isinstance(answer, Problem)]
    resting = [problem for problem in problems if problem.code == "resting_host"]
    assert len(problems) == 10
    assert {problem.reference for problem in resting} == {"alpha.test"}
    assert len({problem.problem_id for problem in resting}) == 1, "one line for the host"
    assert left_out == {"alpha.test": len(resting)}
    assert len(resting) >= 6


def test_many_missing_pages_are_not_the_hosts_fault(site: Site) -> None:
    site.pages = {}
    with open_fetcher(site, failures_to_rest=2) as fetcher:
        answers = [fetcher.fetch_article(site.make_url("alpha.test", f"/{number}")) for number in range(6)]
    assert {answer.code for answer in answers if isinstance(answer, Problem)} == {"fetch_failed"}


def test_a_short_wait_that_the_server_asks_for_is_kept(site: Site) -> None:
    url = site.put("alpha.test", "/a", Answer(429, b"", {"Retry-After": "1"}), HTML)
    other = site.put("alpha.test", "/b", HTML)
    with open_fetcher(site) as fetcher:
        futures = [fetcher.submit_article(url), fetcher.submit_article(other)]
        assert all(isinstance(future.result(30), Fetched) for future in futures)
    _, asked_early, *later = sorted(site.log, key=lambda one: one.begun)
    assert asked_early.path == "/a"
    assert min(one.begun for one in later) - asked_early.begun >= 1.0, "the whole host is left alone"


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_wait_that_the_server_asks_for_is_a_rest(site: Site, status: int) -> None:
    until = datetime.now(UTC) + timedelta(hours=3)
    url = site.put("alpha.test", "/a", Answer(status, b"", {"Retry-After": format_datetime(until, usegmt=True)}))
    with Memory() as memory, open_fetcher(site, memory) as fetcher:
        first, again = fetcher.fetch_article(url), fetcher.fetch_article(url)
        with open_fetcher(site, memory) as later:
            third = later.fetch_article(url)
    assert isinstance(first, Problem)
    assert first.code == "resting_host"
    assert f"{until:%Y-%m-%d %H:%M}" in first.detail
    assert first == again == third
    assert site.list_asked() == ["/a"]


def _robots(content: str) -> Answer:
    return Answer(200, content.encode(), {"Content-Type": "text/plain", "ETag": '"r"'})


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        (_robots("User-agent: *\nDisallow: /"), "/a", False),
        (_robots("User-agent: breachwire\nDisallow:\n\nUser-agent: *\nDisallow: /"), "/a", True),
        (_robots("User-agent: BreachWire/9\nDisallow: /a"), "/a", True),  # not our name: it names a version
        (_robots("User-agent: breachwire\nDisallow: /a\n\nUser-agent: *\nAllow: /"), "/a", False),
        (_robots("User-agent: *\nDisallow: /\nAllow: /news/"), "/news/1", True),  # the longest rule wins
        (_robots("User-agent: *\nDisallow: /*.pdf$"), "/a.pdf", False),
        (_robots("User-agent: *\nDisallow: /caf%C3%A9"), "/café", False),
        (_robots("<html><body>Not found</body></html>"), "/a", True),
        (_robots("\ufeffUser-agent: *\nDisallow: /"), "/a", False),
        (_robots("User-agent: *\nDisallow: /\n" + "#" * 600_000), "/a", False),  # what is beyond 500 KiB is not read
        (Answer(404), "/a", True),
        (Answer(403), "/a", True),
        (Answer(200, b""), "/a", True),
        (Answer(301, b"", {"Location": "/robots.txt"}), "/a", True),  # no end of redirects: none
        (Answer(301, b"", {"Location": "/rules"}), "/a", False),
    ],
)
def test_robots(site: Site, robots: Answer, path: str, allowed: bool) -> None:
    site.put("alpha.test", "/robots.txt", robots)
    site.put("alpha.test", "/rules", _robots("User-agent: *\nDisallow: /"))
    url = site.put("alpha.test", path.replace("é", "%C3%A9"), HTML)
    with open_fetcher(site) as fetcher:
        answer = fetcher.fetch_article(site.make_url("alpha.test", path))
    if allowed:
        assert isinstance(answer, Fetched), answer
        assert answer.url in (url, site.make_url("alpha.test", path))
    else:
        assert isinstance(answer, Problem), answer
        assert answer.code == "robots_refuse"
        assert path not in site.list_asked()


@pytest.mark.parametrize("robots", [Answer(500), Answer(429), Answer(200, misbehave=lambda connection: None)])
def test_nothing_is_asked_of_a_host_whose_robots_cannot_be_had(site: Site, robots: Answer) -> None:
    site.put("alpha.test", "/robots.txt", robots)
    urls = [site.put("alpha.test", f"/{number}", HTML) for number in range(5)]
    with open_fetcher(site) as fetcher:
        answers = [future.result(30) for future in [fetcher.submit_article(url) for url in urls]]
    assert {answer.code for answer in answers if isinstance(answer, Problem)} == {"resting_host"}
    assert len({answer.problem_id for answer in answers if isinstance(answer, Problem)}) == 1
    assert site.list_asked(robots=True) == ["/robots.txt"] * 3


def test_robots_are_kept_for_a_day_and_then_asked_for_conditionally(site: Site, tmp_path: Path) -> None:
    site.put("alpha.test", "/robots.txt", _robots("User-agent: *\nDisallow: /a"))
    url = site.put("alpha.test", "/a", HTML)
    robots = site.make_url("alpha.test", "/robots.txt")
    with Memory(tmp_path / "memory.sqlite") as memory:
        for _ in range(2):
            memory.forget(Kind.ARTICLE, url)
            with open_fetcher(site, memory) as fetcher:
                assert isinstance(fetcher.fetch_article(url), Problem)
        assert len(site.log) == 1
        memory.note_unchanged(Kind.ROBOTS, robots, datetime.now(UTC) - timedelta(hours=25))
        memory.forget(Kind.ARTICLE, url)
        with open_fetcher(site, memory) as fetcher:
            assert isinstance(fetcher.fetch_article(url), Problem)
        assert [one.is_conditional for one in site.log] == [False, True]
        # A server in trouble: the old rules hold.
        memory.note_unchanged(Kind.ROBOTS, robots, datetime.now(UTC) - timedelta(hours=25))
        memory.forget(Kind.ARTICLE, url)
        site.put("alpha.test", "/robots.txt", Answer(503))
        with open_fetcher(site, memory) as fetcher:
            problem = fetcher.fetch_article(url)
        assert isinstance(problem, Problem)
        assert problem.code == "robots_refuse"


@pytest.mark.parametrize("wish", ["Crawl-delay: 0.2", "Request-rate: 5/1s"])
def test_a_site_that_wishes_for_longer_pauses_gets_them(site: Site, wish: str) -> None:
    site.put("alpha.test", "/robots.txt", _robots(f"User-agent: *\n{wish}"))
    urls = [site.put("alpha.test", f"/{number}", HTML) for number in range(4)]
    with open_fetcher(site) as fetcher:
        for future in [fetcher.submit_article(url) for url in urls]:
            assert isinstance(future.result(30), Fetched)
    assert min(find_gaps(site.log)["alpha.test"][1:]) >= 0.2
    assert site.overlaps == []


def test_a_site_that_wishes_for_too_long_pauses_is_left_out(site: Site) -> None:
    site.put("alpha.test", "/robots.txt", _robots("User-agent: *\nCrawl-delay: 3600"))
    url = site.put("alpha.test", "/a", HTML)
    with open_fetcher(site) as fetcher:
        problem = fetcher.fetch_article(url)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.reference) == ("robots_refuse", "alpha.test")
    assert "3600 seconds" in problem.detail
    assert site.list_asked() == []


def test_a_redirect_is_under_the_rules_of_its_own_host(site: Site) -> None:
    site.put("beta.test", "/robots.txt", _robots("User-agent: *\nDisallow: /secret"))
    end = site.put("beta.test", "/secret", HTML)
    url = site.put("alpha.test", "/a", Answer(302, b"", {"Location": end}))
    with open_fetcher(site) as fetcher:
        problem = fetcher.fetch_article(url)
        again = fetcher.fetch_article(url)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.reference) == ("robots_refuse", url)
    assert end in problem.detail
    assert site.list_asked() == ["/a"]
    assert isinstance(again, Unchanged)
    assert again.reason is Reason.FAILED_BEFORE
    assert again.problem == problem
