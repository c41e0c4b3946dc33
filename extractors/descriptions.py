"""Described parties: noun phrases that stand for an organisation the article does not name ("a hospital in Texas")."""

from functools import cache

from spacy.tokens import Doc, Span

from extractors.phrases import fold_words
from extractors.rules import read_rules

LABEL = "DESCRIBED"
MOST_ADJECTIVES = 4
_OPENERS = frozenset(["a", "an", "another"])
_FOLLOWERS = frozenset(
    ["'s", "’s", "-", "spokesman", "spokeswoman", "spokesperson", "official", "executive", "employee", "representative"]
)
_OWNERS = frozenset(["its", "their", "his", "her", "our"])


@cache
def _heads() -> frozenset[str]:
    return frozenset(read_rules("descriptions")["heads"])


@cache
def _many_heads() -> frozenset[str]:
    return frozenset(read_rules("descriptions")["heads_of_many"])


def find_descriptions(doc: Doc) -> list[Span]:
    """Phrases like "a large hospital", "an unnamed company", "one of its suppliers", in reading order."""
    found: list[Span] = []
    for index, word in enumerate(fold_words(doc)):
        if (word not in _OPENERS and word != "one") or (found and index < found[-1].end):
            continue
        end = _end_of_singular(index, doc) if word in _OPENERS else _end_of_one_of(index, doc)
        if end:
            found.append(Span(doc, index, end, label=LABEL))
    return found


def _end_of_singular(start: int, doc: Doc) -> int:
    """Behind the last head noun within a few words of the article; 0 where there is none."""
    end = 0
    for index in range(start + 1, min(start + 2 + MOST_ADJECTIVES, len(doc))):
        token = doc[index]
        if token.lower_ in _heads():
            end = index + 1
        elif end or not (token.is_alpha or token.text in "-,'’s") or (token.is_stop and token.lower_ != "third"):
            break
    return 0 if end and end < len(doc) and doc[end].lower_ in _FOLLOWERS else end


def _end_of_one_of(start: int, doc: Doc) -> int:
    if start + 3 >= len(doc) or doc[start + 1].lower_ != "of":
        return 0
    if doc[start + 2].lower_ not in _OWNERS | {"the"}:
        return 0
    for index in range(start + 3, min(start + 6, len(doc))):
        if doc[index].lower_ in _many_heads():
            return index + 1
    return 0
