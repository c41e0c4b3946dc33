"""What annotated articles say of the proposals: the label of each, the events it is of, and what the rules missed."""

import random
from collections.abc import Iterable
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc, Span

from extractors.descriptions import LABEL as DESCRIBED
from extractors.entities import Entity
from extractors.pairs import FIGURES, describe_pair, in_order, nearest_mentions, number_sentences
from extractors.proposals import CAUSE, COUNT, DATA, LEARNT, MENTION, TIME, Proposal, Proposals, index_of, place
from extractors.sentences import headline_end
from schemas import read_vocabulary
from training.gold import names_of, overlaps, same_name, spans_of

IGNORED = -1
SLOTS = {DATA: "data", COUNT: "affected", TIME: "dates"}
LABELS = {DATA: ("data_statuses", "status"), COUNT: ("scopes", "scope"), TIME: ("date_kinds", "kind")}
KINDS = {DATA: ("data_categories", "category"), COUNT: ("units", "unit")}
EVENT_LABELS = {"causes": "cause", "prominences": "prominence", "statuses": "status"}
ORGANISATION_BAND, DATA_BAND, CAUSE_BAND = 1, 2, 3
NOTHINGS = 6  # spans that are nothing, added to each article

Event = dict[str, Any]
Place = tuple[int, int]


class Labels(NamedTuple):
    """Of a doc's proposals, entities and events, as arrays; `IGNORED` where the annotation does not tell."""

    proposals: Proposals
    values: NDArray[np.int64]  # (proposals): 0 for none, else 1 + the index in the family's vocabulary
    kinds: NDArray[np.int64]  # (proposals): the data category or the unit, of values only
    background: NDArray[np.int64]  # (proposals): whether all events that it is of are background
    roles: NDArray[np.int64]  # (entities, roles)
    pairs: NDArray[np.int64]  # (pairs, 2): proposals
    figures: NDArray[np.float32]  # (pairs, FIGURES)
    same: NDArray[np.int64]  # (pairs): whether they tell the same event
    members: list[list[int]]  # the proposals of each event
    events: NDArray[np.int64]  # (events, 3): cause, prominence, status
    bands: list[tuple[int, int, int]]  # first token, last token, label of what a span search should find


def codes_of(name: str) -> list[str]:
    """The codes of a vocabulary, in its order."""
    return list(read_vocabulary(name))


def label(doc: Doc, proposals: Proposals, events: list[Event], dice: random.Random) -> Labels:
    """The labels of `doc`; what is annotated and not proposed is added, and a few spans that are nothing."""
    labeller = _Labeller(doc, proposals, events)
    for family in SLOTS:
        labeller.label_values(family)
    labeller.label_causes()
    labeller.label_organisations()
    labeller.add_nothings(dice)
    return labeller.finish()


class _Labeller:
    """Gathers the labels of one doc; proposals and entities grow by what is annotated and was not proposed."""

    def __init__(self, doc: Doc, proposals: Proposals, events: list[Event]) -> None:
        self.doc, self.annotated = doc, events
        self.listed, self.entities = list(proposals.listed), list(proposals.entities)
        self.values, self.kinds = [0] * len(self.listed), [IGNORED] * len(self.listed)
        self.told: list[set[int]] = [set() for _ in self.listed]  # the events of each proposal
        self.roles: list[set[int]] = [set() for _ in self.entities]
        self.entity_told: list[set[int]] = [set() for _ in self.entities]
        self.bands: set[tuple[int, int, int]] = set()

    def label_values(self, family: str) -> None:
        repeats: list[Place] = []
        vocabulary, key = LABELS[family]
        for number, event in enumerate(self.annotated):
            for item in event[SLOTS[family]]:
                meant, others = spans_of(self.doc.text, item["text"], item.get("nth", 1))
                repeats += others
                for index in self._find_right(family, item, meant) if meant else ():
                    self.values[index] = 1 + codes_of(vocabulary).index(item[key])
                    self.told[index].add(number)
                    if family in KINDS:
                        name, kind = KINDS[family]
                        self.kinds[index] = codes_of(name).index(item[kind])
        self._ignore(family, repeats)

    def _find_right(self, family: str, item: Event, meant: Place) -> list[int]:
        """The proposals that are the annotated value; one is added for data that no rule proposes."""
        right = self._covering(family, meant)
        span = self.doc.char_span(*meant, alignment_mode="expand")
        if family == DATA and span is not None:
            self.bands.add((span.start, span.end - 1, DATA_BAND))
            return right or [self._add(DATA, span)]
        if family == COUNT:
            bounded = [index for index in self._of(COUNT) if _same_bound(self.listed[index], item)]
            exact = [index for index in right if index in bounded] or right[:1]
            return exact + [index for index in bounded if index not in exact and self.values[index] == 0]
        return right

    def label_causes(self) -> None:
        repeats: list[Place] = []
        for number, event in enumerate(self.annotated):
            meant, others = spans_of(self.doc.text, event.get("cause_text") or "\0", event.get("nth", 1))
            span = self.doc.char_span(*meant, alignment_mode="expand") if meant else None
            if meant is None or span is None:
                continue
            repeats += others
            self.bands.add((span.start, span.end - 1, CAUSE_BAND))
            for index in self._covering(CAUSE, meant) or [self._add(CAUSE, span)]:
                self.values[index] = 1
                self.told[index].add(number)
        self._ignore(CAUSE, repeats)

    def label_organisations(self) -> None:
        for number, event in enumerate(self.annotated):
            for organisation in event["organisations"]:
                matched = [index for index, entity in enumerate(self.entities) if _is(entity, organisation)]
                meant, _ = spans_of(self.doc.text, organisation["name"], organisation.get("nth", 1))
                span = self.doc.char_span(*meant, alignment_mode="expand") if meant else None
                if span is not None and not (matched and organisation["named"]):
                    self.bands.add((span.start, span.end - 1, ORGANISATION_BAND))
                    matched = matched or [self._add_entity(span)]
                for entity in matched:
                    self.roles[entity].add(codes_of("roles").index(organisation["role"]))
                    self.entity_told[entity].add(number)

    def add_nothings(self, dice: random.Random) -> None:
        for _ in range(NOTHINGS if len(self.doc) else 0):
            start = dice.randrange(len(self.doc))
            span = self.doc[start : min(start + dice.randint(1, 4), len(self.doc))]
            family = dice.choice((DATA, MENTION, CAUSE))
            if any(overlaps(span.start_char, span.end_char, _chars(one)) for one in self.listed):
                continue
            if family == MENTION:
                self._add_entity(span)
            else:
                self._add(family, span)

    def _of(self, family: str) -> list[int]:
        return [index for index, one in enumerate(self.listed) if one.family == family]

    def _covering(self, family: str, meant: Place) -> list[int]:
        return [index for index in self._of(family) if overlaps(*_chars(self.listed[index]), meant)]

    def _ignore(self, family: str, repeats: list[Place]) -> None:
        """Other places of an annotated wording may mean it as well: they teach nothing."""
        for index in self._of(family):
            if self.values[index] == 0 and any(overlaps(*_chars(self.listed[index]), other) for other in repeats):
                self.values[index] = IGNORED

    def _add(self, family: str, span: Span, entity: int = -1) -> int:
        made = Proposal(family, span, index_of(f"{family}:{LEARNT}"), (0.0, len(span) / 8), entity)
        self.listed.append(place(made, self.doc, headline_end(self.doc)))
        self.values.append(0)
        self.kinds.append(IGNORED)
        self.told.append(set())
        return len(self.listed) - 1

    def _add_entity(self, span: Span) -> int:
        self._add(MENTION, span, len(self.entities))
        self.entities.append(Entity(span, [span], DESCRIBED))
        self.roles.append(set())
        self.entity_told.append(set())
        return len(self.entities) - 1

    def finish(self) -> Labels:
        """The labels as arrays."""
        roles = np.zeros((len(self.entities), len(codes_of("roles"))), dtype=np.int64)
        for entity, held in enumerate(self.roles):
            roles[entity, list(held)] = 1
        pairs, figures, same = self._pair()
        return Labels(
            Proposals(self.listed, self.entities),
            np.array(self.values, dtype=np.int64),
            np.array(self.kinds, dtype=np.int64),
            np.array([self._is_background(index) for index in range(len(self.listed))], dtype=np.int64),
            roles,
            np.array(pairs, dtype=np.int64).reshape(-1, 2),
            np.array(figures, dtype=np.float32).reshape(-1, FIGURES),
            np.array(same, dtype=np.int64),
            [self._members(number) for number in range(len(self.annotated))],
            np.array([_event_codes(event) for event in self.annotated], dtype=np.int64).reshape(-1, len(EVENT_LABELS)),
            sorted(self.bands),
        )

    def _told_of(self, index: int) -> set[int]:
        one = self.listed[index]
        return self.entity_told[one.entity] if one.family == MENTION else self.told[index]

    def _is_background(self, index: int) -> int:
        told = self._told_of(index)
        return int(all(self.annotated[one]["prominence"] == "background" for one in told)) if told else IGNORED

    def _members(self, number: int) -> list[int]:
        """The values of an event, and the mentions of its victims and suppliers."""
        hit = {codes_of("roles").index(role) for role in ("victim", "supplier")}
        return [
            index
            for index, one in enumerate(self.listed)
            if number in self._told_of(index) and (one.family != MENTION or self.roles[one.entity] & hit)
        ]

    def _pair(self) -> tuple[list[Place], list[list[float]], list[int]]:
        sentences = number_sentences(self.doc)
        things = [([index], told) for index, told in enumerate(self.told) if told]
        for entity, told in enumerate(self.entity_told):
            if told:
                things.append(([index for index in self._of(MENTION) if self.listed[index].entity == entity], told))
        pairs, figures, same = [], [], []
        for (ones, told), (others, told_too) in combinations(things, 2):
            one, other = nearest_mentions(ones, others, self.listed)
            first, second = in_order(self.listed[one], self.listed[other])
            pairs.append((one, other) if first is self.listed[one] else (other, one))
            figures.append(describe_pair(first, second, sentences))
            same.append(int(bool(told & told_too)))
        return pairs, figures, same


def _chars(proposal: Proposal) -> Place:
    return proposal.span.start_char, proposal.span.end_char


def _same_bound(proposal: Proposal, item: Event) -> bool:
    quantity = proposal.quantity
    return quantity is not None and (quantity.min, quantity.max) == (item["min"], item["max"])


def _is(entity: Entity, organisation: Event) -> bool:
    if (entity.label == DESCRIBED) == organisation["named"]:
        return False
    return any(same_name(name, names_of(organisation)) for name in {mention.text for mention in entity.mentions})


def _event_codes(event: Event) -> Iterable[int]:
    return [codes_of(name).index(event[key]) for name, key in EVENT_LABELS.items()]
