"""Kinds of data: finds the wordings of the data categories and weighs whether they were exposed, possibly or not."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.annotations import Finding, write_findings
from extractors.contexts import near_features, own_features, place_features, polarity_features, sentence_features
from extractors.phrases import PhraseFinder
from extractors.weighing import read_weights
from schemas.vocabularies import read_vocabulary

GROUP = "data_items"


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


def describe_wordings(doc: Doc) -> Iterator[tuple[Span, dict[str, float]]]:
    """Each wording of a data category with what tells whether the data were involved: its words, clause and list."""
    wordings = find_wordings(doc)
    sentences = [span.sent.start for span in wordings]
    crowds = Counter(sentences)
    seen: set[str] = set()
    for span, sentence in zip(wordings, sentences, strict=True):
        features = {
            f"category:{span.label_}": 1.0,
            "others in sentence": min(crowds[sentence], 5) / 5,
            "repeated": float(span.label_ in seen),
        }
        seen.add(span.label_)
        yield span, features | _context_features(span)


def _context_features(span: Span) -> dict[str, float]:
    near, sentence, own = near_features(span), sentence_features(span.sent), own_features(span)
    return near | sentence | own | place_features(span) | polarity_features(span)


@Language.component("breachwire_data_items")
def find_data_items(doc: Doc) -> Doc:
    """Write `doc.spans["data_items"]`: label is the category, status exposed, possible or not_exposed."""
    weights = read_weights("data_items")
    findings = []
    for span, features in describe_wordings(doc):
        status, confidence = weights.choose(features)
        findings.append(Finding(span, span.label_, confidence, status=status))
    return write_findings(doc, GROUP, findings)
