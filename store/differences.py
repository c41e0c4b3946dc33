"""What two versions of an event say differently, field by field, named as in corrections."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from schemas import Event


class Difference(NamedTuple):
    """A field, what it said and what it says; None where it says nothing."""

    field: str
    old: Any
    new: Any


def list_differences(old: Event | None, new: Event | None) -> list[Difference]:
    """The fields whose values differ; evidence and confidence are no values. `event` where there is but one of them."""
    if old is None or new is None:
        return [Difference("event", old and _name(old), new and _name(new))]
    before, after = dict(_list_fields(old)), dict(_list_fields(new))
    return [
        Difference(field, before.get(field), after.get(field))
        for field in dict.fromkeys((*before, *after))
        if before.get(field) != after.get(field)
    ]


def _name(event: Event) -> dict[str, Any]:
    return {"victims": [one.name for one in event.organisations if one.role == "victim"], "cause": event.cause}


def _list_fields(event: Event) -> Iterator[tuple[str, Any]]:
    yield "prominence", event.prominence
    yield "status", event.status
    yield "cause", event.cause
    fields: dict[str, list[Any]] = {}
    for one in event.organisations:
        fields.setdefault(f"organisations.{one.role}", []).append(one.name)
    for item in event.data:
        fields.setdefault(f"data.{item.category}", []).append(item.status)
    for count in event.affected:
        values = count.model_dump(include={"min", "max", "approx", "scope"})
        fields.setdefault(f"affected.{count.unit}", []).append(values)
    for when in event.dates:
        days = when.model_dump(mode="json", include={"start", "end"})
        fields.setdefault(f"dates.{when.kind}", []).append(days)
    yield from fields.items()
