"""Archives: reading alone with FastWARC, reading with the first look, and the whole way to stored events.

Run it as `python -m benchmarks.warc`, or with `--memory` for what scanning an archive of 1 GB needs. One core, in
seconds of the processor, so that other work beside it counts little; what is compared is measured in one run.
"""

import argparse
import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# isort: split
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.pages import write_archive
from benchmarks.timing import measure
from extractors.first_look import is_worth_reading
from extractors.topics import load_topics
from flows import batches
from flows.batches import divide, divide_into_batches, extract_articles, read_articles
from flows.copies import divide_copies, open_index
from flows.looking import Looks
from schemas import Page, Problem, RunCounts, Source
from sources import Fetched, Means, discover_source
from store import Store, open_store

PAGES = 2_000
SHARES = (0.0, 0.002, 0.01, 0.05)
BATCH_SIZE = 50
LARGE = 1_000_000_000
WHOLE_ROUNDS = 3


class NoFetcher:
    """What a source is given that reads files alone."""

    def fetch(self, url: str, *, accept: str) -> Fetched | Problem:
        raise AssertionError(f"nothing is fetched here, {url} neither")

    def download(self, url: str, path: Path, most_bytes: int) -> Path | Problem:
        raise AssertionError(f"nothing is fetched here, {url} neither")


class Stopwatch:
    """Seconds of the processor by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted to the stage."""

        def timed(*arguments: Any, **named: Any) -> Any:
            begun = process_time()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + process_time() - begun

        return timed


def read_payloads(path: Path, look: Callable[[bytes], bool] | None = None) -> int:
    """Read the payload of every response, and look at it where it is a web page; how many bytes there were."""
    size = 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            content = record.reader.read()
            size += len(content)
            if look is not None and record.http_content_type == "text/html":
                look(content)
    return size


def scan_archive(path: Path, opened: Store, load: Callable[..., RunCounts]) -> RunCounts:
    """The whole way of the pages of an archive to events in a store, as the flow goes it: look, article, topics,
    copies, model, store."""
    looks = Looks()
    means = Means(NoFetcher(), look=looks)
    counts, run_id, index = RunCounts(), uuid4().hex, open_index(opened)
    found = discover_source(Source(name="archive", kind="warc", location=str(path)), means)
    for batch in divide_into_batches((one for one in found if isinstance(one, Page | Problem)), BATCH_SIZE):
        pages, missing = divide(batch)
        articles, broken = divide(read_articles(pages))
        wanted = [article for article in articles if looks.wants(article)]
        told, copies = divide_copies(wanted, index, opened.texts)
        extractions, failed = divide(extract_articles(told))
        loaded = load([*extractions, *copies], [*missing, *broken, *failed], run_id)
        counts = counts.plus(loaded).plus(RunCounts(references=len(pages)))
    return counts.plus(looks.take_counts())


@contextmanager
def a_store() -> Iterator[Store]:
    """A new store that is thrown away."""
    with (
        TemporaryDirectory() as folder,
        open_store(Path(folder) / "s.duckdb", read_only=False, publishes=False) as opened,
    ):
        yield opened


def scan_in_new_store(path: Path) -> RunCounts:
    """The whole way into a store of its own; opening it counts."""
    with a_store() as opened:
        return scan_archive(path, opened, opened.load)


def watch_stages(path: Path) -> dict[str, float]:
    """Seconds of each stage of the whole way."""
    watch = Stopwatch()
    wants = watch.wrap("topics", Looks.wants)
    looks_at = watch.wrap("first look", Looks.lets_through)
    with (
        a_store() as opened,
        patch.object(batches, "read_article", watch.wrap("article (trafilatura)", batches.read_article)),
        patch.object(batches, "extract_events", watch.wrap("model", batches.extract_events)),
        patch.object(Looks, "wants", wants),
        patch.object(Looks, "lets_through", looks_at),
    ):
        begun = process_time()
        scan_archive(path, opened, watch.wrap("store", opened.load))
        taken = process_time() - begun
    return {"reading, and what is left": taken - sum(watch.seconds.values()), **watch.seconds}


def print_share(folder: Path, pages: int, share: float, *, with_technology: bool) -> None:
    """The three compared on one archive, what became of the pages, and where the time goes."""
    path = folder / f"{share}.warc.gz"
    breaches = write_archive(path, pages, share, with_technology=with_technology)
    size = read_payloads(path)
    seconds = measure(
        {"reading alone": lambda: read_payloads(path), "first look": lambda: read_payloads(path, is_worth_reading)},
        clock=process_time,
    )
    counts: list[RunCounts] = []
    whole = measure({"whole way": lambda: counts.append(scan_in_new_store(path))}, WHOLE_ROUNDS, process_time)
    sizes = f"{size / 1e6:,.0f} MB, in the file {path.stat().st_size / 1e6:,.0f} MB"
    told = f"{pages:,} pages, {breaches} about a breach, {sizes}"
    print(f"{share:.1%}: {told}\n{'':26}{'pages/s':>10}{'MB/s':>8}{'ratio':>8}")
    for name, taken in (seconds | whole).items():
        print(f"{name:26}{pages / taken:>10,.0f}{size / taken / 1e6:>8,.0f}{seconds['reading alone'] / taken:>8.2f}")
    done = counts[0]
    print(f"stopped by the first look {done.stopped_first_look:,}, by topics {done.stopped_topic:,}; articles "
          f"{done.articles:,}, copies {done.copies:,}, events {done.events:,}, problems {done.problems:,}")  # fmt: skip
    stages = watch_stages(path)
    for stage, taken in stages.items():
        print(f"    {stage:28}{taken:>8.2f} s{taken / sum(stages.values()):>7.0%}")
    print()
    path.unlink()


def print_memory(folder: Path, pages: int) -> None:
    """The most memory that a process of its own needs to scan an archive of 1 GB."""
    part, whole = folder / "part.warc.gz", folder / "whole.warc.gz"
    write_archive(part, pages, 0.002)
    with whole.open("wb") as file:
        while file.tell() < LARGE:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, file)
    code = "import sys; from benchmarks.warc import print_own_memory; print_own_memory(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(whole)], check=True)


def print_own_memory(path: str) -> None:
    """The same, of this process."""
    begun = process_time()
    counts = scan_in_new_store(Path(path))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{Path(path).stat().st_size / 1e9:.2f} GB, {counts.references:,} pages: {most:.0f} MB of memory at most, "
          f"{process_time() - begun:.0f} s")  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--shares", type=float, nargs="+", default=SHARES, metavar="SHARE")
    parser.add_argument("--technology", action="store_true", help="stories of the BBC's technology desk among them")
    parser.add_argument("--memory", action="store_true")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with TemporaryDirectory() as folder:
        if given.memory:
            print_memory(Path(folder), given.pages)
            return
        load_topics()
        write_archive(Path(folder) / "small.warc.gz", 20, 0.5)
        scan_in_new_store(Path(folder) / "small.warc.gz")  # what is loaded once is loaded before
        for share in given.shares:
            print_share(Path(folder), given.pages, share, with_technology=given.technology)


if __name__ == "__main__":
    main()
