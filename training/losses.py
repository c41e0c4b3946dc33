"""What the training lessens: for each head the distance of its scores from the labels."""

import random
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from extractors.proposals import CAUSE, COUNT, DATA, FAMILIES, TIME
from extractors.readings import BAND_WIDTH, label_slices
from training.dataset import Batch, Example
from training.heads import EVENT_CODES, Heads, Model
from training.labels import IGNORED, Labels, codes_of

KEPT_MEMBERS = 0.8  # of an event's proposals, so that the event head learns to do with incomplete stories
SINGLE_EVENT = 0.3  # what all pairs of an article with one event count
WEIGHTS = {"roles": 0.25, "article": 0.5, "bands": 0.5, "pairs": 2.0}
STARTED = 5  # labelled spans that each batch is taken to have beside its own: bounds the loss of one without any

Losses = dict[str, Tensor]
Placed = tuple[Example, int]  # an example and its first token among those of the batch


def losses_of(model: Model, batch: Batch, tokens: Tensor, dice: random.Random) -> Losses:
    """The losses of a batch by name, each a mean over what it is told of, weighted."""
    placed = list(zip(batch.examples, batch.offsets, strict=False))
    losses = _losses_of_gold(model.heads, [one for one in placed if one[0].gold], tokens, dice)
    losses |= _losses_of_casie(model.heads, [one for one in placed if one[0].casie is not None], tokens)
    return {name: WEIGHTS.get(name, 1.0) * loss for name, loss in losses.items()}


def _losses_of_gold(heads: Heads, gold: list[Placed], tokens: Tensor, dice: random.Random) -> Losses:
    if not gold:
        return {}
    parts, scores = _ask_spans(heads, gold, tokens)
    sizes = [len(_labels(one).values) for one, _ in gold]
    own_parts = list(parts.split(sizes))
    summaries = [_summarise(tokens[start : start + one.tokens]) for one, start in gold]
    losses = _losses_of_values(scores, gold)
    losses |= _losses_of_roles(heads, gold, own_parts)
    losses |= _losses_of_events(heads, gold, own_parts, summaries, dice)
    losses |= _losses_of_pairs(heads, gold, own_parts)
    return losses | _losses_of_articles(heads, gold, tokens, summaries)


def _labels(example: Example) -> Labels:
    assert example.gold is not None
    return example.gold


def _ask_spans(heads: Heads, gold: list[Placed], tokens: Tensor) -> tuple[Tensor, Tensor]:
    moved = {"starts", "ends"}
    arrays = {
        name: _on(tokens, np.concatenate([one.arrays[name] + (start if name in moved else 0) for one, start in gold]))
        for name in ("starts", "ends", "codes", "numbers")
    }
    told: tuple[Tensor, Tensor] = heads.spans(tokens, *arrays.values())
    return told


def _losses_of_values(scores: Tensor, gold: list[Placed]) -> Losses:
    def gather(name: str) -> Tensor:
        return _on(scores, np.concatenate([getattr(_labels(one), name) for one, _ in gold]))

    families = _on(scores, np.concatenate([one.arrays["families"] for one, _ in gold]))
    told = {DATA: "values", COUNT: "values", TIME: "values", CAUSE: "values", "category": "kinds", "unit": "kinds"}
    losses = {"background": _cross(scores[:, label_slices()["background"]], gather("background"))}
    for name, labels in told.items():
        mine = families == FAMILIES.index({"category": DATA, "unit": COUNT}.get(name, name))
        losses[name] = _cross(scores[mine][:, label_slices()[name]], gather(labels)[mine])
    return losses


def _losses_of_roles(heads: Heads, gold: list[Placed], parts: list[Tensor]) -> Losses:
    pooled, roles = [], []
    for (one, _), mine in zip(gold, parts, strict=True):
        owners = _on(mine, one.arrays["entities"])
        if len(_labels(one).roles):
            pooled.append(pool_parts(mine[owners >= 0], owners[owners >= 0], len(_labels(one).roles)))
            roles.append(_on(mine, _labels(one).roles))
    if not pooled:
        return {}
    told, scores = torch.cat(roles).float(), heads.entities(torch.cat(pooled))
    known = told != IGNORED
    loss = functional.binary_cross_entropy_with_logits(scores[known], told[known], reduction="sum")
    return {"roles": loss / len(gold)}


def _losses_of_events(heads: Heads, gold: list[Placed], parts: list[Tensor], summaries: list[Tensor],
                      dice: random.Random) -> Losses:  # fmt: skip
    pooled, told = [], []
    for (one, _), mine, summary in zip(gold, parts, summaries, strict=True):
        for members, codes in zip(_labels(one).members, _labels(one).events, strict=True):
            kept = [index for index in members if dice.random() < KEPT_MEMBERS] or members
            if kept:
                pooled.append(torch.cat([mine[kept].max(0).values, mine[kept].mean(0), summary]))
                told.append(_on(mine, codes))
    if not pooled:
        return {}
    scores, codes = heads.events(torch.stack(pooled)), torch.stack(told)
    columns = scores.split([len(codes_of(name)) for name in EVENT_CODES], 1)
    return {
        name: _cross(column, codes[:, place])
        for place, (name, column) in enumerate(zip(EVENT_CODES, columns, strict=True))
    }


def _losses_of_pairs(heads: Heads, gold: list[Placed], parts: list[Tensor]) -> Losses:
    losses = []
    for (one, _), mine in zip(gold, parts, strict=True):
        labels = _labels(one)
        if one.is_partial or not len(labels.pairs):
            continue
        scores = heads.pairs(mine[labels.pairs[:, 0]], mine[labels.pairs[:, 1]], _on(mine, labels.figures))
        loss = functional.binary_cross_entropy_with_logits(scores, _on(mine, labels.same).float())
        losses.append(loss * (1.0 if len(labels.events) > 1 else SINGLE_EVENT))
    return {"pairs": torch.stack(losses).mean()} if losses else {}


def _losses_of_articles(heads: Heads, gold: list[Placed], tokens: Tensor, summaries: list[Tensor]) -> Losses:
    whole = [(one, start, summary) for (one, start), summary in zip(gold, summaries, strict=True) if not one.is_partial]
    if not whole:
        return {}
    scores = heads.article(torch.stack([summary for _, _, summary in whole])).squeeze(1)
    told = _on(scores, [float(one.has_event) for one, _, _ in whole])
    bands = heads.bands(torch.cat([tokens[start : start + one.tokens] for one, start, _ in whole]))
    return {
        "article": functional.binary_cross_entropy_with_logits(scores, told),
        "bands": _band_loss(bands, [(one, _labels(one).bands) for one, _, _ in whole]),
    }


def _losses_of_casie(heads: Heads, casie: list[Placed], tokens: Tensor) -> Losses:
    if not casie:
        return {}
    scores = heads.casie_bands(torch.cat([tokens[start : start + one.tokens] for one, start in casie]))
    return {"casie": _band_loss(scores, [(one, one.casie or []) for one, _ in casie])}


def _summarise(tokens: Tensor) -> Tensor:
    return torch.cat([tokens.max(0).values, tokens.mean(0)])


def pool_parts(parts: Tensor, owners: Tensor, number: int) -> Tensor:
    """The greatest and the mean part of each owner (number, 2 * PART)."""
    index = owners.unsqueeze(1).expand(-1, parts.shape[1])
    greatest = parts.new_full((number, parts.shape[1]), -10.0).scatter_reduce(0, index, parts, "amax")
    sums = parts.new_zeros(number, parts.shape[1]).index_add(0, owners, parts)
    counts = parts.new_zeros(number).index_add(0, owners, parts.new_ones(len(owners)))
    return torch.cat([greatest, sums / counts.clamp(min=1).unsqueeze(1)], 1)


def _cross(scores: Tensor, told: Tensor) -> Tensor:
    known = told != IGNORED
    return functional.cross_entropy(scores[known], told[known]) if known.any() else scores.sum() * 0


def _band_loss(scores: Tensor, told: Iterable[tuple[Example, list[tuple[int, int, int]]]]) -> Tensor:
    """Over all spans within one sentence, for each labelled one."""
    told = list(told)
    targets = torch.zeros(scores.shape[:2], dtype=torch.long)
    start, number = 0, 0
    for example, bands in told:
        for first, last, kind in bands:
            if last - first < BAND_WIDTH and last < example.tokens:
                targets[start + first, last - first] = kind
                number += 1
        start += example.tokens
    sentences = np.concatenate([example.sentences + 10_000 * index for index, (example, _) in enumerate(told)])
    places = np.arange(len(sentences))[:, None] + np.arange(BAND_WIDTH)[None]
    valid = np.concatenate([sentences, np.full(BAND_WIDTH, -1)])[places] == sentences[:, None]
    asked, right = scores[_on(scores, valid)], _on(scores, targets.numpy()[valid])
    return functional.cross_entropy(asked.float(), right, reduction="sum") / (number + STARTED)


def _on(tensor: Tensor, array: Any) -> Tensor:
    """The array where the tensor is."""
    return torch.as_tensor(array, device=tensor.device)
