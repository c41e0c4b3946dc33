"""Trains the encoder with its heads: `python -m training.train --gold ../shared/gold --output data/local/model.pt`.

All annotated articles are read together: the gold's, CASIE's (`--casie`), VCDB's summaries (`--vcdb`, victims and
causes alone) and general news that tells no incident (`--general-news`). What is scored is never trained on.
"""

import argparse
import json
import random
import time
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from extractors.pipeline import make_pipeline
from extractors.wordpieces import WordPieces
from training.augmentation import make_round_ups, make_sentences, make_stories
from training.casie_data import label_casie, read_casie, text_of
from training.dataset import (
    Example,
    casie_examples,
    gold_examples,
    join_batch,
    keep_data_alone,
    make_doc,
    order_batches,
    vcdb_examples,
    vocabulary_examples,
)
from training.encoder import base_folder, choose_device
from training.gold import GoldArticle, read_general_news, read_gold
from training.heads import Model
from training.losses import losses_of

SEED = 7
PIECES = 4200  # a batch
ENCODER_RATE, HEAD_RATE = 1.5e-4, 1e-3
WARM_UP = 0.06
LATER_RATES = 0.3  # share of the rates with which a run goes on from an earlier one
GENERAL_NEWS, VCDB, ROUND_UPS, SENTENCES, STORIES = 50, 400, 110, 250, 200  # articles of these an epoch


class Training(NamedTuple):
    """Examples of every epoch, and pools of which each epoch takes some."""

    examples: list[Example]
    pools: list[tuple[list[Example], int]]


def read_examples(arguments: argparse.Namespace) -> Training:
    """All that is trained on."""
    nlp, pieces = make_pipeline(), WordPieces(base_folder() / "tokenizer.json")
    articles = read_gold(arguments.gold, "train")
    dice = random.Random(SEED)
    if arguments.share < 1:
        articles = dice.sample(articles, round(len(articles) * arguments.share))
    examples = list(gold_examples(nlp, articles, pieces, SEED))
    if arguments.casie:
        records = {record["doc"]: record for record in read_casie(arguments.casie / "train.jsonl")}
        for example, (article, _) in zip(examples, articles, strict=True):
            record = records.get(example.doc_id)
            if record and text_of(record) == article.text:
                example.casie = label_casie(make_doc(nlp, article.text, article.published), records.pop(example.doc_id))
        examples += casie_examples(nlp, list(records.values()), pieces)
    pools = []
    if arguments.general_news:
        news = [GoldArticle(one, []) for one in read_general_news(arguments.general_news, 400)]
        pools.append((list(gold_examples(nlp, news, pieces, SEED)), GENERAL_NEWS))
    if arguments.vcdb:
        refused = " ".join(one.text.casefold() for one, _ in read_gold(arguments.gold, "dev"))
        pools.append((list(vcdb_examples(nlp, arguments.vcdb, refused, pieces, SEED)), VCDB))
    if not arguments.plain:
        promised = list(vocabulary_examples(nlp, pieces))
        pools.append((promised, len(promised)))
        round_ups = list(make_round_ups(articles, ROUND_UPS * 6, dice))
        pools.append((list(gold_examples(nlp, round_ups, pieces, SEED)), ROUND_UPS))
        stories = list(make_stories(STORIES * 4, dice))
        pools.append((list(gold_examples(nlp, stories, pieces, SEED)), STORIES))
        sentences = list(gold_examples(nlp, list(make_sentences(SENTENCES * 8, dice)), pieces, SEED))
        pools.append(([keep_data_alone(one) for one in sentences], SENTENCES))
    print(f"{len(examples)} articles, pools of {[(len(pool), number) for pool, number in pools]}", flush=True)
    return Training(examples, pools)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--gold", type=Path, required=True, help="folder with train.articles.jsonl and train.gold.jsonl"
    )
    parser.add_argument("--casie", type=Path, help="folder with CASIE's train.jsonl")
    parser.add_argument("--vcdb", type=Path, help="VCDB's incidents.jsonl")
    parser.add_argument("--general-news", type=Path, help="gzipped JSONL of general news")
    parser.add_argument("--pretrained", type=Path, help="what training.pretrain wrote; else the base model")
    parser.add_argument("--start", type=Path, help="a model of an earlier run to go on from, at lower rates")
    parser.add_argument("--plain", action="store_true", help="no made-up round-ups and sentences")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--share", type=float, default=1.0, help="train on this share of the gold articles")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    dice, device = random.Random(arguments.seed), choose_device()
    training = read_examples(arguments)
    model = Model()
    if arguments.pretrained:
        model.encoder.load_state_dict(torch.load(arguments.pretrained, map_location="cpu"))
    if arguments.start:
        model.load_state_dict(torch.load(arguments.start, map_location="cpu"))
    model = model.to(device)
    train(model, training, arguments.epochs, dice, arguments.output, LATER_RATES if arguments.start else 1.0)


def train(model: Model, training: Training, epochs: int, dice: random.Random, output: Path, rates: float = 1.0) -> None:
    """Train for so many epochs, the rates rising and falling; the state is written after each epoch."""
    learnt = [one for one in model.encoder.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": learnt, "lr": ENCODER_RATE * rates}, {"params": model.heads.parameters(), "lr": HEAD_RATE * rates}],
        weight_decay=0.01,
    )
    plan = []
    for epoch in range(epochs):
        taken = [one for pool, number in training.pools for one in dice.sample(pool, min(number, len(pool)))]
        plan += [(epoch, batch) for batch in order_batches([*training.examples, *taken], PIECES, dice)]
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * len(plan)), max(0.02, 1 - step / len(plan)))
    )
    means: dict[str, float] = {}
    began = time.monotonic()
    model.train()
    for step, (epoch, chosen) in enumerate(plan):
        batch = join_batch(chosen)
        losses = losses_of(model, batch, model.read(batch), dice)
        optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        means |= {name: 0.97 * means.get(name, loss.item()) + 0.03 * loss.item() for name, loss in losses.items()}
        last = step + 1 == len(plan) or plan[step + 1][0] != epoch
        if step % 40 == 0 or last:
            told_losses = json.dumps({name: round(mean, 3) for name, mean in means.items()})
            print(
                f"epoch {epoch} step {step} of {len(plan)} {time.monotonic() - began:.0f} s {told_losses}", flush=True
            )
        if last:
            output.parent.mkdir(parents=True, exist_ok=True)
            torch.save(model.state_dict(), output)


if __name__ == "__main__":
    main()
