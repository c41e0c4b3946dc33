"""Sentences whose build makes a name a victim ("X admitted this month that …"), by `data/rules/victim_frames.toml`."""

import itertools
from functools import cache
from typing import NamedTuple

from spacy.tokens import Span

from extractors.contexts import classes_of
from extractors.rules import read_rules

VERB_REACH = 5
_CLAUSE_OPENERS = frozenset(["that", '"', "“", "after"])
_OWN = frozenset(["its", "their", "our", "his", "her"])


class Frame(NamedTuple):
    """What the words behind a name must hold, and the chance that the name is then a victim."""

    chance: float
    verbs: str = ""
    own: bool = False
    behind: str = ""
    after: str = ""


@cache
def _read_frames() -> list[Frame]:
    return [Frame(**frame) for frame in read_rules("victim_frames")["frames"]]


def opens_clause(mention: Span) -> bool:
    """True for a name at the start of a sentence or clause, with or without "the"."""
    doc, first, start = mention.doc, mention.sent.start, mention.start
    if start > first and doc[start - 1].lower_ == "the":
        start -= 1
    elif start > first and doc[start - 1].lower_ in ("'s", "’s"):
        start -= 2
    if start <= first or doc[start - 1].is_space or doc[start - 1].lower_ in _CLAUSE_OPENERS:
        return True
    return start - 1 == introduction_end(mention.sent)


def introduction_end(sent: Span) -> int:
    """The comma that ends an introduction ("Following the breach at X, Y said …"); -1 where the sentence has none."""
    if sent[0].lower_ not in _introductions():
        return -1
    return next((token.i for token in sent if token.text == ","), -1)


@cache
def _introductions() -> frozenset[str]:
    return frozenset(read_rules("victim_frames")["introductions"])


def victim_chance(mention: Span) -> float:
    """The highest chance of the frames that fit a mention in a sentence that words a cause; 0 where none does."""
    if not opens_clause(mention):
        return 0.0
    behind = [token.lower_ for token in mention.doc[mention.end : mention.sent.end]]
    return max((frame.chance for frame in _read_frames() if _fits(frame, behind)), default=0.0)


def _fits(frame: Frame, behind: list[str]) -> bool:
    if frame.verbs and not any(frame.verbs in classes_of(word) for word in behind[:VERB_REACH]):
        return False
    if frame.own and not _OWN.intersection(behind):
        return False
    if frame.behind and not any(frame.behind in classes_of(word) for word in behind):
        return False
    following = itertools.pairwise(behind)
    return not frame.after or any(word == "after" and frame.after in _verb_classes(verb) for word, verb in following)


def _verb_classes(word: str) -> tuple[str, ...]:
    """Of a gerund its verb's: "noticing" counts as "noticed"."""
    stem = word.removesuffix("ing")
    return (*classes_of(word), *classes_of(stem + "ed"), *classes_of(stem + "s"))
