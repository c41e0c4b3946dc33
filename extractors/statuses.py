"""The wordings of the statuses vocabulary: what the status of an event, which the model tells, rests on."""

from functools import cache

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.annotations import Finding, write_findings
from extractors.phrases import PhraseFinder
from schemas.vocabularies import read_vocabulary

GROUP = "statuses"


@cache
def _finder(vocab: Vocab) -> PhraseFinder:
    return PhraseFinder(vocab, [(code, term.phrases) for code, term in read_vocabulary("statuses").items()])


@Language.component("breachwire_statuses")
def find_statuses(doc: Doc) -> Doc:
    """Write `doc.spans["statuses"]`: label is the status that the wording speaks for."""
    findings = [Finding(span, span.label_, 0.5) for span in _finder(doc.vocab).find(doc)]
    return write_findings(doc, GROUP, findings)
