"""Feeds: RSS, RDF and Atom, read by feedparser after the XML was made safe, and JSON Feed."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from time import struct_time
from typing import Any

import feedparser

from schemas import Problem, Source
from sources.contents import Form, recognise_form
from sources.days import read_day, read_moment
from sources.fetching.answers import DOCUMENTS, Fetched
from sources.kinds.documents import explain_wrong_content, join_address
from sources.kinds.means import Found, Means
from sources.locations import is_address
from sources.references import Reference, ReferenceKind
from sources.rules import unwrap_address
from sources.xml import BadXml, UnsafeXml, clean_xml

_RDF = ("rss10", "rss090")


def discover_feed(source: Source, means: Means) -> Iterator[Found]:
    """The articles that the feed names, with the days on which it says they were published."""
    answer = means.fetcher.fetch(source.location, accept=DOCUMENTS)
    return iter([answer]) if isinstance(answer, Problem) else read_feed(answer)


def read_feed(answer: Fetched) -> Iterator[Reference | Problem]:
    """The entries of a feed in its order; one Problem `wrong_content` or `empty_source` where there is none."""
    entries = _read_entries(answer)
    if isinstance(entries, Problem):
        yield entries
        return
    references = [reference for entry in entries if (reference := _make_reference(entry, answer.final_url))]
    yield from references
    if not references:
        said = f"has entries ({len(entries)}), none of them with an address" if entries else "has no entries"
        detail = f"The feed {said}. Look at it in a browser; the site may have another."
        yield Problem(code="empty_source", reference=answer.url, detail=detail)


def read_head(answer: Fetched) -> tuple[str, str | None]:
    """The title of a feed and the language that it says it has (ISO 639-1); empty and None where it says none."""
    if recognise_form(answer.content) is Form.JSON_FEED:
        head = json.loads(answer.content)
    else:
        try:
            head = dict(_parse(answer).feed)
        except BadXml:
            return "", None
    language = str(head.get("language") or "").lower().partition("-")[0]
    return str(head.get("title") or ""), language if re.fullmatch("[a-z]{2}", language) else None


def _read_entries(answer: Fetched) -> list[dict[str, Any]] | Problem:
    form = recognise_form(answer.content)
    if form is Form.JSON_FEED:
        items = json.loads(answer.content).get("items")
        return [_shape_item(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    if form not in (Form.FEED, Form.XML):
        return explain_wrong_content(answer, answer.content, "a feed")
    try:
        parsed = _parse(answer)
    except UnsafeXml as error:
        return explain_wrong_content(answer, answer.content, "a feed", str(error))
    except BadXml:
        return explain_wrong_content(answer, answer.content, "a feed")
    if not parsed.version and not parsed.entries:
        return explain_wrong_content(answer, answer.content, "a feed")
    return [_shape_entry(entry, is_rdf=parsed.version in _RDF) for entry in parsed.entries]


def _parse(answer: Fetched) -> Any:
    """What feedparser makes of the feed. Raises `BadXml` and `UnsafeXml`."""
    cleaned = clean_xml(answer.content, answer.charset)
    headers = {"content-location": answer.final_url}
    return feedparser.parse(
        io.BytesIO(cleaned), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _shape_entry(entry: Any, is_rdf: bool) -> dict[str, Any]:
    """An entry of feedparser with the few things that are asked of it."""
    # A plain mapping: feedparser's own gives other keys for those that are missing.
    known = dict(entry)
    # RDF has one date (dc:date), that of publication, which feedparser calls `updated`.
    published = known.get("published") or known.get("created") or (known.get("updated") if is_rdf else None)
    outlet = known.get("source") or {}
    return {
        "addresses": [known.get("feedburner_origlink"), known.get("link"), known.get("id")],
        "published": published,
        "updated": None if is_rdf else _read_time(known.get("updated_parsed")),
        "outlet": outlet.get("title") if isinstance(outlet, dict) else None,
    }


def _shape_item(item: dict[str, Any]) -> dict[str, Any]:
    """An item of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    texts = {name: value for name, value in item.items() if isinstance(value, str)}
    return {
        "addresses": [texts.get("url"), texts.get("external_url"), texts.get("id")],
        "published": texts.get("date_published"),
        "updated": read_moment(texts.get("date_modified")),
        "outlet": None,
    }


def _make_reference(entry: dict[str, Any], base: str) -> Reference | None:
    """The reference of an entry; None where it has no address: an `id` counts only if it is one by itself."""
    *links, identity = entry["addresses"]
    joined = [address for link in links if (address := join_address(base, link))]
    if not joined and identity and is_address(identity):
        joined = [identity]
    if not joined:
        return None
    published: date | None = read_day(entry["published"])
    return Reference(
        ReferenceKind.URL,
        unwrap_address(joined[0]),
        published=published,
        published_source="feed" if published else None,
        updated=entry["updated"],
        outlet=" ".join((entry["outlet"] or "").split()) or None,
    )


def _read_time(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime(*parsed[:6], tzinfo=UTC) if parsed else None
    except ValueError:
        return None
