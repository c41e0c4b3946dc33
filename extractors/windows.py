"""Lays overlapping windows over the word pieces of a doc; each piece is told by the window where it stands deepest."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extractors.wordpieces import BREAK, PAD, START, Pieces

MOST_PIECES = 510  # of a window, beside its start and end: all that the encoder has positions for
OVERLAP = 128

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]


class Window(NamedTuple):
    """Pieces `[start, end)` are read, `[first, last)` of them are told by this window."""

    start: int
    end: int
    first: int
    last: int


def lay_windows(pieces: int) -> list[Window]:
    """As few windows as cover that many pieces, all of one size, neighbours overlapping by `OVERLAP` at least."""
    if pieces <= MOST_PIECES:
        return [Window(0, pieces, 0, pieces)] if pieces else []
    number = -(-(pieces - OVERLAP) // (MOST_PIECES - OVERLAP))
    size = -(-(pieces + (number - 1) * OVERLAP) // number)
    starts = [round(index * (pieces - size) / (number - 1)) for index in range(number)]
    seams = [0, *((one + size + other) // 2 for one, other in pairwise(starts)), pieces]
    return [Window(start, start + size, *seams[index : index + 2]) for index, start in enumerate(starts)]


def fill_windows(pieces: Pieces, windows: list[Window], length: int) -> tuple[Integers, Integers, Integers]:
    """Ids, shapes and attention mask (windows, length) of a doc's windows, padded to `length`."""
    ids = np.full((len(windows), length), PAD, dtype=np.int64)
    shapes, mask = np.zeros_like(ids), np.zeros_like(ids)
    for row, window in enumerate(windows):
        size = window.end - window.start
        ids[row, 0], ids[row, size + 1] = START, BREAK
        ids[row, 1 : size + 1] = pieces.ids[window.start : window.end]
        shapes[row, 1 : size + 1] = pieces.shapes[window.start : window.end]
        mask[row, : size + 2] = 1
    return ids, shapes, mask


def gather_rows(windows: list[Window], length: int) -> Integers:
    """For each piece of the doc, its row among the flattened states (windows * length)."""
    rows = [
        row * length + 1 + np.arange(window.first - window.start, window.last - window.start)
        for row, window in enumerate(windows)
    ]
    return np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
