"""What an export cannot hold of an event, each value with the reason."""

from collections.abc import Iterator
from typing import NamedTuple

from schemas import Count, DataItem, Event, EventDate, Evidence, Organisation
from store.exports.veris_terms import read_rules


class Loss(NamedTuple):
    """A value that is left out, or is told less exactly; the reason is a key of `losses` in `veris.toml`."""

    event_id: str
    field: str
    value: str
    reason: str


HEAD = ("event_id", "field", "value", "reason")


def lay_out(loss: Loss) -> tuple[str, str, str, str]:
    """The row of the report, its reason in a sentence."""
    return (*loss[:3], read_rules()["losses"][loss.reason])


def list_lost_everywhere(event: Event) -> Iterator[Loss]:
    """What VERIS has no place for in any event: the words behind the values, other names, how sure each value is."""

    def lose(field: str, value: object, reason: str) -> Loss:
        return Loss(event.event_id, field, str(value), reason)

    yield lose("confidence", event.confidence, "confidence")
    yield lose("prominence", event.prominence, "prominence")
    if event.status_evidence:
        yield lose("status.evidence", word_evidence(event.status_evidence), "evidence")
    yield lose("cause.confidence", event.cause_confidence, "confidence")
    if event.cause_evidence:
        yield lose("cause.evidence", word_evidence(event.cause_evidence), "evidence")
    for field, part in _parts(event):
        yield lose(f"{field}.evidence", word_evidence(part.evidence), "evidence")
        yield lose(f"{field}.confidence", part.confidence, "confidence")
    for one in event.organisations:
        for alias in one.aliases:
            yield lose(f"organisations.{one.role}.alias", f"{one.name}: {word_evidence(alias)}", "alias")


def word_evidence(evidence: Evidence) -> str:
    """Where the words stand in the article's text, and the words."""
    return f"{evidence.start}-{evidence.end}: {evidence.quote}"


def _parts(event: Event) -> Iterator[tuple[str, Organisation | DataItem | Count | EventDate]]:
    yield from ((f"organisations.{one.role}", one) for one in event.organisations)
    yield from ((f"data.{one.category}", one) for one in event.data)
    yield from ((f"affected.{one.unit}", one) for one in event.affected)
    yield from ((f"dates.{one.kind}", one) for one in event.dates)
