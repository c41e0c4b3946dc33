"""Time expressions of an article, resolved against its publication date."""

from spacy.tokens import Doc, Span

from extractors.annotations import published_of
from extractors.dates import Time, find_times


def find_time_spans(doc: Doc) -> list[tuple[Span, Time]]:
    """The time expressions of the doc, resolved against the publication date, outside names ("The Sun on Sunday") and
    datelines."""
    found = []
    for time in find_times(doc.text, published_of(doc), day_first=doc._.day_first):
        if time.is_dateline:
            continue
        span = doc.char_span(time.start_char, time.end_char, alignment_mode="expand")
        if span is not None and not any(token.ent_type_ for token in span):
            found.append((span, time))
    return found
