"""Reading and extracting the sample articles: each component against spaCy's tokenisation; long articles against short.

Run it as `python -m benchmarks.extraction`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from spacy.tokens import Doc
from trafilatura.utils import load_html

from benchmarks.timing import measure, print_table
from extractors import extract_events, load_pipeline, read_article
from extractors.events import build_events
from schemas import Article, MediaType, Page
from sources import discover, read_pages

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
REPEATS = 5
LENGTHS = (5_000, 20_000, 80_000)

T = TypeVar("T")


def read_samples() -> tuple[list[Page], list[Article]]:
    """The pages of the samples and their articles, each several times."""
    pages = [page for page in read_pages(discover([str(SAMPLES)])) if isinstance(page, Page)] * REPEATS
    return pages, [article for article in map(read_article, pages) if isinstance(article, Article)]


def time_extraction(articles: list[Article]) -> dict[str, float]:
    """Seconds of tokenisation, of each component, of building the events, and of the whole."""
    nlp = load_pipeline()
    docs = list(make_docs(articles))
    tasks: dict[str, Callable[[], object]] = {"tokenisation": lambda: [nlp.make_doc(one.text) for one in articles]}
    for name, component in nlp.pipeline:
        tasks[name.removeprefix("breachwire_")] = partial(run_all, component, docs)
    tasks["build_events"] = lambda: [build_events(one, doc) for one, doc in zip(articles, docs, strict=True)]
    tasks["extract_events, all"] = partial(extract_events, articles)
    return measure(tasks)


def time_reading(pages: list[Page]) -> dict[str, float]:
    """Seconds of parsing the pages, and of reading their articles."""
    html = [page.content.decode("utf-8", "replace") for page in pages]
    return measure(
        {"parsing": partial(run_all, load_html, html), "read_article": partial(run_all, read_article, pages)}
    )


def time_lengths(articles: list[Article]) -> dict[str, float]:
    """Seconds of extracting one article of each length."""
    long = {length: [lengthen(articles, length)] for length in LENGTHS}
    return measure({f"{length:,} characters": partial(extract_events, one) for length, one in long.items()}, rounds=3)


def run_all(function: Callable[[T], object], things: list[T]) -> None:
    """Call the function with each thing."""
    for thing in things:
        function(thing)


def make_docs(articles: list[Article]) -> Iterator[Doc]:
    """The articles' tokens, with the date that the pipeline needs."""
    nlp = load_pipeline()
    for article in articles:
        doc = nlp.make_doc(article.text)
        doc._.published = article.published
        yield doc


def lengthen(articles: list[Article], length: int) -> Article:
    """One article of the bodies of all, over and over, cut at `length` characters."""
    body = "\n".join(article.body for article in articles)
    return articles[0].model_copy(update={"body": (body * (1 + length // len(body)))[:length]})


def main() -> None:
    """Print the tables."""
    pages, articles = read_samples()
    web = [page for page in pages if page.media_type is MediaType.HTML]
    extract_events(articles)
    print_table("Extraction, an article", time_extraction(articles), len(articles), "tokenisation")
    print_table("Reading, a web page", time_reading(web), len(web), "parsing")
    print_table("Extraction, by length", time_lengths(articles), 1, f"{LENGTHS[0]:,} characters")


if __name__ == "__main__":
    main()
