"""How counts and dates become values of an event: what is superseded, what is a part, what can be read in two ways."""

from datetime import date

from breachwire import extract

COUNTED = (
    "Hackers stole the names and home addresses of 47,000 patients from Orchard Dental, the clinic said on Monday. "
    "It had initially said that 5,000 patients were affected. The victims include 300 patients in Norway."
)
DATED = (
    "Orchard Dental said that hackers broke into its systems on 04/05/2024 and stole the names and home addresses of "
    "about 5,000 patients."
)


def test_superseded_count_is_left_out_and_a_part_is_a_subset() -> None:
    (event,) = extract(COUNTED, published="2024-06-01").events
    assert [(one.min, one.scope) for one in event.affected] == [(47_000, "total"), (300, "subset")]


def test_first_count_is_kept_where_no_later_one_is_told() -> None:
    text = COUNTED.replace("47,000", "the").replace("the patients", "patients").replace("300 patients", "patients")
    (event,) = extract(text, published="2024-06-01").events
    assert [one.min for one in event.affected] == [5_000]


def test_day_in_figures_is_read_as_in_the_outlet_s_country() -> None:
    (event,) = extract(DATED, published="2024-06-01", url="https://news.example.co.uk/story").events
    assert [(one.start, one.end) for one in event.dates] == [(date(2024, 5, 4), date(2024, 5, 4))]


def test_day_in_figures_of_an_unknown_country_is_read_both_ways_with_low_confidence() -> None:
    (known,) = extract(DATED, published="2024-06-01", url="https://news.example.co.uk/story").events
    (event,) = extract(DATED, published="2024-06-01").events
    assert {one.start for one in event.dates} == {date(2024, 5, 4), date(2024, 4, 5)}
    assert all(one.confidence <= 0.5 < known.dates[0].confidence for one in event.dates)


def test_dateline_is_no_date_of_an_event() -> None:
    text = f"OSLO, May 29 - {DATED.replace('04/05/2024', '3 May')}\n\nUpdated: May 30"
    (event,) = extract(text, published="2024-06-01").events
    assert {one.start for one in event.dates} == {date(2024, 5, 3)}
