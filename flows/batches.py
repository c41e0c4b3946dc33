"""Reading and extracting a batch of articles, each in its place: what goes wrong with one is a Problem of that one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TypeAlias, TypeVar

from extractors import extract_events, read_article
from flows.observer import observer
from schemas import Article, Extraction, Page, Problem
from sources import Fetcher, Reference, read_page, read_pages

CHUNK_SIZE = 10  # articles between two signs of progress

T = TypeVar("T")
Found: TypeAlias = Reference | Problem


def divide_into_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items, the last one shorter; each is drawn only when it is asked for."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def divide(results: Iterable[T | Problem]) -> tuple[list[T], list[Problem]]:
    """What was found, and the problems, each in the order given."""
    found: list[T] = []
    problems: list[Problem] = []
    for result in results:
        if isinstance(result, Problem):
            problems.append(result)
        else:
            found.append(result)
    return found, problems


def read_batch(
    batch: Sequence[Found], published: date | None = None, fetcher: Fetcher | None = None
) -> list[Page | Problem]:
    """The page, or the problem, of each reference; `published` is the user's date for those that state none.

    Addresses that `fetcher` need not ask for (again) give nothing.
    """
    try:
        results = list(read_pages(batch, published=published, fetcher=fetcher))
    except Exception:  # one reference breaks the reader: the others have their pages still
        return [_read_page(found, published) for found in batch]
    return [result for result in results if isinstance(result, Page | Problem)]


def extract_batch(pages: Sequence[Page]) -> list[Extraction | Problem]:
    """The article of each page with its events, or the problem."""
    return [result for chunk in divide_into_batches(pages, CHUNK_SIZE) for result in _extract_chunk(chunk)]


def _extract_chunk(pages: Sequence[Page]) -> list[Extraction | Problem]:
    articles = read_articles(pages)
    extracted = iter(extract_articles([article for article in articles if isinstance(article, Article)]))
    observer.get().advance(len(pages))
    return [article if isinstance(article, Problem) else next(extracted) for article in articles]


def read_articles(pages: Iterable[Page]) -> list[Article | Problem]:
    """The article of each page, or the problem."""
    return [_read_article(page) for page in pages]


def extract_articles(articles: Sequence[Article]) -> Sequence[Extraction | Problem]:
    """The events of each article, or the problem."""
    try:
        return extract_events(articles)
    except Exception:  # one article breaks the extractor: the others have their events still
        return [_extract(article) for article in articles]


def _read_page(found: Found, published: date | None) -> Page | Problem:
    if isinstance(found, Problem):
        return found
    try:
        return read_page(found, published=published)
    except Exception as error:
        return _describe_failure(str(found), error)


def _read_article(page: Page) -> Article | Problem:
    try:
        return read_article(page)
    except Exception as error:
        return _describe_failure(page.reference, error)


def _extract(article: Article) -> Extraction | Problem:
    try:
        return extract_events([article])[0]
    except Exception as error:
        return _describe_failure(article.reference, error)


def _describe_failure(reference: str, error: Exception) -> Problem:
    return Problem(code="extraction_failed", reference=reference, detail=f"{type(error).__name__}: {error}")
