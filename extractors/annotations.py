"""What components leave on a doc for `build_events`: one span group each, with what was found behind each span."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from spacy.tokens import Doc, Span, SpanGroup

from extractors.counts import Quantity
from extractors.dates import Time

FINDINGS = "findings"

Doc.set_extension("published", default=None, force=True)  # the publication date; None where it is not known
Doc.set_extension("day_first", default=None, force=True)  # whether the outlet writes 4 May as "04/05"; None if unknown


class Finding(NamedTuple):
    """A labelled span with its probability. `of` says whose mention it is (organisations), `status` is the polarity of
    data or the scope of a count; `quantity` and `time` are what the words resolve to."""

    span: Span
    label: str
    confidence: float
    of: str = ""
    status: str = ""
    quantity: Quantity | None = None
    time: Time | None = None
    sentence: int = -1  # the first token of the sentence it stands in; `write_findings` fills it in


def write_findings(doc: Doc, group: str, findings: Iterable[Finding]) -> Doc:
    """Set `doc.spans[group]`, each span labelled, with the findings beside them in its `attrs`."""
    listed = [one._replace(sentence=one.span.sent.start) for one in findings]
    spans = [Span(doc, one.span.start, one.span.end, label=one.label, kb_id=one.of) for one in listed]
    doc.spans[group] = SpanGroup(doc, name=group, spans=spans, attrs={FINDINGS: listed})
    return doc


def read_findings(doc: Doc, group: str) -> list[Finding]:
    """What was found in a span group; empty where no component wrote it."""
    return list(doc.spans[group].attrs[FINDINGS]) if group in doc.spans else []


def published_of(doc: Doc) -> date | None:
    """The publication date that times are resolved against, or None where it is not known; raises `ValueError` where
    something else was set."""
    published = doc._.published
    if published is not None and not isinstance(published, date):
        raise ValueError(f"doc._.published is a date or None, not {published!r}")
    return published
