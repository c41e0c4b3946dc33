"""Pages that show no whole article: live blogs, paywalls, cookie walls, films and lists of links.

The numbers and wordings are those of `data/rules/stubs.toml`. The cheapest evidence comes first: what the page calls
itself, then its text, then its links. In doubt a page is read: what it lacks is missed, but no article is lost.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from extractors.refusals import Refusal
from extractors.rules import read_rules
from extractors.statements import LinkedData, type_of
from extractors.webpages import WebPage

_BLOCKS = ".//p | .//li | .//div[not(.//div or .//p)] | .//h2 | .//h3 | .//h4 | .//button | .//a | .//span[not(.//p)]"
_HEADING_LINKS = ".//*[self::h2 or self::h3 or self::h4][.//a[@href] or parent::a[@href]]"
_LINK_BLOCKS = ".//*[self::p or self::li][count(.//a)=1][string-length(normalize-space(.))=string-length(normalize-space(.//a))]"
_TEASER_LEVELS = 3  # how far around a heading that is a link its teaser reaches
_SPACES = re.compile(r"\s+")


def refuse_by_marks(page: WebPage, url: str | None) -> None:
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
    _refuse_link_list(page, body, url)


def _refuse_live_blog(page: WebPage, title: str, body: str, url: str | None) -> None:
    rules = _rules("live_blog")
    is_typed = any(type_of(thing).endswith(rules["type"]) for thing in page.things)
    if not is_typed and not _matches("live_blog", "headline", title) and not _matches("live_blog", "address", url or ""):
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
    if any(str(part.get("isAccessibleForFree")).lower() in ("false", "no", "0", "https://schema.org/false") for part in parts):
        return True
    return any(
        (element.get("content") or "").lower() in rules["tier_locked"]
        for element in page.tree.xpath(".//meta[@content]")
        if (element.get("property") or element.get("name") or "").lower() in rules["tier_meta"]
    )


def _find_barriers(page: WebPage) -> Iterator[str]:
    longest = _rules("paywall")["longest_barrier"]
    for element in page.tree.xpath(_BLOCKS):
        text = _SPACES.sub(" ", element.text_content()).strip()
        if len(text) <= longest and _is_barrier(text):
            yield text


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
    if len(phrases) >= rules["fewest_phrases"] and share >= rules["least_share"]:
        raise _refuse("cookie_wall", "It asks for consent to cookies and shows no article")


def _list_short_texts(page: WebPage) -> list[str]:
    """The visible texts of a page, one for each innermost element."""
    texts = (_SPACES.sub(" ", text).strip() for text in page.tree.xpath(".//body//text()[normalize-space()]"))
    return [text for text in texts if text]


def _refuse_link_list(page: WebPage, body: str, url: str | None) -> None:
    """A page that does not call itself an article, whose text stands in teasers of other articles."""
    rules = _rules("link_list")
    if _is_called_article(page):
        return
    teasers = _list_teasers(page)
    if len(teasers) < rules["fewest_teasers"]:
        return
    told = " ".join(map(_squeeze, teasers))
    lines = [line for line in map(_squeeze, body.split("\n")) if line]
    share = sum(len(line) for line in lines if line in told) / max(1, sum(map(len, lines)))
    if not lines or share >= rules["least_share"]:
        raise _refuse("link_list", f"It lists {len(teasers)} other articles and has no text of its own")


def _list_teasers(page: WebPage) -> list[str]:
    """The texts of the elements that lead to another article: a heading that is a link, with what stands beside it."""
    fewest = _rules("link_list")["fewest_words_of_link"]
    teasers = []
    for element in page.tree.xpath(f"{_HEADING_LINKS} | {_LINK_BLOCKS}"):
        if len(element.text_content().split()) < fewest:
            continue
        teasers.append(_widen(element).text_content())
    return teasers


def _widen(element: Any) -> Any:
    """The widest element around a teaser's heading that holds no other one's."""
    widest = element
    for around in list(element.iterancestors())[:_TEASER_LEVELS]:
        if around.tag in ("main", "body", "html") or len(around.xpath(_HEADING_LINKS)) > 1:
            break
        widest = around
    return widest


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
