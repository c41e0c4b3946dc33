"""What a web page states of its article outside the text: linked data, meta elements, `<time>`, headlines.

Only statements count. htmldate is not asked for the date: where the mark-up states
none, it takes one from the address, a picture's name or the running text.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from trafilatura.metadata import examine_meta, extract_author, extract_title

from extractors.publication_dates import read_published
from extractors.rules import read_rules
from schemas.addresses import normalise_url

HtmlTree = Any  # an lxml.html.HtmlElement, for which there are no types
LinkedData = dict[str, Any]
_LONGEST_TITLE = 500
_SUFFIX_MARKS = re.compile(r"\s+[|*•·–—-]\s+")
_UNLIKELY_PLACES = "ancestor::p or ancestor::li or ancestor::aside or ancestor::nav or ancestor::footer"


def find_published(tree: HtmlTree, linked: list[LinkedData]) -> date | None:
    """The publication date that the page states, by the surest statement it makes, or None."""
    values = [thing.get("datePublished") for thing in linked]
    for value in (*values, *_read_meta_dates(tree), *tree.xpath(".//time[@pubdate]/@datetime")):
        published = read_published(value) if isinstance(value, str) else None
        if published:
            return published
    return _find_time_beside_headline(tree)


def _read_meta_dates(tree: HtmlTree) -> list[str]:
    """What the meta elements (and other elements with `itemprop`) state as publication date, surest first."""
    stated: dict[str, str] = {}
    for element in tree.xpath(".//meta[@content] | .//*[@itemprop][@content or @datetime]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        stated.setdefault(name.lower(), element.get("content") or element.get("datetime") or "")
    return [stated[name] for name in read_rules("webpages")["published_meta"] if name in stated]


def _find_time_beside_headline(tree: HtmlTree) -> date | None:
    """The only day that `<time datetime>` elements name in the article or header that holds the headline."""
    places = tree.xpath("(.//header[.//h1] | .//article[.//h1] | .//main[.//h1])")
    for place in sorted(places, key=lambda element: sum(1 for _ in element.iter())):
        times = place.xpath(f".//time[@datetime][not({_UNLIKELY_PLACES})]")
        days = {read_published(time.get("datetime", "")) for time in times if not _is_foreign(time)}
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _is_foreign(element: HtmlTree) -> bool:
    """Whether the element stands in what its classes call comments, related articles and the like."""
    marks = read_rules("webpages")["foreign_parts"]
    places = (element, *element.iterancestors())
    names = " ".join(f"{place.get('class', '')} {place.get('id', '')}" for place in places)
    return any(mark in names.lower() for mark in marks)


def read_linked_data(tree: HtmlTree) -> list[LinkedData]:
    """The schema.org objects of the page that describe the article itself, articles before mere web pages."""
    types = tuple(read_rules("webpages")["article_types"])
    found = [
        thing for block in tree.xpath(".//script[contains(@type, 'ld+json')]") for thing in _load(block.text or "")
    ]
    described = [(_type_of(thing), thing) for thing in found]
    mine = [(kind, thing) for kind, thing in described if kind.endswith(types)]
    return [thing for _, thing in sorted(mine, key=lambda pair: pair[0].endswith("WebPage"))]


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


def _type_of(thing: LinkedData) -> str:
    kind = thing.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return next((name for name in kinds if isinstance(name, str)), "")


def find_headline(tree: HtmlTree, linked: list[LinkedData]) -> str:
    """The headline without the outlet's name after it; empty where the page has none.

    A page says its headline up to three times (`<h1>`, linked data, Open Graph or
    `<title>`), and editors vary them for search engines. What stands on the page
    wins where another one agrees with it; alone it may be the site's name.
    """
    shown = [_fold(element.text_content()) for element in tree.xpath(".//h1")]
    told = [_fold(thing["headline"]) for thing in linked if isinstance(thing.get("headline"), str)]
    stated = _fold(examine_meta(tree).title or "")
    for headline in shown:
        if headline and any(_agree(headline, other) for other in (*told, stated)):
            return headline
    outlet = find_outlet(tree, linked)
    candidates = [*told, _drop_outlet(stated, outlet), _drop_outlet(_fold(extract_title(tree) or ""), outlet)]
    return next((headline for headline in candidates if headline), "")


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
