"""Weighs what the words around a candidate say for each label: a linear model whose weights are a readable data file.

The rules propose candidates (names, kinds of data, quantities, time expressions); the weights, fitted on annotated
articles by `training/fit_weights.py`, say how likely each label is. The probability is the value's confidence.
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from schemas.vocabularies import DATA_FOLDER

WEIGHT_FOLDER = DATA_FOLDER / "weights"
Features = Mapping[str, float]


class Weights(NamedTuple):
    """One weight a label for each feature; a feature without weights counts nothing."""

    labels: list[str]
    bias: list[float]
    weights: dict[str, list[float]]

    def weigh(self, features: Features) -> dict[str, float]:
        """The probability of each label; they sum to 1."""
        scores = list(self.bias)
        for feature, value in features.items():
            row = self.weights.get(feature)
            if row:
                for index, weight in enumerate(row):
                    scores[index] += weight * value
        highest = max(scores)
        powers = [math.exp(score - highest) for score in scores]
        return {label: power / sum(powers) for label, power in zip(self.labels, powers, strict=True)}

    def choose(self, features: Features) -> tuple[str, float]:
        """The likeliest label but `none`, and the probability that it is not `none`."""
        chances = self.weigh(features)
        none = chances.pop("none")
        return max(chances, key=lambda label: chances[label]), 1 - none


@cache
def read_weights(name: str) -> Weights:
    """Read `data/weights/NAME.json`; raise `FileNotFoundError` where it is missing."""
    content = json.loads((WEIGHT_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Weights(**content)
