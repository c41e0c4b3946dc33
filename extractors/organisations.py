"""How an organisation is called: the fullest of its names, and its other names in the article."""

import re
from functools import cache

from spacy.tokens import Doc, Span

from extractors.descriptions import LABEL as DESCRIBED
from extractors.entities import Entity, name_words
from extractors.phrases import fold_words
from extractors.rules import read_rules


def choose_name(entity: Entity) -> Span:
    """The fullest mention; of equally full ones the first that is not written in capitals alone."""
    if entity.label == DESCRIBED:
        return entity.name
    fullest = len(name_words(entity.name.text))
    full = [mention for mention in entity.mentions if len(name_words(mention.text)) == fullest]
    return next((mention for mention in full if not mention.text.isupper()), entity.name)


def choose_aliases(entity: Entity, name: Span) -> list[Span]:
    """The first mention of each other name, in reading order."""
    others = {mention.text: mention for mention in reversed(entity.mentions) if mention.text != name.text}
    return sorted(others.values(), key=lambda span: span.start)


@cache
def _nouns(name: str) -> frozenset[str]:
    return frozenset(read_rules("descriptions")[name])


def find_definite(doc: Doc, entity: Entity, *, is_alone: bool) -> list[Span]:
    """ "the hospital", "the force": the first of each such phrase behind the entity's first mention.

    A phrase means the entity where its noun is one of the name's own words or goes with one of them ("force" with
    "police"), or where the noun says nothing ("company") and no other organisation is told of (`is_alone`).
    """
    own = {word.removesuffix("s") for word in re.findall(r"\w+", entity.name.text.lower())}
    fitting = {noun for noun in _nouns("heads") if noun in own or _companions().get(noun, frozenset()) & own}
    fitting |= _nouns("unspecific") if is_alone else frozenset()
    found: dict[str, Span] = {}
    words = fold_words(doc)
    for index in range(entity.mentions[0].end, len(words) - 1):
        noun = words[index + 1]
        if words[index] == "the" and noun in fitting and not doc[index + 1].ent_type_:
            found.setdefault(noun, doc[index : index + 2])
    return list(found.values())


@cache
def _companions() -> dict[str, frozenset[str]]:
    return {noun: frozenset(words) for noun, words in read_rules("descriptions")["companions"].items()}


def is_outlet(name: str, outlet: str | None) -> bool:
    """Whether a name is that of the outlet itself."""
    return bool(outlet) and name_words(name) == name_words(outlet or "")
