"""What feeds and sitemaps share: the links in them, and the words for what came in their place."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from schemas import Problem
from sources.contents import Form, describe_content, recognise_form
from sources.credentials import hide_credentials
from sources.fetching.answers import Fetched
from sources.locations import is_address

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_MOST_NAMED = 3


def explain_wrong_content(answer: Fetched, content: bytes, wanted: str, reason: str = "") -> Problem:
    """The problem of `content` that is not the feed or sitemap `wanted`: what it is, `reason` why it can't be read,
    and the feeds that it names where it is a web page."""
    told = reason or f"This is {describe_content(content, answer.headers)}, not {wanted}."
    feeds = find_feeds(content, answer.final_url) if recognise_form(content) is Form.WEB_PAGE else []
    advice = "Correct the address in the source's entry."
    if feeds:
        more = " and others" if len(feeds) > _MOST_NAMED else ""
        named = ", ".join(map(hide_credentials, feeds[:_MOST_NAMED]))
        advice = f"It names the feed{'s' if len(feeds) > 1 else ''} {named}{more}."
    return Problem(code="wrong_content", reference=answer.url, detail=f"{told} {advice}")


def find_feeds(content: bytes, base: str) -> list[str]:
    """The addresses of the feeds that a web page names (`<link rel="alternate">`), in its order."""
    return [address for address, _ in find_titled_feeds(content, base)]


def find_titled_feeds(content: bytes, base: str) -> list[tuple[str, str]]:
    """The addresses of the feeds that a web page names, each with its title."""
    tree = parse_web_page(content)
    found: dict[str, str] = {}
    for link in () if tree is None else tree.iter("link"):
        kinds = (link.get("rel") or "").lower().split()
        stated = (link.get("type") or "").partition(";")[0].strip().lower()
        address = join_address(base, link.get("href"))
        if "alternate" in kinds and stated in _FEED_TYPES and address:
            found.setdefault(address, link.get("title") or "")
    return list(found.items())


def parse_web_page(content: bytes) -> Any | None:
    """The tree (lxml) of a web page; None where none can be made of it."""
    try:
        return lxml_html.document_fromstring(content)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def join_address(base: str, link: str | None) -> str | None:
    """The http(s) address that `link` means in a document at `base`, without its fragment; None where it means none."""
    try:
        joined = urlsplit(urljoin(base, (link or "").strip()))
    except ValueError:
        return None
    address = joined._replace(fragment="").geturl()
    return address if link and joined.netloc and is_address(address) else None
