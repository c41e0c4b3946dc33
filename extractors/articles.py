"""Pages to articles: web pages, plain text files and JSONL records. Pure: no network, no clock, no database."""

import json
import re
from typing import Any, NamedTuple

from extractors.decoding import decode_page
from extractors.languages import is_english
from extractors.page_dates import Dating, find_given, find_in_address, find_stated, find_written
from extractors.publication_dates import read_published
from extractors.refusals import Refusal
from extractors.statements import find_author, find_headline, find_language, find_outlet, find_url
from extractors.stubs import refuse_by_marks, refuse_stub
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


class _Read(NamedTuple):
    """What was read of a page: `known` are those of the article's other fields that the page states."""

    title: str
    body: str
    dating: Dating | None
    known: dict[str, Any]
    language: str | None = None


def read_article(page: Page, *, allow_undated: bool = False) -> Article | Problem:
    """Read the article that `page` holds, or say by a `Problem` why there is none; raises nothing.

    Codes: `empty_page`, `not_html`, `unreadable`, `too_large`, `no_text`, `no_date`,
    `not_english`, `bad_record`, and for pages that show no whole article `paywall`,
    `cookie_wall`, `live_blog`, `video_page`, `link_list`. The date is the surest that is
    known, and `date_source` says what it rests on; with `allow_undated` an article
    without one is read too, and its `published` is None.
    """
    try:
        if not page.content.strip():
            raise Refusal("empty_page", "The page is empty. Fetch or save the article again.")
        if len(page.content) > MOST_BYTES:
            raise Refusal(
                "too_large", f"The page is larger than {MOST_BYTES // 1_000_000} MB. Give one article's page."
            )
        read = _READERS[page.media_type](page)
        _check_body(read)
        if read.dating is None and not allow_undated:
            raise Refusal("no_date", _explain_missing_date(page))
        return _make_article(page, read)
    except Refusal as refusal:
        return Problem(code=refusal.code, reference=page.reference, detail=refusal.detail)
    except Exception as error:
        # trafilatura and lxml meet whatever the web holds: one page must not end a run.
        return Problem(code="unreadable", reference=page.reference, detail=f"Reading it failed: {error!r:.200}")


def _read_webpage(page: Page) -> _Read:
    web = parse_webpage(page.content, page.charset)
    url = find_url(web.tree, page.url)
    refuse_by_marks(web)
    title = find_headline(web.tree, web.linked)
    body = find_body(web, title)
    refuse_stub(web, title, body, url)
    if len(body) < SHORTEST_WEB_BODY:
        raise Refusal("no_text", "The page has no article text. It may need a script or a subscription.")
    known = {
        "url": url,
        "outlet": find_outlet(web.tree, web.linked),
        "author": find_author(web.tree, web.linked),
    }
    stated = find_stated(web.tree, web.linked)
    dating = _choose_dating(page, stated, url) or find_in_address(page.url) or find_written(web.tree, page)
    return _Read(title, body, dating, known, find_language(web.tree) or page.headers.get("content-language"))


def _choose_dating(page: Page, stated: Dating | None, url: str | None) -> Dating | None:
    """The surest date: the page's own, what came with the page, the address."""
    return stated or find_given(page) or find_in_address(url)


def _name_source(value: str | None, source: str) -> Dating | None:
    day = read_published(value or "")
    return Dating(day, source) if day else None


def _read_text_file(page: Page) -> _Read:
    """Read a text file: first, optionally, `date YYYY-MM-DD` or a block of `Key: value` lines, then the text.

    Where no title is given, the first line is the headline if it stands alone (a
    blank line after it, text after that), is short and doesn't end as a sentence
    does. After `date …` on the same line comes text, never a headline.
    """
    check_signature(page.content)
    text = decode_page(page.content, page.charset).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    stated: dict[str, str] = {}
    begun = False
    if opening := _STATED_DATE.match(text):
        stated["published"] = opening[1]
        text = text[opening.end() :]
        begun = not text.startswith("\n")
    header, text = _split_header(text.strip())
    stated |= header
    if "title" not in stated and not begun:
        stated["title"], text = _split_headline(text)
    title, published, url = (stated.pop(name, "") for name in ("title", "published", "url"))
    dating = _choose_dating(page, _name_source(published, "file_header"), url or page.url)
    return _Read(title, _BLANK_LINES.sub("\n\n", text).strip(), dating, {**stated, "url": url})


def _split_header(text: str) -> tuple[dict[str, str], str]:
    """The known values of the `Key: value` lines up to the first blank line, and the rest; other keys are left."""
    block, blank, rest = text.partition("\n\n")
    pairs = [_HEADER_LINE.fullmatch(line.strip()) for line in block.split("\n")]
    values = {_HEADER_KEYS[p[1].lower()]: p[2].strip() for p in pairs if p and p[1].lower() in _HEADER_KEYS}
    if not blank or not all(pairs) or not values:
        return {}, text
    if not read_published(values.get("published", "")):
        values.pop("published", None)
    return {name: value for name, value in values.items() if value}, rest


def _split_headline(text: str) -> tuple[str, str]:
    line, blank, rest = text.partition("\n\n")
    alone = blank and rest.strip() and "\n" not in line and len(line) <= LONGEST_HEADLINE
    if not alone or re.search(r"[.!?:;,][\"'”’)]*\s*$", line):
        return "", text
    return line.strip(), rest


def _read_record(page: Page) -> _Read:
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
    dating = _choose_dating(page, _name_source(record.get("published"), "record"), url)
    known = {"url": url, "doc": None if doc is None else str(doc)}
    known |= {name: record.get(name) for name in ("outlet", "author")}
    return _Read(record.get("title") or "", record.get("text") or "", dating, known)


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


def _make_article(page: Page, read: _Read) -> Article:
    known = {name: value for name, value in read.known.items() if value}
    if page.outlet:
        known["outlet"] = page.outlet
    return Article(
        reference=page.reference,
        title=read.title,
        body=read.body,
        published=read.dating.day if read.dating else None,
        date_source=read.dating.source if read.dating else None,
        page_hash=page.page_hash,
        source=page.source,
        **{**known, "url": normalise_url(known.get("url") or page.url)},
    )


def _check_body(read: _Read) -> None:
    """Raise `Refusal` where the text is none that can be read."""
    body = read.body
    if len(body.strip()) < SHORTEST_BODY:
        raise Refusal("no_text", "There is no article text.")
    if len(body) > MOST_CHARACTERS:
        raise Refusal("too_large", f"The text has {len(body):,} characters; at most {MOST_CHARACTERS:,} are read.")
    longest = max(map(len, body.split()), default=0)
    if longest > LONGEST_WORD:
        raise Refusal("unreadable", f"The text holds a word of {longest:,} characters.")
    if not is_english(f"{read.title}\n{body}", read.language):
        raise Refusal("not_english", "The text is not in English.")


def _explain_missing_date(page: Page) -> str:
    where = {
        MediaType.HTML: "The page does not state its publication date.",
        MediaType.TEXT: "The file does not begin with `date YYYY-MM-DD` or a `Date:` line.",
        MediaType.RECORD: "`published` is missing or not an ISO date.",
    }
    return f"{where[page.media_type]} Give it with --published YYYY-MM-DD, or read it undated with --allow-undated."


_READERS = {MediaType.HTML: _read_webpage, MediaType.TEXT: _read_text_file, MediaType.RECORD: _read_record}
