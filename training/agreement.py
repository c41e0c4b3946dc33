"""How far the exported model gives the trained one's labels.

`python -m training.agreement --model data/local/training/model.pt --gold ../shared/gold`

Prints the share of labels that differ and writes the trained model's labels of 50 development articles to
`tests/trained_labels.json`, so that a test can compare without torch.
"""

import argparse
import json
from pathlib import Path

import torch
from spacy.tokens import Doc

from extractors.model import load_model, sigmoid
from extractors.pipeline import make_pipeline
from extractors.proposals import Proposals, propose
from extractors.readings import read_with
from training.dataset import join_batch, make_doc, make_example, pool_tokens
from training.export import load_trained
from training.gold import read_gold
from training.heads import Model
from training.losses import pool_parts
from training.served import labels_of, served_labels

ARTICLES = 50
RECORD = Path(__file__).resolve().parents[1] / "tests" / "trained_labels.json"


def trained_labels(model: Model, doc: Doc, proposals: Proposals) -> list[int]:
    """The same of the model as it was trained, in float32."""
    batch = join_batch([make_example(doc, "", load_model().pieces)])
    listed = proposals.listed
    with torch.no_grad():
        tokens = pool_tokens(model.encoder(batch.ids, batch.shapes, batch.mask), batch)
        arrays = (
            torch.tensor([one.span.start for one in listed]),
            torch.tensor([one.span.end for one in listed]),
            torch.tensor([one.code for one in listed]),
            torch.tensor([one.numbers for one in listed]),
        )
        parts, scores = model.heads.spans(tokens, *arrays)
        owners = torch.tensor([one.entity for one in listed])
        roles = model.heads.entities(pool_parts(parts[owners >= 0], owners[owners >= 0], len(proposals.entities)))
        article = model.heads.article(torch.cat([tokens.max(0).values, tokens.mean(0)])[None])
    return labels_of(proposals, scores.numpy(), sigmoid(roles.numpy()) >= 0.5, bool(article[0, 0] >= 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="what training.train wrote")
    parser.add_argument("--gold", type=Path, required=True)
    arguments = parser.parse_args()
    model, nlp = load_trained(arguments.model), make_pipeline()
    record, differing, number = {}, 0, 0
    for article, _ in read_gold(arguments.gold, "dev")[:ARTICLES]:
        doc = make_doc(nlp, article.text, article.published)
        proposals = propose(doc)
        trained, served = trained_labels(model, doc, proposals), served_labels(read_with(load_model(), doc), proposals)
        record[str(article.doc)] = "".join(map(str, trained))
        differing += sum(one != other for one, other in zip(trained, served, strict=True))
        number += len(trained)
    RECORD.write_text(json.dumps(record, indent=0) + "\n", encoding="utf-8")
    print(f"{differing} of {number} labels differ: {differing / number:.2%}")


if __name__ == "__main__":
    main()
