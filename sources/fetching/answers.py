"""What asking for an address gives: a Fetched, an Unchanged or a Problem; and the page that a Fetched makes."""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from enum import StrEnum

from schemas import MediaType, Page, Problem
from sources.references import Reference

PAGES = "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.1"
"""The header Accept for articles."""

DOCUMENTS = "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,*/*;q=0.5"
"""The header Accept for feeds and sitemaps."""

_MEDIA_TYPES = {
    "": MediaType.HTML,
    "text/html": MediaType.HTML,
    "application/xhtml+xml": MediaType.HTML,
    "text/plain": MediaType.TEXT,
}
_LONGEST_SHOWN_TYPE = 80


@dataclass(frozen=True)
class Fetched:
    """An answer with content.

    `url` was asked for (without credentials), `final_url` answered, after redirects. `headers` have names in lower
    case; `content` is as it was before the server compressed it; `charset` is what the header Content-Type calls the
    encoding. Where a document (a feed, a sitemap) is as it was the last time, `is_unchanged` is true and the content
    is that of the last time.
    """

    url: str
    final_url: str
    status: int
    content: bytes
    fetched_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    charset: str | None = None
    is_unchanged: bool = False

    @property
    def media_type(self) -> str:
        """The type that the server calls it, in lower case without parameters; empty where it names none."""
        return read_media_type(self.headers)


class Reason(StrEnum):
    """Why an article was not fetched though nothing is wrong with that."""

    HAD = "had"
    NOT_MODIFIED = "not_modified"
    FAILED_BEFORE = "failed_before"


@dataclass(frozen=True)
class Unchanged:
    """An article that is not fetched: it was had already, or it failed lately and is not due again.

    `problem` is what was wrong when it failed.
    """

    url: str
    reason: Reason
    problem: Problem | None = None


Answer = Fetched | Unchanged | Problem


def read_media_type(headers: dict[str, str]) -> str:
    """The media type that the headers name, in lower case without parameters; empty where they name none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def read_charset(headers: dict[str, str]) -> str | None:
    """What the header Content-Type calls the encoding, in lower case; None where it names none."""
    message = Message()
    message["Content-Type"] = headers.get("content-type", "")
    return message.get_content_charset()


def check_media_type(url: str, headers: dict[str, str]) -> Problem | None:
    """The problem `not_html` where the headers name a type that no article comes in."""
    stated = read_media_type(headers)
    if stated in _MEDIA_TYPES:
        return None
    detail = f"The server sent {stated[:_LONGEST_SHOWN_TYPE]}, not a web page. Give the article's own page."
    return Problem(code="not_html", reference=url, detail=detail)


def to_page(fetched: Fetched, reference: Reference) -> Page | Problem:
    """The page of an article, with what its source says of it; or a Problem `not_html` or `empty_page`."""
    problem = check_media_type(fetched.url, fetched.headers)
    if problem:
        return problem
    if not fetched.content:
        return Problem(code="empty_page", reference=fetched.url, detail="The server sent an empty page.")
    return Page(
        reference=fetched.url,
        media_type=_MEDIA_TYPES[fetched.media_type],
        content=fetched.content,
        url=fetched.final_url,
        charset=fetched.charset,
        headers=fetched.headers,
        fetched_at=fetched.fetched_at,
        published=reference.published,
        published_source=reference.published_source,
        outlet=reference.outlet,
        source=reference.source,
        first_look=reference.first_look,
    )
