"""What running by flows costs: 1,000 articles through `ingest`, beside the plain functions called in a loop.

Run it as `python -m benchmarks.orchestration`. Each way reads the same files, 50 at a time, into a store of its own;
seconds of the processor. Then how long `breachwire run` takes on an empty folder, by the clock.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.timing import measure
from flows import steps
from flows.batches import divide, divide_into_batches, extract_articles, read_batch
from flows.copies import CopyFinder
from flows.ingest import BATCH_SIZE, ingest
from flows.places import find_archive
from flows.targets import Target
from schemas import Page
from sources import archive_pages, discover, read_pages

ARTICLES = 1_000
ROUNDS = 2
VICTIMS = ("Clinic", "Hospital", "Bakery", "School", "Library", "Museum", "Airline", "Bank", "Council", "Hotel")


def write_articles(folder: Path, number: int) -> None:
    """So many articles of some 150 words, each about a victim of its own."""
    folder.mkdir()
    for place in range(number):
        name = f"{VICTIMS[place % 10]} number {place} of Northmere"
        text = " ".join(
            f"In part {part} of its letter {name} told {place + part} people what it had done since, and would do."
            for part in range(6)
        )
        (folder / f"{place}.txt").write_text(
            f"date 2024-05-01\n{name} said on Monday that hackers broke into its systems in April and stole the names "
            f"and home addresses of about {place + 2},000 people.\n\n{text}\n"
        )


def load_plainly(folder: Path, number: list[int]) -> None:
    """What the flow does, by the plain functions alone, one after the other."""
    with TemporaryDirectory() as place:
        target = Target(Path(place) / "s.duckdb", publishes=False)
        finder = CopyFinder(target)
        with target.open():
            pass  # the store is there, as the flow's is once it has recorded its run
        for batch in divide_into_batches(discover([str(folder)]), BATCH_SIZE):
            pages = [page for page in read_pages(batch) if isinstance(page, Page)]
            unknown = steps.drop_known.fn(target.path, pages)
            read = read_batch(unknown)
            archive_pages(find_archive(target.path), pages)
            told, copies = finder.divide(read.articles)
            extractions, problems = divide(extract_articles(told))
            with target.open() as store:
                store.load([*extractions, *copies], problems, "plain")
        with target._replace(publishes=True).open() as store:
            number.append(store.counts()["events"])


def load_by_flow(folder: Path, number: list[int]) -> None:
    """The flow."""
    with TemporaryDirectory() as place:
        number.append(ingest.fn([str(folder)], Path(place) / "s.duckdb", publishes_batches=False).counts.events)


def measure_start() -> float:
    """Seconds, by the clock, of `breachwire run` on an empty folder."""
    with TemporaryDirectory() as folder:
        begun = time.monotonic()
        command = [sys.executable, "-c", "from flows.cli import main; main()", "run", folder]
        subprocess.run(command, check=False, capture_output=True)
        return time.monotonic() - begun


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    given = parser.parse_args()
    events: list[int] = []
    with TemporaryDirectory() as place:
        folder = Path(place) / "articles"
        write_articles(folder, given.articles)
        load_plainly(folder, events)  # what is loaded once is loaded before
        ways = {"plain": lambda: load_plainly(folder, events), "flow": lambda: load_by_flow(folder, events)}
        seconds = measure(ways, ROUNDS, time.process_time)
    assert len(set(events)) == 1, events
    for name, taken in seconds.items():
        print(
            f"{name:8}{taken:>8.2f} s{given.articles / taken:>8.0f} articles a second{taken / seconds['plain']:>8.2f}"
        )
    print(f"breachwire run on an empty folder: {measure_start():.1f} s")


if __name__ == "__main__":
    main()
