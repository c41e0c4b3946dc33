"""Names: finds the runs of capitalised words that name an organisation, a group, a person or a place.

There is no trained model behind this: capital letters, the small words inside names, and lists of what is no name
(`data/rules/names.toml`, `data/rules/common_words.txt`) are all it goes by.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from extractors.rules import read_rules, read_words

ORGANISATION, PERSON, PLACE = "ORG", "PERSON", "PLACE"
MAX_WORDS = 9


class _Lists(NamedTuple):
    openers: frozenset[str]
    titles: frozenset[str]
    possessive_heads: frozenset[str]
    for_after: frozenset[str]
    shared_heads: frozenset[str]
    not_names: frozenset[str]
    calendar: frozenset[str]
    connectors: frozenset[str]
    legal_forms: frozenset[str]
    newspapers: frozenset[str]
    nationalities: frozenset[str]
    public_bodies: frozenset[str]
    plural_bodies: frozenset[str]
    places: frozenset[str]
    given_names: frozenset[str]
    common: frozenset[str]


@cache
def _lists() -> _Lists:
    rules = read_rules("names")
    return _Lists(
        openers=frozenset(rules["name_openers"]),
        titles=frozenset(rules["titles"]),
        possessive_heads=frozenset(rules["possessive_heads"]),
        for_after=frozenset(rules["for_after"]),
        shared_heads=frozenset(rules["shared_heads"]),
        not_names=frozenset(rules["not_names"]) | frozenset(rules["calendar"]),
        calendar=frozenset(rules["calendar"]),
        connectors=frozenset(rules["connectors"]),
        legal_forms=frozenset(rules["legal_forms"]),
        newspapers=frozenset(rules["newspaper_words"]),
        nationalities=frozenset(rules["nationalities"]),
        public_bodies=frozenset(rules["public_bodies"]),
        plural_bodies=frozenset(rules["plural_bodies"]),
        places=frozenset(rules["places"]),
        given_names=frozenset(rules["given_names"]),
        common=read_words("common_words"),
    )


@Language.component("breachwire_names")
def find_names(doc: Doc) -> Doc:
    """Set `doc.ents` to the names found, labelled ORG, PERSON or PLACE."""
    spans = [span for sent in doc.sents for span in _names_of(sent)]
    doc.ents = spans
    return doc


def _names_of(sent: Span) -> Iterator[Span]:
    is_headline = sent.start == 0 or _is_title_case(sent)
    at = sent.start
    while at < sent.end:
        end = _end_of_name(sent, at, is_headline)
        if end == at:
            at += 1
            continue
        end = _take_public_body(sent, at, end)
        yield from _label(sent.doc, at, end)
        at = end


def _take_public_body(sent: Span, at: int, end: int) -> int:
    """Take in the small word of "Northern Ireland police", "French government"."""
    lists, text = _lists(), sent.doc[at:end].text.lower()
    if end >= sent.end:
        return end
    if sent.doc[end].lower_ in lists.plural_bodies and " and " in text:
        return end + 1
    if sent.doc[end].lower_ not in lists.public_bodies:
        return end
    return end + 1 if text in lists.places or text in lists.nationalities else end


def _is_title_case(sent: Span) -> bool:
    if sent[-1].text == "." or (len(sent) > 1 and sent[-1].is_space and sent[-2].text == "."):
        return False
    words = [token for token in sent if token.is_alpha and len(token) > 3]
    return len(words) > 3 and sum(token.text[0].isupper() for token in words) > 0.7 * len(words)


def _is_capitalised(token: Token) -> bool:
    text = token.text
    return any(letter.isupper() for letter in text) and (text[0].isalpha() or (text[0].isdigit() and len(text) > 2))


def _can_open(token: Token, sent: Span, is_headline: bool) -> bool:
    lists, word = _lists(), token.lower_
    if not _is_capitalised(token) or word in lists.titles or (token.is_stop and len(word) < 5):
        return False
    if word in lists.calendar:
        return token.i + 1 < sent.end and token.nbor(1).lower_ in lists.newspapers
    opens_sentence = token.i == sent.start or token.nbor(-1).text in "\"“'‘:(—–-" or token.nbor(-1).is_space
    if (opens_sentence or is_headline) and word in lists.common and not token.is_upper:
        follows = token.i + 1 < sent.end and _is_capitalised(token.nbor(1)) and token.nbor(1).lower_ not in lists.common
        return word in lists.openers and (follows or (not is_headline and _continues(token, sent)))
    return True


def _continues(token: Token, sent: Span) -> bool:
    if token.i + 2 >= sent.end:
        return False
    after = token.nbor(1)
    return _is_capitalised(after) or (after.lower_ in ("of", "for", "&") and _is_capitalised(token.nbor(2)))


def _end_of_name(sent: Span, at: int, is_headline: bool) -> int:
    """The index behind the name that begins at token `at`; `at` itself where none does."""
    doc, lists = sent.doc, _lists()
    if not _can_open(doc[at], sent, is_headline):
        return at
    end = at + 1
    while end < min(sent.end, at + MAX_WORDS):
        token = doc[end]
        if _opens_person(token, sent):
            break
        if _continues_name(token, sent):
            if is_headline and token.lower_ in lists.common and token.lower_ not in lists.shared_heads:
                break
            end += 1
        elif token.is_digit and len(token) <= 3 and not token.is_sent_start and end - at == 1 and doc[at].is_alpha:
            end += 1
        elif step := _connector(doc, at, end, sent.end):
            end += step
        else:
            break
    return end


def _opens_person(token: Token, sent: Span) -> bool:
    """True for the given name in "Secretary of State Brian Kemp"."""
    if not token.is_title or token.lower_ not in _lists().given_names or token.i + 1 >= sent.end:
        return False
    before, after = token.nbor(-1), token.nbor(1)
    return after.is_title and after.lower_ not in _lists().shared_heads and before.is_alpha and before.lower_ != "st"


def _continues_name(token: Token, sent: Span) -> bool:
    lists = _lists()
    if not _is_capitalised(token) or token.text[0].isdigit() or token.lower_ in lists.calendar:
        return False
    opens_office = (
        token.i + 2 < sent.end
        and token.nbor(1).lower_ in ("'s", "’s")
        and token.nbor(2).lower_ in lists.possessive_heads
    )
    return token.lower_ not in lists.titles or opens_office


def _connector(doc: Doc, at: int, end: int, limit: int) -> int:
    """How many small words join the name so far to the capitalised word behind them; 0 where they don't."""
    lists, word, before = _lists(), doc[end].lower_, doc[end - 1]
    behind = end + 1
    if word in ("of", "for", "at") and behind < limit and doc[behind].lower_ == "the":
        behind += 1
    if word == "on" and doc[behind : behind + 1].text == "Sunday" and before.text in ("Sun", "Mail", "Herald", "Post"):
        return behind + 1 - end
    if behind >= limit or not _is_capitalised(doc[behind]) or doc[behind].lower_ in lists.calendar:
        return 0
    after = doc[behind].lower_
    joins = (
        word in ("&", "+", "de", "du", "'n'")
        or (word == "-" and not before.whitespace_ and not doc[end].whitespace_)
        or (word == "of" and before.lower_ not in lists.places and doc[at].lower_ not in lists.given_names)
        or (word == "for" and any(token.lower_ in lists.for_after for token in doc[at:end]))
        or (word in ("'s", "’s", "'", "’") and after in lists.possessive_heads)
        or (word == "and" and _shares_head(doc, at, behind, limit))
    )  # fmt: skip
    return behind - end if joins else 0


def _shares_head(doc: Doc, at: int, behind: int, limit: int) -> bool:
    """True for "Norfolk and Suffolk Police", "Board of Water and Light": what follows ends in a word for both."""
    words: list[str] = []
    while behind < limit and _is_capitalised(doc[behind]) and len(words) < 4:
        words.append(doc[behind].lower_)
        behind += 1
    lists = _lists()
    if not words or doc[at].lower_ in lists.shared_heads:
        return False
    return words[-1] in lists.shared_heads or (behind < limit and doc[behind].lower_ in lists.plural_bodies)


def _is_modifier(doc: Doc, end: int) -> bool:
    """True for the place in "London's Metropolitan Police"."""
    return end + 1 < len(doc) and doc[end].lower_ in ("'s", "’s") and _is_capitalised(doc[end + 1])


def _is_person(name: Span) -> bool:
    lists, last = _lists(), name[-1]
    if not last.is_alpha or last.lower_ in lists.shared_heads or len(name) > 4:
        return False
    if len(name) > 1 and name[0].lower_ in lists.given_names:
        return True
    return name.start > 0 and name[0].nbor(-1).lower_ in lists.titles and len(name) < 4


def _is_no_end(token: Token, *, alone: bool) -> bool:
    lists, word = _lists(), token.lower_
    return (
        token.is_punct or word in lists.connectors or (alone and (word in lists.not_names or word in lists.legal_forms))
    )


def _label(doc: Doc, start: int, end: int) -> Iterator[Span]:
    lists = _lists()
    while end > start and _is_no_end(doc[end - 1], alone=end - start == 1):
        end -= 1
    text = doc[start:end].text.lower()
    if end == start or text in lists.not_names or len(text) < 2:
        return
    if text.startswith("u.s. ") and text.removeprefix("u.s. ") in lists.not_names:
        return
    if text in lists.places or text.removesuffix(" city") in lists.places:
        if not _is_modifier(doc, end):
            yield Span(doc, start, end, label=PLACE)
    elif _is_person(doc[start:end]):
        yield Span(doc, start, end, label=PERSON)
    else:
        yield Span(doc, start, end, label=ORGANISATION)
