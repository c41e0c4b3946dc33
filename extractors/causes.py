"""Causes: finds the wordings of the causes vocabulary."""

from functools import cache

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.phrases import PhraseFinder
from schemas.vocabularies import read_vocabulary


@cache
def _finder(vocab: Vocab) -> PhraseFinder:
    return PhraseFinder(vocab, [(code, term.phrases) for code, term in read_vocabulary("causes").items()])


def find_cause_wordings(doc: Doc) -> list[Span]:
    """The wordings of causes in reading order: for each code its longest, without overlaps among one code."""
    last_end: dict[str, int] = {}
    kept = []
    for span in _finder(doc.vocab).find_all(doc):
        if span.start >= last_end.get(span.label_, 0):
            last_end[span.label_] = span.end
            kept.append(span)
    return kept
