"""The little language of vocabularies and rules: each row is a phrase, a sentence and the words found in it."""

import re
from itertools import pairwise

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.phrases import GAP_WORDS, PhraseFinder, compile_phrase

NLP = spacy.blank("en")

# The phrase, the sentence, and everything that is found in it.
ROWS = [
    # words, without regard to case
    ("data breach", "A Data Breach, a DATA BREACH and a database breach.", ["Data Breach", "DATA BREACH"]),
    ("data breach", "Data were breached.", []),
    # a|b: either word
    ("hacked|breached", "It was hacked, then breached, then mended.", ["hacked", "breached"]),
    ("was|were stolen|taken", "They were taken; it was stolen.", ["were taken", "was stolen"]),
    # name(s): with or without the bracketed ending
    ("name(s)", "A name and names, no named ones.", ["name", "names"]),
    ("file(d) name(s)", "It filed names in a file name.", ["filed names", "file name"]),
    # publish*: any word that begins so
    ("publish*", "It published what publishers publish.", ["published", "publishers", "publish"]),
    ("publish*", "A public record.", []),
    # the?: the word or nothing
    ("in the? error", "Sent in error, or in the error.", ["in error", "in the error"]),
    ("home|street? address(es)", "Home address, street addresses.", ["Home address", "street addresses"]),
    # ...: up to four words of the same sentence
    ("sent ... to", "It sent to her.", ["sent to"]),
    ("sent ... to", "It sent them by mistake to her.", ["sent them by mistake to"]),
    ("sent ... to", "It sent one very long list of names to her.", []),
    ("sent ... to", "It was sent. He went to her.", []),
    ("sent ... to", "What was sent: nothing to her.", []),
    # straight and curly apostrophes are one, both ways
    ("driver's licence(s)", "Driver’s licences, a driver's licence.", ["Driver’s licences", "driver's licence"]),
    ("driver’s licence", "A driver's licence.", ["driver's licence"]),
    ("didn't encrypt", "It didn’t encrypt them.", ["didn’t encrypt"]),
    # words are split as spaCy splits the text, hyphens too
    ("e-mail(s)", "An E-mail of e-mails.", ["E-mail", "e-mails"]),
    ("e-mail|email address(es)", "E-mail addresses, an email address.", ["E-mail addresses", "email address"]),
    ("point-of-sale", "A point-of-sale terminal.", ["point-of-sale"]),
    ("ID(s)", "An id, an ID and IDs.", ["ID", "IDs"]),  # spaCy makes two words of "id"
    # a phrase that begins with what may be left out or be any word
    ("the? data", "The data; data.", ["The data", "data"]),
]  # fmt: skip


def find_words(phrase: str, sentence: str) -> list[str]:
    return [span.text for span in PhraseFinder(NLP.vocab, [("code", [phrase])]).find(NLP(sentence))]


def find_codes(phrases: dict[str, list[str]], sentence: str) -> list[tuple[str, str]]:
    return [(span.label_, span.text) for span in PhraseFinder(NLP.vocab, phrases.items()).find(NLP(sentence))]


@pytest.mark.parametrize(("phrase", "sentence", "found"), ROWS)
def test_phrase_finds(phrase: str, sentence: str, found: list[str]) -> None:
    assert find_words(phrase, sentence) == found


def test_longest_match_wins() -> None:
    phrases = {"number": ["number(s)"], "phone": ["phone number(s)"], "mobile": ["mobile phone"]}
    # of two of one length the one that begins first, and then what is left
    assert find_codes(phrases, "Mobile phone numbers leaked.") == [("mobile", "Mobile phone"), ("number", "numbers")]
    assert find_codes(phrases, "The phone numbers leaked.") == [("phone", "phone numbers")]
    assert find_codes(phrases, "The numbers leaked.") == [("number", "numbers")]


@pytest.mark.parametrize("codes", [["first", "second"], ["second", "first"]])
def test_of_two_codes_with_one_span_the_first_given_wins(codes: list[str]) -> None:
    phrases = {code: ["bank details"] for code in codes}
    assert find_codes(phrases, "Her bank details.") == [(codes[0], "bank details")]


def test_all_matches_overlap_in_reading_order_the_longer_first() -> None:
    finder = PhraseFinder(NLP.vocab, [("a", ["phone"]), ("b", ["phone number"]), ("c", ["number"])])
    found = [(span.label_, span.text) for span in finder.find_all(NLP("Her phone number."))]
    assert found == [("b", "phone number"), ("a", "phone"), ("c", "number")]


def test_spans_of_part_of_a_doc_are_spans_of_the_doc() -> None:
    doc = NLP("One name here. Another name there.")
    finder = PhraseFinder(NLP.vocab, [("names", ["name"])])
    assert [(span.start, span.text) for span in finder.find(doc[4:])] == [(5, "name")]


def test_code_given_twice_keeps_its_phrases_and_its_rank() -> None:
    finder = PhraseFinder(NLP.vocab, [("a", ["one"]), ("b", ["two", "three"]), ("a", ["two"])])
    assert [(span.label_, span.text) for span in finder.find(NLP("one two three"))] == [
        ("a", "one"),
        ("a", "two"),
        ("b", "three"),
    ]


@pytest.mark.parametrize("phrase", ["", "  "])
def test_empty_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="empty phrase"):
        compile_phrase(phrase)


def test_phrase_of_only_optional_words_finds_no_empty_span() -> None:
    assert all(pattern for pattern in compile_phrase("the?"))
    assert find_words("the?", "The end") == ["The"]


def test_pattern_of_a_gap_has_every_length() -> None:
    lengths = [len(pattern) for pattern in compile_phrase("sent ... to")]
    assert lengths == [length + 2 for length in range(GAP_WORDS + 1)]


WORDS = ["data", "names", "name", "were", "was", "stolen", "published", "the", "driver's", "e-mail", "ID", "."]
PIECES = {  # pieces of a phrase, and the regular expressions that say the same
    "data": "data ",
    "name(s)": "names? ",
    "was|were": "(?:was|were) ",
    "publish*": r"publish\w* ",
    "the?": "(?:the )?",
    "stolen|published": "(?:stolen|published) ",
    "driver's": "driver's ",
    "e-mail": "e-mail ",
    "...": "(?:[^ .]+? ?){0,4}",
}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(list(PIECES)), min_size=1, max_size=3), st.lists(st.sampled_from(WORDS), max_size=9))
def test_words_of_every_span_are_those_of_the_phrase(pieces: list[str], words: list[str]) -> None:
    finder = PhraseFinder(NLP.vocab, [("code", [" ".join(pieces)])])
    meant = re.compile("".join(PIECES[piece] for piece in pieces))
    for span in finder.find_all(NLP(" ".join(words))):
        assert meant.fullmatch(f"{span.text} "), f"{pieces} found {span.text!r}"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    finder = PhraseFinder(NLP.vocab, [("a", ["name(s)", "... data", "publish*"])])
    spans = list(finder.find(NLP(text)))
    assert all(before.end <= after.start for before, after in pairwise(spans))
