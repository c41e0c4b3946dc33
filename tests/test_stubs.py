"""Pages that show no whole article are refused with a code, and honest ones that look like them are read."""

from collections import Counter

import pytest

from extractors.articles import read_article
from schemas import Article, MediaType, Page
from tests.stub_pages import ALL, StubPage


def _outcome(page: StubPage) -> str:
    read = read_article(Page(reference=page.name, media_type=MediaType.HTML, content=page.html.encode(), url=page.url))
    return "article" if isinstance(read, Article) else str(read.code)


@pytest.mark.parametrize("page", ALL, ids=lambda page: f"{page.expected}: {page.name}")
def test_stub_pages(page: StubPage) -> None:
    assert _outcome(page) == page.expected


def test_there_are_enough_of_each() -> None:
    numbers = Counter(page.expected for page in ALL)
    assert numbers.pop("article") >= 20
    assert set(numbers) == {"paywall", "cookie_wall", "live_blog", "video_page", "link_list"}
    assert min(numbers.values()) >= 8
