"""Fits the confidences on annotated articles: `python -m training.calibrate --gold ../shared/gold --part dev`.

Writes `calibration.json` beside the model, and prints how often values of each confidence are right, each fifth of the
articles judged by curves that were fitted on the other four.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from extractors import calibration
from extractors.calibration import Curves, calibrate, log_odds
from extractors.extraction import extract_events
from extractors.model import MODEL_FOLDER
from training.gold import read_gold
from training.judging import Judged, judge, load_scorer

FOLDS = 5
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def fit_curves(judged: Sequence[Judged]) -> Curves:
    """A logistic curve for each kind of value, over raw chances."""
    by_slot: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_slot[one.slot].append(one)
    curves: Curves = {}
    for slot, ones in sorted(by_slot.items()):
        rights = np.array([one.right for one in ones])
        if rights.all() or not rights.any():
            continue
        events = [0.0 if slot == "event" else log_odds(one.event_confidence) for one in ones]
        inputs = np.array([(log_odds(one.confidence), event) for one, event in zip(ones, events, strict=True)])
        fitted = LogisticRegression(C=1.0).fit(inputs, rights)
        own, event = fitted.coef_[0]
        curves[slot] = (round(float(fitted.intercept_[0]), 4), round(float(own), 4), round(float(event), 4))
    return curves


def apply(curves: Curves, judged: Sequence[Judged]) -> list[Judged]:
    """The same with calibrated confidences."""
    return [
        one._replace(confidence=calibrate(curves, one.slot, one.confidence, one.event_confidence)) for one in judged
    ]


def print_reliability(judged: Sequence[Judged]) -> None:
    """A row for each kind of value: in each bin of confidence how many there are and which share is right."""
    print("kind".ljust(15) + "".join(f"{low:.1f}-{high:.1f}".rjust(16) for low, high in pairwise(BINS)))
    for slot in ("event", "organisations", "data", "affected", "dates", "cause", "all"):
        mine = [one for one in judged if one.slot == slot or (slot == "all" and one.slot != "event")]
        cells = []
        for low, high in pairwise(BINS):
            rights = [one.right for one in mine if low <= one.confidence < high or (high == 1.0 == one.confidence)]
            cells.append(f"{np.mean(rights):.2f} of {len(rights)}" if rights else "-")
        print(slot.ljust(15) + "".join(cell.rjust(16) for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--part", default="dev")
    arguments = parser.parse_args()
    path = MODEL_FOLDER / calibration.FILE
    path.write_text("{}\n", encoding="utf-8")
    calibration.read_curves.cache_clear()
    scorer, articles = load_scorer(arguments.gold), read_gold(arguments.gold, arguments.part)
    extractions = extract_events([one.article for one in articles])
    gold = {one.article.doc: {"events": one.events} for one in articles if one.article.doc}
    each = [list(judge(scorer, [one], gold)) for one in extractions]
    held_out = []
    for fold in range(FOLDS):
        others = [one for index, ones in enumerate(each) if index % FOLDS != fold for one in ones]
        held_out += apply(
            fit_curves(others), [one for index, ones in enumerate(each) if index % FOLDS == fold for one in ones]
        )
    print_reliability(held_out)
    curves = fit_curves([one for ones in each for one in ones])
    path.write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
