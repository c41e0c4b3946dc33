"""JSONL files of articles, as breachwire and others export them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas import MediaType, Page, Problem, Source
from sources.days import read_day
from sources.files import read_lines, show_path
from sources.kinds.local import consume_given, read_new_files
from sources.kinds.means import Found, Means
from sources.locations import is_address

_ENDINGS = (".jsonl", ".jsonl.gz")


def discover_records(source: Source, means: Means) -> Iterator[Found]:
    """A page for each line of a JSONL file, or of those in a folder; each file is consumed at its end."""
    return read_new_files(source.location, means, _is_lines, _read_records)


def _is_lines(path: Path) -> bool:
    return path.name.lower().endswith(_ENDINGS)


def _read_records(path: Path, validator: str) -> Iterator[Found]:
    return consume_given(_read_lines(path), path, validator)


def _read_lines(path: Path) -> Iterator[Found]:
    shown = show_path(path)
    number = 0
    for number, content in read_lines(path):
        if isinstance(content, Problem):
            yield content
            continue
        record = parse_record(content)
        if number == 1 and (problem := _find_events(record, shown)):
            yield problem
            return
        yield make_record_page(f"{shown}:{number}", content, record)
    if not number:
        detail = "The file holds no record. Give a JSONL file with an article a line."
        yield Problem(code="empty_source", reference=shown, detail=detail)


def _find_events(record: dict[str, Any], shown: str) -> Problem | None:
    """The problem of an export of events, or of anything else whose first line has no text of an article."""
    if "event_id" not in record or "text" in record:
        return None
    detail = "These are events that breachwire exported, not articles. Give a JSONL file with `text` and `published`."
    return Problem(code="wrong_content", reference=shown, detail=detail)


def parse_record(content: bytes) -> dict[str, Any]:
    """The JSON object of a line; empty where it is none, which reading the article says."""
    try:
        record = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def make_record_page(reference: str, content: bytes, record: dict[str, Any]) -> Page:
    """The page of a record in breachwire's own shape, with the address and the day that it states."""
    url, published = record.get("url"), record.get("published")
    day = read_day(published) if isinstance(published, str) else None
    return Page(
        reference=reference,
        media_type=MediaType.RECORD,
        content=content,
        url=url if isinstance(url, str) and is_address(url) else None,
        published=day,
        published_source="record" if day else None,
    )
