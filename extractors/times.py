"""Time expressions of an article, resolved against its publication date."""

from datetime import date

from spacy.tokens import Doc, Span

from extractors.annotations import published_of
from extractors.dates import Time, find_fixed_times, find_times

ANY_DAY = date(2000, 1, 3)


def find_time_spans(doc: Doc, anchor: date) -> list[tuple[Span, Time]]:
    """The time expressions of the doc, resolved against `anchor`, outside names ("The Sun on Sunday") and datelines."""
    found = []
    for time in find_times(doc.text, anchor, day_first=doc._.day_first):
        if time.is_dateline:
            continue
        span = doc.char_span(time.start_char, time.end_char, alignment_mode="expand")
        if span is not None and not any(token.ent_type_ for token in span):
            found.append((span, time))
    return found


def choose_anchor(doc: Doc) -> tuple[date, frozenset[Time] | None]:
    """The day that the doc's times are resolved against and, where it is not that of publication, those times alone
    that are known nevertheless; the others say only roughly how long ago they were.

    Without a publication date it is the latest day that the text names with its year, for most news is younger than
    what it tells by little.
    """
    published = published_of(doc)
    if published:
        return published, None
    fixed = find_fixed_times(doc.text, day_first=doc._.day_first)
    return max((time.start or time.end or ANY_DAY for time in fixed), default=ANY_DAY), frozenset(fixed)
