"""What an article's publication date rests on, and which of several wins. All news here is invented."""

import json
from datetime import UTC, date, datetime

import pytest

from extractors.articles import read_article
from extractors.page_dates import find_in_address
from schemas import Article, MediaType, Page, Problem
from tests.stub_pages import tell

DAY, OTHER = date(2024, 3, 5), date(2021, 1, 2)
LINKED = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-05"}</script>'
META = '<meta property="article:published_time" content="2024-03-05">'
OTHER_META = META.replace("2024-03-05", "2021-01-02")
ADDRESS = "https://news.example/2024/03/05/ferry"
STAMP = "<p class='date'>Published: 5 March 2024, 10:05 am GMT</p>"


def _html(head: str = "", beside: str = "") -> bytes:
    return f"<html><head>{head}</head><body><article><h1>Ferry</h1>{beside}{tell()}</article></body></html>".encode()


def _read(content: bytes | str, media_type: MediaType = MediaType.HTML, **given: object) -> Article | Problem:
    data = content.encode() if isinstance(content, str) else content
    return read_article(Page(reference="here", media_type=media_type, content=data, **given))


def _dating(content: bytes | str, media_type: MediaType = MediaType.HTML, **given: object) -> tuple[object, object]:
    read = _read(content, media_type, **given)
    if isinstance(read, Problem):
        assert read.code == "no_date", read
        return None, None
    return read.published, read.date_source


FEED = {"published": OTHER, "published_source": "feed"}


@pytest.mark.parametrize(
    ("content", "given", "expected"),
    [
        # Surest first: each of these pages has what stands below it too.
        (_html(LINKED + OTHER_META), FEED, (DAY, "linked_data")),
        (_html(META), FEED, (DAY, "meta_element")),
        (_html("", '<time datetime="2024-03-05">today</time>'), FEED, (DAY, "time_element")),
        (_html(), FEED | {"url": ADDRESS}, (OTHER, "feed")),
        (_html(), {"published": OTHER, "published_source": "sitemap"}, (OTHER, "sitemap")),
        (_html(), {"published": OTHER}, (OTHER, "user")),
        (_html("", STAMP.replace("5 March", "6 March")), {"url": ADDRESS}, (DAY, "address")),
        (_html('<link rel="canonical" href="https://news.example/2024/03/05/ferry">'), {}, (DAY, "address")),
        # A canonical address without a day leaves that of the one fetched.
        (_html('<link rel="canonical" href="https://news.example/ferry">'), {"url": ADDRESS}, (DAY, "address")),
        (_html("", STAMP), {}, (DAY, "page_text")),
        (_html("", "<div class='byline'>Tuesday, March 5, 2024 at 9:30 p.m.</div>"), {}, (DAY, "page_text")),
        # Another date, one of the text, one in a teaser's box, one that had not come when the page was fetched.
        (_html("", "<p class='date'>Updated 5 March 2024</p>"), {}, (None, None)),
        (_html("", "<p>The harbour has been closed since 5 March 2024.</p>"), {}, (None, None)),
        (_html("", '<div class="related"><p class="date">5 March 2024</p></div>'), {}, (None, None)),
        (_html("", STAMP), {"fetched_at": datetime(2024, 3, 3, tzinfo=UTC)}, (None, None)),
        (_html("", STAMP), {"fetched_at": datetime(2024, 3, 4, tzinfo=UTC)}, (DAY, "page_text")),
        # What the page's frame shows before the headline is the day of reading.
        (_html().replace(b"<article>", b"<p class='date'>5 March 2024</p><article>"), {}, (None, None)),
    ],
)
def test_web_pages(content: bytes, given: dict[str, object], expected: tuple[object, object]) -> None:
    assert _dating(content, **given) == expected


TEXT = tell().replace("<p>", "").replace("</p>", "\n")


@pytest.mark.parametrize(
    ("content", "media_type", "given", "expected"),
    [
        (f"date 2024-03-05\n{TEXT}", MediaType.TEXT, FEED, (DAY, "file_header")),
        (f"Date: 5 March 2024\nURL: {ADDRESS}\n\n{TEXT}", MediaType.TEXT, {}, (DAY, "file_header")),
        (f"URL: {ADDRESS}\n\n{TEXT}", MediaType.TEXT, {}, (DAY, "address")),
        (TEXT, MediaType.TEXT, FEED, (OTHER, "feed")),
        (json.dumps({"text": TEXT, "published": "2024-03-05"}), MediaType.RECORD, FEED, (DAY, "record")),
        (json.dumps({"text": TEXT, "url": ADDRESS}), MediaType.RECORD, {}, (DAY, "address")),
        (json.dumps({"text": TEXT, "url": ADDRESS}), MediaType.RECORD, FEED, (OTHER, "feed")),
    ],
)
def test_files_and_records(
    content: str, media_type: MediaType, given: dict[str, object], expected: tuple[object, object]
) -> None:
    assert _dating(content, media_type, **given) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (ADDRESS, DAY),
        ("https://news.example/2024/mar/5/ferry", DAY),
        ("https://news.example/story/2024-03-05/ferry", DAY),
        ("https://news.example/article/2024-03-05-the-ferry", DAY),
        ("https://news.example/ferry-lost-2024-03-05/", DAY),
        ("https://news.example/2024/03/05", DAY),
        # No whole day, or no day at all, or two.
        ("https://news.example/2024/03/5-ways-to-lose-a-laptop", None),
        ("https://news.example/2024/03/ferry", None),
        ("https://news.example/ferry-20240305", None),
        ("https://news.example/2024/13/05/ferry", None),
        ("https://news.example/1066/10/14/hastings", None),
        ("https://news.example/2024/03/05/what-began-on-2023-01-02", None),
        ("https://news.example/ferry?day=/2024/03/05/", None),
        (None, None),
    ],
)
def test_addresses(url: str | None, expected: date | None) -> None:
    dating = find_in_address(url)
    assert (dating and dating.day) == expected


def test_undated_articles_are_read_where_they_are_allowed() -> None:
    page = Page(reference="here", media_type=MediaType.HTML, content=_html(), source="harbour news")
    refused, read = read_article(page), read_article(page, allow_undated=True)
    assert isinstance(refused, Problem)
    assert refused.code == "no_date"
    assert isinstance(read, Article)
    assert (read.published, read.date_source, read.source) == (None, None, "harbour news")
    dated = read_article(page.model_copy(update={"content": _html(META)}), allow_undated=True)
    assert isinstance(dated, Article)
    assert dated.published == DAY


def test_headline_is_the_version_without_additions() -> None:
    rows = [
        ("Ferry firm loses laptop with crew lists in taxi", "Ferry firm loses laptop with crew lists", True),
        # It says something else, or is cut off, or says too little.
        (
            "Ferry firm may have lost laptop with crew lists",
            "Ferry firm have lost laptop with crew lists",
            False,
        ),
        ("Ferry firm loses laptop with crew lists in taxi", "Ferry firm loses laptop with crew…", False),
        ("Ferry firm loses laptop with crew lists in taxi", "Ferry firm loses laptop", False),
        ("Ferry firm loses laptop with crew lists", "Laptop with crew lists lost by ferry firm", False),
    ]
    for shown, other, is_other in rows:
        head = f'{META}<title>{shown} - Post</title><meta property="og:title" content="{other}">'
        head += f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{shown}"}}</script>'
        read = _read(_html(head).replace(b"<h1>Ferry</h1>", f"<h1>{shown}</h1>".encode()))
        assert isinstance(read, Article)
        assert read.title == (other if is_other else shown), other


def test_language_of_the_answer_is_a_hint() -> None:
    """Words that leave it open whether they are English are, where the server says so."""
    places = b"Harbour, Marlbury, Dunloch, Newquay, Senn, Tarn, Orrin, Brill, Keel and Holm, Tuesday, Friday, "
    unclear = b"<p>" + (b"Ferry timetable: " + places + b"Saturday, Sunday, Monday. ") * 5 + b"</p>"
    page = f"<html><head>{META}</head><body><article>".encode() + unclear + b"</article></body></html>"
    read = _read(page, headers={"content-language": "nl-NL"})
    assert isinstance(read, Problem)
    assert read.code == "not_english"
    assert isinstance(_read(page, headers={"content-language": "en-GB"}), Article)
