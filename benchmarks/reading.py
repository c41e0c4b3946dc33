"""Reading news pages: titles, dates and bodies beside trafilatura's own defaults, dates that the mark-up doesn't state,
undated articles, and time.

Run it as `python -m benchmarks.reading`, beside the folder `shared` with pages and their gold.
"""

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from htmldate import find_date
from trafilatura import bare_extraction

from benchmarks.timing import measure, print_table
from extractors.articles import read_article
from extractors.page_dates import find_in_address, find_written
from extractors.statements import find_url
from extractors.webpages import parse_webpage
from schemas import Article, MediaType, Page

SHARED = Path(__file__).parents[1].parent / "shared"
QUOTES = str.maketrans("‘’“”", "''\"\"")
LAST_DAY = "2100-12-31"  # htmldate's own bound is today
STATEMENTS = ".//meta | .//link | .//time | .//*[@itemprop]"
Found = date | None


class GoldPage(NamedTuple):
    """A page as served, and the title, date and body that it should give."""

    page: Page
    outlet: str
    title: str
    published: date
    body: str


class Figures(NamedTuple):
    """Title and date right or not (1 or 0), and the F1 of the body's words."""

    title: float
    date: float
    body: float


def read_gold_pages(folder: Path) -> Iterator[GoldPage]:
    """The pages of the folder, in order, each with the version of its gold that its own words fit best."""
    for path in sorted(folder.glob("*/*.html.gz")):
        outlet = path.name.partition("_")[0]
        content = gzip.decompress(path.read_bytes())
        versions = json.loads((path.parent / f"{outlet}.json").read_text(encoding="utf-8")).values()
        words = count_words(re.sub(r"<[^>]+>", " ", content.decode("utf-8", "replace")))
        gold = max(versions, key=lambda version: _cover(words, count_words(_join_body(version))))
        page = Page(reference=path.name, media_type=MediaType.HTML, content=content)
        published = date.fromisoformat(gold["publishing_date"][:10])
        yield GoldPage(page, outlet, gold["title"], published, _join_body(gold))


def _join_body(gold: dict[str, Any]) -> str:
    lines = list(gold["body"].get("summary", []))
    for section in gold["body"]["sections"]:
        lines += section["headline"] + section["paragraphs"]
    return "\n".join(lines)


def _cover(page: Counter[str], body: Counter[str]) -> float:
    return (page & body).total() / max(1, body.total())


def count_words(text: str) -> Counter[str]:
    """The words of a text, in lower case, as a bag."""
    return Counter(re.findall(r"\w+", text.lower()))


def fold_title(title: str) -> str:
    """A title is right where it is the gold's, character for character, but for white space and the kind of quotes."""
    return " ".join(title.translate(QUOTES).split())


def judge(gold: GoldPage, title: str, published: Found, body: str) -> Figures:
    """The figures of what was read of a page."""
    mine, theirs = count_words(body), count_words(gold.body)
    body_score = 2 * (mine & theirs).total() / max(1, mine.total() + theirs.total())
    return Figures(float(fold_title(title) == fold_title(gold.title)), float(published == gold.published), body_score)


def average(figures: list[Figures]) -> Figures:
    """The mean of each."""
    return Figures(*(sum(values) / len(figures) for values in zip(*figures, strict=True)))


def judge_trafilatura(gold: GoldPage) -> Figures:
    """The figures of trafilatura with its defaults and its metadata."""
    read = bare_extraction(gold.page.content, with_metadata=True)
    if read is None:
        return Figures(0, 0, 0)
    day = date.fromisoformat(read.date) if read.date else None
    return judge(gold, read.title or "", day, read.text or "")


def judge_ours(gold: GoldPage) -> Figures:
    """Ours; a page that is refused has neither title nor date nor body."""
    read = read_article(gold.page)
    return judge(gold, read.title, read.published, read.body) if isinstance(read, Article) else Figures(0, 0, 0)


def find_unstated(gold: GoldPage) -> dict[str, Found]:
    """The date of a page whose mark-up states none any more, by each way that is left."""
    web = parse_webpage(gold.page.content)
    url = find_url(web.tree, None)
    for element in web.tree.xpath(STATEMENTS):
        for name in ("content", "datetime", "itemprop", "href"):
            element.attrib.pop(name, None)
    address, written = find_in_address(url), find_written(web.tree, gold.page)
    guess = partial(find_date, original_date=True, max_date=LAST_DAY, url="")
    quick = guess(deepcopy(web.tree), extensive_search=False)
    return {
        "address": address.day if address else None,
        "page text (two signs)": written.day if written else None,
        "address, else page text": (address or written).day if address or written else None,  # type: ignore[union-attr]
        "htmldate, quick": date.fromisoformat(quick) if quick else None,
        "htmldate, extensive": date.fromisoformat(guess(deepcopy(web.tree), extensive_search=True) or LAST_DAY),
    }


def print_unstated(pages: list[GoldPage]) -> None:
    """How often each way of finding an unstated date is right, wrong, or finds none."""
    print(f"Dates of {len(pages)} pages whose mark-up states none")
    print(f"{'':28}{'right':>8}{'wrong':>8}{'none':>8}{'right of found':>18}")
    outcomes: dict[str, list[Found]] = {}
    for page in pages:
        for name, day in find_unstated(page).items():
            outcomes.setdefault(name, []).append(day)
    for name, days in outcomes.items():
        right = sum(day == page.published for day, page in zip(days, pages, strict=True))
        none = days.count(None)
        print(f"{name:28}{right:>8}{len(days) - none - right:>8}{none:>8}{right / max(1, len(days) - none):>18.3f}")
    print()


def main() -> None:
    """Print the tables."""
    every = list(read_gold_pages(SHARED / "html"))
    refused = {one.page.reference: one for one in every if not isinstance(read_article(one.page), Article)}
    read = [one for one in every if one.page.reference not in refused]
    print(f"{len(every)} pages, of which {len(refused)} are refused: {', '.join(sorted(refused))}")
    print(f"\nThe {len(read)} that are read\n{'':28}{'title':>8}{'date':>8}{'body':>8}")
    ways: dict[str, Callable[[GoldPage], Figures]] = {"read_article": judge_ours, "trafilatura": judge_trafilatura}
    for name, way in ways.items():
        print("{:28}{:>8.3f}{:>8.3f}{:>8.3f}".format(name, *average([way(one) for one in read])))
    print()
    print_unstated(every)
    pages = [one.page for one in every]
    tasks: dict[str, Callable[[], object]] = {
        "read_article": lambda: [read_article(page) for page in pages],
        "parsing the HTML": lambda: [parse_webpage(page.content) for page in pages],
        "trafilatura, text alone": lambda: [bare_extraction(page.content) for page in pages],
        "trafilatura, metadata": lambda: [bare_extraction(page.content, with_metadata=True) for page in pages],
    }
    print_table("Reading, in CPU time", measure(tasks, clock=time.process_time), len(pages), "trafilatura, metadata")


if __name__ == "__main__":
    main()
