"""Corrections applied to events: what a person said stands over what the extractor says, now and after.

Pure: takes events and corrections, gives events. Which fields there are tells `store.changes`.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from schemas import Count, DataItem, Event, EventDate, Evidence, Organisation
from schemas.corrections import Change, Correction
from store.changes import CODED_FIELDS, CorrectionError, read_count, read_interval

SURE = 1.0  # the confidence of what a person says
RULE = "correction"  # the rule of a date that a person gave


class Corrected(NamedTuple):
    """The events as they are with the corrections, the ids of those that were touched, and corrections without a hold:
    the words that they rest on are gone from the article."""

    events: list[Event]
    touched: set[str]
    stale: list[Correction]


def apply_corrections(text: str, events: Sequence[Event], corrections: Sequence[Correction]) -> Corrected:
    """The events of an article, whose text is `text`, with the corrections made in their order."""
    current = {event.event_id: event for event in events}
    touched: set[str] = set()
    stale: list[Correction] = []
    for correction in corrections:
        try:
            current = apply_correction(text, current, correction)
        except CorrectionError:
            stale.append(correction)
            continue
        touched |= {correction.event_id, _split_id(correction)}
    return Corrected(list(current.values()), touched & set(current), stale)


def apply_correction(text: str, events: dict[str, Event], correction: Correction) -> dict[str, Event]:
    """The events, by id, with one correction made; raises `CorrectionError` where it cannot be.

    A correction of an event that is not told changes nothing.
    """
    if correction.event_id not in events:
        return events
    changed = events | _apply(text, events, correction)
    gone = _list_gone(correction)
    return {event_id: event for event_id, event in changed.items() if event_id not in gone}


def apply_change(text: str, event: Event, change: Change) -> Event:
    """The event with one of its values changed; raises `CorrectionError` where that cannot be."""
    family, _, code = change.field.partition(".")
    if change.field == "is_event":
        return event
    if change.field in CODED_FIELDS:
        return _set_code(text, event, change)
    return _PART_CHANGES[family](text, event, code, change)


def _apply(text: str, events: dict[str, Event], correction: Correction) -> dict[str, Event]:
    event = events[correction.event_id]
    if correction.field == "merge":
        other = events.get(correction.value or "")
        if other is None or other is event:
            raise CorrectionError(
                f"There is no other event {correction.value} in the article; only events of one article can be merged."
            )
        return {event.event_id: _merge(event, other)}
    if correction.field == "split":
        return _split(event, correction)
    return {event.event_id: apply_change(text, event, correction)}


def _list_gone(correction: Correction) -> list[str]:
    """The ids that the correction takes away."""
    if correction.field == "merge":
        return [correction.value or ""]
    return [correction.event_id] if (correction.field, correction.value) == ("is_event", "no") else []


def _merge(event: Event, other: Event) -> Event:
    parts: dict[str, Any] = {}
    for part, key in (
        ("organisations", lambda one: (one.name.casefold(), one.role)),
        ("data", lambda one: (one.category, one.status)),
        ("affected", lambda one: (one.min, one.max, one.unit, one.scope)),
        ("dates", lambda one: (one.kind, one.start, one.end)),
    ):
        known = {key(one) for one in getattr(event, part)}
        parts[part] = (*getattr(event, part), *(one for one in getattr(other, part) if key(one) not in known))
    if event.cause == "unknown" and other.cause != "unknown":
        parts |= {name: getattr(other, name) for name in ("cause", "cause_evidence", "cause_confidence")}
    return event.model_copy(update=parts)


def _split_id(correction: Correction) -> str:
    raw = f"{correction.event_id}|split|{(correction.value or '').casefold()}"
    return hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:16] if correction.field == "split" else ""


def _split(event: Event, correction: Correction) -> dict[str, Event]:
    name = (correction.value or "").casefold()
    mine = [one for one in event.organisations if one.role == "victim" and one.name.casefold() == name]
    others = [one for one in event.organisations if one.role == "victim" and one not in mine]
    if not mine or not others:
        victims = "; ".join(one.name for one in event.organisations if one.role == "victim")
        raise CorrectionError(f"To split the event, give one of its several victims ({victims}).")
    rest = [one for one in event.organisations if one.role != "victim"]
    own_id = _split_id(correction)
    return {
        event.event_id: event.model_copy(update={"organisations": (*others, *rest)}),
        own_id: event.model_copy(update={"event_id": own_id, "organisations": (*mine, *rest)}),
    }


def _set_code(text: str, event: Event, change: Change) -> Event:
    values: dict[str, Any] = {change.field: change.value}
    if change.field == "cause":
        values |= {"cause_confidence": SURE}
        if change.value == "unknown":
            values |= {"cause_evidence": None}
    if change.quote and change.field != "prominence":
        values |= {f"{change.field}_evidence": find_words(text, change.quote)}
    return event.model_copy(update=values)


def _change_organisations(text: str, event: Event, role: str, change: Change) -> Event:
    name = change.value or ""
    mine = [one for one in event.organisations if one.role == role]
    same = [one for one in mine if one.name.casefold() == name.casefold()]
    if change.action == "drop" and not same:
        names = "; ".join(one.name for one in mine) or "none"
        raise CorrectionError(f"The event has no {role} {name!r}; it has {names}.")
    dropped = {"set": mine, "drop": same, "add": []}[change.action]
    kept = [one for one in event.organisations if one not in dropped or (change.action == "set" and one in same)]
    if name and change.action != "drop" and not same:
        words = change.quote or _find_name(text, name, event)
        if words is None:
            raise CorrectionError(f"{name!r} is not in the article; give the words that stand for it with --quote.")
        evidence = find_words(text, words)
        kept.append(Organisation(name=name, role=role, named=True, evidence=evidence, confidence=SURE))
    if not any(one.role == "victim" for one in kept):
        raise CorrectionError("An event needs a victim; if it is no event, say is_event=no.")
    return event.model_copy(update={"organisations": tuple(kept)})


def _find_name(text: str, name: str, event: Event) -> str | None:
    """The words for the name: itself where the article has it, else those of the same organisation in another role."""
    if name.casefold() in text.casefold():
        return name
    return next(
        (one.evidence.quote for one in event.organisations if one.name.casefold() == name.casefold()),
        None,
    )


def _change_data(text: str, event: Event, category: str, change: Change) -> Event:
    mine = [item for item in event.data if item.category == category]
    kept = [item for item in event.data if item.category != category]
    if change.value:
        evidence = _choose_evidence(text, change, mine)
        kept.append(DataItem(category=category, status=change.value, evidence=evidence, confidence=SURE))
    return event.model_copy(update={"data": tuple(kept)})


def _change_counts(text: str, event: Event, unit: str, change: Change) -> Event:
    mine = [one for one in event.affected if one.unit == unit and (one.scope == "total" or not change.value)]
    kept = [one for one in event.affected if one not in mine]
    if change.value:
        low, high, approx = read_count(change.value)
        evidence = _choose_evidence(text, change, mine)
        kept.append(
            Count(min=low, max=high, approx=approx, unit=unit, scope="total", evidence=evidence, confidence=SURE)
        )
    return event.model_copy(update={"affected": tuple(kept)})


def _change_dates(text: str, event: Event, kind: str, change: Change) -> Event:
    mine = [one for one in event.dates if one.kind == kind]
    kept = [one for one in event.dates if one.kind != kind]
    if change.value:
        start, end = read_interval(change.value)
        evidence = _choose_evidence(text, change, mine)
        kept.append(EventDate(kind=kind, start=start, end=end, rule=RULE, evidence=evidence, confidence=SURE))
    return event.model_copy(update={"dates": tuple(kept)})


_PART_CHANGES: dict[str, Callable[[str, Event, str, Change], Event]] = {
    "organisations": _change_organisations,
    "data": _change_data,
    "affected": _change_counts,
    "dates": _change_dates,
}


def _choose_evidence(text: str, change: Change, replaced: Sequence[DataItem | Count | EventDate]) -> Evidence:
    """The words given, else those of the value that is replaced."""
    if change.quote:
        return find_words(text, change.quote)
    if replaced:
        return replaced[0].evidence
    raise CorrectionError(f"Say which words of the article tell {change.field}, with --quote “the words”.")


def find_words(text: str, words: str) -> Evidence:
    """Where the words stand first in the text, in their own case or, failing that, in any; raises `CorrectionError`."""
    start = text.find(words)
    if start < 0:
        found = re.search(re.escape(words), text, re.IGNORECASE)
        if not found:
            raise CorrectionError(f"The article does not say {words!r}; give words that it has, exactly.")
        start, words = found.start(), found[0]
    return Evidence(start=start, end=start + len(words), quote=words)
