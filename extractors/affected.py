"""Quantities of an article with what they count."""

from functools import cache
from typing import NamedTuple

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.counts import Quantity, find_quantities
from extractors.phrases import PhraseFinder
from schemas.vocabularies import read_vocabulary

WORDS_TO_NOUN = 6
_STOPS = frozenset([".", ",", ";", ":", "(", ")", "?", "!", "—", "–", '"', "“", "”", "or"])


class QuantitySpan(NamedTuple):
    """A quantity with its number's span, or that of number and noun where the units vocabulary names the noun."""

    span: Span
    unit: str | None
    quantity: Quantity


@cache
def _finder(vocab: Vocab) -> PhraseFinder:
    return PhraseFinder(vocab, [(code, term.phrases) for code, term in read_vocabulary("units").items()])


def find_quantity_spans(doc: Doc) -> list[QuantitySpan]:
    """Every quantity of the doc, in reading order, with its unit where the vocabulary tells it."""
    nouns = {span.start: span for span in _finder(doc.vocab).find(doc)}
    found = []
    for quantity in find_quantities(doc.text):
        number = doc.char_span(quantity.start_char, quantity.end_char, alignment_mode="expand")
        if number is None:
            continue
        noun = _noun_behind(doc, number, nouns)
        span = doc[number.start : noun.end] if noun else number
        found.append(QuantitySpan(span, noun.label_ if noun else None, quantity))
    return found


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
