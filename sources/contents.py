"""What bytes are: the form that a source's kind can read, or the words for what was found instead."""

import html
import json
import re
from collections.abc import Mapping
from enum import StrEnum

_HEAD = 64 * 1024
_SIGNATURES = {
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a ZIP file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"WARC/": "a WARC archive",
}
_PROLOGUE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_HTML = re.compile(r"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_ADDRESS_LINE = re.compile(r"https?://\S+", re.IGNORECASE)


class Form(StrEnum):
    """What bytes hold, as far as sources tell it apart."""

    EMPTY = "empty"
    FEED = "feed"
    JSON_FEED = "json_feed"
    SITEMAP = "sitemap"
    XML = "xml"
    WEB_PAGE = "web_page"
    JSON = "json"
    ADDRESSES = "addresses"
    TEXT = "text"
    BINARY = "binary"


_FORMS_OF_ROOTS = {
    "rss": Form.FEED,
    "feed": Form.FEED,
    "rdf": Form.FEED,
    "urlset": Form.SITEMAP,
    "sitemapindex": Form.SITEMAP,
    **dict.fromkeys(("html", "head", "body", "title", "meta", "link", "script", "div", "p", "h1"), Form.WEB_PAGE),
}
_WORDS = {
    Form.EMPTY: "an empty answer",
    Form.FEED: "a feed",
    Form.JSON_FEED: "a JSON feed",
    Form.SITEMAP: "a sitemap",
    Form.JSON: "JSON",
    Form.ADDRESSES: "a list of addresses",
}


def recognise_form(content: bytes) -> Form:
    """What `content` holds, by its beginning alone, whatever its name or its headers say."""
    if not content.strip():
        return Form.EMPTY
    if find_signature(content):
        return Form.BINARY
    text = decode_head(content)
    root = find_root(text)
    if form := _FORMS_OF_ROOTS.get(root.lower()):
        return form
    if text.lstrip()[:1] in ("{", "["):
        return _recognise_json(content)
    if _HTML.search(text):
        return Form.WEB_PAGE
    if root:
        return Form.XML
    return _recognise_text(text)


def describe_content(content: bytes, headers: Mapping[str, str] | None = None) -> str:
    """What `content` is, for the sentence "It gave …"; `headers` may say what bytes without a known form are."""
    form = recognise_form(content)
    if form in _WORDS:
        return _WORDS[form]
    text = decode_head(content)
    if form is Form.WEB_PAGE:
        title = find_title(text)
        return f"a web page titled “{title}”" if title else "a web page without a title"
    if form is Form.XML:
        return f"XML of another kind (<{find_root(text)}>)"
    if form is Form.TEXT:
        return f"plain text that begins “{_shorten(text, 40)}”"
    stated = (headers or {}).get("content-type", "").partition(";")[0].strip()
    return find_signature(content) or f"bytes that are no text{f' ({stated[:60]})' if stated else ''}"


def find_title(text: str) -> str:
    """The title of a web page, shortened; empty where it has none."""
    title = _TITLE.search(text)
    return _shorten(html.unescape(title[1]), 80) if title else ""


def find_root(text: str) -> str:
    """The name of the first element of XML or HTML, without its prefix; empty where the text begins otherwise."""
    position = 0
    while match := _PROLOGUE.match(text, position):
        position = match.end()
    root = _ROOT.match(text, position)
    return root[1] if root else ""


def find_signature(content: bytes) -> str:
    """What the first bytes say a binary file is; empty where they say nothing."""
    return next((words for mark, words in _SIGNATURES.items() if content.startswith(mark)), "")


def decode_head(content: bytes) -> str:
    """The beginning of `content` as text, good enough to recognise it."""
    head = content[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8-sig", "replace")


def _recognise_json(content: bytes) -> Form:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return Form.TEXT
    is_feed = isinstance(value, dict) and "jsonfeed.org" in str(value.get("version"))
    return Form.JSON_FEED if is_feed else Form.JSON


def _recognise_text(text: str) -> Form:
    if sum(not (one.isprintable() or one.isspace()) for one in text) > len(text) // 20:
        return Form.BINARY
    lines = [line.strip() for line in text.splitlines()[:20]]
    entries = [line for line in lines if line and not line.startswith("#")]
    addresses = sum(bool(_ADDRESS_LINE.fullmatch(entry)) for entry in entries)
    return Form.ADDRESSES if 2 * addresses > len(entries) else Form.TEXT


def _shorten(text: str, length: int) -> str:
    told = " ".join(text.split())
    return told if len(told) <= length else f"{told[:length].rstrip()}…"
