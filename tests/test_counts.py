"""Quantities: each row is a text with the quantity in [brackets], its bounds, and whether it is approximate.

A bound that the words leave open is None. Bounds are those that annotators give: "more than 50" is at least 50.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.counts import LARGEST, Quantity, find_quantities, find_unknowns
from extractors.rules import read_rules

Row = tuple[str, int | None, int | None, bool]

ROWS: list[Row] = [
    # digits
    ("[80,000] people", 80_000, 80_000, False),
    ("[7] of them", 7, 7, False),
    ("[1,234,567] rows", 1_234_567, 1_234_567, False),
    ("[1 200 000] users", 1_200_000, 1_200_000, False),
    ("[10500] members", 10_500, 10_500, False),
    ("[2.3 million] accounts", 2_300_000, 2_300_000, False),
    ("[3 hundred thousand] files", 300_000, 300_000, False),
    ("[1.200.000] users", 1_200_000, 1_200_000, False),
    ("[1.200.000.000] rows", 1_200_000_000, 1_200_000_000, False),
    # abbreviations
    ("[2.3m] accounts", 2_300_000, 2_300_000, False),
    ("[1.1bn] records", 1_100_000_000, 1_100_000_000, False),
    ("[8bn] messages", 8_000_000_000, 8_000_000_000, False),
    ("[10k] users", 10_000, 10_000, False),
    ("[5M] users", 5_000_000, 5_000_000, False),
    ("[6mn] users", 6_000_000, 6_000_000, False),
    # Indian digits and units
    ("[5,00,000] voters", 500_000, 500_000, False),
    ("[12,34,567] voters", 1_234_567, 1_234_567, False),
    ("[two lakh] users", 200_000, 200_000, False),
    ("[4.1 lakh] pensioners", 410_000, 410_000, False),
    ("[3 crore] cards", 30_000_000, 30_000_000, False),
    # words
    ("[twelve] of them", 12, 12, False),
    ("[Twenty-one] users", 21, 21, False),
    ("[Twenty-one thousand] users", 21_000, 21_000, False),
    ("[ten thousand] officers", 10_000, 10_000, False),
    ("[a dozen] banks", 12, 12, False),
    ("[a mere dozen] of them", 12, 12, False),
    ("[four dozen] banks", 48, 48, False),
    ("[half a dozen] banks", 6, 6, False),
    ("[half-a-dozen] banks", 6, 6, False),
    ("[half a million] files", 500_000, 500_000, False),
    ("[a quarter of a million] files", 250_000, 250_000, False),
    ("[two hundred and six] files", 206, 206, False),
    ("[two hundred and fifty thousand] files", 250_000, 250_000, False),
    ("[a hundred thousand] files", 100_000, 100_000, False),
    # vague numbers: the least that they may mean
    ("[dozens] of hotels", 12, None, False),
    ("[scores] of families", 20, None, False),
    ("[hundreds] of people", 100, None, False),
    ("[thousands] of people", 1000, None, False),
    ("[millions] of people", 1_000_000, None, False),
    ("[tens of thousands] of cards", 10_000, None, False),
    ("[hundreds of thousands] of cards", 100_000, None, False),
    ("[tens of millions] of cards", 10_000_000, None, False),
    ("by the [hundreds of millions]", 100_000_000, None, False),
    ("[at least in the hundreds], a clerk said", 100, None, False),
    ("in the low [thousands].", 1000, None, False),
    ("[several hundred] tools", 100, None, False),
    ("[several hundred thousand] tools", 100_000, None, False),
    ("[a few thousand] tools", 1000, None, False),
    ("[up to hundreds of thousands] of cards", None, 100_000, False),
    # at least so many
    ("[more than 3,700] students", 3700, None, False),
    ("[at least 100] people", 100, None, False),
    ("[over a thousand] individuals", 1000, None, False),
    ("[upwards of 40] firms", 40, None, False),
    ("[in excess of 1.5 million] people", 1_500_000, None, False),
    ("[no fewer than 90] people", 90, None, False),
    ("[not fewer than 6,400] people", 6400, None, False),
    ("[as few as 30] people", 30, None, False),
    ("[north of 200] shops", 200, None, False),
    ("[just over 200] shops", 200, None, True),
    ("[a little over 200] shops", 200, None, True),
    ("[300 or more] shops", 300, None, False),
    ("[10,000-plus] members", 10_000, None, False),
    ("[10,000+] members", 10_000, None, False),
    ("[two hundred, if not more], of them", 200, None, False),
    # at most so many
    ("[up to 500] people", None, 500, False),
    ("[as many as half a million] people", None, 500_000, False),
    ("[no more than 30] people", None, 30, False),
    ("[at most 1,310] people", None, 1310, False),
    ("[fewer than 500] cards", None, 499, False),
    ("[less than 5%] and [under 40] people", None, 39, False),
    ("[a little under nine thousand] people", None, 9000, True),
    ("[two thousand at the most]", None, 2000, False),
    ("[20 or fewer] people", None, 20, False),
    ("[less than a million] people", None, 999_999, False),
    # about so many
    ("[about 80,000] people", 80_000, 80_000, True),
    ("[around ten thousand] officers", 10_000, 10_000, True),
    ("[approximately 400] people", 400, 400, True),
    ("[some 3,300] widowers", 3300, 3300, True),
    ("[nearly 100,000] taxpayers", 100_000, 100_000, True),
    ("[almost two dozen] papers", 24, 24, True),
    ("[just under 34 million] addresses", 34_000_000, 34_000_000, True),
    ("[an estimated 1.2 million] people", 1_200_000, 1_200_000, True),
    ("[about a dozen] people", 12, 12, True),
    ("[40 or so] people", 40, 40, True),
    ("[90-odd] temps", 90, 90, True),
    ("[in the region of 340] members", 340, 340, True),
    ("[something near 600,000] cards", 600_000, 600_000, True),
    ("[730, give or take], of them", 730, 730, True),
    # shares of a number
    ("[a third of its 12,000] staff", 4000, 4000, True),
    ("[more than half of the 900] pupils", 450, None, True),
    ("[less than a quarter of all 800] guests", None, 200, True),
    ("[10 per cent of 5,000] guests", 500, 500, True),
    ("[one in five of their 10,000] customers", 2000, 2000, True),
    # ranges
    ("[between 5 and 10 million] people", 5_000_000, 10_000_000, False),
    ("[between 21,000 and 24,500] cards", 21_000, 24_500, False),
    ("[from 50 to 60] people", 50, 60, False),
    ("[50-60] users", 50, 60, False),
    ("[50–60] users", 50, 60, False),
    ("[30 - 45] computers", 30, 45, False),
    ("[around 130-135 million] numbers", 130_000_000, 135_000_000, True),
    ("[1.5-2 crore] numbers", 15_000_000, 20_000_000, False),
    ("[approximately 5,000 to 8,000] patients", 5000, 8000, True),
    ("[eleven or twelve] of them", 11, 12, False),
    ("[200 million or 300 million] accounts", 200_000_000, 300_000_000, False),
    ("[between two hundred and three hundred] people", 200, 300, False),
    ("[between 550,000 up to 1 million] records", 550_000, 1_000_000, False),
    # a number like a year is a count only behind words that don't go with years
    ("[more than 2000] customers", 2000, None, False),
    ("[at least 2000] victims", 2000, None, False),
    ("[over 2,016] customers", 2016, None, False),
    # a number behind a word that only ends like one that refuses it ("age", "form", "day")
    ("on average [500] people", 500, 500, False),
    ("on its platform [500] people", 500, 500, False),
    ("on Monday [500] people", 500, 500, False),
    ("in May [500] people", 500, 500, False),
]

NOT_COUNTS = [
    # money
    "$5 million, £1.2m, €300, ₹5,000, US$40, Rs 5 crore, Rs. 500, INR 20,000",
    "$5-10 million",
    "5 million dollars, 300 euros, 20 bitcoin",
    # shares
    "12%, 12 per cent, 12.5 percent, 50 to 60 percent, 5 percentage points",
    "two-thirds of them, three quarters of them, half of it",
    "1 in 5 customers, one in ten people, two out of three pupils, 1 in every 100 guests",
    # years, days and times of day
    "in 2019 customers were told",
    "over 2016, since at least 2012",
    "May 3 customers, 14 March customers, Feb. 2 customers",
    "the 1990s, 9:30, 10 p.m., 11am",
    # durations and ages
    "18 months, two weeks, 30 business days, 2-3 weeks, 3 to 5 years, two or three days, 48-hour, six decades",
    "a 43-year-old, aged 18, age 7, 12 and 13 year olds",
    "Dana Wirth, 47, said so.",
    # names, versions and other labels
    "version 12.1, v2, iOS 17, Windows 11, No. 5, page 3, COVID-19, CVE-2023-1234, phase 2, MH370, 401(k), 24/7",
    "rated 9.8 by it",
    "the server at 192.168.101.100 and that at 10.0.0.1",
    "the 3rd, 21st and 40th of them, 5 times",
    # telephone numbers
    "call police on 101, or the charity",
    "555-1234, 1-800-555-1234, 020 7946 0000, (0800) 123 4567, +44 20 7946 0958",
    # sizes of data
    "500GB, 3 terabytes, 1.2 TB, 200 megabytes, 7 gigs, 128 bits, a 256-bit key",
    # no number
    "someone, anyone, tense, none, often, the first",
    "9" * 400,
]


def read_marked(marked: str) -> tuple[str, str]:
    """The text without its brackets, and the quantity that stood in the last of them."""
    text = marked.replace("[", "").replace("]", "")
    return text, marked[marked.rindex("[") + 1 : marked.rindex("]")]


def test_no_row_of_bounds_is_upside_down() -> None:
    assert all(low is None or high is None or low <= high for _, low, high, _ in ROWS)


@pytest.mark.parametrize(("marked", "low", "high", "approx"), ROWS)
def test_quantity_is_bounded(marked: str, low: int | None, high: int | None, approx: bool) -> None:
    text, quantity = read_marked(marked)
    start = text.index(quantity)
    assert Quantity(start, start + len(quantity), low, high, approx) in find_quantities(text)


@pytest.mark.parametrize("text", NOT_COUNTS)
def test_what_is_no_count_is_left(text: str) -> None:
    assert [text[one.start_char : one.end_char] for one in find_quantities(text)] == []


QUALIFIERS = [
    pytest.param(rule["bounds"], rule["approx"], word, id=word)
    for rule in read_rules("counts")["qualifiers"]
    for word in rule["words"]
]


@pytest.mark.parametrize(("bounds", "approx", "word"), QUALIFIERS)
def test_every_qualifier_bounds_the_number_behind_it(bounds: str, approx: bool, word: str) -> None:
    text = f"It told {word} 4,321 people."
    low, high = {"least": (4321, None), "most": (None, 4321), "below": (None, 4320), "exact": (4321, 4321)}[bounds]
    assert find_quantities(text) == [Quantity(8, 14 + len(word), low, high, approx)]


QUALIFIERS_AFTER = [
    pytest.param(rule["bounds"], rule["approx"], word, id=word)
    for rule in read_rules("counts")["qualifiers_after"]
    for word in rule["words"]
]


@pytest.mark.parametrize(("bounds", "approx", "word"), QUALIFIERS_AFTER)
def test_every_qualifier_bounds_the_number_before_it(bounds: str, approx: bool, word: str) -> None:
    low, high = {"least": (4321, None), "most": (None, 4321), "exact": (4321, 4321)}[bounds]
    assert find_quantities(f"It told 4,321{word} people.") == [Quantity(8, 13 + len(word), low, high, approx)]


def test_several_quantities_of_a_text_are_found_in_reading_order() -> None:
    text = "It told 4,000 patients, among them some 200 children, in two letters that cost it $5 each."
    assert [text[one.start_char : one.end_char] for one in find_quantities(text)] == ["4,000", "some 200", "two"]


# What the words say of a number beside its bounds: given before it was known better, or as a part of another.
@pytest.mark.parametrize(
    ("text", "superseded"),
    [
        ("It initially said 5,000 patients were hit, now 47,000.", [True, False]),
        ("It first put the number at 5,000, then at 47,000.", [True, False]),
        ("At first, the clinic said that only 5,000 were hit. It was 47,000.", [True, False]),
        ("It was 47,000, up from 5,000.", [False, True]),
        ("It was 47,000, not the original 5,000.", [False, True]),
        ("An earlier count of 5,000 was too low.", [True]),
        ("The clinic had said 5,000 at first.", [True]),
        ("The theft was first reported by a paper that counts 5,000 readers.", [False]),
        ("It said 5,000 patients were hit.", [False]),
        ("The first 5,000 letters were sent.", [False]),
    ],
)
def test_superseded_quantities_are_told_apart(text: str, superseded: list[bool]) -> None:
    assert [one.superseded for one in find_quantities(text)] == superseded


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It hit 900 people, including 40 children.", [False, True]),
        ("It hit 900 people, of whom some 40 were children.", [False, True]),
        ("It hit 900 people and 40 dogs.", [False, False]),
    ],
)
def test_parts_of_another_quantity_are_told_apart(text: str, parts: list[bool]) -> None:
    assert [one.is_part for one in find_quantities(text)] == parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("An unknown number of dogs ran off.", ["An unknown number of"]),
        ("It did not say how many dogs ran off.", ["not say how many"]),
        ("It is unclear how many ran off.", ["unclear how many"]),
        ("The number of dogs that ran off is not known.", ["number of dogs that ran off is not known"]),
        ("It declined to disclose how many ran off.", ["declined to disclose how many"]),
        ("A number of dogs ran off, as many as 40 of them.", []),
        ("It said how many dogs ran off: 40.", []),
    ],
)
def test_unknown_numbers_are_told_apart_from_silence(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in find_unknowns(text)] == words


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_gives_quantities_and_twice_the_same(text: str) -> None:
    found = find_quantities(text)
    assert found == find_quantities(text)
    assert all(0 <= one.start_char < one.end_char <= len(text) for one in found)
    assert all(one.min is None or one.max is None or one.min <= one.max for one in found)
    assert all(0 <= start < end <= len(text) for start, end in find_unknowns(text))


@given(st.integers(1, LARGEST))
def test_digits_with_commas_are_read_exactly(number: int) -> None:
    text = f"It told {number:,} people."
    assert [(one.min, one.max) for one in find_quantities(text)] == [(number, number)]


PIECES = st.sampled_from([row[0].replace("[", "").replace("]", "") for row in ROWS] + NOT_COUNTS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), min_size=1, max_size=4))
def test_quantities_lie_in_the_text_in_order_with_a_bound(pieces: list[str]) -> None:
    text = " ".join(pieces)
    end_of_last = 0
    for one in find_quantities(text):
        assert end_of_last <= one.start_char < one.end_char <= len(text)
        bounds = [bound for bound in (one.min, one.max) if bound is not None]
        assert bounds
        assert bounds == sorted(bounds)
        assert all(0 <= bound <= LARGEST for bound in bounds)
        end_of_last = one.end_char
