"""Goes on pretraining the base on unlabelled news, by masked words, with the shape of the masked words left to see.

`python -m training.pretrain --news ../shared/news/security-2022-2026.jsonl.gz --output data/local/pretrained.pt
--leave-out ../shared/gold/dev.articles.jsonl`
"""

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import spacy
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers.activations import ACT2FN

from extractors.wordpieces import BREAK, MASK, PAD, START, WordPieces
from training.encoder import ShapedEncoder, base_folder, choose_device

SEED = 7
WINDOW = 256
BATCH = 16
MASKED = 0.15
PEAK_RATE = 4e-4
WARM_UP = 0.06


class Window(NamedTuple):
    """The pieces of a window, their shapes, and which token each is of."""

    ids: list[int]
    shapes: list[int]
    tokens: list[int]


class MaskedWords(nn.Module):
    """Says which piece stands behind a mask; its output weights are the embeddings."""

    def __init__(self, encoder: ShapedEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.dense = nn.Linear(encoder.width, encoder.width)
        self.norm = nn.LayerNorm(encoder.width)
        self.bias = nn.Parameter(torch.zeros(encoder.bert.config.vocab_size))

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """Scores (masked pieces, vocabulary) for the places where `hidden` is true."""
        states = self.encoder(ids, shapes, mask)[hidden]
        told = self.norm(ACT2FN["gelu"](self.dense(states)))
        return functional.linear(told, self.encoder.bert.embeddings.word_embeddings.weight, self.bias)


def read_texts(paths: list[Path], leave_out: list[Path]) -> Iterator[str]:
    """The texts of JSONL files (gzipped or not) without those whose beginning stands in a file to leave out."""
    refused = {_beginning(record) for path in leave_out for record in _read(path)}
    for path in paths:
        for record in _read(path):
            if _beginning(record) not in refused:
                yield f"{record.get('title') or ''}\n{record['text']}"


def _read(path: Path) -> Iterator[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _beginning(record: dict[str, str]) -> str:
    return "".join(record["text"].split())[:60].casefold()


def cut_windows(texts: Iterator[str]) -> list[Window]:
    """Windows of at most `WINDOW` pieces, the rest of an article shared evenly."""
    nlp, pieces = spacy.blank("en"), WordPieces(base_folder() / "tokenizer.json")
    windows = []
    for text in texts:
        cut = pieces.cut_doc(nlp.make_doc(text[:20000]))
        number = -(-len(cut.ids) // (WINDOW - 2))
        size = -(-len(cut.ids) // number) if number else 1
        for start in range(0, len(cut.ids), size):
            part = slice(start, start + size)
            ids, shapes = [START, *cut.ids[part], BREAK], [0, *cut.shapes[part], 0]
            windows.append(Window(ids, shapes, [-1, *cut.tokens[part], -2]))
    return windows


def mask_batch(batch: list[Window], dice: random.Random, vocabulary: int) -> tuple[Tensor, ...]:
    """Ids with masks, shapes, attention mask, which are hidden, and what stood there. Whole words are masked."""
    length = max(len(window.ids) for window in batch)
    ids = torch.full((len(batch), length), PAD)
    shapes, attention = torch.zeros_like(ids), torch.zeros_like(ids)
    hidden = torch.zeros_like(ids, dtype=torch.bool)
    for row, window in enumerate(batch):
        size = len(window.ids)
        ids[row, :size] = torch.tensor(window.ids)
        shapes[row, :size] = torch.tensor(window.shapes)
        attention[row, :size] = 1
        words = [token for token in set(window.tokens) if token >= 0]
        chosen = set(dice.sample(words, round(len(words) * MASKED)))
        hidden[row, :size] = torch.tensor([token in chosen for token in window.tokens])
    said = ids[hidden]
    lot = torch.rand(len(said))
    shown = torch.where(lot < 0.8, MASK, torch.where(lot < 0.9, torch.randint(1000, vocabulary, said.shape), said))
    ids[hidden] = shown
    return ids, shapes, attention, hidden, said


def order_batches(windows: list[Window], dice: random.Random) -> list[list[Window]]:
    """Batches of windows of like length, in a random order."""
    shuffled = sorted(windows, key=lambda window: (len(window.ids) // 16, dice.random()))
    batches = [shuffled[start : start + BATCH] for start in range(0, len(shuffled), BATCH)]
    dice.shuffle(batches)
    return batches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path, nargs="+", required=True)
    parser.add_argument("--leave-out", type=Path, nargs="*", default=[])
    parser.add_argument("--minutes", type=float, default=28, help="how long to go on; less than one epoch is fine")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    dice, device = random.Random(SEED), choose_device()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    windows = cut_windows(read_texts(arguments.news, arguments.leave_out))
    model = MaskedWords(ShapedEncoder()).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.01)
    began, batches = time.monotonic(), order_batches(windows, dice)
    print(f"{len(windows)} windows, {sum(len(one.ids) for one in windows)} pieces, {len(batches)} batches", flush=True)
    mean = 0.0
    for step, batch in enumerate(batches):
        share = max((time.monotonic() - began) / (arguments.minutes * 60), step / len(batches))
        if share >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(share / WARM_UP + 0.01, 1, (1 - share) / (1 - WARM_UP))
        ids, shapes, attention, hidden, said = (
            one.to(device) for one in mask_batch(batch, dice, model.encoder.bert.config.vocab_size)
        )
        with torch.autocast(device.type, torch.bfloat16):
            scores = model(ids, shapes, attention, hidden)
            loss = functional.cross_entropy(scores.float(), said)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        mean = 0.98 * mean + 0.02 * loss.item() if step else loss.item()
        if step % 50 == 0:
            print(f"step {step} of {len(batches)}, {time.monotonic() - began:.0f} s, loss {mean:.3f}", flush=True)
        if step % 300 == 299:
            torch.save(model.encoder.state_dict(), arguments.output)
    torch.save(model.encoder.state_dict(), arguments.output)


if __name__ == "__main__":
    main()
