"""What the encoder reads of a doc: the word pieces of its tokens, and the shape that an uncased vocabulary loses."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from spacy.tokens import Doc
from tokenizers import Tokenizer

MOST_PIECES = 24  # of one token; what is longer is no word, and its first pieces say so
SHAPES = ("none", "lower", "title", "upper", "mixed", "initial", "digits", "digits in word", "sign")
PAD, UNKNOWN, START, BREAK, MASK = 0, 100, 101, 102, 103  # of the vocabulary of BERT, uncased


class Pieces(NamedTuple):
    """The word pieces of a doc in order: for each its id, the shape of its token, and the token's index."""

    ids: list[int]
    shapes: list[int]
    tokens: list[int]


def shape_of(word: str) -> int:
    """The index in `SHAPES` of what an uncased vocabulary does not tell of a word."""
    if word.isdigit():
        return SHAPES.index("digits")
    if not any(letter.isalnum() for letter in word):
        return SHAPES.index("sign")
    if any(letter.isdigit() for letter in word):
        return SHAPES.index("digits in word")
    if word.islower():
        return SHAPES.index("lower")
    if len(word) == 1:
        return SHAPES.index("initial")
    if word.isupper():
        return SHAPES.index("upper")
    return SHAPES.index("title" if word[0].isupper() and word[1:].islower() else "mixed")


class WordPieces:
    """Cuts tokens into pieces, each different token once."""

    def __init__(self, path: Path) -> None:
        """Read `tokenizer.json`; raise where it is missing or not a tokenizer."""
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._pieces_of = cache(self._cut)

    def _cut(self, word: str) -> tuple[list[int], int]:
        ids = self._tokenizer.encode(word, add_special_tokens=False).ids[:MOST_PIECES]
        return ids or [UNKNOWN], shape_of(word)

    def cut_doc(self, doc: Doc) -> Pieces:
        """The pieces of all tokens; a token with a line break is one `BREAK`, other spaces are none."""
        return self.cut_words([token.text for token in doc])

    def cut_words(self, words: Sequence[str]) -> Pieces:
        """The same for words given as text."""
        pieces = Pieces([], [], [])
        for index, word in enumerate(words):
            if word.isspace():
                ids, shape = ([BREAK], 0) if "\n" in word else ([], 0)
            else:
                ids, shape = self._pieces_of(word)
            pieces.ids.extend(ids)
            pieces.shapes.extend([shape] * len(ids))
            pieces.tokens.extend([index] * len(ids))
        return pieces
