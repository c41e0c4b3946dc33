"""Dates of events: finds the time expressions of an article and weighs what each says of the incident."""

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.annotations import Finding, published_of, write_findings
from extractors.contexts import near_features, own_features, place_features, sentence_features
from extractors.dates import Time, find_times
from extractors.weighing import read_weights

GROUP = "times"


def find_time_spans(doc: Doc) -> list[tuple[Span, Time]]:
    """The time expressions of the doc, resolved against the publication date, outside names ("The Sun on Sunday")."""
    found = []
    for time in find_times(doc.text, published_of(doc)):
        span = doc.char_span(time.start_char, time.end_char, alignment_mode="expand")
        if span is not None and not any(token.ent_type_ for token in span):
            found.append((span, time))
    return found


_LENGTHS = {1: "a day", 32: "up to a month", 300: "months"}
_AGES = {0: "later", 8: "days", 60: "weeks", 365: "months"}


def _size(days: int, names: dict[int, str]) -> str:
    """The name of the first limit that is more than `days`."""
    return next((name for limit, name in names.items() if days < limit), "years")


def time_features(span: Span, time: Time) -> dict[str, float]:
    """What tells whether a time expression dates the incident, its discovery or its disclosure."""
    published = published_of(span.doc)
    start, end = time.start or time.end or published, time.end or published
    length, age = (end - start).days, (published - end).days
    features = {
        f"rule:{time.rule}": 1.0,
        f"length:{_size(length, _LENGTHS)}": 1.0,
        f"age:{_size(age, _AGES)}": 1.0,
    }
    return features | near_features(span) | sentence_features(span.sent) | own_features(span) | place_features(span)


@Language.component("breachwire_times")
def find_event_times(doc: Doc) -> Doc:
    """Write `doc.spans["times"]`: label is the likeliest kind of date."""
    weights = read_weights("times")
    findings = []
    for span, time in find_time_spans(doc):
        kind, confidence = weights.choose(time_features(span, time))
        findings.append(Finding(span, kind, confidence, time=time))
    return write_findings(doc, GROUP, findings)
