"""Splits a doc into sentences: spaCy's sentencizer, and a new sentence after every line break."""

from spacy.language import Language
from spacy.pipeline import Sentencizer
from spacy.tokens import Doc

# The longest of 17,000 sentences of news has 132 tokens; what is longer is no prose, and finders take the
# square of a sentence's length over it.
MOST_TOKENS = 300
_sentencizer = Sentencizer()
_ABBREVIATIONS = {"inc.", "corp.", "co.", "ltd.", "u.s.", "u.k.", "d.c.", "st.", "no.", "jr.", "sr.", "dept.", "vs."}


@Language.component("breachwire_sentences")
def split_sentences(doc: Doc) -> Doc:
    """Set the sentence starts of `doc`."""
    _sentencizer(doc)
    for token in doc[1:]:
        before = token.nbor(-1)
        if before.is_space and "\n" in before.text:
            token.is_sent_start = not token.is_space
        elif before.lower_ in _ABBREVIATIONS and token.text[0].islower():
            token.is_sent_start = False
    _limit_sentences(doc)
    return doc


def _limit_sentences(doc: Doc) -> None:
    start = 0
    for token in doc:
        if token.is_sent_start:
            start = token.i
        elif token.i - start >= MOST_TOKENS:
            token.is_sent_start = True
            start = token.i


def headline_end(doc: Doc) -> int:
    """The index of the token that ends the headline; 0 where there is no headline."""
    return next((token.i for token in doc if token.is_space and "\n" in token.text), 0)
