"""What the model makes of a doc's proposals: the chance of each label, of each role, of telling the same event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.annotations import Finding, write_findings
from extractors.descriptions import LABEL as DESCRIBED
from extractors.entities import Entity
from extractors.model import Floats, Integers, Model, load_model, pool, sigmoid, softmax
from extractors.pairs import describe_pair, in_order, nearest_mentions, number_sentences
from extractors.proposals import (
    CAUSE,
    COUNT,
    DATA,
    FAMILIES,
    LEARNT,
    MENTION,
    TIME,
    Proposal,
    Proposals,
    index_of,
    place,
    propose,
)
from extractors.rules import read_rules
from extractors.sentences import headline_end
from schemas.vocabularies import read_vocabulary

GROUPS = {MENTION: "organisations", DATA: "data_items", COUNT: "counts", TIME: "times", CAUSE: "causes"}
CHUNK = 4096  # of tokens or pairs that a head is asked about at once: bounds the memory
BAND_WIDTH = 12  # tokens of the longest span that the span search looks at
FLOOR = 0.05  # the least chance of a role that is left as a finding
BAND_FAMILIES = {1: MENTION, 2: DATA, 3: CAUSE}  # the labels of the span search


@cache
def codes_of(name: str) -> tuple[str, ...]:
    """The codes of a vocabulary, in its order."""
    return tuple(read_vocabulary(name))


@cache
def label_slices() -> dict[str, slice]:
    """Where each label head stands among the scores of a proposal; the model was trained with this order."""
    sizes = {
        DATA: 1 + len(codes_of("data_statuses")),
        COUNT: 1 + len(codes_of("scopes")),
        TIME: 1 + len(codes_of("date_kinds")),
        CAUSE: 2,
        MENTION: 2,
        "category": len(codes_of("data_categories")),
        "unit": len(codes_of("units")),
        "background": 2,
    }
    ends = np.cumsum(list(sizes.values()))
    return {name: slice(int(end) - size, int(end)) for (name, size), end in zip(sizes.items(), ends, strict=True)}


@dataclass
class Reading:
    """A doc as the model reads it. All chances are probabilities.

    `parts` and `scores` are those of `proposals.listed`, `roles` (entities, roles) those of `proposals.entities`;
    `article` is the chance that an event is told at all.
    """

    doc: Doc
    model: Model
    proposals: Proposals
    parts: Floats
    scores: Floats
    roles: Floats
    article: float
    summary: Floats
    sentences: Integers

    def chances(self, name: str) -> Floats:
        """(proposals, labels of a head): meaningful for the proposals of that family."""
        return softmax(self.scores[:, label_slices()[name]])

    def mentions_of(self, entity: int) -> list[int]:
        """The proposals that are mentions of an entity."""
        return [index for index, one in enumerate(self.proposals.listed) if one.entity == entity]

    def same_event(self, things: Sequence[Sequence[int]]) -> Floats:
        """Scores (things, things), above 0 where two things, each given by its proposals, tell the same event."""
        listed, number = self.proposals.listed, len(things)
        scores = np.zeros((number, number), dtype=np.float32)
        rows, columns = np.triu_indices(number, 1)
        if not len(rows):
            return scores
        firsts, seconds, figures = [], [], []
        places = [list(thing) for thing in things]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            one, other = nearest_mentions(places[row], places[column], listed)
            first, second = in_order(listed[one], listed[other])
            firsts.append(one if first is listed[one] else other)
            seconds.append(other if first is listed[one] else one)
            figures.append(describe_pair(first, second, self.sentences))
        asked = np.array(figures, dtype=np.float32)
        told = [
            self.model.score(
                "pairs",
                first=self.parts[firsts[start : start + CHUNK]],
                second=self.parts[seconds[start : start + CHUNK]],
                figures=asked[start : start + CHUNK],
            )
            for start in range(0, len(asked), CHUNK)
        ]
        scores[rows, columns] = scores[columns, rows] = np.concatenate(told)
        return scores

    def judge_event(self, members: list[int]) -> dict[str, Floats]:
        """The chances of the causes, prominences and statuses of the event that these proposals tell."""
        pooled = pool(self.parts[members])
        asked = np.concatenate([pooled.greatest, pooled.mean, self.summary])[None].astype(np.float32)
        scores = self.model.score("events", pooled=asked)[0]
        judged, start = {}, 0
        for name in ("causes", "prominences", "statuses"):
            end = start + len(codes_of(name))
            judged[name] = softmax(scores[start:end])
            start = end
        return judged


def read_with(model: Model, doc: Doc) -> Reading:
    """Read a doc whose sentences and names are set, and its publication date where that is known."""
    tokens = model.read_doc(doc)
    sentences = number_sentences(doc)
    proposals = propose(doc)
    if len(doc) and tokens.shape[1]:
        proposals = add_learnt(doc, proposals, find_bands(model, tokens, sentences))
    summary = np.concatenate(pool(tokens)) if tokens.size else np.zeros(0, np.float32)
    listed = proposals.listed
    article = float(sigmoid(model.score("article", pooled=summary[None]))[0, 0]) if tokens.size else 0.0
    width = label_slices()["background"].stop
    parts, scores = np.zeros((0, 0), np.float32), np.zeros((0, width), np.float32)
    if listed:
        parts, scores = model.ask(
            "spans",
            tokens=tokens,
            starts=np.array([one.span.start for one in listed]),
            ends=np.array([one.span.end for one in listed]),
            codes=np.array([one.code for one in listed]),
            numbers=np.array([one.numbers for one in listed], dtype=np.float32),
        )
    roles = _weigh_roles(model, proposals, parts)
    return Reading(doc, model, proposals, parts, scores, roles, article, summary, sentences)


def _weigh_roles(model: Model, proposals: Proposals, parts: Floats) -> Floats:
    number = len(proposals.entities)
    if not number:
        return np.zeros((0, len(codes_of("roles"))), np.float32)
    owners: list[list[int]] = [[] for _ in range(number)]
    for index, one in enumerate(proposals.listed):
        if one.family == MENTION:
            owners[one.entity].append(index)
    pooled = [np.concatenate(pool(parts[mine])) for mine in owners]
    return sigmoid(model.score("entities", pooled=np.array(pooled, dtype=np.float32)))


def find_bands(model: Model, tokens: Floats, sentences: Integers) -> list[tuple[int, int, str, float]]:
    """Spans (first, last token), family and chance of what the span search finds, surest first, without overlaps."""
    least = float(read_rules("events")["learnt"])
    found = []
    for first in range(0, len(tokens), CHUNK):
        chances = softmax(model.score("bands", tokens=tokens[first : first + CHUNK + BAND_WIDTH]))[:CHUNK]
        for offset, length, kind in np.argwhere(chances[:, :, 1:] >= least):
            start, last = first + int(offset), first + int(offset + length)
            if last < len(sentences) and sentences[last] == sentences[start]:
                chance = float(chances[offset, length, kind + 1])
                found.append((start, last, BAND_FAMILIES[int(kind) + 1], chance))
    return sorted(found, key=lambda one: -one[3])


def add_learnt(doc: Doc, proposals: Proposals, found: list[tuple[int, int, str, float]]) -> Proposals:
    """The proposals with those spans of the search that no proposal of their family touches."""
    listed, entities = list(proposals.listed), list(proposals.entities)
    taken: dict[str, set[int]] = {family: set() for family in FAMILIES}
    for one in listed:
        taken[one.family].update(range(one.span.start, one.span.end))
    end = headline_end(doc)
    for first, last, family, _ in found:
        words = set(range(first, last + 1))
        if taken[family] & words:
            continue
        taken[family] |= words
        span = Span(doc, first, last + 1)
        made = Proposal(family, span, index_of(f"{family}:{LEARNT}"), (0.0, len(span) / 8))
        if family == MENTION:
            made = made._replace(entity=len(entities))
            entities.append(Entity(span, [span], DESCRIBED))
        listed.append(place(made, doc, end))
    return Proposals(listed, entities)


Doc.set_extension("reading", default=None, force=True)


@Language.component("breachwire_model")
def read_doc(doc: Doc) -> Doc:
    """Set `doc._.reading`, and a span group for each family of values, labelled with the likeliest code."""
    reading = read_with(load_model(), doc)
    doc._.reading = reading
    for family in (DATA, COUNT, TIME, CAUSE):
        write_findings(doc, GROUPS[family], _find(reading, family))
    write_findings(doc, GROUPS[MENTION], _find_roles(reading))
    return doc


def _find(reading: Reading, family: str) -> Iterator[Finding]:
    chances = reading.chances(family)
    codes = {DATA: "data_statuses", COUNT: "scopes", TIME: "date_kinds"}
    for index, one in enumerate(reading.proposals.listed):
        if one.family == family:
            status = codes_of(codes[family])[int(chances[index, 1:].argmax())] if family in codes else ""
            label = status if family == TIME else one.span.label_ or LEARNT
            confidence = float(1 - chances[index, 0])
            yield Finding(one.span, label, confidence, status=status, quantity=one.quantity, time=one.time)


def _find_roles(reading: Reading) -> Iterator[Finding]:
    for index, entity in enumerate(reading.proposals.entities):
        for role, chance in zip(codes_of("roles"), reading.roles[index], strict=True):
            if chance >= FLOOR:
                yield from (Finding(one, role, float(chance), of=entity.name.text) for one in entity.mentions)
