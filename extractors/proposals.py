"""What the rules propose to the model: each name, kind of data, quantity, time and cause wording of a doc as numbers.

Training and reading make proposals with the same code, so that the heads see the same of both.
"""

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from spacy.tokens import Doc, Span

from extractors.affected import find_quantity_spans
from extractors.causes import find_cause_wordings
from extractors.counts import Quantity
from extractors.data_items import find_wordings
from extractors.dates import Time
from extractors.entities import Entity, gather_entities
from extractors.rules import read_rules
from extractors.sentences import headline_end
from extractors.times import choose_anchor, find_time_spans
from schemas.vocabularies import read_vocabulary

MENTION, DATA, COUNT, TIME, CAUSE = FAMILIES = ("mention", "data", "count", "time", "cause")
LEARNT = "learnt"  # a span of which no vocabulary says what it is
NUMBERS = 12  # figures a proposal
_LENGTHS, _AGES = (1, 8, 32, 300), (0, 1, 8, 60, 365)


class Proposal(NamedTuple):
    """A span that may be a value: its family, its code (an index in `read_codes()`), and figures about it.

    `entity` is the index of the entity that a mention is of, else -1; `quantity` and `time` are what the words of a
    count or a time resolve to; `time` is None where that depends on a publication date that is not known.
    """

    family: str
    span: Span
    code: int
    numbers: tuple[float, ...]
    entity: int = -1
    quantity: Quantity | None = None
    time: Time | None = None


class Proposals(NamedTuple):
    """All proposals of a doc, in reading order within each family, and the entities that mentions are of."""

    listed: list[Proposal]
    entities: list[Entity]


@cache
def read_codes() -> tuple[str, ...]:
    """What the rules may say of a span, in a fixed order: the model knows a code by its index."""
    mentions = [f"{MENTION}:{label}" for label in ("ORG", "PERSON", "PLACE", "DESCRIBED", LEARNT)]
    data = [f"{DATA}:{code}" for code in (LEARNT, *read_vocabulary("data_categories"))]
    counts = [f"{COUNT}:{code}" for code in (LEARNT, *read_vocabulary("units"))]
    lengths, ages = range(len(_LENGTHS) + 1), range(len(_AGES) + 1)
    times = [f"{TIME}:{length}:{age}" for length in lengths for age in ages]
    causes = [f"{CAUSE}:{code}" for code in (LEARNT, *read_vocabulary("causes"))]
    return (*mentions, *data, *counts, *times, *causes)


@cache
def index_of(code: str) -> int:
    """The index of a code; raises `ValueError` where there is none such."""
    return read_codes().index(code)


def propose(doc: Doc) -> Proposals:
    """The proposals of a doc whose sentences and names are set, and its publication date where that is known."""
    entities = gather_entities(doc)
    end = headline_end(doc)
    found = [*_propose_mentions(doc, entities), *_propose_data(doc), *_propose_counts(doc), *_propose_times(doc)]
    found += [Proposal(CAUSE, span, index_of(f"{CAUSE}:{span.label_}"), ()) for span in find_cause_wordings(doc)]
    return Proposals([place(one, doc, end) for one in found], entities)


def place(proposal: Proposal, doc: Doc, headline: int) -> Proposal:
    """The proposal with the figures of its place before its own, filled up to `NUMBERS`."""
    start = proposal.span.start
    common = (float(start < headline), start / max(len(doc), 1), math.log1p(start) / 8, math.log1p(len(doc)) / 8)
    own = (*common, *proposal.numbers)
    return proposal._replace(numbers=own + (0.0,) * (NUMBERS - len(own)))


def _propose_mentions(doc: Doc, entities: list[Entity]) -> Iterator[Proposal]:
    for index, entity in enumerate(entities):
        count = len(entity.mentions)
        known = [
            float(any(mention.text.lower() in names for mention in entity.mentions))
            for names in read_rules("known_names").values()
        ][:4]
        for number, mention in enumerate(entity.mentions):
            figures = (min(count, 8) / 8, min(number, 8) / 8, entity.mentions[0].start / max(len(doc), 1), *known)
            yield Proposal(MENTION, mention, index_of(f"{MENTION}:{entity.label}"), figures, entity=index)


def _propose_data(doc: Doc) -> Iterator[Proposal]:
    seen: set[str] = set()
    for span in find_wordings(doc):
        yield Proposal(DATA, span, index_of(f"{DATA}:{span.label_}"), (float(span.label_ in seen), len(span) / 8))
        seen.add(span.label_)


def _propose_counts(doc: Doc) -> Iterator[Proposal]:
    seen: list[int] = []
    for thing in find_quantity_spans(doc):
        quantity = thing.quantity
        size = (quantity.min if quantity.min is not None else quantity.max) or 0
        figures = (
            math.log10(1 + size) / 10,
            float(size % 100 == 0),
            float(bool(seen) and max(seen) > size),
            float(size in seen),
            float(quantity.min is None),
            float(quantity.max is None),
        )
        seen.append(size)
        yield Proposal(COUNT, thing.span, index_of(f"{COUNT}:{thing.unit or LEARNT}"), figures, quantity=quantity)


def _propose_times(doc: Doc) -> Iterator[Proposal]:
    """Every time, so that the events are divided alike; its days only where they are known."""
    anchor, known = choose_anchor(doc)
    seen: set[tuple[object, object]] = set()
    for span, time in find_time_spans(doc, anchor):
        end = time.end or anchor
        start = time.start or end
        length, age = (end - start).days + 1, (anchor - end).days
        code = f"{TIME}:{_rank(length, _LENGTHS)}:{_rank(age, _AGES)}"
        figures = (
            float(time.start is None),
            float(time.end is None),
            math.log1p(max(age, 0)) / 8,
            float((time.start, time.end) in seen),
        )
        seen.add((time.start, time.end))
        yield Proposal(TIME, span, index_of(code), figures, time=time if known is None or time in known else None)


def _rank(days: int, limits: tuple[int, ...]) -> int:
    return sum(days > limit for limit in limits)
