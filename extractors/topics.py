"""A second, linear look at an article's text: whether it is about an incident, before the model reads it.

Words with weights, fitted by `training/topics.py` and kept in `data/model/topics.json`, where they can be read.
"""

import json
import re
from collections import Counter
from functools import cache
from math import log, sqrt
from typing import NamedTuple

from schemas import Article
from schemas.vocabularies import DATA_FOLDER

TOPICS_FILE = DATA_FOLDER / "model" / "topics.json"
_WORD = re.compile(r"[a-z]{2,}")


class Topics(NamedTuple):
    """The rarity and the weight of each word, and what a text needs to be about an incident."""

    words: dict[str, tuple[float, float]]
    bias: float
    threshold: float

    def score(self, text: str) -> float:
        """The log-odds that `text` is about an incident, as a linear classifier sees it.

        Each word counts by the logarithm of how often it stands there, times its rarity; the length is divided out.
        """
        length, total = 0.0, 0.0
        for word, times in Counter(find_words(text)).items():
            if word in self.words:
                rarity, weight = self.words[word]
                value = rarity * (1 + log(times))
                length += value * value
                total += value * weight
        return self.bias + (total / sqrt(length) if length else 0.0)


def find_words(text: str) -> list[str]:
    """The words of `text` in lower case, without numbers and single letters."""
    return _WORD.findall(text.lower())


@cache
def load_topics() -> Topics:
    """The topics of `data/model/topics.json`; raises `FileNotFoundError` or `ValueError`."""
    known = json.loads(TOPICS_FILE.read_text("utf-8"))
    words = {word: (rarity, weight) for word, (rarity, weight) in known["words"].items()}
    return Topics(words, known["bias"], known["threshold"])


def is_about_incidents(article: Article) -> bool:
    """Whether the model should read the article; recall first, for a missed article costs more than a look."""
    topics = load_topics()
    return topics.score(article.text) >= topics.threshold
