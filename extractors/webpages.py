"""News articles out of HTML, with trafilatura, and the guards that hostile pages make necessary."""

import logging
import re
from typing import NamedTuple

from trafilatura import bare_extraction
from trafilatura.utils import load_html

from extractors.decoding import decode_page
from extractors.refusals import Refusal
from extractors.rules import read_rules
from extractors.statements import HtmlTree, LinkedData, choose_linked, read_linked_data

# What trafilatura complains of on standard error, the Problem of the page says better.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# News pages measured: at most 3,129 elements, 46,823 of them when each counts as often
# as it is levels deep, 27 levels, 41 attributes of one element. libxml2 drops what
# lies deeper than 256 levels and takes quadratic time over the attributes of one
# element; jusText does over paragraphs, and trafilatura reads a text once for each
# level around it. At these limits the worst page found takes about ten seconds.
MOST_ELEMENTS = 15_000
MOST_NESTING = 200_000
MOST_LEVELS = 200
MOST_ATTRIBUTES = 400
LONGEST_ENDING_LINE = 40
_TAG_NAMES = re.compile(
    r"<!doctype html|<(?:html|head|body|title|article|main|div|section|h1|p|br)[\s/>]", re.IGNORECASE
)
_OPENING_TAG = re.compile(r"<(?:!--|([a-zA-Z][^\s/>]*+))")
_ATTRIBUTES = re.compile(r"""(?:[\s/]++|=\s*+"[^"]*+(?:"|\Z)|=\s*+'[^']*+(?:'|\Z)|=|[^\s/>=]++)*+""")
_RAW_ELEMENTS = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
# A paragraph that is nothing but one link leads to another article.
_LINK_PARAGRAPH = ".//p[count(.//a)=1 and string-length(normalize-space(.))=string-length(normalize-space(.//a))]"


class WebPage(NamedTuple):
    """A parsed page: its tree without scripts, all schema.org objects that stood in them (`things`), and those of them
    that describe the article (`linked`)."""

    tree: HtmlTree
    things: list[LinkedData]
    linked: list[LinkedData]


def parse_webpage(content: bytes, charset: str | None = None) -> WebPage:
    """Parse the bytes of a page. Raises `Refusal`: `not_html`, `unreadable`, `too_large`."""
    check_signature(content)
    html = decode_page(content, charset)
    if not _TAG_NAMES.search(html):
        raise Refusal("not_html", "The content holds no HTML. Give the article's own page, or its text as a .txt file.")
    _check_attributes(html)
    tree = load_html(html)
    if tree is None:
        raise Refusal("unreadable", "The page is damaged beyond parsing. Fetch or save it again.")
    _check_tree(tree)
    things = read_linked_data(tree)
    for script in tree.xpath(".//script"):
        script.drop_tree()
    return WebPage(tree, things, choose_linked(things))


def check_signature(content: bytes) -> None:
    """Raise `Refusal` (`not_html`) where the first bytes are those of a picture, a PDF, a program and so on."""
    for kind, beginnings in read_rules("webpages")["signatures"].items():
        if content.startswith(tuple(bytes.fromhex(beginning) for beginning in beginnings)):
            raise Refusal("not_html", f"The content is {kind}, not a web page. Give the article's own page.")


def _check_attributes(html: str) -> None:
    """Refuse an element with more attributes than the parser bears; one pass, in the order in which a browser reads."""
    position = 0
    lowered = html.lower()
    while opening := _OPENING_TAG.search(html, position):
        if opening[1] is None:
            end = html.find("-->", opening.end())
            position = end + 3 if end >= 0 else len(html)
            continue
        attributes = _ATTRIBUTES.match(html, opening.end())
        position = attributes.end() if attributes else opening.end()
        if position - opening.start() > 2 * MOST_ATTRIBUTES:
            _count_attributes(html[opening.end() : position])
        if opening[1].lower() in _RAW_ELEMENTS:
            end = lowered.find(f"</{opening[1].lower()}", position)
            position = end if end >= 0 else len(html)


def _count_attributes(tag: str) -> None:
    without_values = re.sub(r"""=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s/>]*+)""", " ", tag)
    if len(re.findall(r"[^\s/]+", without_values)) > MOST_ATTRIBUTES:
        raise Refusal("unreadable", f"An element of the page has more than {MOST_ATTRIBUTES:,} attributes.")


def _check_tree(tree: HtmlTree) -> None:
    level, elements, nesting = 0, 0, 0
    here = [tree]
    while here:
        level, elements = level + 1, elements + len(here)
        nesting += level * len(here)
        if elements > MOST_ELEMENTS:
            raise Refusal("too_large", f"The page has more than {MOST_ELEMENTS:,} elements. Give one article's page.")
        if level > MOST_LEVELS or nesting > MOST_NESTING:
            raise Refusal("unreadable", f"The page's elements are nested too deeply, {level} levels and more.")
        here = [child for element in here for child in element]


def find_body(page: WebPage, headline: str) -> str:
    """The article's text, a paragraph a line, without `headline` at its beginning; empty where there is none.

    Measured on 53 news pages: trafilatura's precision setting gains 0.7 points of
    precision but drops paragraphs that hold links, often the lead, so it is not used.
    """
    document = bare_extraction(page.tree, include_comments=False, prune_xpath=_LINK_PARAGRAPH)
    text = getattr(document, "text", None) or ""
    lines = _drop_boilerplate([line for line in text.split("\n") if line.strip()])
    while lines and _squeeze(lines[0]) in ("", _squeeze(headline)):
        del lines[0]
    return "\n".join(lines).strip()


def _drop_boilerplate(lines: list[str]) -> list[str]:
    """The lines that tell the article: none twice, none that only asks for a click, none after "More from …"."""
    rules = read_rules("webpages")
    endings = tuple(rules["ending_lines"])
    kept: dict[tuple[str, int], str] = {}
    for number, line in enumerate(lines):
        folded = line.strip().lower().rstrip(".: ")
        if 2 * number > len(lines) and len(line) < LONGEST_ENDING_LINE and folded.startswith(endings):
            break
        if folded not in rules["boilerplate_lines"]:
            kept.setdefault((line, number if len(line) < LONGEST_ENDING_LINE else 0), line)
    return list(kept.values())


def _squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())
