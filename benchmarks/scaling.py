"""Extraction of generated articles by one worker and by two, in turns: articles a second, and what the loader costs.

Run it as `python -m benchmarks.scaling` (half an hour with 4,000 articles; `--articles 400` for a first look). Two
cores that are shared give less than two: so each round also lets one process and two processes count, without Dask: it
tells how much more two could do just then.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.pages import Story, read_shells
from flows.copies import CopyFinder
from flows.crew import Crew, Hands, open_crew
from flows.rebuild import extract_by, load_each
from flows.targets import Target
from schemas import MediaType, Page
from sources import archive_pages
from store import open_store

ROUNDS = 2
BATCH_SIZE = 50  # as a rebuild has them
COUNTED = 6_000_000  # half a second
BREACH = (
    "{clinic} said on {day} that hackers had broken into the systems of its supplier {host} in {month} and had stolen "
    "the names, home addresses and medical records of about {number:,} patients. Passwords were not taken, it said."
)
TOWNS = ("Ashwick", "Brookmere", "Clayford", "Dunham", "Elmstead", "Fairley", "Glenworth", "Holmby", "Kingsdale")
NAMES = ("Fenwick", "Orr", "Marsh", "Hale", "Birch", "Pell", "Norwood", "Brill", "Tarn", "Wells", "Ogden", "Lusk")
MONTHS = ("January", "February", "March", "April", "June", "July", "August", "October", "November")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
VERBS = ("asked", "told", "met", "called", "paid", "warned", "praised", "followed", "left", "joined", "heard", "moved")
THINGS = ("office", "letter", "meeting", "budget", "network", "ledger", "visit", "contract", "hall", "plan", "report")
KINDS = ("new", "old", "long", "small", "public", "quiet", "late", "second", "northern", "costly", "short", "plain")
SENTENCES = 30


class Taken(NamedTuple):
    """What some pages took: seconds, and of the processor those of the workers and of the process that loads."""

    seconds: float
    workers_cpu: float
    loader_cpu: float

    def plus(self, other: "Taken") -> "Taken":
        return Taken(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def generate(pages: int) -> Iterator[Page]:
    """Web pages with an article of some 400 words each, that repeats no other."""
    shells = read_shells()
    for number in range(pages):
        dice = Random(number)
        story = tell(number, dice)
        content = dice.choice(shells).wrap(story, number)
        url = f"https://outlet{number % 40}.example/{number}/story.html"
        yield Page(reference=url, url=url, media_type=MediaType.HTML, content=content, published="2024-05-06")


def tell(number: int, dice: Random) -> Story:
    """A breach, and sentences that no other article has in a row."""
    clinic = f"{dice.choice(TOWNS)} {dice.choice(NAMES)} Clinic"
    host, patients = f"{dice.choice(NAMES)} {dice.choice(NAMES)} Hosting", dice.randrange(1_000, 900_000)
    days = {"day": dice.choice(DAYS), "month": dice.choice(MONTHS)}
    sentences = [
        f"The {dice.choice(KINDS)} {dice.choice(THINGS)} of {dice.choice(NAMES)} {dice.choice(VERBS)} the "
        f"{dice.choice(KINDS)} {dice.choice(THINGS)} in {dice.choice(TOWNS)} and {dice.choice(VERBS)} a "
        f"{dice.choice(KINDS)} {dice.choice(THINGS)}."
        for _ in range(SENTENCES)
    ]
    rest = [" ".join(sentences[place : place + 5]) for place in range(0, SENTENCES, 5)]
    title = f"{clinic} loses files of {patients:,} patients"
    return Story(title, [BREACH.format(clinic=clinic, host=host, number=patients, **days), *rest])


def take(crew: Crew, archive: Path, store: Path) -> Taken:
    """What it takes to extract the pages of an archive by workers, and to load the events."""
    begun, cpu, spent = time.perf_counter(), time.process_time(), crew.cpu_seconds
    run, _ = load_each(extract_by(crew, archive, CopyFinder(Target(store)), batch_size=BATCH_SIZE), store)
    taken = Taken(time.perf_counter() - begun, crew.cpu_seconds - spent, time.process_time() - cpu)
    print(f" {run.counts.articles} articles, {run.counts.events} events, {run.counts.problems} problems", end="; ")
    print(f"{taken.seconds:.1f} s, {taken.workers_cpu:.1f} s CPU of workers, {taken.loader_cpu:.1f} s of the loader")
    return taken


def count() -> None:
    """Work for one core that needs nothing."""
    for _ in range(COUNTED):
        pass


def measure_cores() -> float:
    """How many times as much two processes do now as one."""
    seconds = []
    for number in (1, 2):
        processes = [multiprocessing.Process(target=count) for _ in range(number)]
        begun = time.perf_counter()
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        seconds.append((time.perf_counter() - begun) / number)
    return seconds[0] / seconds[1]


def compare(folder: Path, articles: int) -> tuple[dict[int, Taken], list[float]]:
    """What one worker and two take for the articles, in rounds; and what two cores could do in each round."""
    totals = {workers: Taken(0, 0, 0) for workers in (1, 2)}
    cores = []
    pages = generate(articles)
    with ExitStack() as stack:
        crews = {}
        for workers in totals:
            begun = time.perf_counter()
            parts = folder / f"parts{workers}"
            crews[workers] = stack.enter_context(open_crew(Hands(workers), folder, parts, allow_undated=False))
            print(f"{workers} worker(s) there after {time.perf_counter() - begun:.1f} s")
            with open_store(folder / f"{workers}.duckdb", read_only=False):
                pass  # made beforehand
        for place in range(ROUNDS):
            archive = folder / f"archive{place}"
            archive_pages(archive, (next(pages) for _ in range(articles // ROUNDS)))
            cores.append(measure_cores())
            print(f"round {place + 1}: two processes that count do {cores[-1]:.2f} times as much as one")
            for workers in (1, 2) if place % 2 else (2, 1):
                crew = crews[workers]
                crew.archive = archive
                print(f"round {place + 1}, {workers} worker(s):", end="")
                totals[workers] = totals[workers].plus(take(crew, archive, folder / f"{workers}.duckdb"))
        memory = max(size for crew in crews.values() for size in crew.memory.values())
    print(f"memory of a worker, at most: {memory / 1e6:.0f} MB")
    return totals, cores


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=4_000)
    articles = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        totals, cores = compare(Path(folder), articles)
    for workers, taken in totals.items():
        cpu = taken.workers_cpu + taken.loader_cpu
        print(
            f"{workers} worker(s): {articles / taken.seconds:.2f} articles a second; CPU {1000 * cpu / articles:.0f} ms"
        )
        print(
            f"  an article, of which the loader {taken.loader_cpu / cpu:.1%}; {cpu / taken.seconds:.2f} cores were had"
        )
    ratio = totals[1].seconds / totals[2].seconds
    print(f"2 workers: {ratio:.2f} times 1; two processes that count: {sum(cores) / len(cores):.2f} times one")


if __name__ == "__main__":
    main()
