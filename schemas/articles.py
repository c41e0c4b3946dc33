"""Pages as fetched and the articles read from them."""

import hashlib
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, computed_field

from schemas.addresses import identify_url
from schemas.base import Contract
from schemas.vocabularies import CodeOf

DateSourceCode = Annotated[str, CodeOf("date_sources")]


class MediaType(StrEnum):
    """How a page's bytes are to be read."""

    HTML = "text/html"
    TEXT = "text/plain"
    RECORD = "application/json"


class Page(Contract):
    """The raw bytes of one article as fetched or found on disk.

    `reference` says where it came from, for people: a path, a URL, or
    `path:line` for a record of a JSONL file. `published` is the date for a page
    that states none that can be read, as `published_source` gave it (the user,
    where that is not said); `outlet` is the user's name for the outlet, and
    wins over the page's; `country` (ISO 3166-1) and `language` (ISO 639-1) are what
    is said of the outlet. `source` is the name of the source that led to the page;
    `first_look` is true where only a look at its bytes says whether it is worth reading.
    `headers` are the answer's, names in lower case.
    """

    reference: str
    media_type: MediaType
    content: bytes
    url: str | None = None
    charset: str | None = None
    published: date | None = None
    published_source: DateSourceCode | None = None
    outlet: str | None = None
    country: str | None = None
    language: str | None = None
    source: str | None = None
    first_look: bool = False
    headers: dict[str, str] = Field(default_factory=dict)
    fetched_at: datetime | None = None

    @property
    def content_hash(self) -> str:
        """SHA-256 of the bytes alone, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def page_hash(self) -> str:
        """SHA-256 of everything that decides what is read from the page, in hexadecimal."""
        said = f"{self.media_type}|{self.url or ''}|{self.published or ''}|{self.outlet or ''}|"
        return hashlib.sha256(said.encode() + self.content).hexdigest()


class Article(Contract):
    """A page's headline and body with what is known of them.

    `text` is the headline, a newline and the body; every offset in breachwire
    counts characters of it. `doc` is the identifier that a JSONL record gave,
    `date_source` what `published` rests on; both are None where no date is known.
    `source` is the name of the source that led to it, `country` the outlet's as that says (ISO 3166-1).
    """

    reference: str
    title: str
    body: str
    published: date | None
    date_source: DateSourceCode | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    language: str = "en"
    doc: str | None = None
    page_hash: str | None = None
    source: str | None = None
    country: str | None = None

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def article_id(self) -> str:
        """Stable identity: of the address, whichever way it is spelt, else of the text with its white space folded."""
        return identify_article(self.url, self.text)


def identify_article(url: str | None, text: str) -> str:
    """The `article_id` of an article with this address and text."""
    identity = identify_url(url) if url else " ".join(text.split())
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]
