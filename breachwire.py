"""The front door for notebooks and scripts.

    import breachwire

    for event in breachwire.extract(text, published="2024-05-01").events:
        print(event.cause, [one.name for one in event.organisations])

    breachwire.open_store().sql("SELECT * FROM event_table").df()
    breachwire.open_store(as_of="2024-05-01").query("causes-by-quarter", since="2023-01-01").df()

Importing it is quick: each function imports what it needs when it is called first.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flows import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import Article, Extraction, Problem
    from store import Store

__all__ = ["UnreadableArticle", "__version__", "extract", "open_store", "read_article"]


class UnreadableArticle(ValueError):
    """No article could be read; `problem` says why by a code of the problems vocabulary."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.reference}: {problem.detail} ({problem.code})")
        self.problem = problem


def extract(
    article: Article | str,
    *,
    published: date | str | None = None,
    title: str = "",
    url: str | None = None,
    outlet: str | None = None,
    allow_undated: bool = False,
) -> Extraction:
    """Find the events that an article tells.

    `article` is what `read_article` gave, or plain text. With text, `published`
    is the day of its publication (a date or `YYYY-MM-DD`), without which "on
    Sunday" means nothing; with `allow_undated` it may be missing, and then only dates
    that the text tells with their year are found. An Article has its own day, title, address and
    outlet, so that none of these can be given with it. The events are `.events`
    of what is returned; their evidence counts characters of `.article.text`,
    which is the title, a newline and the text. Raises `ValueError` where the day
    is missing, or is none, or is given where it can't be.
    """
    from extractors import extract_events
    from schemas import Article

    if isinstance(article, str):
        day = _read_day(published)
        if day is None and not allow_undated:
            raise ValueError(
                "give the day of publication: extract(text, published='YYYY-MM-DD'), or allow_undated=True"
            )
        source = "user" if day else None
        article = Article(
            reference=url or "text",
            title=title,
            body=article,
            published=day,
            date_source=source,
            url=url,
            outlet=outlet,
        )
    elif published or title or url or outlet:
        raise ValueError("published, title, url and outlet are for plain text; an Article has its own")
    return extract_events([article])[0]


def read_article(
    html: str | bytes, *, url: str | None = None, published: date | str | None = None, allow_undated: bool = False
) -> Article:
    """Read the article that a web page holds; raise `UnreadableArticle` where there is none to be had.

    `published` (a date or `YYYY-MM-DD`) is the day of publication for a page that states none; a stated one stands.
    With `allow_undated` a page of which no date is known is read too; the article's `published` is None.
    """
    import extractors
    from schemas import MediaType, Page, Problem

    content = html.encode("utf-8", "replace") if isinstance(html, str) else html
    charset = "utf-8" if isinstance(html, str) else None
    page = Page(
        reference=url or "page",
        media_type=MediaType.HTML,
        content=content,
        url=url,
        charset=charset,
        published=_read_day(published),
    )
    article = extractors.read_article(page, allow_undated=allow_undated)
    if isinstance(article, Problem):
        raise UnreadableArticle(article)
    return article


def open_store(path: str | Path | None = None, *, as_of: date | str | None = None) -> Store:
    """Open the event store for reading; without a path, the one that `breachwire run` fills.

    Ask it with `.sql("SELECT …")`, or a saved question with `.query("NAME", since="2024-01-01")`; the answer has
    `.df()` and `.fetchall()`. With `as_of` (a day, meant to its end, or a moment; UTC) it answers as it would have
    answered then, so that a published figure can be told again. Close it with `.close()` or a `with` block. Raises
    `store.StoreError` where there is none, or `as_of` is no day or moment.
    """
    import store
    from flows.places import find_store

    return store.open_store(find_store(path), as_of=as_of)


def _read_day(day: date | str | None) -> date | None:
    return date.fromisoformat(day) if isinstance(day, str) else day
