"""The whole way: from the sources that are followed, over a site on this machine, into the store."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from flows import settings
from flows.ingest import Interrupted, ingest
from flows.places import find_archive, find_memory
from schemas import RunCounts, RunState, Source
from sources import Fetcher, Memory, count_archive
from store import Store, open_store
from tests.conftest import Answer
from tests.site import FAULTS, HOSTS, Site, run_site

SETTINGS = f"""
[fetching]
contact = "desk@breach-study.example"
allow_hosts = {list(HOSTS)}
delay_seconds = 0.0
first_byte_seconds = 0.6
whole_seconds = 1.0
most_bytes = 1_000_000
first_wait_seconds = 0.02
longest_wait_seconds = 2.0
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with run_site() as running:
        yield running


@pytest.fixture(autouse=True)
def _settings(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "breachwire.toml").write_text(SETTINGS)
    monkeypatch.setenv("BREACHWIRE_SETTINGS", str(tmp_path / "breachwire.toml"))
    settings.read_settings.cache_clear()
    monkeypatch.setattr("flows.network.Fetcher", partial(Fetcher, resolve=site.resolve))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "events.duckdb"


def follow(site: Site) -> list[Source]:
    kinds = ("feed", "feed", "sitemap", "sitemap")
    names = ("alpha", "beta-feed", "beta-map", "gamma")
    return [
        Source(name=name, kind=kind, location=url)
        for name, kind, url in zip(names, kinds, site.list_documents(), strict=True)
    ]


def count_rows(store: Path, query: str) -> list[tuple]:
    with open_store(store) as opened:
        return opened.rows(query)[1]


def test_a_site_is_read_once_into_the_store_and_the_second_run_asks_conditionally_only(site: Site, store: Path) -> None:
    done = ingest.fn([], store, sources=follow(site))
    assert done.state is RunState.COMPLETED
    had = len(site.may_be_had())
    counts = done.counts
    stopped = counts.stopped_first_look + counts.stopped_topic
    assert stopped + counts.articles + counts.problems + counts.known == counts.references  # known: listed twice
    assert counts.articles == counts.events >= 70  # every fourth article tells one
    assert count_archive(find_archive(store)) == had
    problems = dict(count_rows(store, "SELECT parse_path(reference)[-1], problem_code FROM problems"))
    assert {path.rpartition("/")[2]: code for path, (code, _, _) in FAULTS.items()}.items() <= problems.items()
    runs = count_rows(store, "SELECT source_name, found_count, page_count, problem_count FROM source_runs ORDER BY 1")
    assert [name for name, *_ in runs] == ["alpha", "beta-feed", "beta-map", "gamma"]
    assert sum(pages for *_, pages, _ in runs) == had
    named = count_rows(store, "SELECT DISTINCT source_name FROM articles ORDER BY 1")
    assert {name for (name,) in named} <= {"alpha", "beta-feed", "beta-map", "gamma"}
    site.log.clear()
    again = ingest.fn([], store, sources=follow(site))
    assert again.counts == RunCounts(references=again.counts.known, known=again.counts.known)
    assert site.log
    assert all(asked.is_conditional for asked in site.log)


def test_what_was_fetched_before_a_kill_is_taken_in_by_the_next_run(
    site: Site, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = follow(site)[:1]
    load = Store.load

    def die(self: Store, *arguments: object) -> RunCounts:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "load", die)
    with pytest.raises(Interrupted):
        ingest.fn([], store, batch_size=10, sources=sources)
    with Memory(find_memory(store)) as memory:
        assert len(list(memory.unsettled())) > 10
    fetched = site.count_times()
    monkeypatch.setattr(Store, "load", load)
    done = ingest.fn([], store, batch_size=10, sources=sources)
    assert done.state is RunState.COMPLETED
    alone = store.with_name("alone.duckdb")
    ingest.fn([], alone, batch_size=10, sources=sources)
    query = "SELECT article_id, count(*) FROM events GROUP BY ALL ORDER BY ALL"
    assert count_rows(store, query) == count_rows(alone, query) != []
    articles = {url: times for url, times in fetched.items() if "/news/" in url}
    assert set(articles.values()) <= {1}


def test_a_page_that_is_no_feed_and_a_source_that_gives_nothing_are_told_and_the_others_go_on(
    site: Site, store: Path
) -> None:
    turned = site.put("alpha.test", "/turned.rss", _page("<h1>Subscribe</h1><p>Our feeds moved.</p>"))
    empty = site.put("alpha.test", "/empty.rss", _page("<rss version='2.0'><channel></channel></rss>", "text/xml"))
    sources = [
        Source(name="turned", kind="feed", location=turned),
        Source(name="empty", kind="feed", location=empty),
        Source(name="lost", kind="folder", location=str(store.with_name("nowhere"))),
        follow(site)[1],
    ]
    done = ingest.fn([], store, sources=sources)
    assert done.counts.articles > 0
    problems = dict(count_rows(store, "SELECT problem_code, detail FROM problems"))
    assert "web page" in problems["wrong_content"]
    assert {"wrong_content", "empty_source", "not_found"} <= set(problems)


def _page(content: str, media_type: str = "text/html"):
    from tests.site import Answer

    return Answer(200, content.encode(), {"Content-Type": media_type})


def test_the_report_says_what_the_time_went_into_and_counts_causes_and_problems_by_kind(
    site: Site, store: Path, breachwire: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.following.choose_sources", lambda names: follow(site)[:2])
    answer = breachwire("ingest", "--store", str(store))
    assert answer.code == 0, answer.err
    (row,) = count_rows(store, "SELECT stage_seconds, event_count, problem_count, ended_at - started_at FROM runs")
    seconds, events, problems, took = json.loads(row[0]), *row[1:]
    assert set(seconds) == {"fetch", "first_look", "known", "article", "archive", "copies", "extract", "load"}
    assert 0 < sum(seconds.values()) - seconds["first_look"] <= took.total_seconds()
    causes = dict(count_rows(store, "SELECT cause_code, count(*) FROM events GROUP BY ALL"))
    (line,) = [line for line in answer.out.splitlines() if line.startswith("By cause: ")]
    assert sum(causes.values()) == events
    assert all(f"{cause.replace('_', ' ')} {number}" in line for cause, number in causes.items())
    (time,) = [line for line in answer.out.splitlines() if line.startswith("Time: ")]
    assert "extract " in time
    assert answer.err.startswith(f"{problems} problems (")
    kinds = count_rows(store, "SELECT problem_code, count(*) FROM problems GROUP BY ALL")
    assert all(f"{kind.replace('_', ' ')} {number}" in answer.err for kind, number in kinds)


def test_an_address_that_failed_is_tried_again_when_that_is_wanted(
    site: Site, store: Path, breachwire: Callable[..., Answer]
) -> None:
    feed, url = (site.make_url("alpha.test", path) for path in ("/late.rss", "/late.html"))
    item = f"<item><link>{url}</link><pubDate>Wed, 01 May 2024 08:00:00 GMT</pubDate></item>"
    rss = f"<rss version='2.0'><channel><title>Late</title>{item}</channel></rss>"
    site.put("alpha.test", "/late.rss", _page(rss, "application/rss+xml"))
    source = Source(name="late", kind="feed", location=feed, first_look=False)
    assert ingest.fn([], store, sources=[source]).counts.problems == 1
    told = "Ashwick Clinic said on Monday that hackers stole the names of 5,000 patients. " * 3
    head = "<head><meta property='article:published_time' content='2024-05-01T08:00:00Z'></head>"
    page = f"<html>{head}<body><article><h1>Clinic hit</h1><p>{told}</p></article></body></html>"
    site.put("alpha.test", "/late.html", _page(page))
    assert ingest.fn([], store, sources=[source]).counts.articles == 0  # it is not due yet
    answer = breachwire("retry", url, "--store", str(store))
    assert answer.err.startswith("Trying again: 0 pages set aside, 1 address that failed.\n")
    assert "1 new article with 1 event." in answer.out
