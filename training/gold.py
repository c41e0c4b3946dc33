"""Reads annotated articles of the gold's shape and tells which candidates of the extractor they hold to be right."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from extractors.entities import name_words
from schemas import Article

_SUSPECT = re.compile(r"\b(?:hack|breach|leak|phish|malware|stolen|theft|cyber|spyware|virus|expos)", re.IGNORECASE)


class GoldArticle(NamedTuple):
    """An article with the events annotated for it, in the shape of the annotation guidelines."""

    article: Article
    events: list[dict[str, Any]]


def read_gold(folder: Path, part: str) -> list[GoldArticle]:
    """The articles of `PART.articles.jsonl` with their annotations of `PART.gold.jsonl`."""
    annotations = {line["doc"]: line["events"] for line in _read_lines(folder / f"{part}.gold.jsonl")}
    records = _read_lines(folder / f"{part}.articles.jsonl")
    return [GoldArticle(_article(record), annotations[record["doc"]]) for record in records]


def read_general_news(path: Path, most: int) -> list[Article]:
    """At most `most` articles, spread over a gzipped JSONL of general news, that speak of no incident in any words."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    innocent = [record for record in records if not _SUSPECT.search(record["text"])]
    return [
        _article({"doc": str(index), **innocent[index]}) for index in range(0, len(innocent), len(innocent) // most)
    ]


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _article(record: dict[str, Any]) -> Article:
    return Article(
        reference=record["doc"],
        doc=record["doc"],
        title=record.get("title") or "",
        body=record["text"],
        published=record["published"],
    )


def day_of(article: Article) -> date:
    """The publication date of an annotated article; raises `ValueError` where it has none."""
    if article.published is None:
        raise ValueError(f"{article.doc or article.reference} has no publication date")
    return article.published


def spans_of(text: str, wording: str, nth: int = 1) -> tuple[tuple[int, int] | None, list[tuple[int, int]]]:
    """Where the annotated wording stands: the place meant, and all other places."""
    places = [match.span() for match in re.finditer(re.escape(wording), text)]
    meant = places[nth - 1] if len(places) >= nth else None
    return meant, [place for place in places if place != meant]


def overlaps(start: int, end: int, place: tuple[int, int] | None) -> bool:
    return place is not None and start < place[1] and place[0] < end


def same_name(name: str, names: list[str]) -> bool:
    """True when a name is one of the others, or holds or is held by one of them."""
    mine = name_words(name)
    return any(mine and theirs and (mine <= theirs or theirs <= mine) for theirs in map(name_words, names))


def names_of(organisation: dict[str, Any]) -> list[str]:
    return [organisation["name"], *(organisation.get("aliases") or [])]
