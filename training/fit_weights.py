"""Fits `data/weights/*.json` on annotated articles: `python -m training.fit_weights --gold ../shared/gold`."""

import argparse
import json
from collections import Counter
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from extractors.pipeline import make_pipeline
from extractors.weighing import WEIGHT_FOLDER
from training.examples import MAKERS, Example, innocent_examples, make_docs, vocabulary_examples
from training.gold import read_general_news, read_gold

SEED = 7
FEWEST = 3
MOST_GENERAL_NEWS = 500
EXAMPLE_WEIGHT = 3  # how often an example sentence of a vocabulary counts
SMALLEST_WEIGHT = 0.05
EVENNESS = {"causes": 0.3}
STRENGTHS = {"articles": 1.0, "roles": 0.2, "data_items": 0.1, "counts": 0.1, "times": 0.1, "causes": 0.1}


def fit(examples: list[Example], strength: float, evenness: float) -> dict[str, object]:
    """Weights by logistic regression with an L2 penalty of 1/`strength`; rare features and tiny weights are dropped."""
    frequency = Counter(feature for features, _ in examples for feature in features)
    kept = [{name: value for name, value in features.items() if frequency[name] >= FEWEST} for features, _ in examples]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(kept)
    labels_said = [label for _, label in examples]
    model = LogisticRegression(C=strength, max_iter=400, tol=1e-3, random_state=SEED)
    model.fit(matrix, labels_said, sample_weight=_weights_of(labels_said, evenness))
    rows, bias = model.coef_.T, model.intercept_
    labels = [str(label) for label in model.classes_]
    if len(labels) == 2:
        rows, bias = [[0.0, row[0]] for row in rows], [0.0, bias[0]]
    weights = {
        name: [round(float(weight), 3) for weight in row]
        for name, row in zip(vectorizer.get_feature_names_out(), rows, strict=True)
        if max(abs(weight) for weight in row) >= SMALLEST_WEIGHT
    }
    return {"labels": labels, "bias": [round(float(value), 3) for value in bias], "weights": weights}


def _weights_of(labels: list[str], evenness: float) -> list[float]:
    """What each example counts: with `evenness` 0 all alike, with 1 every label as much as every other."""
    frequency = Counter(labels)
    mean = len(labels) / len(frequency)
    return [float((mean / frequency[label]) ** evenness) for label in labels]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="folder with the annotated articles")
    parser.add_argument("--part", default="train")
    parser.add_argument("--news", type=Path, help="gzipped JSONL of general news, to tell articles without an incident")
    parser.add_argument("--only", choices=sorted(MAKERS), help="fit these weights alone")
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold, arguments.part)
    nlp = make_pipeline()
    docs, promised = make_docs(nlp, gold), vocabulary_examples(nlp)
    WEIGHT_FOLDER.mkdir(exist_ok=True)
    for name, make_examples in MAKERS.items():
        if arguments.only in (None, name):
            examples = [one for doc, (_, events) in zip(docs, gold, strict=True) for one in make_examples(doc, events)]
            examples += promised.get(name, []) * EXAMPLE_WEIGHT
            if name == "articles" and arguments.news:
                examples += innocent_examples(nlp, read_general_news(arguments.news, MOST_GENERAL_NEWS))
            fitted = fit(examples, STRENGTHS[name], EVENNESS.get(name, 0.0))
            path = WEIGHT_FOLDER / f"{name}.json"
            path.write_text(json.dumps(fitted, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
            labels = dict(Counter(label for _, label in examples))
            print(f"{path.name}: {len(examples)} examples {labels}, {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
