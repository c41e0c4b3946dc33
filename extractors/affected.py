"""Counts of the affected: pairs quantities with what they count and weighs whether they belong to the incident."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.annotations import Finding, write_findings
from extractors.contexts import near_features, own_features, place_features, sentence_features
from extractors.counts import Quantity, find_quantities
from extractors.phrases import PhraseFinder
from extractors.weighing import read_weights
from schemas.vocabularies import read_vocabulary

GROUP = "counts"
WORDS_TO_NOUN = 6
_STOPS = frozenset([".", ",", ";", ":", "(", ")", "?", "!", "—", "–", '"', "“", "”", "or"])


class CountedThing(NamedTuple):
    """A quantity with the noun it counts: `span` covers both, `unit` is the code of what is counted."""

    span: Span
    unit: str
    quantity: Quantity


@cache
def _finder(vocab: Vocab) -> PhraseFinder:
    return PhraseFinder(vocab, [(code, term.phrases) for code, term in read_vocabulary("units").items()])


def find_counted_things(doc: Doc) -> list[CountedThing]:
    """The quantities of the doc that have a noun of the units vocabulary close behind, in reading order."""
    nouns = {span.start: span for span in _finder(doc.vocab).find(doc)}
    things = []
    for quantity in find_quantities(doc.text):
        number = doc.char_span(quantity.start_char, quantity.end_char, alignment_mode="expand")
        noun = _noun_behind(doc, number, nouns) if number else None
        if number and noun:
            things.append(CountedThing(doc[number.start : noun.end], noun.label_, quantity))
    return things


def _noun_behind(doc: Doc, number: Span, nouns: dict[int, Span]) -> Span | None:
    """The first counted noun behind the number, in the same sentence with no other number or stop between."""
    for index in range(number.end, min(number.sent.end, number.end + WORDS_TO_NOUN)):
        if index in nouns:
            last = nouns[index]
            while last.end in nouns:
                last = nouns[last.end]
            return last
        if doc[index].text in _STOPS or doc[index].like_num:
            return None
    return None


def describe_things(doc: Doc) -> Iterator[tuple[CountedThing, dict[str, float]]]:
    """Each counted thing with what tells whether it is a count of the incident, and of all of it or a part."""
    told: dict[str, set[int]] = {}
    for thing in find_counted_things(doc):
        earlier = told.setdefault(thing.unit, set())
        least = thing.quantity.min
        size = least if least is not None else thing.quantity.max or 0
        features = {
            f"unit:{thing.unit}": 1.0,
            f"size:{len(str(size))}": 1.0,
            "round": float(size % 100 == 0),
            "repeated": float(bool(earlier)),
            "smaller": float(bool(earlier) and max(earlier) > size),
            "same": float((least or 0) in earlier),
        }
        earlier.add(least or 0)
        span = thing.span
        context = near_features(span) | sentence_features(span.sent) | own_features(span) | place_features(span)
        yield thing, features | context


@Language.component("breachwire_counts")
def find_counts(doc: Doc) -> Doc:
    """Write `doc.spans["counts"]`: label is the unit, status the scope: total or subset."""
    weights = read_weights("counts")
    findings = []
    for thing, features in describe_things(doc):
        scope, confidence = weights.choose(features)
        findings.append(Finding(thing.span, thing.unit, confidence, status=scope, quantity=thing.quantity))
    return write_findings(doc, GROUP, findings)
