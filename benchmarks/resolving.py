"""Finding and resolving times and quantities, beside dateparser's `search_dates` on the same articles, in CPU time.

Run it as `python -m benchmarks.resolving`.
"""

import time
from datetime import datetime
from functools import partial
from typing import Any

from dateparser.search import search_dates

from benchmarks.extract import CHARACTERS, lengthen, read_samples, run_all
from benchmarks.timing import measure, print_table
from extractors.counts import find_quantities
from extractors.dates import find_times
from schemas import Article

ARTICLES = 4
BOTH = "times and quantities"


def resolve(article: Article) -> None:
    """Both of ours on one article."""
    find_times(article.text, article.published)
    find_quantities(article.text)


def search(article: Article, **language: Any) -> None:
    """dateparser's search for dates in a text, told the day of publication."""
    base = datetime.combine(article.published, datetime.min.time())
    search_dates(article.text, settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"}, **language)


def main() -> None:
    """Print the table."""
    _, samples = read_samples()
    articles = [lengthen(samples[index:], CHARACTERS) for index in range(ARTICLES)]
    tasks = {
        BOTH: partial(run_all, resolve, articles),
        "find_times": lambda: [find_times(one.text, one.published) for one in articles],
        "find_quantities": lambda: [find_quantities(one.text) for one in articles],
        "search_dates": partial(run_all, search, articles),
        "the same, told English": partial(run_all, partial(search, languages=["en"]), articles),
    }
    for task in tasks.values():
        task()
    words = sum(len(one.text.split()) for one in articles) // len(articles)
    print_table(f"Resolving, an article of {words} words", measure(tasks, clock=time.process_time), len(articles), BOTH)


if __name__ == "__main__":
    main()
