"""Contracts laid out as rows: a dictionary from column to value for each row of each table of schema history."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from schemas import Article, Event, Evidence, Extraction, Problem, Run
from store.sectors import find_sector
from store.summaries import summarise

Row = dict[str, Any]
TableRows = dict[str, list[Row]]

EVENT_TABLES = ("events", "event_organisations", "event_data", "event_counts", "event_dates")
_PLAIN = {type(None), bool, int, float, date, datetime}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=2)  # it is asked for three times in a row
def identify_text(text: str) -> str:
    """The `text_id` of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def lay_out_article(extraction: Extraction, revision: int, run_id: str, now: datetime) -> Row:
    """The row of table `articles`; `now` is in UTC."""
    article = extraction.article
    return {
        "article_id": article.article_id,
        "revision_number": revision,
        "published_date": article.published,
        "date_source_code": article.date_source,
        "outlet": article.outlet,
        "author": article.author,
        "title": article.title,
        "text_id": identify_text(article.text),
        "url": article.url,
        "reference": article.reference,
        "source_name": article.source,
        "copy_of": extraction.copy_of,
        "doc": article.doc,
        "language_code": article.language,
        "page_hash": article.page_hash,
        "extractor_version": extraction.extractor_version,
        "run_id": run_id,
        "recorded_at": now,
    }


def lay_out_text(article: Article) -> Row:
    """The row of table `texts`."""
    return {"text_id": identify_text(article.text), "text": article.text}


def lay_out_events(
    events: Sequence[Event], published: date | None, now: datetime, corrected: Iterable[str] = ()
) -> TableRows:
    """The rows of the events of one article and of their parts; `corrected` are the ids that a person changed."""
    touched = set(corrected)
    rows: TableRows = {table: [] for table in EVENT_TABLES}
    for number, event in enumerate(events, 1):
        rows["events"].append(_event_row(number, event, published, event.event_id in touched, now))
        rows["event_organisations"] += _organisation_rows(event, now)
        rows["event_data"] += _data_rows(event, now)
        rows["event_counts"] += _count_rows(event, now)
        rows["event_dates"] += _date_rows(event, now)
    return rows


def lay_out_problem(problem: Problem, run_id: str, now: datetime) -> Row:
    """The row of table `problems`."""
    return {
        "problem_id": problem.problem_id,
        "problem_code": problem.code,
        "reference": problem.reference,
        "detail": problem.detail,
        "run_id": run_id,
        "loaded_at": now,
    }


def lay_out_run(run: Run) -> Row:
    """The row of table `runs`."""
    return {
        "run_id": run.run_id,
        "flow_name": run.flow,
        "state_code": run.state,
        "started_at": in_utc(run.started_at),
        "ended_at": run.ended_at and in_utc(run.ended_at),
        "reference_count": run.counts.references,
        "stopped_first_look_count": run.counts.stopped_first_look,
        "stopped_topic_count": run.counts.stopped_topic,
        "known_count": run.counts.known,
        "article_count": run.counts.articles,
        "copy_count": run.counts.copies,
        "revised_count": run.counts.revised,
        "event_count": run.counts.events,
        "problem_count": run.counts.problems,
        "versions": json.dumps(run.versions, sort_keys=True),
        "stage_seconds": json.dumps({stage: round(seconds, 3) for stage, seconds in run.seconds.items()}),
        "process_name": run.process,
    }


def lay_out_sources(run: Run) -> list[Row]:
    """The rows of table `source_runs`."""
    return [
        {
            "run_id": run.run_id,
            "source_name": one.source,
            "kind_code": one.kind,
            "started_at": in_utc(run.started_at),
            "found_count": one.found,
            "page_count": one.pages,
            "problem_count": one.problems,
        }
        for one in run.sources
    ]


def mend(values: Iterable[Any]) -> list[Any]:
    """The values with each lone surrogate, which UTF-8 cannot hold, made U+FFFD: one for one, so that offsets stand."""
    # Written for speed: a batch of 500 articles has 100,000 values, and hardly one that needs mending.
    return [
        value if (kind := type(value)) in _PLAIN or (kind is str and value.isascii()) else _mend(value)
        for value in values
    ]


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return mend(value)
    if isinstance(value, dict):
        return dict(zip(value, mend(value.values()), strict=True))
    return value


def _event_row(number: int, event: Event, published: date | None, is_corrected: bool, now: datetime) -> Row:
    return {
        "event_id": event.event_id,
        "article_id": event.article_id,
        "event_number": number,
        "prominence_code": event.prominence,
        "status_code": event.status,
        **_evidence_columns(event.status_evidence, "status_"),
        "cause_code": event.cause,
        **_evidence_columns(event.cause_evidence, "cause_"),
        "cause_confidence": event.cause_confidence,
        "confidence": event.confidence,
        "is_corrected": is_corrected,
        **summarise(event, published),
        "recorded_at": now,
    }


def _organisation_rows(event: Event, now: datetime) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "name": organisation.name,
            "role_code": organisation.role,
            "is_named": organisation.named,
            "sector_code": find_sector(organisation.name) if organisation.named else None,
            "aliases": [alias.quote for alias in organisation.aliases],
            "alias_evidence": [_evidence_columns(alias) for alias in organisation.aliases],
            **_evidence_columns(organisation.evidence),
            "confidence": organisation.confidence,
            "recorded_at": now,
        }
        for number, organisation in enumerate(event.organisations, 1)
    ]


def _data_rows(event: Event, now: datetime) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "category_code": item.category,
            "data_status_code": item.status,
            **_evidence_columns(item.evidence),
            "confidence": item.confidence,
            "recorded_at": now,
        }
        for number, item in enumerate(event.data, 1)
    ]


def _count_rows(event: Event, now: datetime) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "min_count": count.min,
            "max_count": count.max,
            "is_approx": count.approx,
            "unit_code": count.unit,
            "scope_code": count.scope,
            **_evidence_columns(count.evidence),
            "confidence": count.confidence,
            "recorded_at": now,
        }
        for number, count in enumerate(event.affected, 1)
    ]


def _date_rows(event: Event, now: datetime) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "kind_code": date.kind,
            "start_date": date.start,
            "end_date": date.end,
            "is_approx": date.approx,
            "rule_name": date.rule,
            **_evidence_columns(date.evidence),
            "confidence": date.confidence,
            "recorded_at": now,
        }
        for number, date in enumerate(event.dates, 1)
    ]


def _evidence_columns(evidence: Evidence | None, prefix: str = "") -> Row:
    return {
        f"{prefix}evidence_start": evidence and evidence.start,
        f"{prefix}evidence_end": evidence and evidence.end,
        f"{prefix}quote": evidence and evidence.quote,
    }


def in_utc(moment: datetime) -> datetime:
    """The moment as the store writes it: UTC, without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
