"""Articles made up for tests of the store, with the events that an extractor might find in them."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation, Problem
from store import open_store

PUBLISHED = date(2024, 5, 1)
TWO_STORIES = (
    "Norwood Clinic said on Monday that hackers took names and passwords of 5,000 patients in April. "
    "In another case, Brill Airways lost a disk with addresses of 900 staff."
)


def quote(text: str, words: str) -> Evidence:
    """Where the words stand first."""
    start = text.index(words)
    return Evidence.of(text, start, start + len(words))


def make_article(body: str = TWO_STORIES, number: int = 1, **values) -> Article:
    given = {"reference": f"news/{number}.html", "title": "Two breaches", "url": f"https://example.org/{number}"}
    return Article(**(given | {"published": PUBLISHED, "page_hash": f"hash {number}"} | values), body=body)


def make_event(article: Article, number: int, victim: str, **values) -> Event:
    given = {"prominence": "main", "status": "confirmed", "cause": "unknown", "cause_confidence": 0.5}
    given |= {"organisations": (organisation(article, victim),), "confidence": 0.75}
    return Event(event_id=f"{article.article_id}-{number}", article_id=article.article_id, **(given | values))


def organisation(article: Article, name: str, role: str = "victim") -> Organisation:
    return Organisation(name=name, role=role, named=True, evidence=quote(article.text, name), confidence=0.9)


def item(article: Article, category: str, words: str, status: str = "exposed") -> DataItem:
    return DataItem(category=category, status=status, evidence=quote(article.text, words), confidence=0.9)


def count(article: Article, number: int, unit: str = "people") -> Count:
    evidence = quote(article.text, f"{number:,}")
    return Count(min=number, max=number, approx=False, unit=unit, scope="total", evidence=evidence, confidence=0.9)


def day(article: Article, kind: str, words: str, start: date, end: date | None = None) -> EventDate:
    evidence = quote(article.text, words)
    return EventDate(kind=kind, start=start, end=end or start, rule="test", evidence=evidence, confidence=0.9)


def read(article: Article, version: str = "1") -> Extraction:
    """What an extractor finds in an article that is written as TWO_STORIES is."""
    text = article.text
    events = []
    if "Norwood Clinic" in text:
        patients = int(re.search(r"of ([\d,]+) patients", text)[1].replace(",", ""))
        events.append(
            make_event(
                article,
                1,
                "Norwood Clinic",
                cause="hacking",
                cause_evidence=quote(text, "hackers"),
                data=(item(article, "names", "names"), item(article, "credentials", "passwords")),
                affected=(count(article, patients),),
                dates=(day(article, "occurred", "April", date(2024, 4, 1), date(2024, 4, 30)),),
            )
        )
    if "Brill Airways" in text:
        lost = {"cause": "lost_or_stolen", "cause_evidence": quote(text, "lost a disk")}
        data = {"data": (item(article, "postal_addresses", "addresses"),), "affected": (count(article, 900),)}
        events.append(make_event(article, 2, "Brill Airways", **lost, **data))
    return Extraction(article=article, events=tuple(events), extractor_version=version)


def load_batches(path: Path | str, number: int, size: int, tell_ready: Callable[[], object] = lambda: None) -> None:
    """Load so many articles, each with a problem beside it, in batches of this size."""
    problems = [Problem(code="no_date", reference=f"{n}.txt", detail="No date.") for n in range(number)]
    tell_ready()
    for first in range(0, number, size):
        batch = [read(make_article(number=n)) for n in range(first, first + size)]
        with open_store(path, read_only=False, wait_seconds=30) as store:
            store.load(batch, problems[first : first + size], "run")
