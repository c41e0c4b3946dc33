"""What a web page states of its article outside the text: headline, outlet, author, address, language, linked data.

Where the publication date is stated is a matter of `extractors.page_dates`.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from trafilatura.metadata import examine_meta, extract_author, extract_title

from extractors.rules import read_rules
from schemas.addresses import normalise_url

HtmlTree = Any  # an lxml.html.HtmlElement, for which there are no types
LinkedData = dict[str, Any]
_LONGEST_TITLE = 500
_SUFFIX_MARKS = re.compile(r"\s+[|*•·–—-]\s+")
_CUT_OFF = ("…", "...")


def read_linked_data(tree: HtmlTree) -> list[LinkedData]:
    """All schema.org objects that the page states, in their order there."""
    blocks = tree.xpath(".//script[contains(@type, 'ld+json')]")
    return [thing for block in blocks for thing in _load(block.text or "")]


def choose_linked(things: list[LinkedData]) -> list[LinkedData]:
    """Those of the objects that describe the article itself, articles before mere web pages."""
    types = tuple(read_rules("webpages")["article_types"])
    mine = [thing for thing in things if type_of(thing).endswith(types)]
    return sorted(mine, key=lambda thing: type_of(thing).endswith("WebPage"))


def _load(block: str) -> Iterator[LinkedData]:
    """The objects of one block: itself, its list or `@graph`, and what it calls its main entity."""
    try:
        queue: list[Any] = [json.loads(block, strict=False)]
    except (ValueError, RecursionError):
        return
    for thing in queue:
        if isinstance(thing, list):
            queue.extend(thing)
        elif isinstance(thing, dict):
            yield thing
            queue.extend(thing[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in thing)


def type_of(thing: LinkedData) -> str:
    """The first of the types that an object says it is of; empty where it says none."""
    kind = thing.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((name for name in kinds if isinstance(name, str)), "")


def find_headline(tree: HtmlTree, linked: list[LinkedData]) -> str:
    """The headline without the outlet's name after it; empty where the page has none.

    A page says its headline up to three times (`<h1>`, linked data, Open Graph or
    `<title>`), and editors vary them for search engines. What stands on the page
    wins where another one agrees with it; alone it may be the site's name. Of a version
    and the same with words added, the headline is the one without.
    """
    shown = [_fold(element.text_content()) for element in tree.xpath(".//h1")]
    told = [_fold(thing["headline"]) for thing in linked if isinstance(thing.get("headline"), str)]
    stated = _fold(examine_meta(tree).title or "")
    versions = [*told, *map(_fold, tree.xpath(".//meta[@property='og:title']/@content"))]
    for headline in shown:
        if headline and any(_agree(headline, other) for other in (*told, stated)):
            return _drop_additions(headline, versions)
    outlet = find_outlet(tree, linked)
    candidates = [*told, _drop_outlet(stated, outlet), _drop_outlet(_fold(extract_title(tree) or ""), outlet)]
    return next((_drop_additions(headline, versions) for headline in candidates if headline), "")


def _drop_additions(headline: str, versions: list[str]) -> str:
    """The shortest of the versions that is `headline` with words left out, or `headline` where none is.

    One that lacks a third of the words, or was cut off, says less than the headline; one that lacks
    "not" or "may" says something else.
    """
    words, kept = _list_words(headline), set(read_rules("webpages")["headline_words_kept"])
    shorter = [headline]
    for version in versions:
        mine = _list_words(version)
        left = iter(words)
        is_part = all(word in left for word in mine)  # `in` moves on: the words come in their order
        if is_part and 3 * len(mine) > 2 * len(words) > 2 * len(mine) and not version.endswith(_CUT_OFF):
            lost = set(words) - set(mine)
            shorter += [] if lost & kept else [version]
    return min(shorter, key=len)


def _list_words(text: str) -> list[str]:
    """The words, in lower case, without articles: a word more makes "an" of "a"."""
    words = re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'"))
    return [word for word in words if word not in ("a", "an", "the")]


def _fold(text: str) -> str:
    """Text on one line; linked data often holds HTML entities, which JSON has no use for."""
    return " ".join(unescape(text).split())[:_LONGEST_TITLE]


def _agree(headline: str, other: str) -> bool:
    """Whether `other` is `headline`, perhaps with an outlet's name or section after it."""
    mine, theirs = (re.sub(r"\W+", "", text.lower()) for text in (headline, other))
    return bool(mine) and (mine == theirs or (len(mine) > 20 and theirs.startswith(mine)))


def _drop_outlet(title: str, outlet: str | None) -> str:
    """`title` up to the mark after which the outlet's name follows."""
    marks = list(_SUFFIX_MARKS.finditer(title))
    for mark in marks:
        if outlet and re.sub(r"\W", "", outlet.lower()) in re.sub(r"\W", "", title[mark.end() :].lower()):
            return title[: mark.start()]
    return title


def find_outlet(tree: HtmlTree, linked: list[LinkedData]) -> str | None:
    """The outlet's name as the page states it: Open Graph's site name, else the publisher of the linked data."""
    for name in tree.xpath(".//meta[@property='og:site_name']/@content"):
        if _fold(name):
            return _fold(name)
    publishers = [thing.get("publisher") for thing in linked]
    names = [publisher.get("name") for publisher in publishers if isinstance(publisher, dict)]
    return next((_fold(name) for name in names if isinstance(name, str) and _fold(name)), None)


def find_author(tree: HtmlTree, linked: list[LinkedData]) -> str | None:
    """The authors' names, `; ` between them, or None."""
    for thing in linked:
        authors = thing.get("author")
        people = authors if isinstance(authors, list) else [authors]
        names = [person.get("name") if isinstance(person, dict) else person for person in people]
        named = [_fold(name) for name in names if isinstance(name, str) and _fold(name)]
        if named:
            return "; ".join(dict.fromkeys(named))
    return examine_meta(tree).author or extract_author(tree)


def find_url(tree: HtmlTree, url: str | None) -> str | None:
    """The canonical address that the page states, else `url`, the one it came from; both normalised.

    Some templates call the home page canonical; such an address would make one
    article of all the outlet's articles, so it doesn't count.
    """
    for stated in tree.xpath(".//link[@rel='canonical']/@href | .//meta[@property='og:url']/@content"):
        try:
            canonical = normalise_url(urljoin(url or "", stated.strip()))
        except ValueError:
            continue
        if canonical and (urlsplit(canonical).path.strip("/") or urlsplit(canonical).query):
            return canonical
    return normalise_url(url)


def find_language(tree: HtmlTree) -> str | None:
    """The language tag of the page (`en-GB`), or None."""
    stated = tree.get("lang") or next(iter(tree.xpath(".//html/@lang | .//meta[@property='og:locale']/@content")), None)
    return stated.strip().replace("_", "-") if stated and stated.strip() else None
