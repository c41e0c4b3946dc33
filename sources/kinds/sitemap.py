"""Sitemaps, news sitemaps and indexes of sitemaps (https://www.sitemaps.org/protocol.html), gzipped or not.

The news extension is that of Google (xmlns http://www.google.com/schemas/sitemap-news/0.9).
"""

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from schemas import Problem, Source
from sources.contents import Form, recognise_form
from sources.credentials import hide_credentials
from sources.days import read_day, read_moment
from sources.fetching.answers import DOCUMENTS, Fetched
from sources.kinds.documents import explain_wrong_content, join_address
from sources.kinds.means import Found, Means
from sources.locations import is_address
from sources.references import Consumed, Reference, ReferenceKind
from sources.xml import BadXml, UnsafeXml, parse_xml

_DEEPEST = 3
_MOST_ENTRIES = 60_000  # the standard's limit is 50,000
_MOST_SITEMAPS = 2_000
_MOST_BYTES = 52_428_800  # the standard's limit, after decompression
_RETRIED = timedelta(days=7)
_GZIP = b"\x1f\x8b"


def discover_sitemap(source: Source, means: Means) -> Iterator[Found]:
    """The articles that the sitemap names, or those that its index names; each sitemap is read once.

    A sitemap that did not change since `source.since`, as its index says, is passed over.
    """
    return _Reading(source, means).read(source.location)


def read_sitemap(answer: Fetched) -> Iterator[Reference | Problem]:
    """The articles of one sitemap that is at hand; those of an index are not followed."""
    root = _parse(answer)
    if isinstance(root, (Problem, list)):
        yield from [root] if isinstance(root, Problem) else _make_plain(root, answer)
    elif _name(root) == "urlset":
        yield from _read_urlset(root, answer, None)


def list_sitemaps(answer: Fetched) -> list[str]:
    """The sitemaps that an index names, in its order; none where it is no index."""
    root = _parse(answer)
    if isinstance(root, (Problem, list)) or _name(root) != "sitemapindex":
        return []
    return [address for address, _ in _read_index(root, answer.final_url)]


class _Reading:
    """One way through a sitemap and those below it."""

    def __init__(self, source: Source, means: Means) -> None:
        self._source, self._means = source, means
        self._begin = datetime.combine(source.since, time(), UTC) - timedelta(days=1) if source.since else None
        self._seen: set[str] = set()

    def read(self, url: str, depth: int = 1) -> Iterator[Found]:
        """What the sitemap at `url` names, and those below it; nothing where it was read already."""
        if url in self._seen:
            return
        self._seen.add(url)
        answer = self._means.fetcher.fetch(url, accept=DOCUMENTS)
        if isinstance(answer, Problem):
            yield answer
            return
        root = _parse(answer)
        if isinstance(root, Problem):
            yield root
        elif isinstance(root, list):
            yield from _make_plain(root, answer)
        elif _name(root) == "urlset":
            yield from _read_urlset(root, answer, self._source.language)
        else:
            yield from self._read_below(_read_index(root, answer.final_url), url, depth)

    def _read_below(self, below: list[tuple[str, datetime | None]], url: str, depth: int) -> Iterator[Found]:
        if not below:
            detail = "The index names no sitemap. Look at it in a browser; the site may have another."
            yield Problem(code="empty_source", reference=url, detail=detail)
        elif depth >= _DEEPEST:
            example = hide_credentials(below[0][0])
            detail = f"Its sitemaps lie more than {_DEEPEST} deep. Give one of those that it names, as {example}."
            yield Problem(code="wrong_content", reference=url, detail=detail)
            return
        for address, updated in below:
            if len(self._seen) >= _MOST_SITEMAPS:
                detail = f"It leads to more than {_MOST_SITEMAPS:,} sitemaps; the others were left out. Set `since`."
                yield Problem(code="too_large", reference=url, detail=detail)
                return
            if updated is None:
                yield from self.read(address, depth + 1)
            elif not ((self._begin and updated < self._begin) or self._is_settled(address, updated)):
                yield from self._read_dated(address, updated, depth + 1)

    def _read_dated(self, address: str, updated: datetime, depth: int) -> Iterator[Found]:
        """What a sitemap gives, which is consumed where nothing was wrong with it."""
        is_whole = True
        for found in self.read(address, depth):
            is_whole = is_whole and not isinstance(found, Problem)
            yield found
        if is_whole:
            yield Consumed(address, updated.isoformat())

    def _is_settled(self, address: str, updated: datetime) -> bool:
        """Whether the sitemap is as it was read before, and so long ago that what failed then need not be tried."""
        rests = datetime.now(UTC) - updated > _RETRIED
        return rests and self._means.is_unchanged(address, updated.isoformat())


def _parse(answer: Fetched) -> Any | list[str] | Problem:
    """The root of a sitemap or index, the lines of a sitemap that is a text, or the problem."""
    content = unpack(answer)
    if isinstance(content, Problem):
        return content
    form = recognise_form(content)
    if form is Form.ADDRESSES:
        return content.decode("utf-8-sig", "replace").splitlines()
    if form is not Form.SITEMAP:
        return explain_wrong_content(answer, content, "a sitemap")
    try:
        root = parse_xml(content, answer.charset)
    except UnsafeXml as error:
        return explain_wrong_content(answer, content, "a sitemap", str(error))
    except BadXml:
        return explain_wrong_content(answer, content, "a sitemap")
    return root if _name(root) in ("urlset", "sitemapindex") else explain_wrong_content(answer, content, "a sitemap")


def unpack(answer: Fetched) -> bytes | Problem:
    """The content, decompressed where it is gzip whatever its name; `too_large` beyond the standard's 50 MB."""
    if not answer.content.startswith(_GZIP):
        return answer.content
    unpacked, rest, is_whole = bytearray(), answer.content, False
    try:
        while rest.startswith(_GZIP) and len(unpacked) <= _MOST_BYTES:  # several gzip files may follow one another
            member = zlib.decompressobj(wbits=31)
            unpacked += member.decompress(rest, _MOST_BYTES + 1 - len(unpacked))
            rest, is_whole = member.unused_data, member.eof
    except zlib.error:
        is_whole = False
    if not is_whole and len(unpacked) <= _MOST_BYTES:
        detail = "The gzip file is damaged or cut short. Try again later."
        return Problem(code="unreadable", reference=answer.url, detail=detail)
    if len(unpacked) > _MOST_BYTES:
        detail = "The sitemap is larger than 50 MB after decompression, the most that one may be. Give another."
        return Problem(code="too_large", reference=answer.url, detail=detail)
    return bytes(unpacked)


def _read_urlset(root: Any, answer: Fetched, language: str | None) -> Iterator[Reference | Problem]:
    number = given = 0
    for entry in root:
        if _name(entry) != "url":
            continue
        number += 1
        if number > _MOST_ENTRIES:
            yield _explain_number(answer)
            break
        told = _read_values(entry)
        address = join_address(answer.final_url, told.get("loc"))
        if address and _speaks(language, told.get("language")):
            given += 1
            yield _make_reference(address, told)
    if not given:
        said = f"has entries ({number:,}), but none with an address in the source's language" if number else "is empty"
        detail = f"The sitemap {said}. Look at it in a browser; the site may have another."
        yield Problem(code="empty_source", reference=answer.url, detail=detail)


def _make_reference(address: str, told: dict[str, str]) -> Reference:
    published: date | None = read_day(told.get("publication_date"))
    return Reference(
        ReferenceKind.URL,
        address,
        published=published,
        published_source="sitemap" if published else None,
        updated=read_moment(told.get("lastmod")),
        outlet=told.get("name"),
    )


def _read_values(entry: Any) -> dict[str, str]:
    """The values of an entry and of the news in it, by the names of their elements; images and films are left."""
    values: dict[str, str] = {}
    for element in entry:
        name = _name(element)
        if name in ("news", "publication"):
            values |= _read_values(element)
        elif name not in ("image", "video") and isinstance(element.text, str) and element.text.strip():
            values.setdefault(name, " ".join(element.text.split()))
    return values


def _speaks(wanted: str | None, stated: str | None) -> bool:
    """Whether an entry may be in the language that the source is said to have."""
    return not (wanted and stated) or stated.lower().partition("-")[0] == wanted


def _read_index(root: Any, base: str) -> list[tuple[str, datetime | None]]:
    """The sitemaps that an index names, each with when it changed last; at most as many as the standard allows."""
    told = [_read_values(entry) for entry in root if _name(entry) == "sitemap"][:_MOST_ENTRIES]
    return [
        (address, read_moment(values.get("lastmod")))
        for values in told
        if (address := join_address(base, values.get("loc")))
    ]


def _make_plain(lines: list[str], answer: Fetched) -> Iterator[Reference | Problem]:
    """The references of a sitemap that is a text with an address a line."""
    for line in lines[:_MOST_ENTRIES]:
        # A text is taken for a sitemap only where most of its first lines are addresses: there is one at least.
        if is_address(line) and (address := join_address(answer.final_url, line)):
            yield Reference(ReferenceKind.URL, address)
    if len(lines) > _MOST_ENTRIES:
        yield _explain_number(answer)


def _explain_number(answer: Fetched) -> Problem:
    detail = f"It names more than {_MOST_ENTRIES:,} addresses; the others were left out. Give smaller sitemaps."
    return Problem(code="too_large", reference=answer.url, detail=detail)


def _name(element: Any) -> str:
    """The name of an element without its namespace, in lower case; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
