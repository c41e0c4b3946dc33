"""Pages that show no whole article: live blogs, paywalls, cookie walls, films and lists of links.

The numbers and wordings are those of `data/rules/stubs.toml`. The cheapest evidence comes first: what the page calls
itself, then its text, then its links. In doubt a page is read: what it lacks is missed, but no article is lost.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice, takewhile
from typing import Any

from extractors.refusals import Refusal
from extractors.rules import read_rules
from extractors.statements import LinkedData, type_of
from extractors.webpages import WebPage

_BLOCKS = ".//p | .//li | .//div[not(.//div or .//p)] | .//h2 | .//h3 | .//h4 | .//button | .//a | .//span[not(.//p)]"
_HEADING_LINKS = ".//*[self::h2 or self::h3 or self::h4][.//a[@href] or parent::a[@href]]"
_LINK_BLOCKS = (
    ".//*[self::p or self::li][count(.//a)=1][string-length(normalize-space(.))=string-length(normalize-space(.//a))]"
)
_WHOLE_PAGE = ("main", "body", "html")
_TEASER_LEVELS = 3  # how far around a heading that is a link its teaser reaches


def refuse_by_marks(page: WebPage) -> None:
    """Raise `Refusal` where what the page says of itself is enough: `live_blog`."""
    rules = _rules("live_blog")
    blogs = [thing for thing in page.things if type_of(thing).endswith(rules["type"])]
    updates = max((len(_as_list(blog.get("liveBlogUpdate"))) for blog in blogs), default=0)
    if updates >= rules["fewest_updates"]:
        raise _refuse("live_blog", f"It is a live blog of {updates} reports")


def refuse_stub(page: WebPage, title: str, body: str, url: str | None) -> None:
    """Raise `Refusal` where the page shows no whole article.

    `body` is the text found in it, a paragraph a line, and may be empty. Codes: `live_blog`, `paywall`, `video_page`,
    `cookie_wall`, `link_list`.
    """
    _refuse_live_blog(page, title, body, url)
    _refuse_paywall(page, body)
    _refuse_video_page(page, body, url)
    _refuse_cookie_wall(page, body)
    _refuse_link_list(page, body)


def _refuse_live_blog(page: WebPage, title: str, body: str, url: str | None) -> None:
    rules = _rules("live_blog")
    is_typed = any(type_of(thing).endswith(rules["type"]) for thing in page.things)
    if not (is_typed or _matches("live_blog", "headline", title) or _matches("live_blog", "address", url or "")):
        return
    times = sum(_matches("live_blog", "time_of_day", line) for line in body.split("\n"))
    shown = [" ".join(element.text_content().split()) for element in page.tree.xpath(".//time")]
    times = max(times, sum(_matches("live_blog", "time_of_day", text) for text in shown))
    if times >= rules["fewest_times"]:
        raise _refuse("live_blog", f"It is a live blog of {times} reports")


def _refuse_paywall(page: WebPage, body: str) -> None:
    """The page says that its article is not free, and shows little of it or ends with a barrier; or it says nothing,
    shows little and has a barrier."""
    rules, words = _rules("paywall"), len(body.split())
    lines = body.split("\n")[-rules["last_lines"] :]
    barrier = next((line for line in lines if _is_barrier(line)), "")
    if _is_declared_closed(page):
        is_cut = body.rstrip(" \"'”’").endswith(tuple(rules["unfinished_ends"]))
        is_cut |= words < rules["least_share_of_words"] * _count_stated_words(page)
        if words < rules["fewest_words"] or is_cut or barrier:
            raise _refuse("paywall", f"Without a subscription it shows {words} words")
    elif barrier and words < rules["fewest_words_with_barrier"]:
        raise _refuse("paywall", f"Its text ends after {words} words with “{barrier[:80]}”")
    elif words < rules["fewest_words_with_barrier_elsewhere"]:
        barrier = next(_find_barriers(page), "")
        if barrier:
            raise _refuse("paywall", f"It shows {words} words and “{barrier[:80]}”")


def _is_declared_closed(page: WebPage) -> bool:
    """Whether the linked data or a meta element says that the article is not for everyone."""
    rules = _rules("paywall")
    articles = [thing for thing in page.linked if _is_article(thing)] or page.linked
    parts = [part for thing in articles for part in (thing, *_as_list(thing.get("hasPart"))) if isinstance(part, dict)]
    if any(str(part.get("isAccessibleForFree")).lower() in rules["closed"] for part in parts):
        return True
    return any(
        (element.get("content") or "").lower() in rules["tier_locked"]
        for element in page.tree.xpath(".//meta[@content]")
        if (element.get("property") or element.get("name") or "").lower() in rules["tier_meta"]
    )


def _count_stated_words(page: WebPage) -> int:
    """How many words the article has by the page's own count; 0 where it says none."""
    counts = [str(thing.get("wordCount", "")).strip() for thing in page.linked if _is_article(thing)]
    return max((int(count) for count in counts if re.fullmatch("[0-9]{1,6}", count)), default=0)


def _find_barriers(page: WebPage) -> Iterator[str]:
    longest = _rules("paywall")["longest_barrier"]
    for element in page.tree.xpath(_BLOCKS):
        text = _read_short(element, 2 * longest)
        if text and _is_barrier(text):
            yield text


def _read_short(element: Any, longest: int) -> str:
    """The text of an element on one line; empty where it has more than `longest` characters, none of which is read."""
    parts, length = [], 0
    for part in element.itertext():
        length += len(part)
        if length > longest:
            return ""
        parts.append(part)
    return " ".join("".join(parts).split())


def _is_barrier(line: str) -> bool:
    rules = _rules("paywall")
    return len(line) <= rules["longest_barrier"] and any(_search(pattern, line) for pattern in rules["barriers"])


def _refuse_video_page(page: WebPage, body: str, url: str | None) -> None:
    rules, words = _rules("video_page"), len(body.split())
    if words >= rules["most_words"]:
        return
    is_film = any(type_of(thing).endswith(tuple(rules["types"])) for thing in page.things)
    is_called_film = _og_type(page).startswith(tuple(rules["og_types"]))
    is_addressed = _matches("video_page", "address", url or "")
    if _is_called_article(page):
        is_film = is_film and is_addressed and words < rules["most_words_of_article"]
    if is_film or is_called_film:
        raise _refuse("video_page", f"It shows a film, sound or pictures, and {words} words")


def _refuse_cookie_wall(page: WebPage, body: str) -> None:
    rules = _rules("cookie_wall")
    if len(body.split()) > rules["most_words"] or (_is_called_article(page) and body):
        return
    lines = body.split("\n") if body else _list_short_texts(page)
    if sum(len(line.split()) for line in lines) > rules["most_words"]:
        return
    told = [(line, {phrase for phrase in rules["phrases"] if phrase in line.lower()}) for line in lines]
    phrases = set().union(*(found for _, found in told)) if told else set()
    share = sum(len(line) for line, found in told if found) / max(1, sum(map(len, lines)))
    words = re.findall(r"[a-z]+", " ".join(lines).lower())
    spoken_to = sum(word in rules["reader_words"] for word in words) / max(1, len(words))
    if (
        len(phrases) >= rules["fewest_phrases"]
        and share >= rules["least_share"]
        and spoken_to >= rules["least_reader_share"]
    ):
        raise _refuse("cookie_wall", "It asks for consent to cookies and shows no article")


def _list_short_texts(page: WebPage) -> list[str]:
    """The visible texts of a page, one for each run of characters."""
    return [" ".join(text.split()) for text in page.tree.xpath(".//body//text()[normalize-space()]")]


def _refuse_link_list(page: WebPage, body: str) -> None:
    """A page that does not call itself an article, whose text stands in teasers of other articles."""
    rules = _rules("link_list")
    if _is_called_article(page) or len(body) > rules["longest_text"]:
        return
    teasers = list(islice(_find_teasers(page), rules["most_teasers"]))
    if len(teasers) < rules["fewest_teasers"]:
        return
    told = " ".join(map(_squeeze, teasers))
    lines = [line for line in map(_squeeze, body.split("\n")) if line]
    share = sum(len(line) for line in lines if line in told) / max(1, sum(map(len, lines)))
    if len(body) < rules["shortest_text"] or share >= rules["least_share"]:
        raise _refuse("link_list", f"It lists {len(teasers)} other articles and has no text of its own")


def _find_teasers(page: WebPage) -> Iterator[str]:
    """The texts of what leads to another article: headings that are links, each with what stands around it alone, and
    paragraphs that are one link."""
    fewest = _rules("link_list")["fewest_words_of_link"]
    headings = page.tree.xpath(_HEADING_LINKS)
    around = {heading: list(islice(heading.iterancestors(), _TEASER_LEVELS)) for heading in headings}
    held = Counter(place for places in around.values() for place in places)
    for heading in headings:
        if len(heading.text_content().split()) >= fewest:
            alone = takewhile(lambda place: held[place] == 1 and place.tag not in _WHOLE_PAGE, around[heading])
            yield [heading, *alone][-1].text_content()
    for block in page.tree.xpath(_LINK_BLOCKS):
        if len(block.text_content().split()) >= fewest:
            yield block.text_content()


def _is_called_article(page: WebPage) -> bool:
    return _og_type(page) in read_rules("stubs")["article_og_types"] or any(map(_is_article, page.linked))


def _is_article(thing: LinkedData) -> bool:
    return type_of(thing).endswith(tuple(read_rules("stubs")["article_types"]))


def _og_type(page: WebPage) -> str:
    return next((kind.strip().lower() for kind in page.tree.xpath(".//meta[@property='og:type']/@content")), "")


def _refuse(code: str, what: str) -> Refusal:
    advice = {
        "paywall": "Save the whole article as a .txt file and give that.",
        "cookie_wall": "Save the page with your browser and give the file.",
        "live_blog": "Give the articles that it links to.",
        "video_page": "Give the address of the written article.",
        "link_list": "Give the addresses of these, or add the site as a source.",
    }
    return Refusal(code, f"{what}. {advice[code]}")


def _rules(kind: str) -> dict[str, Any]:
    rules: dict[str, Any] = read_rules("stubs")[kind]
    return rules


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _matches(kind: str, name: str, text: str) -> bool:
    return _search(_rules(kind)[name], text)


def _search(pattern: str, text: str) -> bool:
    return bool(_compile(pattern).search(text))


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())
