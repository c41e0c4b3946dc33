"""How well copies of articles are told from articles, and what that takes for a million of them.

Run it as `python -m benchmarks.near_duplicates NEWS…` with JSONL files of articles (`title` and `text`; gzipped or
not), of which as many are taken from each; `--seed` draws others. It makes 400 copies of 2,000 articles
(`benchmarks/copies.py`) and says how many are found and how many articles are taken for copies that are none; beside
it, what MinHash would have let through as candidates. Then it fills an index with a million made-up signatures. Times
are of the processor.
"""

import argparse
import gzip
import json
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rensa import RMinHash

from benchmarks.copies import CHANGES, Story, make_copy
from extractors.comparing import is_copy, split_words
from extractors.near_duplicates import VERSION, CopyIndex, sign

ARTICLES, COPIES = 2_000, 400
HELD = 1_000_000
FINGERPRINTS = 50  # of an article of some 400 words
LOOKED_UP = 20_000
PERMUTATIONS, BANDS = 128, 64  # of MinHash: two rows a band, as loose as memory allows


class Finder:
    """The index with the texts that verify its candidates."""

    def __init__(self) -> None:
        self.index, self.texts = CopyIndex(), dict[str, str]()

    def add(self, name: str, text: str) -> None:
        self.index.add(name, sign(text))
        self.texts[name] = text

    def find(self, text: str) -> str | None:
        found = self.index.find_candidates("new", sign(text))
        return next((one for one in found if is_copy(text, self.texts[one])), None)


def read_stories(paths: list[Path], dice: random.Random) -> list[Story]:
    """As many stories of each file, 2,000 in all, in a random order; of those of the same text only the first."""
    stories: list[Story] = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        unique = list({" ".join(one["text"].split()): Story(one["title"], one["text"]) for one in records}.values())
        stories += dice.sample(unique, ARTICLES // len(paths))
    dice.shuffle(stories)
    return stories


def join(story: Story) -> str:
    return f"{story.title}\n{story.text}"


def update_figures(text: str, dice: random.Random) -> str:
    """The text with one of its longer numbers changed, as in an updated story; the same where it has none."""
    numbers = list(re.finditer(r"\b\d[\d,]{2,}\b", text.partition("\n")[2]))
    if not numbers:
        return text
    start, end = dice.choice(numbers).span()
    offset = len(text) - len(text.partition("\n")[2])
    return f"{text[: offset + start]}{dice.randint(101, 999_999):,}{text[offset + end :]}"


def measure_quality(stories: list[Story], dice: random.Random) -> None:
    finder = Finder()
    twice = []
    for number, story in enumerate(stories):
        original = finder.find(join(story))
        if original is None:
            finder.add(str(number), join(story))
        else:
            twice.append((story.title, stories[int(original)].title))
    print(f"{len(twice)} of the {len(stories)} articles repeat another of them themselves:")
    for pair in twice:
        print("    {} <- {}".format(*(title[:60] for title in pair)))
    chosen = dice.sample(sorted(map(int, finder.texts)), COPIES)
    right, wrong, made, found, banded = 0, 0, Counter[str](), Counter[str](), 0
    for place, number in enumerate(chosen):
        change = list(CHANGES)[place % len(CHANGES)]
        text = join(make_copy(stories[number], change, dice))
        original = finder.find(text)
        made[change] += 1
        found[change] += original == str(number)
        right += original == str(number)
        if original not in (None, str(number)):
            wrong += 1
            print(f"wrong: a copy of {stories[number].title!r} for one of {stories[int(original)].title!r}")
        banded += is_candidate(text, join(stories[number]))
    print(f"{COPIES} copies: recall {right / COPIES:.4f}, precision {right / (right + wrong):.4f}")
    print("  if the articles above that repeat another were counted as wrong: "
          f"{right / (right + wrong + len(twice)):.4f}")  # fmt: skip
    print("  " + ", ".join(f"{change} {found[change]}/{made[change]}" for change in CHANGES))
    print(
        f"  MinHash ({PERMUTATIONS} permutations, {BANDS} bands) has {banded / COPIES:.4f} of them among its candidates"
    )
    measure_false_friends(stories, finder, chosen, dice)


def measure_false_friends(stories: list[Story], finder: Finder, chosen: list[int], dice: random.Random) -> None:
    """Articles that are nearly another, and tell something else."""
    updated = [(number, update_figures(join(stories[number]), dice)) for number in chosen]
    updated = [(number, text) for number, text in updated if text != join(stories[number])]
    taken = sum(finder.find(text) == str(number) for number, text in updated)
    print(f"with another number: {taken} of {len(updated)} taken for copies")
    taken = 0
    for number in chosen:
        paragraph = dice.choice(re.split(r"\n\s*\n", stories[dice.choice(chosen)].text))
        taken += finder.find(f"{join(stories[number])}\n\n{paragraph}") == str(number)
    print(f"with a paragraph of another article: {taken} of {len(chosen)} taken for copies")


def is_candidate(text: str, original: str) -> bool:
    """Whether a band of MinHash is the same for both."""
    one, other = (np.array(digest(each)).reshape(BANDS, -1) for each in (text, original))
    return bool((one == other).all(axis=1).any())


def digest(text: str) -> list[int]:
    words = split_words(text)
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=1)
    sketch.update([" ".join(words[at : at + 4]) for at in range(max(1, len(words) - 3))])
    return list(sketch.digest())


def make_signatures(number: int) -> Iterator[tuple[str, bytes]]:
    dice = np.random.default_rng(1)
    for start in range(0, number, 10_000):
        chunk = dice.integers(0, 2**32, (10_000, FINGERPRINTS), dtype=np.uint32)
        chunk.sort(axis=1)
        for at, fingerprints in enumerate(chunk):
            yield f"{start + at:016x}", VERSION + fingerprints.astype("<u4").tobytes()


def measure_size() -> None:
    before = read_memory()
    begun = time.process_time()
    for _ in make_signatures(HELD):
        pass
    making = time.process_time() - begun
    begun = time.process_time()
    index = CopyIndex(make_signatures(HELD))
    seconds = time.process_time() - begun - making
    print(f"{len(index):,} articles of {FINGERPRINTS} fingerprints: loaded in {seconds:.1f} s of CPU time, "
          f"{read_memory() - before:,.0f} MB held, {peak_memory():,.0f} MB at most (the whole process)")  # fmt: skip
    looked_up = [one for at, one in enumerate(make_signatures(200_000)) if at % (200_000 // LOOKED_UP) == 0]
    times, right = [], 0
    for name, signature in looked_up:
        begun = time.thread_time()
        found = index.find_candidates("new", signature)
        times.append(time.thread_time() - begun)
        right += found[:1] == [name]
    p50, p99 = np.percentile(times, [50, 99]) * 1000
    print(f"a look-up takes {p50:.3f} ms (median), {p99:.3f} ms (99 in 100); {right} of {len(looked_up)} found")
    begun = time.thread_time()
    text = " ".join(f"word{at % 97}{at}" for at in range(400))
    for _ in range(1_000):
        sign(text)
    print(f"signing 400 words takes {time.thread_time() - begun:.3f} ms")


def read_memory() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", type=Path, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    missing = [str(path) for path in given.news if not path.is_file()]
    if missing:
        sys.exit(f"There is no file {missing[0]}; give JSONL files of articles with `title` and `text`.")
    dice = random.Random(given.seed)
    measure_quality(read_stories(given.news, dice), dice)
    measure_size()


if __name__ == "__main__":
    main()
