"""The exported model gives the trained one's labels on 50 annotated articles (`training/agreement.py` wrote them)."""

import json
from pathlib import Path

import pytest

from extractors.model import load_model
from extractors.pipeline import load_pipeline
from extractors.proposals import propose
from extractors.readings import read_with
from training.gold import read_gold
from training.served import served_labels

GOLD = Path(__file__).parents[1].parent / "shared" / "gold"
RECORD: dict[str, str] = json.loads((Path(__file__).parent / "trained_labels.json").read_text(encoding="utf-8"))
MOST_DIFFERENT = 0.02

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated articles are not beside this checkout")


def test_int8_changes_few_labels() -> None:
    nlp, number, differing = load_pipeline(), 0, 0
    for article, _ in read_gold(GOLD, "dev"):
        if article.doc not in RECORD:
            continue
        doc = nlp.make_doc(article.text)
        doc._.published = article.published
        for name in ("breachwire_sentences", "breachwire_names"):
            doc = nlp.get_pipe(name)(doc)
        served = served_labels(read_with(load_model(), doc), propose(doc))
        trained = [int(label) for label in RECORD[str(article.doc)]]
        number += len(trained)
        differing += sum(one != other for one, other in zip(trained, served, strict=True))
    assert len(RECORD) == 50
    assert number > 4_000
    assert differing / number <= MOST_DIFFERENT
