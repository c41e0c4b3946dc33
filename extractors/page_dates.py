"""When an article was published, and what that rests on: the surest statement first, and never the clock.

What a page states in its mark-up is sure. Its address is so where it holds a whole day. A date in the visible text is
taken only where two signs agree: htmldate finds it, and it stands alone behind the headline. Measured in
`benchmarks/reading.py`; the decision is docs/decisions/0011-publication-dates.md.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from htmldate import find_date

from extractors.publication_dates import make_day, read_published, read_stamp
from extractors.rules import read_rules
from extractors.statements import HtmlTree, LinkedData
from schemas import Page

_UNLIKELY_PLACES = "ancestor::p or ancestor::li or ancestor::aside or ancestor::nav or ancestor::footer"
# A day in the path of an address: a whole segment or three of them, or in front of the words of the last one.
_DAY_IN_PATH = re.compile(
    r"/(\d{4})/(\d\d?|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/(\d\d?)(?=/|$)|(?<=[/-])(\d{4})-(\d\d)-(\d\d)(?=[/-]|$)"
)
_LAST_DAY = date(2100, 12, 31)
LONGEST_STAMP = 80  # characters of the line that holds the date
MOST_HEADLINES = 5  # of a page, behind which it is looked for
STAMP_REACH = 600  # visible characters behind the headline among which that line is looked for


class Dating(NamedTuple):
    """A day of publication, and the code of `date_sources` that says what it rests on."""

    day: date
    source: str


def find_stated(tree: HtmlTree, linked: list[LinkedData]) -> Dating | None:
    """The publication date that the page states in its mark-up, by the surest statement it makes, or None."""
    statements = {
        "linked_data": [thing.get("datePublished") for thing in linked],
        "meta_element": _read_meta_dates(tree),
        "time_element": tree.xpath(".//time[@pubdate]/@datetime"),
    }
    for source, values in statements.items():
        for value in values:
            day = read_published(value) if isinstance(value, str) else None
            if day:
                return Dating(day, source)
    beside = _find_time_beside_headline(tree)
    return Dating(beside, "time_element") if beside else None


def find_given(page: Page) -> Dating | None:
    """The date that came with the page, from the feed or sitemap that named it or from the user."""
    return Dating(page.published, page.published_source or "user") if page.published else None


def find_in_address(url: str | None) -> Dating | None:
    """The one day that the path of an address names (`/2024/05/01/`, `/2024-05-01-words`), or None."""
    path = (url or "").partition("?")[0].lower()
    days = {make_day(*filter(None, match.groups())) for match in _DAY_IN_PATH.finditer(path)}
    day = days.pop() if len(days) == 1 else None
    return Dating(day, "address") if day else None


def find_written(tree: HtmlTree, page: Page) -> Dating | None:
    """The date that stands alone on a line behind the headline, where htmldate finds the same; it is not later than
    the day after the page was fetched, for the article may have been written further east."""
    latest = page.fetched_at.date() + timedelta(days=1) if page.fetched_at else _LAST_DAY
    written = next(_find_stamps(tree), None)
    if written is None or written > latest:
        return None
    # Without `url` it would look for one in the page, and with `extensive_search` take any date of the text.
    found = find_date(tree, url="", original_date=True, extensive_search=False, max_date=latest.isoformat())
    return Dating(written, "page_text") if found == written.isoformat() else None


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


def _find_stamps(tree: HtmlTree) -> Iterator[date]:
    """The dates that stand alone, or with the time and "published", on a line behind a headline."""
    words = read_rules("webpages")["stamp_words"]
    for headline in tree.xpath(".//h1")[:MOST_HEADLINES]:
        passed = 0
        for line in headline.xpath("following::text()[normalize-space()]"):
            text = " ".join(line.split())
            passed += len(text)
            day = read_stamp(text, words) if len(text) <= LONGEST_STAMP else None
            if day and not _is_foreign(line.getparent()):
                yield day
            if passed > STAMP_REACH:
                break
