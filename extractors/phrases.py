"""The language in which vocabularies and rules say what to look for, and the finder of it.

A phrase is words with spaces between them, matched without regard to case:

| written | matches |
| --- | --- |
| `a|b` | either word |
| `name(s)` | the word, with or without the bracketed ending |
| `publish*` | any word that begins so |
| `the?` | the word or nothing |
| `...` | up to four words of the same sentence |

Words are split as spaCy splits the article (`driver's`, `e-mail`), and straight and
curly apostrophes are one. spaCy splits a lower-case `id` in two: write `ID`.

Phrases are looked up by their first word: spaCy's own Matcher tries every pattern at every
token, some hundred times slower for vocabularies of this size (docs/decisions/0004).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from spacy.lang.en import English
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from spacy.vocab import Vocab

GAP_WORDS = 4
_END_OF_GAP = frozenset(".!?;:")
_FOLDED = "folded words"
_tokenizer = English().tokenizer


@dataclass(frozen=True)
class Piece:
    """One token of a phrase: one of `words`, a word beginning with `stem`, or, with neither, any word of a gap."""

    words: frozenset[str] = frozenset()
    stem: str = ""

    def allows(self, word: str) -> bool:
        if self.words:
            return word in self.words
        if self.stem:
            return word.startswith(self.stem)
        return word not in _END_OF_GAP and not word.isspace()


Pattern = tuple[Piece, ...]


def compile_phrase(phrase: str) -> list[Pattern]:
    """The patterns of one phrase: more than one where a piece may have several lengths. Raises on an empty phrase."""
    if not phrase.split():
        raise ValueError("an empty phrase")
    choices = [_compile_piece(piece) for piece in phrase.split()]
    joined = [tuple(piece for part in combination for piece in part) for combination in product(*choices)]
    return [pattern for pattern in joined if pattern]


def _compile_piece(piece: str) -> list[Pattern]:
    if piece == "...":
        return [(Piece(),) * length for length in range(GAP_WORDS + 1)]
    split = [_split(form) for word in piece.removesuffix("?").split("|") for form in _forms(word)]
    stems = [(Piece(stem=words[0].removesuffix("*")),) for words in split if words[0].endswith("*")]
    single = frozenset(words[0] for words in split if len(words) == 1 and not words[0].endswith("*"))
    several = [tuple(Piece(frozenset([word])) for word in words) for words in split if len(words) > 1]
    patterns: list[Pattern] = [*stems, *several, *([(Piece(single),)] if single else [])]
    return [*patterns, ()] if piece.endswith("?") else patterns


def _forms(word: str) -> list[str]:
    ending = re.search(r"\((\w+)\)", word)
    if not ending:
        return [word]
    stem, rest = word[: ending.start()], word[ending.end() :]
    return [stem + rest, stem + ending[1] + rest]


def _split(word: str) -> list[str]:
    return [_fold(word)] if word.endswith("*") else [_fold(token.text) for token in _tokenizer(word)]


def _fold(word: str) -> str:
    return word.lower().replace("\u2019", "'")


def fold_words(doc: Doc) -> list[str]:
    """The tokens as phrases see them; kept with the doc, since several finders ask."""
    folded: list[str] | None = doc.user_data.get(_FOLDED)
    if folded is None:
        folded = doc.user_data[_FOLDED] = [_fold(token.text) for token in doc]
    return folded


class PhraseFinder:
    """Finds the phrases of several codes in a doc, as spans labelled with the code."""

    def __init__(self, vocab: Vocab, phrases: Iterable[tuple[str, Iterable[str]]]) -> None:
        """`phrases` gives, for each code, its phrases."""
        self._by_word: dict[str, list[tuple[str, Pattern]]] = defaultdict(list)
        self._by_any: list[tuple[str, Pattern]] = []
        self._rank: dict[str, int] = {}
        for code, wordings in phrases:
            self._rank.setdefault(code, len(self._rank))
            for pattern in (pattern for wording in wordings for pattern in compile_phrase(wording)):
                self._add(code, pattern)

    def _add(self, code: str, pattern: Pattern) -> None:
        if not pattern[0].words:
            self._by_any.append((code, pattern))
        for word in pattern[0].words:
            self._by_word[word].append((code, pattern))

    def find_all(self, doc: Doc | Span) -> list[Span]:
        """Every match, overlapping ones too, in reading order; of one span, in the order of the codes."""
        whole, first = (doc.doc, doc.start) if isinstance(doc, Span) else (doc, 0)
        words = fold_words(whole)[first : first + len(doc)]
        found = {
            (start, start + len(pattern), code)
            for start, word in enumerate(words)
            for code, pattern in (*self._by_word.get(word, ()), *self._by_any)
            if _matches(words, start, pattern)
        }
        in_order = sorted(found, key=lambda match: (match[0], -match[1], self._rank[match[2]]))
        return [Span(whole, start + first, end + first, label=code) for start, end, code in in_order]

    def find(self, doc: Doc | Span) -> Iterator[Span]:
        """The longest matches that do not overlap; of two of one span the first code given wins."""
        yield from filter_spans(self.find_all(doc))


def _matches(words: list[str], start: int, pattern: Pattern) -> bool:
    if start + len(pattern) > len(words):
        return False
    return all(piece.allows(words[start + place]) for place, piece in enumerate(pattern))
