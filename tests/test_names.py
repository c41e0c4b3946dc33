"""Names, entities and descriptions: each row is a sentence with what is found in it in [brackets]."""

import re
from functools import cache
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from extractors import names, sentences  # noqa: F401  importing registers the components with spaCy
from extractors.descriptions import LABEL, find_descriptions
from extractors.entities import Entity, acronym, gather_entities, name_words
from extractors.names import ORGANISATION, PERSON, PLACE

HEADLINE = "Staff lists leak again\n"
TAIL = " It told people of it by letter some weeks later, as it should have done at once.\n"


def fails(*row: str, reason: str) -> Any:
    """A row that the finders are known to get wrong."""
    return pytest.param(*row, marks=pytest.mark.xfail(strict=True, reason=reason))


@cache
def pipeline() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("breachwire_sentences")
    nlp.add_pipe("breachwire_names")
    return nlp


def read_article(text: str) -> Doc:
    """The text as the body of an article, names found."""
    return pipeline()(HEADLINE + text + TAIL)


def mark_names(doc: Doc) -> str:
    """The doc's text with its names in brackets."""
    marked = doc.text
    for name in reversed(doc.ents):
        marked = f"{marked[: name.start_char]}[{name.text}]{marked[name.end_char :]}"
    return marked.removeprefix(HEADLINE).removesuffix(TAIL)


def remove_marks(marked: str) -> str:
    return re.sub(r"[\[\]]", "", marked)


NAMES = [
    # capitalised words that begin no sentence
    "It had been told by [Larkspur Health] and by [Brookton City Council] of what had happened.",
    "It was the work of [LockBit], of [BlackCat] and of others who came in later.",
    "People at [LARKSPUR] said so, and so did those at [eBay] and at [23andMe] on that day.",
    # words that begin a sentence are names only if they are no common words
    "[Larkspur] said so to those whose names were on it, and said no more.",
    "Thousands of people whose names were on it had been told by [Larkspur Health].",
    "However, [Larkspur Health] said that it had not been told of what happened.",
    "Hackers came in through a back door that nobody had thought of before.",
    "Police said that they would look into what had happened at [Larkspur].",
    "[Police Scotland] said that it would look into what had happened there.",
    "[University of Ashwick] people said that they would look into what had happened.",
    '"We are sorry," said those who run it. "[Larkspur] has been told of all of it."',
    # small words inside names
    "It was told by the [Police Service of Northern Ireland] on the day of the leak.",
    "It was told by the [Information Commissioner's Office] on the day of the leak.",
    "It was told by the [Information Commissioner’s Office] on the day of the leak.",
    "It was told by the [Centre for Cyber Safety] on the day of the leak.",
    "It was told by the [Bank of Elmford] on the day of the leak, and so were others.",
    "It was told by [St. Mary's Hospital] on the day of the leak, and so were others.",
    "It was told by [Johnson & Johnson] on the day of the leak, and so were others.",
    "It was told by [AT&T] and by [T-Mobile] on the day of the leak, and so were others.",
    # "and" joins where both share the word behind it, and otherwise parts
    "It was told by [Norfolk and Suffolk Police] on the day of the leak itself.",
    "It was told by the [University of Ashwick] and [Brookton College] on the day itself.",
    # a place before a possessive is no part of the name
    "It was told by London's [Metropolitan Police] on the day of the leak itself.",
    # newspapers that are named after a day; other days are no names
    "It was in The [Sun on Sunday] that people first saw what had happened to them.",
    "It was in the [Mail on Sunday] that people first saw what had happened to them.",
    "It was told by [Larkspur] on Sunday of what had happened to them in March.",
    # places and nationalities with a public body behind them
    "It was told by [Northern Ireland police] and by the [French government] on the day itself.",
    # titles are no part of a name
    "It was told by Mr. [Wirth] and by Dr [Amy Stone] on the day of the leak itself.",
    # what is capitalised and names nobody
    "It runs Windows and Microsoft Excel, and has Social Security numbers on it.",
]

WRONG_NAMES = [
    pytest.param("It was told by the [Police Service of Northern Ireland] on the day."),
    pytest.param("The [Information Commissioner's Office] was told."),
    pytest.param("It was told by the [U.S. Department of Justice] on the day of the leak itself."),
    fails(
        "It was told by the [Board of Water and Light] on the day of the leak itself.",
        reason="'board' is itself a shared head, so that 'and' parts the name",
    ),
    fails(
        "It was told by the [Department for Work and Pensions] on the day of the leak itself.",
        reason="'and' parts a name whose head stands before it",
    ),
    fails(
        "It was told by [Target Corp.] and [First National Bank] on the day of the leak itself.",
        reason="'and' joins two names where the second ends in a shared head",
    ),
    fails(
        "[Marks & Spencer] said that it had not been told of what had happened to them.",
        reason="a name that begins a sentence with a common word loses it before '&'",
    ),
    fails(
        "[Children's Hospital of Elmford] said that it had not been told of what had happened.",
        reason="a name that begins a sentence with a common word loses it before a possessive",
    ),
    pytest.param("It was told by [Larkspur Health], Inc. on the day of the leak itself."),
    pytest.param("It was told that on Monday [Brookton] had been hit, and on Tuesday others."),
    fails(
        "It was told by [7-Eleven] on the day of the leak, and so were others.",
        reason="a digit and a hyphen begin no name",
    ),
]


@pytest.mark.parametrize("marked", [*NAMES, *WRONG_NAMES])
def test_names_are_found(marked: str) -> None:
    assert mark_names(read_article(remove_marks(marked))) == marked


# Headlines, in which common words are capitalised too.
HEADLINES = [
    "[Larkspur Health] hit by ransomware",
    "Data breach at [Elmford Hospital]",
    "Police force says sorry after names leak",
    "Hackers Steal Data From [Larkspur Health] And [Brookton College]",
    "[Brookton College] Students' Data Exposed Online",
    fails(
        "Ransomware Gang Claims Attack on [Elmford City Council]",
        reason="a name of a headline breaks before 'City', a common word that heads no names",
    ),
    fails(
        "Thousands Hit As [Norfolk And Suffolk Police] Leak Data",
        reason="the capitalised 'And' of a headline does not join",
    ),
]


@pytest.mark.parametrize("marked", HEADLINES)
def test_names_are_found_in_headlines(marked: str) -> None:
    doc = pipeline()(f"{remove_marks(marked)}\nIt told people of it by letter.")
    assert [name.text for name in doc.ents] == re.findall(r"\[(.+?)\]", marked)


LABELS = [
    ("Larkspur Health", ORGANISATION),
    ("Police Service of Northern Ireland", ORGANISATION),
    ("New York Presbyterian Hospital", ORGANISATION),
    ("French government", ORGANISATION),
    ("Sarah Holm", PERSON),
    ("Northern Ireland", PLACE),
    ("Manchester", PLACE),
    ("New York City", PLACE),
]


@pytest.mark.parametrize(("name", "label"), LABELS)
def test_name_is_labelled(name: str, label: str) -> None:
    doc = read_article(f"It was told of what had happened there by {name} on the day of the leak.")
    assert [(found.text, found.label_) for found in doc.ents] == [(name, label)]


def test_name_behind_a_title_is_a_person() -> None:
    doc = read_article("It was told of what had happened there by President Okonjo on the day of the leak.")
    assert [(found.text, found.label_) for found in doc.ents] == [("Okonjo", PERSON)]


def gather(text: str) -> list[tuple[str, list[str], str]]:
    """The entities of a text: the fullest name, all mentions, the label."""
    entities: list[Entity] = gather_entities(read_article(text))
    return [(one.name.text, [mention.text for mention in one.mentions], one.label) for one in entities]


# A text, and the mentions of each entity by first mention.
ENTITIES = [
    # acronyms
    (
        "It was told by the Police Service of Northern Ireland about what had been seen. Later the PSNI wrote.",
        [["Police Service of Northern Ireland", "PSNI"]],
    ),
    (
        "It told the Information Commissioner’s Office of what it had lost, and the ICO will look into it.",
        [["Information Commissioner’s Office", "ICO"]],
    ),
    # short forms, before and after the fullest, with and without legal forms and possessives
    (
        "It was told by Larkspur. Those at Larkspur Health Group said so, and Larkspur's people too.",
        [["Larkspur", "Larkspur Health Group", "Larkspur"]],
    ),
    ("It was told by Larkspur Inc. and later it told those at Larkspur of it.", [["Larkspur Inc.", "Larkspur"]]),
    (
        "Those at Brookton University said so. It was told so by the University of Brookton on the day.",
        [["Brookton University", "University of Brookton"]],
    ),
    ("It was told by Sarah Holm on the day, and Ms Holm was told by it later.", [["Sarah Holm", "Holm"]]),
    # a word that many bodies share is no short form
    (
        "It was told by Norbury Council on the day, and by Sudbury Council later.",
        [["Norbury Council"], ["Sudbury Council"]],
    ),
    (
        "It was told by Harbury Police on the day, and by the Harbury Police Federation later.",
        [["Harbury Police"], ["Harbury Police Federation"]],
    ),
    # a place is no short form of a body there
    (
        "It was seen in Northern Ireland, where the Police Service of Northern Ireland was told.",
        [["Northern Ireland"], ["Police Service of Northern Ireland"]],
    ),
    # descriptions are entities of their own
    (
        "It was told by Larkspur on the day, and by a large hospital near it.",
        [["Larkspur"], ["a large hospital"]],
    ),
]


@pytest.mark.parametrize(("text", "mentions"), ENTITIES)
def test_mentions_are_gathered(text: str, mentions: list[list[str]]) -> None:
    assert [found for _, found, _ in gather(text)] == mentions


def test_entity_has_its_fullest_name() -> None:
    text = "It was told by Larkspur. Those at Larkspur Health Partners said so, and Larkspur Health did."
    assert gather(text)[0][0] == "Larkspur Health Partners"


def test_description_is_labelled_as_one() -> None:
    assert gather("It was told of by a small clinic on the day.") == [("a small clinic", ["a small clinic"], LABEL)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Larkspur Health, Inc.", {"larkspur", "health"}),
        ("the Bank of Elmford’s", {"bank", "elmford"}),
        ("The Group", set()),
    ],
)
def test_words_of_a_name_leave_out_what_tells_nothing(name: str, words: set[str]) -> None:
    assert name_words(name) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Police Service of Northern Ireland", "PSNI"), ("Larkspur", "L"), ("eBay", ""), ("U.S. Mint", "USM")],
)
def test_acronym_takes_the_capitals(name: str, letters: str) -> None:
    assert acronym(name) == letters


# Sentences with what describes a party in brackets.
DESCRIPTIONS = [
    "Hackers broke into [a large hospital] in the north.",
    "[An unnamed company] was hit.",
    "They took the data of [another small regional bank].",
    "It was [a state-run company], and not [an Ohio-based insurer].",
    "They came in through [one of its suppliers], [one of the contractors], [one of our partners].",
    "It was [a cloud database server] that they found.",
    # not: what is known already, what belongs to it, people, things and what is one of other things
    "The hospital was hit, and so was this company.",
    "They read a hospital’s website and a hospital-run app.",
    "It was a data breach, one of the worst leaks.",
    "A woman told her.",
    pytest.param("It was [a third-party service provider]."),
    pytest.param("A company spokesman told her."),
]


@pytest.mark.parametrize("marked", DESCRIPTIONS)
def test_descriptions_are_found(marked: str) -> None:
    spans = find_descriptions(pipeline()(remove_marks(marked)))
    assert [span.text for span in spans] == re.findall(r"\[(.+?)\]", marked)
    assert {span.label_ for span in spans} <= {LABEL}


WORDS = (
    "Larkspur Health the of for and & 's Police London on Sunday Sun Mr. - a hospital one its suppliers . ( I 4 U.S."
)
PIECES = st.sampled_from([*WORDS.split(), "Northern Ireland", "police", "\n"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=14))
def test_any_text_has_names_and_entities_of_its_own_words(pieces: list[str]) -> None:
    doc = pipeline()(" ".join(pieces))
    for entity in gather_entities(doc):
        assert entity.name in entity.mentions
        assert entity.mentions == sorted(entity.mentions, key=lambda span: span.start)
        assert all(mention.text.strip() for mention in entity.mentions)
