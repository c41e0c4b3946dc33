"""Confidences that mean what they say: of values given 0.8, eight in ten are right.

Platt's method (1999): a logistic curve over the log-odds of the model's chance of the value and of its event, fitted on
the development articles (`training/calibrate.py`).
"""

import json
import math
from functools import cache
from pathlib import Path

from extractors.model import MODEL_FOLDER

FILE = "calibration.json"
_LEAST = 1e-4
Curves = dict[str, tuple[float, float, float]]


@cache
def read_curves(folder: Path = MODEL_FOLDER) -> Curves:
    """For each kind of value the offset and the weights of the value's and the event's log-odds."""
    return {name: tuple(curve) for name, curve in json.loads((folder / FILE).read_text(encoding="utf-8")).items()}


def calibrate(curves: Curves, name: str, chance: float, event_chance: float) -> float:
    """The confidence, 0 to 1, in thousandths; without a curve of that name the chance as it is."""
    offset, own, event = curves.get(name, (0.0, 1.0, 0.0))
    return round(1 / (1 + math.exp(-(offset + own * log_odds(chance) + event * log_odds(event_chance)))), 3)


def log_odds(chance: float) -> float:
    """Of a chance, kept away from 0 and 1."""
    kept = min(max(float(chance), _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))
