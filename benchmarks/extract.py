"""Extraction beside the bare encoder and spaCy's tokeniser alone; each component; reading; long articles; memory.

Run it as `python -m benchmarks.extract`. All in one process on one core; give `taskset -c 0` to hold it there.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from spacy.tokens import Doc
from trafilatura.utils import load_html

from benchmarks.timing import measure, print_table
from extractors import extract_events, load_pipeline, read_article
from extractors.events import build_events
from extractors.model import load_model
from extractors.windows import fill_windows, lay_windows
from extractors.wordpieces import Pieces
from schemas import Article, MediaType, Page
from sources import discover, read_pages

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
CHARACTERS = 3_000  # about 500 words
REPEATS = 3
LENGTHS = (5_000, 20_000, 80_000)
TOKENISER, ENCODER, WHOLE = "spaCy's tokeniser", "encoder alone", "extract_events"

T = TypeVar("T")


def read_samples() -> tuple[list[Page], list[Article]]:
    """The pages of the samples and their articles, each several times."""
    pages = [page for page in read_pages(discover([str(SAMPLES)])) if isinstance(page, Page)] * REPEATS
    return pages, [article for article in map(read_article, pages) if isinstance(article, Article)]


def time_extraction(articles: list[Article]) -> dict[str, float]:
    """Seconds of tokenising, of the encoder over all windows, of each component, of building the events, and of all."""
    nlp, model = load_pipeline(), load_model()
    docs = list(make_docs(articles))
    pieces = [model.pieces.cut_doc(doc) for doc in docs]
    tasks: dict[str, Callable[[], object]] = {
        TOKENISER: lambda: [nlp.make_doc(one.text) for one in articles],
        ENCODER: lambda: [run_encoder(one) for one in pieces],
    }
    for name, component in nlp.pipeline:
        tasks[name.removeprefix("breachwire_")] = partial(run_all, component, docs)
    tasks["build_events"] = lambda: [build_events(one, doc) for one, doc in zip(articles, docs, strict=True)]
    tasks[WHOLE] = partial(extract_events, articles)
    return measure(tasks)


def run_encoder(pieces: Pieces) -> None:
    """The encoder over the windows of one article, and nothing else."""
    for window in lay_windows(len(pieces.ids)):
        ids, shapes, _ = fill_windows(pieces, [window], window.end - window.start + 2)
        load_model().score("encoder", ids=ids, shapes=shapes)


def print_words(seconds: dict[str, float], words: int) -> None:
    """Words a second of the three that are compared, and what is not the encoder."""
    for name in (TOKENISER, ENCODER, WHOLE):
        print(f"{name:24}{words / seconds[name]:>12,.0f} words a second")
    print(f"not the encoder: {1 - seconds[ENCODER] / seconds[WHOLE]:.0%} of {WHOLE}\n")


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


def print_start() -> None:
    """How long a new process takes to load the model, and how much memory it needs for the articles."""
    code = "from benchmarks.extract import print_own_start; print_own_start()"
    subprocess.run([sys.executable, "-c", code], check=True)


def print_own_start() -> None:
    """The same, of this process."""
    _, articles = read_samples()
    begun = time.perf_counter()
    load_pipeline()
    load_model()
    extract_events(articles[:1])
    print(f"model loaded and first article read in {time.perf_counter() - begun:.2f} s")
    extract_events([lengthen(articles, LENGTHS[-1]), *articles])
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


def main() -> None:
    """Print the tables."""
    pages, samples = read_samples()
    web = [page for page in pages if page.media_type is MediaType.HTML]
    articles = [lengthen(samples[index:], CHARACTERS) for index in range(20)]
    words = sum(len(article.text.split()) for article in articles)
    extract_events(samples)
    seconds = time_extraction(articles)
    print_table(f"Extraction, an article of {words // len(articles)} words", seconds, len(articles), ENCODER)
    print_words(seconds, words)
    print_table("Reading, a web page", time_reading(web), len(web), "parsing")
    print_table("Extraction, by length", time_lengths(samples), 1, f"{LENGTHS[0]:,} characters")
    print_start()


if __name__ == "__main__":
    main()
