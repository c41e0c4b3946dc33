"""Reading and extracting a batch of articles, each in its place: what goes wrong with one is a Problem of that one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple, TypeAlias, TypeVar

from extractors import extract_events, is_about_incidents, read_article
from flows.observer import observer
from schemas import Article, Extraction, Page, Problem
from sources import Fetcher, Reference, read_pages

CHUNK_SIZE = 10  # articles between two signs of progress

T = TypeVar("T")
Found: TypeAlias = Reference | Problem
Fetched: TypeAlias = Page | Problem


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


class ReadBatch(NamedTuple):
    """The articles of a batch of pages, the pages that hold none or a broken one, and those not about an incident."""

    articles: list[Article]
    problems: list[Problem]
    off_topic: list[Page]


def fetch_batch(batch: Sequence[Found], published: date | None = None, fetcher: Fetcher | None = None) -> list[Fetched]:
    """The page, or the problem, of each reference; `published` is the user's date for those that state none."""
    results = read_pages(batch, published=published, fetcher=fetcher)
    return [result for result in results if isinstance(result, Page | Problem)]


def read_batch(pages: Sequence[Page], *, allow_undated: bool = False) -> ReadBatch:
    """Read the articles; of pages that had to pass the first look, those whose text is off the topic are stopped."""
    articles: list[Article] = []
    problems: list[Problem] = []
    off_topic: list[Page] = []
    for page in pages:
        article = _read_article(page, allow_undated)
        if isinstance(article, Problem):
            problems.append(article)
        elif page.first_look and not is_about_incidents(article):
            off_topic.append(page)
        else:
            articles.append(article)
            continue
        observer.get().advance(1)
    return ReadBatch(articles, problems, off_topic)


def extract_batch(pages: Sequence[Page], *, allow_undated: bool = False) -> list[Extraction | Problem]:
    """The article of each page with its events, or the problem; undated articles are read where they are allowed."""
    articles = [_read_article(page, allow_undated) for page in pages]
    extracted = iter(extract_articles([article for article in articles if isinstance(article, Article)]))
    return [article if isinstance(article, Problem) else next(extracted) for article in articles]


def extract_articles(articles: Sequence[Article]) -> list[Extraction | Problem]:
    """The events of each article, or the problem."""
    results: list[Extraction | Problem] = []
    for chunk in divide_into_batches(articles, CHUNK_SIZE):
        results += _extract_all(chunk)
        observer.get().advance(len(chunk))
    return results


def _read_article(page: Page, allow_undated: bool) -> Article | Problem:
    try:
        return read_article(page, allow_undated=allow_undated)
    except Exception as error:
        return _describe_failure(page.reference, error)


def _extract_all(articles: Sequence[Article]) -> Sequence[Extraction | Problem]:
    try:
        return extract_events(articles)
    except Exception:  # one article breaks the extractor: the others have their events still
        return [_extract(article) for article in articles]


def _extract(article: Article) -> Extraction | Problem:
    try:
        return extract_events([article])[0]
    except Exception as error:
        return _describe_failure(article.reference, error)


def _describe_failure(reference: str, error: Exception) -> Problem:
    return Problem(code="extraction_failed", reference=reference, detail=f"{type(error).__name__}: {error}")
