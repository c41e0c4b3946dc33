"""How an outlet writes days in figures, by what is known of its country."""

import pytest

from extractors.countries import writes_day_first


@pytest.mark.parametrize(
    ("url", "language", "day_first"),
    [
        ("https://news.example.co.uk/story.html", "en", True),
        ("https://herald.example.ie:8080/a?b=c", None, True),
        ("https://agency.example.gov/news", "en-GB", False),  # the address is surer than the tag of a template
        ("https://news.example.com/story.html", "en-GB", True),
        ("https://news.example.com/story.html", "en_US", False),
        (None, "en-AU", True),
        ("https://news.example.com/story.html", "en", None),
        ("https://news.example.ca/story.html", "en-CA", None),  # Canada writes both
        (None, None, None),
        ("not an address", "en-", None),
    ],
)
def test_country_tells_the_order(url: str | None, language: str | None, day_first: bool | None) -> None:
    assert writes_day_first(url, language) is day_first


def test_the_country_that_is_said_is_surest() -> None:
    assert writes_day_first("https://news.example.co.uk/story.html", "en-GB", "US") is False
    assert writes_day_first("https://news.example.com/story.html", "en", "GB") is True
    assert writes_day_first("https://news.example.com/story.html", "en-US", "ZA") is False  # South Africa writes both
