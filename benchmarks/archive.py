"""Ways to keep pages: gzip and levels of zstd over real pages, then the whole archive with its order, size and limits.

Run it as `python -m benchmarks.archive ../shared/html` (any folder of .html.gz files; a minute and a half).
"""

import gzip
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import zstandard

from benchmarks.timing import measure, print_table
from schemas import MediaType, Page
from sources import archive_pages, count_archive, export_warc, measure_archive, prune_archive, read_archive

BASELINE = "gzip 6"
LEVELS = (1, 3, 6, 9, 12, 19)
DICTIONARY_BYTES = 112_640  # what zstd's own tool makes
PAGES = 20_000
PAGE_BYTES = 30_000  # of each page of the archive that is filled


def compare_ways(contents: list[bytes]) -> None:
    """Time and size of each way to compress the contents."""
    ways: dict[str, Callable[[bytes], bytes]] = {BASELINE: partial(gzip.compress, compresslevel=6)}
    ways |= {f"zstd {level}": zstandard.ZstdCompressor(level=level).compress for level in LEVELS}
    tasks = {name: partial(run_all, way, contents) for name, way in ways.items()}
    print_table("writing", measure(tasks, rounds=3, clock=time.process_time), len(contents), BASELINE)
    whole = sum(map(len, contents))
    for name, way in ways.items():
        print(f"{name:24}{sum(len(way(content)) for content in contents) / whole:>10.4f} of {whole:,} bytes")
    packed = {BASELINE: (gzip.decompress, ways[BASELINE]), "zstd 6": (zstandard.decompress, ways["zstd 6"])}
    reads = {name: partial(run_all, read, list(map(way, contents))) for name, (read, way) in packed.items()}
    print_table("\nreading", measure(reads, clock=time.process_time), len(contents), BASELINE)


def run_all(function: Callable[[bytes], bytes], contents: list[bytes]) -> None:
    for content in contents:
        function(content)


def try_dictionary(contents: list[bytes]) -> None:
    """What a dictionary trained on half of the pages saves on the others."""
    known, others = contents[::2], contents[1::2]
    dictionary = zstandard.train_dictionary(DICTIONARY_BYTES, known)
    for level in (3, 6, 9):
        plain = sum(len(zstandard.ZstdCompressor(level=level).compress(one)) for one in others)
        with_it = zstandard.ZstdCompressor(level=level, dict_data=dictionary)
        print(f"dictionary, zstd {level}: {sum(len(with_it.compress(one)) for one in others) / plain:.3f} of without")


def fill_archive(folder: Path, contents: list[bytes]) -> None:
    """Times of an archive of `PAGES` pages, whose files the system still has in memory."""

    def make_pages() -> Iterator[Page]:
        for number in range(PAGES):
            url = f"https://news.example/{number}"
            content = contents[number % len(contents)][:PAGE_BYTES] + str(number).encode()
            yield Page(reference=url, url=url, media_type=MediaType.HTML, content=content)

    steps: dict[str, Callable[[], object]] = {
        "archive_pages": lambda: archive_pages(folder, make_pages()),
        "archive_pages again": lambda: archive_pages(folder, make_pages()),
        "count_archive": lambda: count_archive(folder),
        "first of read_archive": lambda: next(read_archive(folder)),
        "all of read_archive": lambda: sum(1 for _ in read_archive(folder)),
        "measure_archive": lambda: measure_archive(folder),
        "prune_archive, dry": lambda: prune_archive(folder, most_bytes=0, dry_run=True),
        "export_warc": lambda: export_warc(folder, folder / "all.warc.gz"),
    }
    seconds = {name: measure({name: step}, rounds=1)[name] for name, step in steps.items()}
    print_table(f"\nan archive of {PAGES:,} pages", seconds, PAGES, "all of read_archive")


if __name__ == "__main__":
    found = [gzip.decompress(file.read_bytes()) for file in sorted(Path(sys.argv[1]).rglob("*.html.gz"))]
    print(f"{len(found)} pages, {sum(map(len, found)) / len(found):,.0f} bytes each\n")
    compare_ways(found)
    try_dictionary(found)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as made:
        fill_archive(Path(made), found)
