"""Views: one flat row an event, whose values are those of that event alone."""

from datetime import date

import pytest

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation
from store import open_store

WORDS = Evidence(start=0, end=4, quote="Bank")
NOTHING_ELSE = {"title": "Bank hit", "body": "A body.", "published": date(2024, 3, 6)}


def organisation(name: str, role: str = "victim") -> Organisation:
    return Organisation(name=name, role=role, named=True, evidence=WORDS, confidence=1)


def item(category: str, status: str = "exposed") -> DataItem:
    return DataItem(category=category, status=status, evidence=WORDS, confidence=1)


def count(low: int | None, high: int | None, unit: str = "people", scope: str = "total", approx: bool = False) -> Count:
    return Count(min=low, max=high, approx=approx, unit=unit, scope=scope, evidence=WORDS, confidence=1)


def period(kind: str, start: str | None, end: str | None) -> EventDate:
    first, last = (day and date.fromisoformat(day) for day in (start, end))
    return EventDate(kind=kind, start=first, end=last, rule="test", evidence=WORDS, confidence=1)


def make_event(article: Article, number: int = 1, **values) -> Event:
    given = {"prominence": "main", "status": "confirmed", "cause": "unknown", "cause_confidence": 1, "confidence": 0.5}
    given |= {"organisations": (organisation("Bank"),)} | values
    return Event(event_id=f"{article.article_id}-{number}", article_id=article.article_id, **given)


@pytest.fixture
def show(tmp_path):
    """Load events, each given as its values, as those of one article; give the rows of a query as dictionaries."""
    with open_store(tmp_path / "store.duckdb", read_only=False) as store:

        def load_and_show(*events: dict, query: str = "FROM event_table", **article_values) -> list[dict]:
            article = Article(**{"reference": "news/1.txt"} | NOTHING_ELSE | article_values)
            made = tuple(make_event(article, number, **values) for number, values in enumerate(events, 1))
            store.load([Extraction(article=article, events=made, extractor_version="1")], [], "run 1")
            columns, rows = store.rows(query)
            return [dict(zip(columns, row, strict=True)) for row in rows]

        yield load_and_show


def test_an_event_with_little_told_has_nulls_and_no_zeros(show):
    [row] = show({})
    told = {name: value for name, value in row.items() if value is not None}
    assert told.pop("event_id").startswith(told.pop("article_id"))
    assert told == {
        "published_date": date(2024, 3, 6),
        "title": "Bank hit",
        "url": "news/1.txt",
        "prominence_code": "main",
        "status_code": "confirmed",
        "victim": "Bank",
        "cause_code": "unknown",
        "confidence": 0.5,
        "is_corrected": False,
    }


def test_the_columns_are_these_in_this_order(show):
    [row] = show({})
    assert " ".join(row) == (
        "event_id article_id published_date outlet title url prominence_code status_code victim suppliers attackers "
        "authorities disclosers cause_code cause_quote data_exposed data_possible data_not_exposed affected_min "
        "affected_max affected_is_approx affected_unit_code affected_quote occurred_start occurred_end "
        "discovered_start discovered_end disclosed_start disclosed_end confidence is_corrected"
    )


def test_organisations_stand_under_their_roles_in_order(show):
    named = [("Zeta", "victim"), ("Acme", "victim"), ("Zeta", "victim"), ("Host", "supplier"), ("Crew", "attacker")]
    named += [("Police", "authority"), ("ICO", "authority"), ("The Paper", "discloser"), ("Acme", "supplier")]
    [row] = show({"organisations": tuple(organisation(*one) for one in named)})
    assert (row["victim"], row["suppliers"], row["attackers"]) == ("Zeta; Acme", "Host; Acme", "Crew")
    assert (row["authorities"], row["disclosers"]) == ("Police; ICO", "The Paper")


def test_categories_stand_under_their_status_once(show):
    items = [
        item("names"),
        item("health"),
        item("names"),
        item("payment_cards", "not_exposed"),
        item("other", "possible"),
    ]
    [row] = show({"data": tuple(items)})
    assert (row["data_exposed"], row["data_possible"], row["data_not_exposed"]) == (
        "names; health",
        "other",
        "payment_cards",
    )


# The counts of an event, and which of them its row shows.
COUNTS = [
    ([count(5, 5), count(9, 9)], (9, 9)),  # the largest
    ([count(900, 900, "records"), count(5, 5)], (5, 5)),  # people before other units
    ([count(900, 900, scope="subset"), count(5, 5, "records")], (5, 5)),  # the total before a part
    ([count(1000, None), count(None, 500)], (1000, None)),  # "over a thousand" is more than "up to 500"
    ([count(None, 2000), count(1000, None)], (None, 2000)),
    ([count(7, 7, "records", "subset")], (7, 7)),  # what there is
    ([count(4, 4, approx=True), count(4, 4)], (4, 4)),  # the first of two alike
]


@pytest.mark.parametrize(("counts", "shown"), COUNTS)
def test_the_count_that_says_most_is_shown(show, counts, shown):
    [row] = show({"affected": tuple(counts)})
    assert (row["affected_min"], row["affected_max"]) == shown
    assert row["affected_is_approx"] is counts[0].approx
    assert row["affected_quote"] == "Bank"


# The dates of one kind, and the interval that the row shows.
DATES = [
    ([("2023-05-01", "2023-05-31")], ("2023-05-01", "2023-05-31")),
    ([("2023-06-01", "2023-06-30"), ("2023-05-01", "2023-05-31")], ("2023-05-01", "2023-06-30")),
    ([("2023-05-01", None)], ("2023-05-01", None)),
    ([("2023-05-01", None), ("2023-06-03", "2023-06-03")], ("2023-05-01", "2023-06-03")),  # the end told elsewhere
    ([("2023-05-01", "2023-05-31"), ("2023-07-01", None)], ("2023-05-01", None)),  # still open after the latest end
    ([(None, "2023-05-31"), ("2023-07-01", "2023-07-02")], (None, "2023-07-02")),  # open before the earliest start
]


@pytest.mark.parametrize(("told", "shown"), DATES)
@pytest.mark.parametrize("kind", ["occurred", "discovered", "disclosed"])
def test_dates_of_one_kind_make_one_interval(show, kind, told, shown):
    other = "disclosed" if kind == "occurred" else "occurred"
    dates = [period(kind, *one) for one in told] + [period(other, "2001-01-01", "2001-01-01")]
    [row] = show({"dates": tuple(dates)})
    days = (row[f"{kind}_start"], row[f"{kind}_end"])
    assert tuple(day and day.isoformat() for day in days) == shown
    assert row[f"{other}_start"] == date(2001, 1, 1)


def test_nothing_leaks_from_one_event_to_the_next(show):
    first = {"data": (item("names"),), "affected": (count(5, 5),), "dates": (period("occurred", "2023-05-01", None),)}
    second = {"organisations": (organisation("Clinic"), organisation("Crew", "attacker"))}
    rows = show(first, second)
    assert [row["victim"] for row in rows] == ["Bank", "Clinic"]
    assert [row["attackers"] for row in rows] == [None, "Crew"]
    assert [row["data_exposed"] for row in rows] == ["names", None]
    assert [row["affected_min"] for row in rows] == [5, None]
    assert [row["occurred_start"] for row in rows] == [date(2023, 5, 1), None]


def test_rows_are_in_order_of_publication_article_and_event(show):
    show({}, {}, {}, published=date(2024, 5, 1), url="https://example.org/later")
    show({}, {}, published=date(2023, 5, 1), url="https://example.org/earlier")
    rows = show(*[{}] * 12, published=date(2024, 5, 1), url="https://example.org/same-day")
    keys = [(row["published_date"], row["article_id"], int(row["event_id"].split("-")[1])) for row in rows]
    assert len(keys) == 17
    assert keys == sorted(keys)


def test_the_reference_stands_in_for_a_missing_url(show):
    assert show({}, url="https://example.org/1")[0]["url"] == "https://example.org/1"


def test_exposed_data_has_a_row_for_each_event_and_category(show):
    items = (item("names"), item("health", "possible"), item("names"), item("other", "not_exposed"))
    rows = show({"data": items}, {"data": (item("other"),)}, query="FROM exposed_data")
    assert [(row["event_id"][-1], row["category_code"], row["quotes"]) for row in rows] == [
        ("1", "names", "Bank; Bank"),
        ("2", "other", "Bank"),
    ]


def test_the_timeline_counts_events_by_month_cause_and_sector(show):
    show({"cause": "hacking"}, {"cause": "hacking", "prominence": "background"}, {"cause": "phishing"}, url="a")
    rows = show({"cause": "hacking"}, url="b", published=date(2023, 12, 31), query="FROM timeline")
    assert [tuple(row.values()) for row in rows] == [
        (date(2023, 12, 1), "hacking", "finance", 1, 1),
        (date(2024, 3, 1), "hacking", "finance", 2, 1),
        (date(2024, 3, 1), "phishing", "finance", 1, 1),
    ]
