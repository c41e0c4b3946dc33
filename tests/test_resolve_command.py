"""`breachwire resolve`: what it says of a time or a number, and what it asks for."""

from collections.abc import Callable
from typing import Any

import pytest


# The words, the day of publication, what the answer must hold.
@pytest.mark.parametrize(
    ("words", "published", "told"),
    [
        ("on Sunday", "2023-08-27", ["2023-08-27 (Sunday)", "weekday"]),
        ("around 2016", "2023-08-27", ["about 2016-01-01 to 2016-12-31 (366 days)", "year"]),
        ("since May", "2018-04-30", ["from 2017-05-01 on", "since month"]),
        ("until 3 June", "2018-11-09", ["up to 2018-06-03"]),
        ("04/05/2024", "2024-06-01", ["2024-05-04 (Saturday) or 2024-04-05 (Friday)", "numeric day"]),
        ("Updated: May 3", "2024-06-01", ["2024-05-03", "the article's own date"]),
        ("10,000 on Monday", "2024-06-01", ["10,000", "2024-05-27"]),
        ("fewer than 500 people", None, ["at most 499", "number"]),
        ("over a thousand", None, ["at least 1,000"]),
        ("around ten thousand", None, ["about 10,000"]),
        ("between 5 and 10 million", None, ["5,000,000 to 10,000,000"]),
        ("first said 5,000", None, ["said before it was known better"]),
        ("an unknown number of patients", None, ["not known or not told"]),
        ("900, including 40 children", None, ["a part of another number"]),
    ],
)
def test_meaning_and_rule_are_told(
    breachwire: Callable[..., Any], words: str, published: str | None, told: list[str]
) -> None:
    answer = breachwire("resolve", words, *(["--published", published] if published else []))
    assert (answer.code, answer.err) == (0, "")
    assert [part for part in told if part not in answer.out] == []


def test_order_of_day_and_month_can_be_told(breachwire: Callable[..., Any]) -> None:
    answer = breachwire("resolve", "04/05/2024", "--published", "2024-06-01", "--month-first")
    assert "2024-04-05" in answer.out
    assert "2024-05-04" not in answer.out


@pytest.mark.parametrize("words", ["bananas", "", "two days later"])
def test_words_that_mean_nothing_are_a_failure(breachwire: Callable[..., Any], words: str) -> None:
    answer = breachwire("resolve", words, "--published", "2024-06-01")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"breachwire: {words!r} holds no time and no number")
    assert "breachwire resolve --help" in answer.err


def test_time_without_a_day_of_publication_is_misuse(breachwire: Callable[..., Any]) -> None:
    answer = breachwire("resolve", "on Sunday")
    assert answer.code == 2
    assert "--published" in answer.err
