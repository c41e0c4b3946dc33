"""What news-please saved: a JSON file an article, or a JSON object a line.

The fields are those of https://github.com/fhamborg/news-please.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas import Page, Problem, Source
from sources.days import read_day, read_moment
from sources.files import read_file, read_lines, show_path
from sources.kinds.local import consume_given, read_new_files
from sources.kinds.means import Found, Means
from sources.kinds.records import make_record_page, parse_record

_FIELDS = ("maintext", "title", "date_publish", "url", "source_domain")


def discover_news_please(source: Source, means: Means) -> Iterator[Found]:
    """A page for each record, in breachwire's own shape; each file is consumed at its end."""
    return read_new_files(source.location, means, _is_json, _read_records)


def _is_json(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith((".json", ".jsonl"))


def _read_records(path: Path, validator: str) -> Iterator[Found]:
    is_lines = path.name.lower().removesuffix(".gz").endswith(".jsonl")
    return consume_given(_read_lines(path) if is_lines else _read_object(path), path, validator)


def _read_object(path: Path) -> Iterator[Found]:
    """The one record of a .json file, which may also hold a record a line."""
    shown = show_path(path)
    content = read_file(path, shown)
    if isinstance(content, Problem):
        # A file larger than one article may be has a record a line.
        yield from _read_lines(path) if content.code == "too_large" else [content]
    elif record := parse_record(content):
        yield _make_page(shown, record)
    else:
        yield from _read_lines(path)


def _read_lines(path: Path) -> Iterator[Found]:
    shown = show_path(path)
    number = 0
    for number, content in read_lines(path):
        if isinstance(content, Problem):
            yield content
        elif record := parse_record(content):
            yield _make_page(f"{shown}:{number}", record)
        else:
            detail = "The line is not a JSON object, as news-please writes them. Correct it, or take the file out."
            yield Problem(code="bad_record", reference=f"{shown}:{number}", detail=detail)
            if number == 1:
                return  # a file of another kind, whose every line would be told
    if not number:
        yield Problem(code="empty_page", reference=shown, detail="The file holds no record. Save the article again.")


def _make_page(reference: str, record: dict[str, Any]) -> Page | Problem:
    known = {name: value for name, value in record.items() if value not in (None, "", "None")}
    if not any(name in known for name in _FIELDS):
        detail = f"The record has none of news-please's fields ({', '.join(_FIELDS)}). Correct the source's kind."
        return Problem(code="bad_record", reference=reference, detail=detail)
    text = known.get("maintext")
    if not isinstance(text, str) or not text.strip():
        detail = "news-please found no text in this article (`maintext` is null). Give the article's page itself."
        return Problem(code="no_text", reference=reference, detail=detail)
    shaped = _shape_record(known)
    page = make_record_page(reference, json.dumps(shaped, ensure_ascii=False).encode("utf-8", "replace"), shaped)
    fetched = known.get("date_download")
    return page.model_copy(update={"fetched_at": read_moment(fetched) if isinstance(fetched, str) else None})


def _shape_record(known: dict[str, Any]) -> dict[str, str]:
    """The record with breachwire's keys; what the article's date may be is a day, or not there."""
    authors = known.get("authors")
    named = [one for one in authors if isinstance(one, str)] if isinstance(authors, list) else [authors]
    published = read_day(str(known.get("date_publish", "")))
    shaped = {
        "title": known.get("title"),
        "text": known["maintext"],
        "published": published.isoformat() if published else None,
        "url": known.get("url"),
        "outlet": known.get("source_domain"),
        "author": ", ".join(one for one in named if isinstance(one, str)),
        "doc": known.get("filename"),
    }
    return {name: value for name, value in shaped.items() if isinstance(value, str) and value}
