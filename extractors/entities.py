"""Gathers the names of an article into entities: one organisation, group or person with all its mentions."""

import re
from functools import cache
from typing import NamedTuple

from spacy.tokens import Doc, Span

from extractors.descriptions import find_descriptions
from extractors.names import ORGANISATION, PLACE
from extractors.rules import read_rules


class Entity(NamedTuple):
    """All mentions of one name in reading order; `name` is the fullest of them."""

    name: Span
    mentions: list[Span]
    label: str


class _Group:
    def __init__(self, mention: Span, words: frozenset[str]) -> None:
        self.mentions = [mention]
        self.words = {words}
        self.acronyms = {acronym(mention.text)}


def name_words(name: str) -> frozenset[str]:
    """The words that tell a name from others: without small words and legal forms."""
    cleaned = re.sub(r"['’]s\b", "", name.casefold())
    return frozenset(re.findall(r"\w+", cleaned)) - _word_list("noise_words")


@cache
def _word_list(name: str) -> frozenset[str]:
    return frozenset(read_rules("entities")[name])


def acronym(name: str) -> str:
    """The capitals that begin the words of a name: PSNI for "Police Service of Northern Ireland"."""
    return "".join(word[0] for word in re.findall(r"\b[A-Z]\w*", name))


def gather_entities(doc: Doc) -> list[Entity]:
    """The doc's names, short forms and acronyms joined to the fullest, and its descriptions, by first mention."""
    groups: list[_Group] = []
    for mention in sorted(doc.ents, key=lambda span: (-len(name_words(span.text)), span.start)):
        words = name_words(mention.text) | _owner_words(mention)
        if not words:
            continue
        capitals = mention.text if mention.text.isupper() and len(mention.text) > 1 else None
        may_be_part = _may_be_part(mention, words)
        group = next((group for group in groups if _belongs(words, capitals, may_be_part, group)), None)
        if group:
            group.mentions.append(mention)
            group.words.add(words)
        else:
            groups.append(_Group(mention, words))
    entities = [_make_entity(group) for group in groups]
    entities += [Entity(span, [span], span.label_) for span in find_descriptions(doc)]
    return sorted(entities, key=lambda entity: entity.mentions[0].start)


def _owner_words(mention: Span) -> frozenset[str]:
    """The place of "London's Metropolitan Police", so that "London police" is the same body."""
    doc, owner = mention.doc, mention.start - 2
    if owner < 0 or doc[owner + 1].lower_ not in ("'s", "’s") or mention.label_ == PLACE:
        return frozenset()
    word = doc[owner].lower_
    return frozenset([word]) if word in read_rules("names")["places"] and doc[owner].is_title else frozenset()


def _may_be_part(mention: Span, words: frozenset[str]) -> bool:
    """Whether a mention can be the short form of a longer name."""
    return mention.label_ != PLACE and len(mention.text) > 2 and bool(words - _word_list("generic_words"))


def _belongs(words: frozenset[str], capitals: str | None, may_be_part: bool, group: _Group) -> bool:
    if words in group.words or capitals in group.acronyms:
        return True
    return may_be_part and any(
        words < other and not (other - words) & _word_list("other_body_words") for other in group.words
    )


def _make_entity(group: _Group) -> Entity:
    mentions = sorted(group.mentions, key=lambda span: span.start)
    labels = [mention.label_ for mention in mentions]
    label = ORGANISATION if ORGANISATION in labels and labels.count(ORGANISATION) * 2 >= len(labels) else labels[0]
    fullest = max(mentions, key=lambda span: (len(name_words(span.text)), -span.start))
    return Entity(fullest, mentions, label)
