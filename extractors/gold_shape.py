"""Events in the shape of the annotation guidelines, one JSON object an article."""

from typing import Any

from schemas import Event, Evidence, Extraction, Organisation


def to_gold(extraction: Extraction) -> dict[str, Any]:
    """The `{"doc": …, "events": […]}` object; `doc` is the record's own identifier, else the article's."""
    article = extraction.article
    return {
        "doc": article.doc or article.article_id,
        "events": [_event(article.text, one) for one in extraction.events],
    }


def _event(text: str, event: Event) -> dict[str, Any]:
    shaped: dict[str, Any] = {"prominence": event.prominence, "status": event.status, "cause": event.cause}
    if event.cause_evidence:
        shaped["cause_text"] = event.cause_evidence.quote
    shaped["organisations"] = [_organisation(text, one) for one in event.organisations]
    shaped["data"] = [
        {**_quote(text, item.evidence), "category": item.category, "status": item.status} for item in event.data
    ]
    shaped["affected"] = [
        {**_quote(text, count.evidence), **count.model_dump(include={"min", "max", "approx", "unit", "scope"})}
        for count in event.affected
    ]
    shaped["dates"] = [
        {**_quote(text, date.evidence), **date.model_dump(mode="json", include={"kind", "start", "end"})}
        for date in event.dates
    ]
    return shaped


def _organisation(text: str, one: Organisation) -> dict[str, Any]:
    """With a name that stands in the article: one that a person gave may not."""
    name = one.name if one.name in text else one.evidence.quote
    return {"name": name, "role": one.role, "named": one.named, "aliases": [alias.quote for alias in one.aliases]}


def _quote(text: str, evidence: Evidence) -> dict[str, Any]:
    """The quoted text, with `nth` where its first occurrence is not the one meant (counted as `str.count` counts)."""
    nth = text.count(evidence.quote, 0, evidence.start) + 1
    return {"text": evidence.quote} | ({"nth": nth} if nth > 1 else {})
