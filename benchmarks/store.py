"""Loading 1,000 generated articles: new, and once more; against writing them as JSON lines to a file.

Run it as `python -m benchmarks.store`.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.timing import print_table
from extractors import extract_events
from schemas import Article, Extraction
from store import export_events, open_store

ARTICLES = 1_000
BATCH_SIZE = 50
TOLD = (
    "Clinic {number} of Ashwick said on Monday that hackers broke into its systems in April and stole the names and "
    "home addresses of about {number},000 patients, but not their phone numbers."
)


def generate(number: int) -> Article:
    """An article that tells one event."""
    body = TOLD.format(number=number)
    return Article(reference=f"{number}.txt", title=f"Clinic {number} hacked", body=body, published=date(2024, 5, 1))


def load(path: Path, extractions: list[Extraction]) -> int:
    """Load the articles in batches, as a run does; return how many were new."""
    new = 0
    for first in range(0, len(extractions), BATCH_SIZE):
        with open_store(path, read_only=False) as opened:
            new += opened.load(extractions[first : first + BATCH_SIZE], [], "benchmark").articles
    return new


def clock(task: Callable[[], object]) -> float:
    """Seconds that the task takes."""
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    extractions = extract_events([generate(number) for number in range(1, ARTICLES + 1)])
    with tempfile.TemporaryDirectory() as folder:
        path, lines = Path(folder) / "store.duckdb", Path(folder) / "events.jsonl"
        text = "write JSON lines"
        seconds = {text: clock(lambda: lines.write_text("".join(f"{one.model_dump_json()}\n" for one in extractions)))}
        seconds["load"] = clock(lambda: load(path, extractions))
        seconds["load the same again"] = clock(lambda: load(path, extractions))
        with open_store(path) as opened:
            seconds["export as CSV"] = clock(lambda: export_events(opened, Path(folder) / "events.csv"))
            assert opened.counts()["articles"] == ARTICLES
        size = path.stat().st_size
    print_table(f"The store, an article of {ARTICLES:,} in batches of {BATCH_SIZE}", seconds, ARTICLES, text)
    print(f"{size / ARTICLES / 1000:.1f} kB an article in the database")


if __name__ == "__main__":
    main()
