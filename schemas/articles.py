"""Pages as fetched and the articles read from them."""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from pydantic import computed_field

from schemas.base import Contract


class MediaType(StrEnum):
    """How a page's bytes are to be read."""

    HTML = "text/html"
    TEXT = "text/plain"
    RECORD = "application/json"


class Page(Contract):
    """The raw bytes of one article as fetched or found on disk.

    `reference` says where it came from, for people: a path, a URL, or
    `path:line` for a record of a JSONL file. `published` is the user's date for
    a page that states none that can be read; `outlet` is the user's name for
    the outlet, and wins over the page's.
    """

    reference: str
    media_type: MediaType
    content: bytes
    url: str | None = None
    charset: str | None = None
    published: date | None = None
    outlet: str | None = None
    fetched_at: datetime | None = None

    @property
    def page_hash(self) -> str:
        """SHA-256 of everything that decides what is read from the page, in hexadecimal."""
        said = f"{self.media_type}|{self.url or ''}|{self.published or ''}|{self.outlet or ''}|"
        return hashlib.sha256(said.encode() + self.content).hexdigest()


class Article(Contract):
    """A page's headline and body with what is known of them.

    `text` is the headline, a newline and the body; every offset in breachwire
    counts characters of it. `doc` is the identifier that a JSONL record gave.
    """

    reference: str
    title: str
    body: str
    published: date
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    language: str = "en"
    doc: str | None = None
    page_hash: str | None = None

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.body}"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def article_id(self) -> str:
        """Stable identity: of the canonical URL, else of the text with its white space folded."""
        identity = self.url or " ".join(self.text.split())
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]
