"""Addresses: how they are shown, and which of them are one article's."""

from datetime import date

import pytest

from schemas import Article
from schemas.addresses import identify_url, normalise_url

STORY = "https://news.example/2024/bank-hit"

SAME = [
    # The scheme, the host's labels, case and ports.
    "http://news.example/2024/bank-hit",
    "https://www.news.example/2024/bank-hit",
    "HTTPS://WWW.News.Example:443/2024/bank-hit",
    "http://news.example:80/2024/bank-hit",
    "https://m.news.example/2024/bank-hit",
    "https://mobile.news.example/2024/bank-hit",
    "https://amp.news.example/2024/bank-hit",
    "https://www.m.news.example/2024/bank-hit",
    "https://news.example./2024/bank-hit",
    "https://reader:secret@news.example/2024/bank-hit",
    "  https://news.example/2024/bank-hit\n",
    # Slashes, fragments and escapes.
    "https://news.example/2024/bank-hit/",
    "https://news.example/2024/bank-hit#comments",
    "https://news.example/2024/bank%2Dhit",
    # How the reader came.
    "https://news.example/2024/bank-hit?utm_source=feed&utm_medium=rss",
    "https://news.example/2024/bank-hit?fbclid=1&gclid=2#top",
    "https://news.example/2024/bank-hit?",
    # AMP pages, viewers and caches.
    "https://news.example/2024/bank-hit/amp",
    "https://news.example/2024/bank-hit/amp/",
    "https://news.example/2024/bank-hit/amp.html",
    "https://news.example/2024/bank-hit.amp",
    "https://news.example/amp/2024/bank-hit",
    "https://www.news.example/amp/2024/bank-hit/",
    "https://news.example/2024/bank-hit?amp=1",
    "https://news.example/2024/bank-hit?amp",
    "https://news.example/2024/bank-hit?outputType=amp&utm_source=x",
    "https://www.google.com/amp/s/news.example/2024/bank-hit",
    "https://www.google.co.uk/amp/s/www.news.example/2024/bank-hit/amp/",
    "https://google.com/amp/news.example/2024/bank-hit",
    "https://news-example.cdn.ampproject.org/c/s/news.example/2024/bank-hit",
    "https://www-news-example.cdn.ampproject.org/v/s/www.news.example/2024/bank-hit/amp?amp_js_v=0.1&usqp=mq3",
]
OTHERS = [
    # Another host: what is taken off a name is not the name itself.
    ("https://m.com/a", "https://m.com/a"),
    ("https://www.m.com/a", "https://m.com/a"),
    ("https://m.co.uk/a", "https://m.co.uk/a"),
    ("https://m.news.co.uk/a", "https://news.co.uk/a"),
    ("https://amp.dev/documentation/amp-basics", "https://amp.dev/documentation/amp-basics"),
    ("https://www2.news.example/a", "https://www2.news.example/a"),
    ("https://media.news.example/a", "https://media.news.example/a"),
    ("https://mnews.example/a", "https://mnews.example/a"),
    ("https://en.m.encyclopedia.example/a", "https://en.encyclopedia.example/a"),
    ("https://news.example:8080/a", "https://news.example:8080/a"),
    ("https://[::1]:8080/a", "https://[::1]:8080/a"),
    ("http://127.0.0.1:8000/a/", "https://127.0.0.1:8000/a"),
    ("https://www.zürich.example/a", "https://xn--zrich-kva.example/a"),
    # Another path.
    ("https://news.example/amplifier-story", "https://news.example/amplifier-story"),
    ("https://news.example/music/amp-review", "https://news.example/music/amp-review"),
    ("https://news.example/music/amp/review", "https://news.example/music/amp/review"),
    ("https://news.example/champ", "https://news.example/champ"),
    ("https://news.example/amp", "https://news.example/amp"),
    ("https://news.example/A/Story", "https://news.example/A/Story"),
    ("https://news.example", "https://news.example/"),
    ("https://news.example/a%2Fb", "https://news.example/a%2Fb"),
    ("https://news.example/a%c3%a9", "https://news.example/a%C3%A9"),
    ("https://news.example/aé", "https://news.example/a%C3%A9"),
    ("https://news.example/a/index.html", "https://news.example/a/index.html"),
    ("https://www.google.com/search?q=amp", "https://google.com/search?q=amp"),
    # Parameters that tell which page it is.
    ("https://news.example/read?id=12", "https://news.example/read?id=12"),
    ("https://news.example/read?page=2&id=12&utm_source=x", "https://news.example/read?id=12&page=2"),
    ("https://news.example/read?id=", "https://news.example/read?id="),
    ("https://news.example/read?ampere=5", "https://news.example/read?ampere=5"),
    # No address.
    ("news/1.html", "news/1.html"),
    ("ftp://news.example/a", "ftp://news.example/a"),
    ("http://[::1", "http://[::1"),
]


@pytest.mark.parametrize("url", SAME)
def test_one_article_has_one_address(url: str) -> None:
    assert identify_url(url) == STORY
    assert make_article(url).article_id == make_article(STORY).article_id


@pytest.mark.parametrize(("url", "identity"), OTHERS)
def test_what_makes_an_address_stays(url: str, identity: str) -> None:
    assert identify_url(url) == identity
    assert identify_url(identity) == identity


def test_no_two_of_these_pages_are_one() -> None:
    spellings = {"https://m.com/a", "https://www.m.com/a", "https://news.example/aé", "https://news.example/a%c3%a9"}
    identities = [identity for url, identity in OTHERS if url not in spellings]
    assert len(set(identities)) == len(identities)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://News.Example:443/A?b=1&utm_source=x&fbclid=2&c=3#d", "https://news.example/A?b=1&c=3"),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:8080/a?", "http://news.example:8080/a"),
        ("http://user:secret@news.example/a", "http://news.example/a"),
        ("https://www.news.example/a/amp/", "https://www.news.example/a/amp/"),
        ("javascript:alert(1)", None),
        ("/relative", None),
        ("http://[::1", None),
        ("http://[::1]/a", "http://[::1]/a"),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_shown_in_the_spelling_of_the_page(url: str | None, expected: str | None) -> None:
    assert normalise_url(url) == expected


def make_article(url: str) -> Article:
    return Article(reference="news", title="", body="A body.", published=date(2024, 5, 1), url=url)
