"""Contracts laid out as rows: a dictionary from column to value for each row of each table."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from schemas import Evidence, Extraction, Problem, Run
from schemas.events import Event

Row = dict[str, Any]
TableRows = dict[str, list[Row]]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def list_rows(extractions: Iterable[Extraction], problems: Iterable[Problem], run_id: str) -> TableRows:
    """The rows of every table that a batch fills, stamped with the run and the present time."""
    stamp = {"run_id": run_id, "loaded_at": datetime.now(UTC).replace(tzinfo=None)}
    extractions = list(extractions)
    events = [(number, event) for extraction in extractions for number, event in enumerate(extraction.events, 1)]
    return {
        "articles": [_article_row(extraction) | stamp for extraction in extractions],
        "events": [_event_row(number, event) for number, event in events],
        "event_organisations": [row for _, event in events for row in _organisation_rows(event)],
        "event_data": [row for _, event in events for row in _data_rows(event)],
        "event_counts": [row for _, event in events for row in _count_rows(event)],
        "event_dates": [row for _, event in events for row in _date_rows(event)],
        "problems": [_problem_row(problem) | stamp for problem in problems],
    }


def lay_out_run(run: Run) -> Row:
    """The row of table `runs`."""
    return {
        "run_id": run.run_id,
        "flow_name": run.flow,
        "state_code": run.state,
        "started_at": _in_utc(run.started_at),
        "ended_at": run.ended_at and _in_utc(run.ended_at),
        "reference_count": run.counts.references,
        "known_count": run.counts.known,
        "article_count": run.counts.articles,
        "event_count": run.counts.events,
        "problem_count": run.counts.problems,
        "versions": json.dumps(run.versions, sort_keys=True),
    }


def mend(value: Any) -> Any:
    """`value` with every lone surrogate, which UTF-8 cannot hold, made U+FFFD: one for one, so that offsets stand."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [mend(item) for item in value]
    if isinstance(value, dict):
        return {name: mend(item) for name, item in value.items()}
    return value


def _article_row(extraction: Extraction) -> Row:
    article = extraction.article
    return {
        "article_id": article.article_id,
        "published_date": article.published,
        "outlet": article.outlet,
        "author": article.author,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "reference": article.reference,
        "doc": article.doc,
        "language_code": article.language,
        "page_hash": article.page_hash,
        "extractor_version": extraction.extractor_version,
    }


def _event_row(number: int, event: Event) -> Row:
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
    }


def _organisation_rows(event: Event) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "name": organisation.name,
            "role_code": organisation.role,
            "is_named": organisation.named,
            "aliases": [alias.quote for alias in organisation.aliases],
            "alias_evidence": [_evidence_columns(alias) for alias in organisation.aliases],
            **_evidence_columns(organisation.evidence),
            "confidence": organisation.confidence,
        }
        for number, organisation in enumerate(event.organisations, 1)
    ]


def _data_rows(event: Event) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "category_code": item.category,
            "data_status_code": item.status,
            **_evidence_columns(item.evidence),
            "confidence": item.confidence,
        }
        for number, item in enumerate(event.data, 1)
    ]


def _count_rows(event: Event) -> list[Row]:
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
        }
        for number, count in enumerate(event.affected, 1)
    ]


def _date_rows(event: Event) -> list[Row]:
    return [
        {
            "event_id": event.event_id,
            "item_number": number,
            "kind_code": date.kind,
            "start_date": date.start,
            "end_date": date.end,
            "rule_name": date.rule,
            **_evidence_columns(date.evidence),
            "confidence": date.confidence,
        }
        for number, date in enumerate(event.dates, 1)
    ]


def _problem_row(problem: Problem) -> Row:
    return {
        "problem_id": problem.problem_id,
        "problem_code": problem.code,
        "reference": problem.reference,
        "detail": problem.detail,
    }


def _evidence_columns(evidence: Evidence | None, prefix: str = "") -> Row:
    return {
        f"{prefix}evidence_start": evidence and evidence.start,
        f"{prefix}evidence_end": evidence and evidence.end,
        f"{prefix}quote": evidence and evidence.quote,
    }


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
