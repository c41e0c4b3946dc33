"""Kinds of data: finds the wordings of the data categories."""

from functools import cache

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.phrases import PhraseFinder
from schemas.vocabularies import read_vocabulary


@cache
def _finder(vocab: Vocab) -> PhraseFinder:
    terms = read_vocabulary("data_categories").items()
    return PhraseFinder(vocab, [(code, (*term.phrases, *term.list_phrases)) for code, term in terms])


def find_wordings(doc: Doc) -> list[Span]:
    """The wordings of data categories in reading order, labelled with the category's code; the longest, no overlaps."""
    found = sorted(_finder(doc.vocab).find(doc), key=lambda span: span.start)
    return [span for span in found if not _is_part_of_name(span)]


def _is_part_of_name(span: Span) -> bool:
    """True for the "Health" of "Brolgan Health": one name covers the span and a token more."""
    doc, first, last = span.doc, span.start, span.end - 1
    covered = all(token.ent_type_ for token in span) and all(token.ent_iob_ == "I" for token in span[1:])
    goes_on = span.end < len(doc) and doc[last + 1].ent_iob_ == "I"
    return covered and (goes_on or doc[first].ent_iob_ == "I")
