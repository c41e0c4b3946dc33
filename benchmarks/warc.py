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
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any
from unittest.mock import patch

from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.pages import write_archive
from benchmarks.timing import measure
from extractors.first_look import is_worth_reading
from extractors.topics import load_topics
from flows import batches, steps
from flows.copies import CopyFinder
from flows.ingest import ingest
from schemas import RunCounts, Source
from store import Store

PAGES = 2_000
SHARES = (0.0, 0.002, 0.01, 0.05)
LARGE = 1_000_000_000
WHOLE_ROUNDS = 3


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


def scan_archive(path: Path) -> RunCounts:
    """The whole way of the pages of an archive to events in a new store that is thrown away: the flow `ingest`."""
    with TemporaryDirectory() as folder:
        source = Source(name="archive", kind="warc", location=str(path))
        return ingest.fn([], Path(folder) / "s.duckdb", sources=[source]).counts


def watch_stages(path: Path) -> dict[str, float]:
    """Seconds of each stage of the whole way."""
    watch = Stopwatch()
    with (
        patch("flows.ingest.is_worth_reading", watch.wrap("first look", is_worth_reading)),
        patch.object(batches, "read_article", watch.wrap("article (trafilatura)", batches.read_article)),
        patch.object(batches, "is_about_incidents", watch.wrap("topics", batches.is_about_incidents)),
        patch.object(batches, "extract_events", watch.wrap("model", batches.extract_events)),
        patch.object(steps, "archive_pages", watch.wrap("page archive", steps.archive_pages)),
        patch.object(CopyFinder, "divide", watch.wrap("copies", CopyFinder.divide)),
        patch.object(Store, "load", watch.wrap("store", Store.load)),
    ):
        begun = process_time()
        scan_archive(path)
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
    whole = measure({"whole way": lambda: counts.append(scan_archive(path))}, WHOLE_ROUNDS, process_time)
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
    counts = scan_archive(Path(path))
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
        scan_archive(Path(folder) / "small.warc.gz")  # what is loaded once is loaded before
        for share in given.shares:
            print_share(Path(folder), given.pages, share, with_technology=given.technology)


if __name__ == "__main__":
    main()
