"""Fits the words and weights of `extractors/topics.py`, and tells what both looks keep and stop.

Run it as `python -m training.topics --gold ../shared/gold --news … --general-news …`. Articles with an annotated event
are the examples; those without, general news, and security news in which the model finds nothing are the others.
Security news in which it surely finds an event is an example too; what it is not sure of is left out.
"""

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from extractors import extract_events
from extractors.first_look import is_worth_reading
from extractors.topics import TOPICS_FILE, Topics, find_words
from schemas import Article
from training.gold import read_gold

SEED = 5
READ = 2_400  # security news that the model reads for the fit; a third of it is held out
LONGEST_READ = 6_000  # characters of each that it reads
SURE = 0.85  # the confidence of an event that teaches
FEWEST_TEXTS = 4  # in which a word must stand
MOST_WORDS = 4_000
REGULARISATION = 3.0
EVENT_WEIGHT, SILENCE_WEIGHT = 3.0, 0.5  # a missed article costs most; silence is only a hint
RECALL = 0.996  # of the annotated articles with an event, each scored by weights fitted without it


class Texts(NamedTuple):
    """Texts with what they teach: 1 tells an event, and how much each counts in the fit."""

    texts: list[str]
    labels: list[int]
    counts: list[float]

    def plus(self, texts: Sequence[str], label: int, count: float) -> "Texts":
        """These and more of one kind."""
        number = len(texts)
        return Texts([*self.texts, *texts], self.labels + [label] * number, self.counts + [count] * number)


def fit_topics(taught: Texts, threshold: float = 0.0) -> Topics:
    """Fit all words, keep those that weigh most, and fit these again."""
    vocabulary = None
    for _ in range(2):
        vectors = TfidfVectorizer(
            analyzer=find_words, sublinear_tf=True, min_df=1 if vocabulary else FEWEST_TEXTS, vocabulary=vocabulary
        )
        model = LogisticRegression(C=REGULARISATION, solver="liblinear", random_state=SEED)
        model.fit(vectors.fit_transform(taught.texts), taught.labels, sample_weight=taught.counts)
        names, weights = vectors.get_feature_names_out(), model.coef_[0]
        vocabulary = sorted(names[np.argsort(-np.abs(weights))[:MOST_WORDS]])
    words = {
        str(name): (round(float(rarity), 3), round(float(weight), 3))
        for name, rarity, weight in zip(names, vectors.idf_, weights, strict=True)
    }
    return Topics(words, round(float(model.intercept_[0]), 3), threshold)


def score_left_out(gold: list[tuple[str, bool]], others: Texts) -> list[float]:
    """The score of each annotated article by weights fitted on four fifths without it."""
    scores = [0.0] * len(gold)
    folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
    for kept, left in folds.split(gold, [told for _, told in gold]):
        topics = fit_topics(add_gold(others, [gold[index] for index in kept]))
        for index in left:
            scores[index] = topics.score(gold[index][0])
    return scores


def add_gold(others: Texts, gold: Sequence[tuple[str, bool]]) -> Texts:
    """The annotated articles beside the others."""
    taught = others.plus([text for text, told in gold if told], 1, EVENT_WEIGHT)
    return taught.plus([text for text, told in gold if not told], 0, 1.0)


def find_threshold(gold: list[tuple[str, bool]], scores: list[float]) -> float:
    """The highest score that `RECALL` of the articles with an event reach."""
    told = sorted(score for (_, is_told), score in zip(gold, scores, strict=True) if is_told)
    return round(told[int((1 - RECALL) * len(told))] - 0.001, 3)


def read_texts(folder: Path, part: str) -> list[tuple[str, bool]]:
    """The text of each annotated article, and whether it tells an event."""
    return [(one.article.text, bool(one.events)) for one in read_gold(folder, part)]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a gzipped JSONL."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_unlabelled(records: list[dict[str, Any]], kept: Path) -> tuple[list[str], list[str]]:
    """The texts of a sample of the records: those in which the model finds nothing, and those in which it surely finds
    an event.

    `kept` remembers the confidences, for they take some minutes.
    """
    if not kept.is_file():
        sample = Random(SEED).sample(range(len(records)), READ)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({index: _find_confidence(records[index]) for index in sample}))
    found = {int(index): confidence for index, confidence in json.loads(kept.read_text()).items()}
    silent = [_join(records[index]) for index, confidence in found.items() if confidence is None]
    return silent, [_join(records[index]) for index, confidence in found.items() if (confidence or 0) > SURE]


def _find_confidence(record: dict[str, Any]) -> float | None:
    """The confidence of the surest event of an article, or None where the model finds none."""
    body = record["text"][:LONGEST_READ]
    article = Article(reference="", title=record["title"], body=body, published=record["published"])
    return max((event.confidence for event in extract_events([article])[0].events), default=None)


def _join(record: dict[str, Any]) -> str:
    return f"{record['title']}\n{record['text']}"


def report(name: str, texts: Sequence[str], topics: Topics, scores: Sequence[float] | None = None) -> None:
    """A line: how many the first look lets through, the topics, and both."""
    looked = np.array([is_worth_reading(text.encode()) for text in texts])
    about = np.array(scores or [topics.score(text) for text in texts]) >= topics.threshold
    counts = " ".join(f"{part.sum():>6} ({part.mean():.1%})" for part in (looked, about, looked & about))
    print(f"{name:44}{len(texts):>6}{counts}")


def tell_parts(gold: list[tuple[str, bool]], name: str, scores: Sequence[float] | None = None) -> Iterator[Any]:
    """Name, texts and scores of the annotated articles with an event, and of those without."""
    for is_told in (True, False):
        chosen = [index for index, (_, told) in enumerate(gold) if told == is_told]
        title = f"{name}, {'with an event' if is_told else 'without'}"
        yield title, [gold[index][0] for index in chosen], scores and [scores[index] for index in chosen]


def main() -> None:
    """Fit on the annotated articles of train, write the file, and tell how it does on dev and what was held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--news", type=Path, required=True, help="gzipped JSONL of security news without annotation")
    parser.add_argument("--general-news", type=Path, required=True, help="gzipped JSONL of general news")
    parser.add_argument("--read", type=Path, default=Path("data/local/training/read.json"), help="what the model found")
    given = parser.parse_args()
    train, dev = read_texts(given.gold, "train"), read_texts(given.gold, "dev")
    general = [_join(record) for record in read_lines(given.general_news)]
    silent, told = read_unlabelled(read_lines(given.news), given.read)
    # Every third is held out; so are the copies of an article that stand beside it, or nearly.
    kept_general = sorted(set(general[1::3] + general[2::3]) - set(general[::3]))
    others = Texts([], [], []).plus(kept_general, 0, 1.0)
    others = others.plus(silent[1::3] + silent[2::3], 0, SILENCE_WEIGHT).plus(told[1::3] + told[2::3], 1, 1.0)
    scores = score_left_out(train, others)
    topics = fit_topics(add_gold(others, train), find_threshold(train, scores))
    content = {"threshold": topics.threshold, "bias": topics.bias, "words": topics.words}
    TOPICS_FILE.write_text(json.dumps(content).replace("], ", "],\n") + "\n", "utf-8")
    print(f"{'let through by':44}{'':>6}{'first look':>15}{'topics':>15}{'both':>15}")
    for line in [*tell_parts(train, "train (left out)", scores), *tell_parts(dev, "dev")]:
        report(line[0], line[1], topics, line[2])
    report("security news, an event found, held out", told[::3], topics)
    report("security news, nothing found, held out", silent[::3], topics)
    report("general news, held out", general[::3], topics)


if __name__ == "__main__":
    main()
