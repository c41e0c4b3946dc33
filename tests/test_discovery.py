"""What every source's findings go through, what hostile feeds and sitemaps do, and what a thing is that is not one."""

import gzip
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas import Page, Problem, Source
from sources import Fetcher, Found, Means, Reference, ReferenceKind, discover_source
from sources.contents import Form, describe_content, recognise_form
from sources.days import read_day, read_moment
from sources.fetching.answers import Fetched
from sources.kinds import KINDS, sitemap
from sources.kinds.feed import read_feed
from sources.kinds.means import Kind
from sources.kinds.sitemap import read_sitemap
from sources.rules import unwrap_address
from tests.serving import serve


def _fetched(content: bytes, url: str = "https://news.test/feed") -> Fetched:
    return Fetched(url, url, 200, content, datetime(2024, 5, 1, tzinfo=UTC))


def _discover(found: list[Found] | Exception, monkeypatch: pytest.MonkeyPatch, **entry: object) -> list[Found]:
    """What comes of a kind that finds just this."""

    def find(source: Source, means: Means) -> Iterator[Found]:
        if isinstance(found, Exception):
            yield Reference(ReferenceKind.URL, "https://news.test/before")
            raise found
        yield from found

    monkeypatch.setitem(KINDS, "feed", Kind(find))
    source = Source.model_validate({"name": "news", "kind": "feed", "location": "https://news.test/feed"} | entry)
    return list(discover_source(source, Means(Fetcher())))


def _refer(path: str, published: str | None = None, updated: str | None = None) -> Reference:
    return Reference(
        ReferenceKind.URL,
        f"https://news.test{path}",
        published=date.fromisoformat(published) if published else None,
        updated=datetime.fromisoformat(updated).replace(tzinfo=UTC) if updated else None,
    )


def test_a_kind_that_breaks_gives_one_problem_after_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    reference, problem = _discover(ZeroDivisionError("by nought"), monkeypatch)
    assert isinstance(reference, Reference)
    assert isinstance(problem, Problem)
    assert problem.code == "unreadable"
    assert "news" in problem.detail
    assert "by nought" in problem.detail


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ({}, ["/a", "/b/old", "/c", "/d", "/e"]),
        ({"include": ["/[ab]$", "/c"]}, ["/a", "/c"]),
        ({"exclude": ["old"]}, ["/a", "/c", "/d", "/e"]),
        ({"include": ["/b"], "exclude": ["old"]}, []),
        # Undated ones stay; an update before the day, but for the width of time zones, was published before too.
        ({"since": date(2024, 5, 2)}, ["/a", "/c", "/e"]),
    ],
)
def test_filters(monkeypatch: pytest.MonkeyPatch, entry: dict[str, object], kept: list[str]) -> None:
    found: list[Found] = [
        _refer("/a", "2024-05-02"),
        _refer("/b/old", "2024-05-01"),
        _refer("/c"),
        _refer("/d", updated="2024-04-30T23:00:00"),
        _refer("/e", updated="2024-05-01T23:00:00"),
    ]
    told = _discover(found, monkeypatch, **entry)
    references = [one for one in told if isinstance(one, Reference)]
    assert [one.location.removeprefix("https://news.test") for one in references] == kept
    problems = [one for one in told if isinstance(one, Problem)]
    assert [one.code for one in problems] == ([] if kept else ["empty_source"])
    assert kept or "all 5 articles" in problems[0].detail


def test_a_pattern_that_is_none_is_told_and_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = _discover([_refer("/a")], monkeypatch, include=["("])
    assert isinstance(problem, Problem)
    assert problem.code == "bad_source"


def test_one_article_comes_once_and_everything_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _discover([_refer("/a#b"), _refer("/a"), _refer("/a?utm_source=x")], monkeypatch, outlet="The Paper")
    assert [(str(one), one.source, one.outlet) for one in told if isinstance(one, Reference)] == [
        ("https://news.test/a", "news", "The Paper")
    ]


def test_a_source_with_nothing_new_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _discover([], monkeypatch, include=["x"]) == []


# Feeds


BILLION = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss version="2.0"><channel>&b;</channel></rss>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel>&a;</channel></rss>'


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "wrong_content", "an empty answer, not a feed"),
        (b" \n ", "wrong_content", "an empty answer, not a feed"),
        (b"<html><title>Sign in</title></html>", "wrong_content", "a web page titled “Sign in”, not a feed"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"><head/></html>', "wrong_content", "a web page"),
        (b'{"error": "no such feed"}', "wrong_content", "JSON, not a feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 3}', "empty_source", "no entries"),
        (b"<urlset><url><loc>https://news.test/</loc></url></urlset>", "wrong_content", "a sitemap, not a feed"),
        (b"<opml><body/></opml>", "wrong_content", "XML of another kind (<opml>), not a feed"),
        (b"Too many requests", "wrong_content", "plain text that begins “Too many requests”"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "wrong_content", "an image (PNG), not a feed"),
        (bytes(range(256)) * 4, "wrong_content", "bytes that are no text"),
        (
            b'<rss version="2.0"><channel><item><title>x</title></item></channel></rss>',
            "empty_source",
            "entries (1), none",
        ),
        (b"<rss", "wrong_content", "not a feed"),
        (BILLION, "wrong_content", "DOCTYPE"),
        (OUTSIDE, "wrong_content", "DOCTYPE"),
        (b"<rss>" + b"<a>" * 100_000, "wrong_content", "deep"),
    ],
)
def test_a_feed_that_is_none_says_what_it_is(content: bytes, code: str, words: str) -> None:
    (problem,) = read_feed(_fetched(content))
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert words in problem.detail


def test_entries_of_a_broken_feed_are_read_as_far_as_they_go() -> None:
    content = b"<rss version='2.0'><channel><item><link>https://news.test/a</link></item><item><title>Q & A &nbsp; <b>"
    assert [str(one) for one in read_feed(_fetched(content))] == ["https://news.test/a"]


def test_links_are_relative_to_the_base_that_is_nearest() -> None:
    entry = b"<entry xml:base='y/'><link href='z'/></entry><entry><link href='/w'/></entry>"
    content = b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://b.test/x/'>" + entry + b"</feed>"
    assert [str(one) for one in read_feed(_fetched(content))] == ["https://b.test/x/y/z", "https://b.test/w"]


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://www.google.com/url?rct=j&url=https://news.test/a%3Fb&ct=ga", "https://news.test/a?b"),
        ("http://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fnews.test%2fa", "https://news.test/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.test%2Fa&h=1", "https://news.test/a"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        ("https://news.test/url?url=https://other.test/", "https://news.test/url?url=https://other.test/"),
    ],
)
def test_addresses_of_aggregators_are_unwrapped(url: str, own: str) -> None:
    assert unwrap_address(url) == own


# Sitemaps


def _make_map(number: int) -> bytes:
    entries = "".join(f"<url><loc>https://news.test/{place}</loc></url>" for place in range(number))
    return f"<urlset>{entries}</urlset>".encode()


@pytest.mark.parametrize("packs", [0, 1])
def test_gzip_is_known_by_content(packs: int) -> None:
    content = _make_map(3)
    for _ in range(packs):
        content = gzip.compress(content, mtime=0)
    assert len(list(read_sitemap(_fetched(content)))) == 3


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (gzip.compress(b" " * 60_000_000, 1, mtime=0), "too_large", "50 MB"),
        (gzip.compress(_make_map(10), mtime=0)[:-30], "unreadable", "cut short"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "unreadable", "damaged"),
        (b"<rss version='2.0'><channel/></rss>", "wrong_content", "a feed, not a sitemap"),
        (b"<urlset/>", "empty_source", "is empty"),
        (b"<urlset><url><loc>mailto:me</loc></url><url/></urlset>", "empty_source", "entries (2), but none"),
        (BILLION.replace(b"rss", b"urlset"), "wrong_content", "DOCTYPE"),
        (b"", "wrong_content", "an empty answer"),
    ],
)
def test_a_sitemap_that_is_none_says_what_it_is(content: bytes, code: str, words: str) -> None:
    (problem,) = read_sitemap(_fetched(content))
    assert isinstance(problem, Problem)
    assert (problem.code, words in problem.detail) == (code, True), problem.detail


@pytest.mark.parametrize("content", [_make_map(25), b"\n".join(b"https://news.test/%d" % n for n in range(25))])
def test_a_sitemap_with_too_many_addresses_gives_some_and_a_problem(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "_MOST_ENTRIES", 20)
    *references, problem = read_sitemap(_fetched(content))
    assert len(references) == 20
    assert isinstance(problem, Problem)
    assert problem.code == "too_large"


def test_an_index_is_followed_once_round_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "_MOST_SITEMAPS", 5)
    names = "".join(f"<sitemap><loc>{{root}}/{place}.xml</loc></sitemap>" for place in range(10))
    files = {"/index.xml": f"<sitemapindex>{names}</sitemapindex>".encode()}
    files |= {f"/{place}.xml": _make_map(1).replace(b"/0", b"/%d" % place) for place in range(10)}
    with serve(files) as site, site.open_fetcher() as fetcher:
        source = Source(name="news", kind="sitemap", location=f"{site.root}/index.xml")
        *references, problem = discover_source(source, Means(fetcher))
    assert len(references) == 4
    assert isinstance(problem, Problem)
    assert problem.code == "too_large"
    assert site.asked.count("/0.xml") == 1


def test_the_sitemaps_of_an_index_that_rest_are_not_asked_for_again() -> None:
    index = "".join(
        f"<sitemap><loc>{{root}}/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>"
        for name, day in (("old", "2024-05-01"), ("new", datetime.now(UTC).date()))
    )
    files = {"/index.xml": f"<sitemapindex>{index}</sitemapindex>".encode(), "/old.xml": _make_map(1)}
    files["/new.xml"] = files["/old.xml"]
    with serve(files) as site, site.open_fetcher() as fetcher:
        source = Source(name="news", kind="sitemap", location=f"{site.root}/index.xml")
        list(discover_source(source, Means(fetcher)))
        site.asked.clear()
        list(discover_source(source, Means(fetcher, lambda key, validator: True)))
    assert "/old.xml" not in site.asked
    assert "/new.xml" in site.asked


# Contents and days


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- a > b --><rss/>", Form.FEED),
        ("<?xml version='1.0' encoding='utf-16'?><feed/>".encode("utf-16"), Form.FEED),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'/>", Form.FEED),
        (b"<rss><![CDATA[<!DOCTYPE html><html>]]></rss>", Form.FEED),
        (b'{"page": "<html>"}', Form.JSON),
        (b"<!DOCTYPE html><p>x", Form.WEB_PAGE),
        (b"<div>x</div><body>", Form.WEB_PAGE),
        (b"Hello <html>", Form.WEB_PAGE),
        (b"# mine\nhttps://a.test/\n", Form.ADDRESSES),
        (b"[1, 2]", Form.JSON),
        (b"{not json}", Form.TEXT),
        (b"[" * 100_000, Form.TEXT),
        (b"%PDF-1.7", Form.BINARY),
    ],
)
def test_forms_are_known_by_the_beginning(content: bytes, form: Form) -> None:
    assert recognise_form(content) is form
    assert describe_content(content)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-01T23:30:00-08:00", date(2024, 5, 1)),
        ("2024-05-01", date(2024, 5, 1)),
        ("20240501", date(2024, 5, 1)),
        ("Wed, 01 May 2024 23:30:00 -0800", date(2024, 5, 1)),
        ("1 May 2024", date(2024, 5, 1)),
        ("May 1, 2024", date(2024, 5, 1)),
        ("03/04/2024", None),
        ("2024-13-01", None),
        ("Wed, 31 Feb 2024 00:00:00 GMT", None),
        ("Mon, 01 Jan 1900 00:00:00 GMT", None),
        ("1714521600", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_days_are_read_as_they_are_written(text: str | None, day: date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-05-01T02:00:00+02:00", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-01", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-01 06:01:02", datetime(2024, 5, 1, 6, 1, 2, tzinfo=UTC)),
        ("0001-01-01T00:00:00+10:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_moments_are_read_as_utc(text: str | None, moment: datetime | None) -> None:
    assert read_moment(text) == moment


# Records


def test_a_folder_of_records_gives_each_file_and_only_that(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Told {n}.", "published": "2024-05-01"}) for n in range(4)]
    (tmp_path / "one.jsonl").write_text("\n".join(lines[:2]))
    (tmp_path / "two.jsonl.gz").write_bytes(gzip.compress("\n".join(lines[2:]).encode(), mtime=0)[:-5])
    (tmp_path / "notes.txt").write_text("no record")
    for path in tmp_path.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    found = list(discover_source(Source(name="a", kind="records", location=str(tmp_path)), Means(Fetcher())))
    assert sum(isinstance(one, Page) for one in found) >= 2
    (problem,) = [one for one in found if isinstance(one, Problem)]
    assert problem.code == "unreadable"
    assert "two.jsonl.gz" in problem.reference
