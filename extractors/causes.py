"""Causes: finds the wordings of the causes vocabulary; what an event's sentences say decides between them."""

import itertools
from collections.abc import Iterable
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.annotations import Finding, read_findings, write_findings
from extractors.contexts import headline_end
from extractors.phrases import PhraseFinder
from extractors.weighing import read_weights
from schemas.vocabularies import read_vocabulary

GROUP = "causes"
UNKNOWN = "unknown"
SURER = 5  # a cause in words stands unless "not told" is so many times as likely


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


@Language.component("breachwire_causes")
def find_causes(doc: Doc) -> Doc:
    """Write `doc.spans["causes"]`: label is the code; which of them an event has is for `choose_cause` to say."""
    return write_findings(doc, GROUP, (Finding(span, span.label_, 0.5) for span in find_cause_wordings(doc)))


def story_features(doc: Doc, wordings: Iterable[Span], sentences: set[int]) -> dict[str, float]:
    """What tells the cause of an event: the words of its sentences (given by first token), and the wordings in them."""
    features: dict[str, float] = {}
    for sent in doc.sents:
        if sent.start in sentences:
            features |= _word_features(sent)
    for span in wordings:
        if span.sent.start in sentences:
            code = f"code:{span.label_}"
            features[code] = min(features.get(code, 0.0) + 0.5, 1.5)
            features[f"wording:{span.text.lower()}"] = 1.0
    if 0 in sentences:
        features |= {f"headline:{token.lower_}": 1.0 for token in doc[: headline_end(doc)] if token.is_alpha}
    return features


def _word_features(sent: Span) -> dict[str, float]:
    words = [token for token in sent if token.is_alpha and not token.ent_type_]
    features = {f"word:{token.lower_}": 1.0 for token in words if not token.is_stop}
    pairs = itertools.pairwise(words)
    return features | {
        f"pair:{one.lower_} {next_one.lower_}": 1.0 for one, next_one in pairs if one.i + 1 == next_one.i
    }


def choose_cause(doc: Doc, sentences: set[int]) -> Finding | None:
    """The likeliest cause of the event told by `sentences`, at its first wording there; None where it is not told."""
    findings = [found for found in read_findings(doc, GROUP) if found.sentence in sentences]
    chances = read_weights("causes").weigh(story_features(doc, (found.span for found in findings), sentences))
    worded = {found.label: found for found in reversed(findings)}
    code = max(worded, key=lambda code: chances[code], default=UNKNOWN)
    if code == UNKNOWN or chances[UNKNOWN] > SURER * chances[code]:
        return None
    return worded[code]._replace(confidence=chances[code])
