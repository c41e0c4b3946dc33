"""Kinds of data: finds the wordings of the data categories and weighs whether they were exposed, possibly or not."""

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
    """True for the "Health" of "Brolgan Health"."""
    around = [ent for ent in span.sent.ents if ent.start <= span.start and span.end <= ent.end]
    return any(len(ent) > len(span) for ent in around)


def wording_features(doc: Doc, wordings: list[Span], index: int) -> dict[str, float]:
    """What tells whether the data of `wordings[index]` were involved: the words around it, its clause, its list."""
    span = wordings[index]
    same_sentence = [other for other in wordings if other.sent.start == span.sent.start]
    features = {
        f"category:{span.label_}": 1.0,
        "others in sentence": min(len(same_sentence), 5) / 5,
        "repeated": float(any(other.label_ == span.label_ for other in wordings[:index])),
    }
    return (
        features
        | near_features(span)
        | sentence_features(span.sent)
        | own_features(span)
        | place_features(span)
        | polarity_features(span)
    )


@Language.component("breachwire_data_items")
def find_data_items(doc: Doc) -> Doc:
    """Write `doc.spans["data_items"]`: label is the category, status exposed, possible or not_exposed."""
    weights = read_weights("data_items")
    wordings = find_wordings(doc)
    findings = []
    for index, span in enumerate(wordings):
        status, confidence = weights.choose(wording_features(doc, wordings, index))
        findings.append(Finding(span, span.label_, confidence, status=status))
    return write_findings(doc, GROUP, findings)
