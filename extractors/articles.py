"""Pages to articles: web pages, plain text files and JSONL records. Pure: no network, no clock, no database."""

import json
import re
from typing import Any

from extractors.decoding import decode_page
from extractors.languages import is_english
from extractors.publication_dates import read_published
from extractors.refusals import Refusal
from extractors.statements import find_author, find_headline, find_language, find_outlet, find_published, find_url
from extractors.webpages import check_signature, find_body, parse_webpage
from schemas import Article, MediaType, Page, Problem
from schemas.addresses import normalise_url

MOST_BYTES = 10_000_000
MOST_CHARACTERS = 100_000  # some 16,000 words: ten times the longest of 530 news articles
LONGEST_WORD = 2_000
# Below these a body is a paywall's sentence or a caption, not an article, in characters.
SHORTEST_WEB_BODY = 100
SHORTEST_BODY = 20
LONGEST_HEADLINE = 150

_STATED_DATE = re.compile(r"\s*date[ \t]+(\d{4}-\d{2}-\d{2})\b[ \t]*", re.IGNORECASE)
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z -]{0,20}):[ \t]*(.*)")
_HEADER_KEYS = {
    "title": "title",
    "headline": "title",
    "date": "published",
    "published": "published",
    "url": "url",
    "link": "url",
    "outlet": "outlet",
    "source": "outlet",
    "author": "author",
    "by": "author",
}
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")


def read_article(page: Page) -> Article | Problem:
    """Read the article that `page` holds, or say by a `Problem` why there is none; raises nothing.

    Codes: `empty_page`, `not_html`, `unreadable`, `too_large`, `no_text`, `no_date`,
    `not_english`, `bad_record`. The date is the one that the page states, else the
    user's (`page.published`); it is never guessed.
    """
    try:
        if not page.content.strip():
            raise Refusal("empty_page", "The page is empty. Fetch or save the article again.")
        if len(page.content) > MOST_BYTES:
            raise Refusal(
                "too_large", f"The page is larger than {MOST_BYTES // 1_000_000} MB. Give one article's page."
            )
        return _READERS[page.media_type](page)
    except Refusal as refusal:
        return Problem(code=refusal.code, reference=page.reference, detail=refusal.detail)
    except Exception as error:
        # trafilatura and lxml meet whatever the web holds: one page must not end a run.
        return Problem(code="unreadable", reference=page.reference, detail=f"Reading it failed: {error!r:.200}")


def _read_webpage(page: Page) -> Article:
    web = parse_webpage(page.content, page.charset)
    title = find_headline(web.tree, web.linked)
    stated = {
        "title": title,
        "published": find_published(web.tree, web.linked),
        "url": find_url(web.tree, page.url),
        "outlet": find_outlet(web.tree, web.linked),
        "author": find_author(web.tree, web.linked),
    }
    language = find_language(web.tree)
    body = find_body(web, title)
    if len(body) < SHORTEST_WEB_BODY:
        raise Refusal("no_text", "The page has no article text. It may need a script or a subscription.")
    return _make_article(page, stated, body, language)


def _read_text_file(page: Page) -> Article:
    """Read a text file: first, optionally, `date YYYY-MM-DD` or a block of `Key: value` lines, then the text.

    Where no title is given, the first line is the headline if it stands alone (a
    blank line after it, text after that), is short and doesn't end as a sentence
    does. After `date …` on the same line comes text, never a headline.
    """
    check_signature(page.content)
    text = decode_page(page.content, page.charset).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    stated: dict[str, Any] = {}
    begun = False
    if opening := _STATED_DATE.match(text):
        stated["published"] = read_published(opening[1])
        text = text[opening.end() :]
        begun = not text.startswith("\n")
    header, text = _split_header(text.strip())
    stated |= header
    if "title" not in stated and not begun:
        stated["title"], text = _split_headline(text)
    return _make_article(page, stated, _BLANK_LINES.sub("\n\n", text).strip())


def _split_header(text: str) -> tuple[dict[str, Any], str]:
    """The known values of the `Key: value` lines up to the first blank line, and the rest; other keys are left."""
    block, blank, rest = text.partition("\n\n")
    pairs = [_HEADER_LINE.fullmatch(line.strip()) for line in block.split("\n")]
    values = {_HEADER_KEYS[p[1].lower()]: p[2].strip() for p in pairs if p and p[1].lower() in _HEADER_KEYS}
    if not blank or not all(pairs) or not values:
        return {}, text
    if values.get("published"):
        values["published"] = read_published(values["published"])
    return {name: value for name, value in values.items() if value}, rest


def _split_headline(text: str) -> tuple[str, str]:
    line, blank, rest = text.partition("\n\n")
    alone = blank and rest.strip() and "\n" not in line and len(line) <= LONGEST_HEADLINE
    if not alone or re.search(r"[.!?:;,][\"'”’)]*\s*$", line):
        return "", text
    return line.strip(), rest


def _read_record(page: Page) -> Article:
    """Read one JSONL record; its title and text stay as they are, character for character."""
    record = _load_record(page.content)
    wrong = [
        name for name in ("title", "text", "url", "outlet", "author", "published") if not _is_text(record.get(name))
    ]
    if wrong:
        raise Refusal("bad_record", f"`{wrong[0]}` must be a string of characters without NUL and lone surrogates.")
    url = record.get("url") or page.url
    if url and not normalise_url(url):
        raise Refusal("bad_record", f"`url` is not an http(s) address: {url[:100]!r}")
    doc = record.get("doc", record.get("id"))
    if isinstance(doc, bool) or not (_is_text(doc) or isinstance(doc, int)):
        raise Refusal("bad_record", "`doc` (or `id`) must be a string or a whole number.")
    stated = {name: record.get(name) for name in ("title", "outlet", "author")}
    stated |= {"url": url, "doc": None if doc is None else str(doc)}
    stated["published"] = read_published(record.get("published") or "")
    return _make_article(page, stated, record.get("text") or "")


def _load_record(content: bytes) -> dict[str, Any]:
    try:
        record = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Refusal("bad_record", f"The line is not UTF-8: {error.reason} at byte {error.start}.") from None
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_record", f"The line is not JSON: {error}.") from None
    if not isinstance(record, dict):
        raise Refusal(
            "bad_record", "The line is not a JSON object. Give one object a line with `text` and `published`."
        )
    return record


def _is_text(value: object) -> bool:
    """Whether `value` is absent or a string that a database and a UTF-8 file can hold."""
    return value is None or (isinstance(value, str) and not re.search("[\x00\ud800-\udfff]", value))


def _make_article(page: Page, stated: dict[str, Any], body: str, language: str | None = None) -> Article:
    """Check what was read, and make the article of it. Raises `Refusal`."""
    title = stated.pop("title", None) or ""
    published = stated.pop("published", None) or page.published
    _check_body(title, body, language)
    if published is None:
        raise Refusal("no_date", _explain_missing_date(page))
    known = {name: value for name, value in stated.items() if value}
    if page.outlet:
        known["outlet"] = page.outlet
    known["url"] = normalise_url(known.get("url") or page.url)
    return Article(
        reference=page.reference, title=title, body=body, published=published, page_hash=page.page_hash, **known
    )


def _check_body(title: str, body: str, language: str | None) -> None:
    if len(body.strip()) < SHORTEST_BODY:
        raise Refusal("no_text", "There is no article text.")
    if len(body) > MOST_CHARACTERS:
        raise Refusal("too_large", f"The text has {len(body):,} characters; at most {MOST_CHARACTERS:,} are read.")
    longest = max(map(len, body.split()), default=0)
    if longest > LONGEST_WORD:
        raise Refusal("unreadable", f"The text holds a word of {longest:,} characters.")
    if not is_english(f"{title}\n{body}", language):
        raise Refusal("not_english", "The text is not in English.")


def _explain_missing_date(page: Page) -> str:
    where = {
        MediaType.HTML: "The page does not state its publication date.",
        MediaType.TEXT: "The file does not begin with `date YYYY-MM-DD` or a `Date:` line.",
        MediaType.RECORD: "`published` is missing or not an ISO date.",
    }
    return f"{where[page.media_type]} Give it with --published YYYY-MM-DD."


_READERS = {MediaType.HTML: _read_webpage, MediaType.TEXT: _read_text_file, MediaType.RECORD: _read_record}
