"""Articles as the training sees them: word pieces in windows, proposals as arrays, and their labels."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch
from spacy.language import Language
from spacy.tokens import Doc
from torch import Tensor

from extractors.pairs import number_sentences
from extractors.proposals import FAMILIES, propose
from extractors.windows import Window, fill_windows, gather_rows, lay_windows
from extractors.wordpieces import Pieces, WordPieces
from schemas import read_vocabulary
from training.casie_data import Band, label_casie, text_of
from training.gold import GoldArticle, overlaps, same_name
from training.labels import IGNORED, Labels, label

MOST_WINDOWS = 4


@dataclass
class Example:
    """An article ready for training; `gold` or `casie` is None where it is not annotated so."""

    doc_id: str
    pieces: Pieces
    windows: list[Window]
    tokens: int
    sentences: np.ndarray[Any, Any]
    gold: Labels | None = None
    casie: list[Band] | None = None
    is_partial: bool = False  # only victims and causes are known
    has_event: int = 1
    arrays: dict[str, Any] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Pieces of the longest window."""
        return max((window.end - window.start for window in self.windows), default=0) + 2


def make_example(doc: Doc, doc_id: str, pieces: WordPieces) -> Example:
    """The article without labels; what lies beyond `MOST_WINDOWS` windows is left out of training."""
    cut = pieces.cut_doc(doc)
    windows = lay_windows(len(cut.ids))
    while len(windows) > MOST_WINDOWS:
        cut = Pieces(*(part[: len(part) * 3 // 4] for part in cut))
        windows = lay_windows(len(cut.ids))
    sentences = number_sentences(doc)
    return Example(doc_id, cut, windows, len(doc), sentences)


def add_gold(example: Example, doc: Doc, events: list[dict[str, Any]], dice: random.Random) -> Example:
    """The example with the labels of its events."""
    labels = label(doc, propose(doc), events, dice)
    example.gold, example.has_event = labels, int(bool(events))
    listed = labels.proposals.listed
    example.arrays = {
        "starts": np.array([one.span.start for one in listed], dtype=np.int64),
        "ends": np.array([one.span.end for one in listed], dtype=np.int64),
        "codes": np.array([one.code for one in listed], dtype=np.int64),
        "numbers": np.array([one.numbers for one in listed], dtype=np.float32).reshape(len(listed), -1),
        "families": np.array([FAMILIES.index(one.family) for one in listed], dtype=np.int64),
        "entities": np.array([one.entity for one in listed], dtype=np.int64),
    }
    return example


def gold_examples(nlp: Language, articles: list[GoldArticle], pieces: WordPieces, seed: int) -> Iterator[Example]:
    """Annotated articles."""
    dice = random.Random(seed)
    for article, events in articles:
        doc = make_doc(nlp, article.text, article.published)
        yield add_gold(make_example(doc, article.doc or article.article_id, pieces), doc, events, dice)


def casie_examples(nlp: Language, records: list[dict[str, Any]], pieces: WordPieces) -> Iterator[Example]:
    """CASIE's articles with CASIE's labels alone."""
    for record in records:
        doc = make_doc(nlp, text_of(record), date(2018, 1, 1))
        example = make_example(doc, record["doc"], pieces)
        example.casie = label_casie(doc, record)
        yield example


def vcdb_examples(nlp: Language, path: Path, refused: str, pieces: WordPieces, seed: int) -> Iterator[Example]:
    """Summaries of VCDB: victim and cause, where one cause of ours is meant; not those of victims in `refused`."""
    dice = random.Random(seed)
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    for record in records:
        cause, victim = cause_of(record), record["victim"] or ""
        if (
            not cause
            or len(victim) < 4
            or victim.casefold() in refused
            or victim.casefold() not in record["text"].casefold()
        ):
            continue
        found = re.search(re.escape(victim), record["text"], re.IGNORECASE)
        year = record["timeline"].get("year") or 2015
        doc = make_doc(nlp, "\n" + record["text"], date(year, 12, 31))
        name = found[0] if found else victim
        event = {
            "cause": cause, "prominence": "main", "status": "confirmed", "data": [], "affected": [], "dates": [],
            "organisations": [{"name": name, "role": "victim", "named": True}],
        }  # fmt: skip
        example = add_gold(make_example(doc, record["doc"], pieces), doc, [event], dice)
        assert example.gold is not None
        matched = [any(same_name(name, [m.text]) for m in e.mentions) for e in example.gold.proposals.entities]
        if not any(matched):
            continue
        example.is_partial = True
        example.gold.roles[[not one for one in matched]] = IGNORED
        example.gold.values[:] = IGNORED
        example.gold.events[:, 1:] = IGNORED
        yield example


_EXAMPLE_FAMILIES = {"data_statuses": "data", "scopes": "count", "date_kinds": "time"}
_EXAMPLE_DATE = date(2024, 5, 15)


def vocabulary_examples(nlp: Language, pieces: WordPieces) -> Iterator[Example]:
    """The vocabularies' own example sentences, so that what a term promises is learnt; only that term is labelled."""
    for name in (*_EXAMPLE_FAMILIES, "roles", "causes", "prominences", "statuses"):
        for number, (code, term) in enumerate(read_vocabulary(name).items()):
            for index, sentence in enumerate(term.examples):
                bracket = re.search(r"\[(.+?)\]", sentence)
                text = "\n" + sentence.replace("[", "").replace("]", "")
                place = (bracket.start() + 1, bracket.start() + 1 + len(bracket[1])) if bracket else (0, len(text))
                doc = make_doc(nlp, text, _EXAMPLE_DATE)
                example = add_gold(make_example(doc, f"{code}-{index}", pieces), doc, [], random.Random(0))
                yield _label_example(example, name, number, place)


def _label_example(example: Example, name: str, number: int, place: tuple[int, int]) -> Example:
    labels = example.gold
    assert labels is not None
    listed = labels.proposals.listed
    values, roles = np.full_like(labels.values, IGNORED), np.full_like(labels.roles, IGNORED)
    events = np.full((1, 3), IGNORED)
    meant = [index for index, one in enumerate(listed) if overlaps(one.span.start_char, one.span.end_char, place)]
    if name in _EXAMPLE_FAMILIES:
        values[[index for index in meant if listed[index].family == _EXAMPLE_FAMILIES[name]]] = 1 + number
    elif name == "roles":
        roles[[listed[index].entity for index in meant if listed[index].family == "mention"]] = np.eye(roles.shape[1])[
            number
        ]
    else:
        events[0, ("causes", "prominences", "statuses").index(name)] = number
    example.gold = labels._replace(values=values, roles=roles, events=events, members=[list(range(len(listed)))])
    example.is_partial = True
    return example


def keep_data_alone(example: Example) -> Example:
    """A made-up example: of its labels only the victim and the polarity of data teach something."""
    assert example.gold is not None
    families = example.arrays["families"]
    others = (families != FAMILIES.index("data")) & (families != FAMILIES.index("mention"))
    example.gold.values[others] = IGNORED
    example.gold.background[:] = IGNORED
    example.gold.events[:] = IGNORED
    example.is_partial = True
    return example


_MISTAKES = {"Loss": "lost_or_stolen", "Disposal error": "improper_disposal", "Misdelivery": "accidental_disclosure",
             "Publishing error": "accidental_disclosure", "Misconfiguration": "exposed_system",
             "Programming error": "exposed_system", "Malfunction": "system_failure"}  # fmt: skip


def cause_of(record: dict[str, Any]) -> str | None:
    """Our cause for the coded actions of a VCDB incident; None where they are several or map to none."""
    actions = record["action"]
    if len(actions) != 1:
        return None
    (action, varieties), *_ = actions.items()
    if action == "malware":
        return "ransomware" if "Ransomware" in varieties else "malware"
    if action == "social":
        return "phishing" if {"Phishing", "Pretexting"} & set(varieties) else None
    if action == "error":
        return next((_MISTAKES[one] for one in varieties if one in _MISTAKES), None)
    if action == "physical":
        return "lost_or_stolen" if {"Theft", "Unknown"} & set(varieties) else None
    return {"hacking": "hacking", "misuse": "insider_misuse"}.get(action)


def make_doc(nlp: Language, text: str, published: date | None) -> Doc:
    """A doc with sentences and names, as the pipeline makes it before the model reads it."""
    doc = nlp.make_doc(text)
    doc._.published = published
    for name in ("breachwire_sentences", "breachwire_names"):
        doc = nlp.get_pipe(name)(doc)
    return doc


@dataclass
class Batch:
    """Several examples for one pass of the encoder, their tokens one behind the other."""

    examples: list[Example]
    ids: Tensor
    shapes: Tensor
    mask: Tensor
    rows: Tensor  # (pieces) of the flattened states
    owners: Tensor  # (pieces): the token of each
    offsets: list[int]  # the first token of each example; the last one is the number of tokens


def join_batch(examples: list[Example]) -> Batch:
    """The windows of all examples, padded to one length."""
    length = max(example.length for example in examples)
    filled = [fill_windows(example.pieces, example.windows, length) for example in examples]
    rows, owners, offsets, windows = [], [], [0], 0
    for example in examples:
        rows.append(gather_rows(example.windows, length) + windows * length)
        owners.append(np.array(example.pieces.tokens, dtype=np.int64) + offsets[-1])
        offsets.append(offsets[-1] + example.tokens)
        windows += len(example.windows)
    ids, shapes, mask = (torch.from_numpy(np.concatenate(parts)) for parts in zip(*filled, strict=True))
    told, owned = torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.concatenate(owners))
    return Batch(examples, ids, shapes, mask, told, owned, offsets)


def pool_tokens(states: Tensor, batch: Batch) -> Tensor:
    """The mean state of each token's pieces (tokens, width); zeros for a token without any."""
    owners = batch.owners.to(states.device)
    told = states.reshape(-1, states.shape[-1])[batch.rows.to(states.device)].float()
    sums = told.new_zeros(batch.offsets[-1], states.shape[-1]).index_add(0, owners, told)
    counts = told.new_zeros(batch.offsets[-1]).index_add(0, owners, told.new_ones(len(owners)))
    return sums / counts.clamp(min=1).unsqueeze(1)


def order_batches(examples: list[Example], pieces: int, dice: random.Random) -> list[list[Example]]:
    """Batches of examples of like length, of about so many padded pieces each, in a random order."""
    ordered = sorted(examples, key=lambda one: (one.length // 48, dice.random()))
    batches: list[list[Example]] = [[]]
    for example in ordered:
        windows = sum(len(one.windows) for one in batches[-1]) + len(example.windows)
        if batches[-1] and windows * example.length > pieces:
            batches.append([])
        batches[-1].append(example)
    dice.shuffle(batches)
    return batches
