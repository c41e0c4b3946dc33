"""Articles without a publication date: what is told with its year is a date, and what counts from that day is none."""

from datetime import date

import pytest

import breachwire
from extractors import extract_events
from extractors.articles import read_article
from extractors.dates import FAR_DAYS, find_fixed_times, find_times
from flows.gold import write_gold
from schemas import Article, Event
from sources import discover, read_page
from tests.test_samples import SAMPLES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was seen on 3 May 2023.", ["3 May 2023"]),
        ("It was seen on May 3, 2023, and again in June 2023.", ["May 3, 2023", "June 2023"]),
        ("It happened in 2017, between April and June 2018, and on Christmas Day 2019.", None),
        ("It was stolen in late 2021 and told in Q2 2022.", ["late 2021", "Q2 2022"]),
        ("On 3 May 2023 it began, and it ended three days later.", ["3 May 2023", "three days later"]),
        ("The 2015 theft began around Dec. 26.", ["2015", "Dec. 26"]),
        ("From 27/08/2023 to 30/08/2023 it was open.", ["From 27/08/2023 to 30/08/2023"]),
        # What counts from the day of publication, or doesn't say its year.
        ("It was told on Sunday, and the police came yesterday.", []),
        ("It began last month, ended on May 3, and was seen in April.", []),
        ("It was at Christmas, over the long weekend, this summer, two years ago.", []),
        ("It has lain open since May, and will until Friday.", []),
        ("It was told on Sunday, three days later it was denied.", []),
        ("It happened in the first quarter and late last year.", []),
        ("Wednesday, January 3, was the day, and the 14th was another.", []),
        # A range of which one side is not known.
        ("It lasted from 3 May 2023 to Sunday.", []),
        ("It is from '97, or 05/06/70.", []),
    ],
)
def test_fixed_times(text: str, found: list[str] | None) -> None:
    fixed = [text[one.start_char : one.end_char] for one in find_fixed_times(text)]
    assert fixed == found if found is not None else len(fixed) >= 2


@pytest.mark.parametrize("anchor", [date(2023, 8, 27), date(2024, 2, 29), date(2025, 1, 1)])
def test_fixed_times_are_those_that_a_publication_date_gives(anchor: date) -> None:
    text = (
        "It was seen on 3 May 2023 and in June 2022, told on Sunday, three days later, last May and in 2021. "
        "Since 2019 it had been so, until 4 July 2022; on the 14th, at Easter 2022, from March to May 2021, in 2016."
    )
    fixed = find_fixed_times(text)
    assert len(fixed) >= 7
    assert set(fixed) <= set(find_times(text, anchor))


def test_the_far_days_tell_years_apart() -> None:
    one, other = FAR_DAYS
    assert (other.year - one.year, one.weekday() != other.weekday(), one.month != other.month) > (17, True, True)


def _values(events: tuple[Event, ...]) -> set[tuple[object, ...]]:
    values: set[tuple[object, ...]] = set()
    for event in events:
        values |= {("organisation", one.name, one.role) for one in event.organisations}
        values |= {("data", one.category, one.status, one.evidence.start) for one in event.data}
        values |= {("affected", one.min, one.max, one.unit, one.evidence.start) for one in event.affected}
    return values


def test_samples_without_their_dates_tell_the_same_events(tmp_path) -> None:
    articles = [read_article(read_page(reference)) for reference in discover([str(SAMPLES)])]
    undated = [one.model_copy(update={"published": None, "date_source": None}) for one in articles]
    told, known = extract_events(articles), extract_events(undated)
    for with_date, without in zip(told, known, strict=True):
        assert _values(without.events) <= _values(with_date.events), without.article.title
        assert len(without.events) <= len(with_date.events)
        days = {(one.start, one.end) for event in with_date.events for one in event.dates}
        assert {(one.start, one.end) for event in without.events for one in event.dates} <= days
    dates = [sum(len(event.dates) for one in part for event in one.events) for part in (told, known)]
    assert 0 < dates[1] < dates[0]
    write_gold(known, tmp_path)
    assert '"published": null' in (tmp_path / "corrected.articles.jsonl").read_text(encoding="utf-8")


TOLD = (
    "Orchard Dental said on Monday that hackers broke into its systems on 3 May 2023 and stole the names and home "
    "addresses of about 5,000 patients. It was noticed last month."
)


def test_front_door() -> None:
    with pytest.raises(ValueError, match="allow_undated"):
        breachwire.extract(TOLD)
    extraction = breachwire.extract(TOLD, allow_undated=True)
    assert (extraction.article.published, extraction.article.date_source) == (None, None)
    assert {(one.start, one.end) for event in extraction.events for one in event.dates} == {(date(2023, 5, 3),) * 2}
    page = f"<html><body><article><h1>Orchard Dental</h1><p>{TOLD}</p></article></body></html>"
    with pytest.raises(breachwire.UnreadableArticle, match="no_date"):
        breachwire.read_article(page)
    article = breachwire.read_article(page, allow_undated=True)
    assert isinstance(article, Article)
    assert article.published is None
    assert breachwire.extract(article).events
