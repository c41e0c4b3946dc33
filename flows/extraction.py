"""The command `extract`: events of articles on standard output, problems on standard error."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from extractors import to_gold
from flows.batches import divide_into_batches, extract_batch, fetch_batch
from flows.fetching import open_fetcher
from flows.tables import clean, make_console, print_extraction
from flows.wording import word_problem
from schemas import Extraction, MediaType, Page, Problem
from sources import discover
from sources.files import MOST_BYTES, show_path

BATCH_SIZE = 20
SNIFFED_BYTES = 1024


def print_articles(article: str, published: date | None, *, as_json: bool, allow_undated: bool = False) -> int:
    """Print the events of a file, a URL or `-`, for people or as JSON lines; return how many problems there were.

    `published` is the day of articles that state none; those without any are read where `allow_undated` says so."""
    pages = read_standard_input(published) if article == "-" else find_pages(article, published)
    console = make_console(sys.stdout)
    problems = 0
    for _, result in extract_each(pages, allow_undated=allow_undated):
        if isinstance(result, Problem):
            problems += 1
            print(clean(word_problem(result)), file=sys.stderr)
        elif as_json:
            print(json.dumps(result.model_dump(mode="json", include={"article", "events"}), ensure_ascii=False))
        else:
            print_extraction(console, result)
    return problems


def print_gold_lines(path: Path, published: date | None, *, allow_undated: bool = False) -> bool:
    """Print a line an article in the shape of the annotation guidelines, with no events where it cannot be read.

    Returns whether the file itself could be read.
    """
    for page, result in extract_each(find_pages(str(path), published), allow_undated=allow_undated):
        if isinstance(result, Problem):
            print(clean(word_problem(result)), file=sys.stderr)
            if page == result and page.reference == show_path(path):
                return False
            line = {"doc": find_doc(page), "events": []}
        else:
            line = to_gold(result)
        print(json.dumps(line, ensure_ascii=False))
    return True


def extract_each(
    pages: Iterable[Page | Problem], *, allow_undated: bool = False
) -> Iterator[tuple[Page | Problem, Extraction | Problem]]:
    """Each page with what it gives, in order, a batch at a time."""
    for batch in divide_into_batches(pages, BATCH_SIZE):
        readable = [page for page in batch if isinstance(page, Page)]
        extracted = iter(extract_batch(readable, allow_undated=allow_undated))
        for page in batch:
            yield page, page if isinstance(page, Problem) else next(extracted)


def find_pages(given: str, published: date | None) -> Iterator[Page | Problem]:
    """The pages that a path or a URL names."""
    with open_fetcher() as fetcher:
        for batch in divide_into_batches(discover([given]), BATCH_SIZE):
            yield from fetch_batch(batch, published, fetcher)


def read_standard_input(published: date | None) -> Iterator[Page | Problem]:
    """The page on standard input: HTML where it looks like that, else text."""
    if sys.stdin.isatty():
        print("reading the article from the terminal; Ctrl-D on a line of its own ends it", file=sys.stderr)
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if not content.strip():
        detail = "Nothing came in. Pipe an article into it, or give a file or an address."
        yield Problem(code="empty_page", reference="standard input", detail=detail)
        return
    start = content[:SNIFFED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_html = start.startswith(b"<") or b"<html" in start
    kind = MediaType.HTML if is_html else MediaType.TEXT
    yield Page(reference="standard input", media_type=kind, content=content, published=published)


def find_doc(page: Page | Problem) -> str:
    """The identifier that a record gave, though it cannot be read as an article; else its reference."""
    if isinstance(page, Page):
        with suppress(ValueError, AttributeError):
            record = json.loads(page.content)
            return str(record.get("doc", record.get("id", page.reference)))
    return page.reference
