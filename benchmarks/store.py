"""Loading 100,000 generated articles with 150,000 events in batches of 500, beside an insert of the same through Arrow.

Run it as `python -m benchmarks.store` (minutes; needs pyarrow; `--articles 10000` for a first look). In one run it also
measures the last batches against the first, loading the same again, publishing against copying the file, and memory.
Arrow inserts into tables of the same columns without any check, so that it is the most that DuckDB can take.
"""

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation
from store import open_store
from store.rows import TableRows, lay_out_article, lay_out_events, lay_out_text
from store.snapshots import snapshot_of

try:
    import pyarrow
except ImportError:
    sys.exit("Arrow is needed to compare with, and for nothing else: .venv/bin/python -m pip install pyarrow")

BATCH_SIZE = 500
CAUSES = ("hacking", "ransomware", "phishing", "accidental_disclosure", "lost_or_stolen", "insider_misuse")
CATEGORIES = ("names", "email_addresses", "health", "credentials", "payment_cards", "birth_dates")
SENTENCE = "It wrote to all whom it concerns and said that it was sorry for what had happened at its office. "


def generate(number: int) -> Extraction:
    """An article of some 3,000 characters with one event, or two for every other article."""
    dice = random.Random(number)
    published = date(2018, 1, 1) + timedelta(days=dice.randrange(2500))
    victim, supplier = f"Clinic {dice.randrange(60_000)} of Ashwick", f"Host {dice.randrange(900)}"
    body = f"{victim} and {supplier} told of 1,200 patients, names, e-mail, hackers on Monday. " + SENTENCE * 30
    article = Article(
        reference=f"{number}.html",
        title=f"Breach number {number}",
        body=body,
        published=published,
        url=f"https://news.example/{number}",
        outlet=f"Outlet {number % 40}",
        page_hash=f"{number:064x}",
    )
    events = tuple(_event(article, place, victim, supplier, dice) for place in range(1 + number % 2))
    return Extraction(article=article, events=events, extractor_version="1")


def _event(article: Article, place: int, victim: str, supplier: str, dice: random.Random) -> Event:
    text = article.text

    def quote(words: str) -> Evidence:
        start = text.index(words)
        return Evidence(start=start, end=start + len(words), quote=words)

    def organisation(name: str, role: str) -> Organisation:
        return Organisation(name=name, role=role, named=True, evidence=quote(name), confidence=dice.random())

    day, low = article.published - timedelta(days=dice.randrange(90)), dice.randrange(1, 900_000)
    return Event(
        event_id=f"{article.article_id}{place}",
        article_id=article.article_id,
        prominence="background" if place else "main",
        status="confirmed",
        cause=dice.choice(CAUSES),
        cause_evidence=quote("hackers"),
        cause_confidence=dice.random(),
        organisations=(organisation(victim, "victim"), organisation(supplier, "supplier")),
        data=tuple(
            DataItem(category=one, status="exposed", evidence=quote("names"), confidence=dice.random())
            for one in dice.sample(CATEGORIES, 3)
        ),
        affected=(
            Count(
                min=low, max=low, approx=False, unit="people", scope="total", evidence=quote("1,200"), confidence=0.8
            ),
        ),
        dates=(
            EventDate(kind="occurred", start=day, end=day, rule="day", evidence=quote("Monday"), confidence=0.8),
            EventDate(kind="disclosed", start=article.published, end=article.published, rule="day",
                      evidence=quote("Monday"), confidence=0.8),
        ),
        confidence=dice.random(),
    )  # fmt: skip


def generate_batches(articles: int) -> Iterator[list[Extraction]]:
    """Batches of so many articles in all."""
    for first in range(0, articles, BATCH_SIZE):
        yield [generate(number) for number in range(first, min(first + BATCH_SIZE, articles))]


def lay_out(batch: list[Extraction]) -> TableRows:
    """The rows that the store makes of a batch."""
    now, rows = datetime.now(UTC).replace(tzinfo=None), {}
    for one in batch:
        laid_out = lay_out_events(one.events, one.article.published, now)
        laid_out |= {"articles": [lay_out_article(one, 1, "run", now)], "texts": [lay_out_text(one.article)]}
        for table, more in laid_out.items():
            rows.setdefault(table, []).extend(more)
    return rows


class Arrow:
    """A database with the store's tables, without keys and views, that takes rows through Arrow."""

    def __init__(self, path: Path, like: Path) -> None:
        self._connection = duckdb.connect(str(path))
        self._connection.execute(f"ATTACH '{like}' AS store (READ_ONLY); CREATE SCHEMA history")
        tables = self._connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND schema_name = 'history'"
        ).fetchall()
        for (table,) in tables:
            self._connection.execute(f"CREATE TABLE history.{table} AS FROM store.history.{table} LIMIT 0")
        self._connection.execute("DETACH store")

    def insert(self, rows: TableRows) -> tuple[float, float]:
        """Seconds of the insertion, and of making Arrow tables of the rows before."""
        begun = time.perf_counter()
        tables = {name: pyarrow.Table.from_pylist(some) for name, some in rows.items() if some}
        made = time.perf_counter()
        self._connection.begin()
        for name, table in tables.items():
            self._connection.register("batch", table)
            self._connection.execute(f"INSERT INTO history.{name} BY NAME FROM batch")
            self._connection.unregister("batch")
        self._connection.commit()
        return time.perf_counter() - made, made - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep the store here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments.articles, arguments.keep)


def measure(folder: Path, articles: int, keep: Path | None) -> None:
    path = folder / "store.duckdb"
    with open_store(path, read_only=False):
        pass
    arrow = Arrow(folder / "arrow.duckdb", path)
    loading, inserting, making = [], [], []
    with open_store(path, read_only=False, publishes=False) as store:
        for batch in generate_batches(articles):
            inserted, made = arrow.insert(lay_out(batch))
            inserting.append(inserted)
            making.append(made)
            begun = time.perf_counter()
            store.load(batch, [], "run")
            loading.append(time.perf_counter() - begun)
        events = store.counts()["events"]
        again = [_clock_load(store, batch) for batch in generate_batches(articles)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    publishing, copying = _measure_publishing(path)
    few = min(20, len(loading) // 2)
    first, last = (sum(sorted(some)[:few]) for some in (loading[:few], loading[-few:]))
    print(f"{articles:,} articles with {events:,} events, {path.stat().st_size / 2**20:,.0f} MB")
    print(
        f"load {sum(loading):.1f} s; Arrow inserts the same rows in {sum(inserting):.1f} s, made in {sum(making):.1f} s"
    )
    print(f"  of the speed of Arrow: {sum(inserting) / sum(loading):.2f}, its making of tables counted not")
    print(f"  the last {few} batches: {last / first:.2f} of the first {few}")
    print(f"  the same again: {sum(again) / sum(loading):.2f} of the first time, 0 changes")
    print(f"publish: {publishing / copying:.2f} of copying the file ({copying:.2f} s)")
    print(f"memory at most {memory:.2f} GiB, Arrow's own included")
    if keep:
        shutil.copyfile(path, keep)


def _clock_load(store: object, batch: list[Extraction]) -> float:
    begun = time.perf_counter()
    counts = store.load(batch, [], "again")  # type: ignore[attr-defined]
    assert counts.known == len(batch)
    return time.perf_counter() - begun


def _measure_publishing(path: Path) -> tuple[float, float]:
    """Seconds of publishing and of copying the file, the best of three, by turns."""
    publishing, copying, copy = [], [], path.with_name("copy.duckdb")
    for _ in range(3):
        copy.unlink(missing_ok=True)
        begun = time.perf_counter()
        shutil.copyfile(path, copy)
        copying.append(time.perf_counter() - begun)
        snapshot_of(path).unlink(missing_ok=True)
        with open_store(path, read_only=False, publishes=False) as store:
            begun = time.perf_counter()
            store.publish()
            publishing.append(time.perf_counter() - begun)
    return min(publishing), min(copying)


if __name__ == "__main__":
    main()
