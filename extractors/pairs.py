"""Figures about two proposals for the head that says whether they tell the same event."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from extractors.proposals import FAMILIES, Proposal

FIGURES = 2 * len(FAMILIES) + 7
_RANKS = {family: index for index, family in enumerate(FAMILIES)}


def describe_pair(first: Proposal, second: Proposal, sentences: NDArray[np.int64]) -> list[float]:
    """`FIGURES` numbers about two proposals in reading order; `sentences` gives the sentence of each token."""
    gap = max(0, second.span.start - first.span.end)
    apart = int(sentences[second.span.start] - sentences[first.span.start])
    kinds = [0.0] * (2 * len(FAMILIES))
    kinds[_RANKS[first.family]] = 1.0
    kinds[len(FAMILIES) + _RANKS[second.family]] = 1.0
    same_code = first.family == second.family and first.code == second.code
    return [
        *kinds,
        _damp(gap) / 6,
        float(apart == 0),
        float(apart == 1),
        _damp(apart) / 4,
        float(same_code),
        first.numbers[0],
        second.numbers[0],
    ]


@cache
def _damp(number: int) -> float:
    """Its logarithm; a long article asks a million times for some thousand numbers."""
    return float(np.log1p(number))


def in_order(one: Proposal, other: Proposal) -> tuple[Proposal, Proposal]:
    """The two in reading order."""
    return (one, other) if (one.span.start, one.span.end) <= (other.span.start, other.span.end) else (other, one)


def nearest_mentions(ones: list[int], others: list[int], listed: list[Proposal]) -> tuple[int, int]:
    """Of two things with several places each, the two places nearest to one another; what stands before is nearer."""

    if len(ones) == len(others) == 1:
        return ones[0], others[0]

    def distance(pair: tuple[int, int]) -> tuple[float, int]:
        one, other = listed[pair[0]].span, listed[pair[1]].span
        gap = other.start - one.end if one.start <= other.start else (one.start - other.end) * 1.5
        return max(gap, 0), one.start

    return min(((one, other) for one in ones for other in others), key=distance)


def number_sentences(doc: Doc) -> NDArray[np.int64]:
    """The number of the sentence of each token, from 1."""
    return np.cumsum(doc.to_array("SENT_START").astype(np.int64) == 1)
