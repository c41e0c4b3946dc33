"""Whether an event is what the article reports, or only recalled: by the wordings of the prominences vocabulary."""

from functools import cache

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractors.phrases import PhraseFinder
from schemas.vocabularies import read_vocabulary

MAIN, BACKGROUND = "main", "background"


@cache
def _finder(vocab: Vocab) -> PhraseFinder:
    return PhraseFinder(vocab, [(code, term.phrases) for code, term in read_vocabulary("prominences").items()])


def is_recalled(doc: Doc, sentences: set[int]) -> bool:
    """Whether the first of the sentences (given by first token) that tell an event is worded as a look back."""
    first = min((start for start in sentences if not doc[start].is_space), default=0)
    return any(span.label_ == BACKGROUND for span in _finder(doc.vocab).find(doc[first].sent))
