"""Events: what one article tells of one data-security incident, each value with the words it rests on."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from schemas.articles import Article
from schemas.base import Contract
from schemas.vocabularies import CodeOf

CauseCode = Annotated[str, CodeOf("causes")]
RoleCode = Annotated[str, CodeOf("roles")]
CategoryCode = Annotated[str, CodeOf("data_categories")]
DataStatusCode = Annotated[str, CodeOf("data_statuses")]
StatusCode = Annotated[str, CodeOf("statuses")]
ProminenceCode = Annotated[str, CodeOf("prominences")]
UnitCode = Annotated[str, CodeOf("units")]
ScopeCode = Annotated[str, CodeOf("scopes")]
DateKindCode = Annotated[str, CodeOf("date_kinds")]
MOST = 2**53  # the largest whole number that every reader of the CSV keeps exactly
Bound = Annotated[int, Field(ge=0, le=MOST)]
Confidence = Annotated[float, Field(ge=0, le=1)]


class Evidence(Contract):
    """The span `[start, end)` of `article.text`, in characters, and the text it quotes."""

    start: NonNegativeInt
    end: PositiveInt
    quote: str

    @model_validator(mode="after")
    def _measure(self) -> Self:
        if self.end - self.start != len(self.quote) or not self.quote:
            raise ValueError(f"the quote {self.quote!r} does not fill [{self.start}, {self.end})")
        return self

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        """The evidence that `text[start:end]` gives."""
        return cls(start=start, end=end, quote=text[start:end])


class Organisation(Contract):
    """An organisation, group or person with its role in the event; `aliases` are its other names in the article."""

    name: str
    role: RoleCode
    named: bool
    aliases: tuple[Evidence, ...] = ()
    evidence: Evidence
    confidence: Confidence


class DataItem(Contract):
    """A kind of data said to be involved, or said not to be."""

    category: CategoryCode
    status: DataStatusCode
    evidence: Evidence
    confidence: Confidence


class Count(Contract):
    """How many were affected: inclusive bounds in whole units; null where the words leave a side open."""

    min: Bound | None
    max: Bound | None
    approx: bool
    unit: UnitCode
    scope: ScopeCode
    evidence: Evidence
    confidence: Confidence

    @model_validator(mode="after")
    def _bound(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("a count needs a bound; an unknown count is left out")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"count from {self.min} to {self.max}")
        return self


class EventDate(Contract):
    """An inclusive interval of days; null where the words leave a side open. `rule` names how it was resolved, `approx`
    tells that the words say "around" or "about"."""

    kind: DateKindCode
    start: date | None
    end: date | None
    approx: bool = False
    rule: str
    evidence: Evidence
    confidence: Confidence

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.start is None and self.end is None:
            raise ValueError("a date needs a start or an end")
        if self.start and self.end and self.start > self.end:
            raise ValueError(f"date from {self.start} to {self.end}")
        return self


class Event(Contract):
    """One data-security incident as one article tells it. `cause` is `unknown`, without evidence, where not stated."""

    event_id: str
    article_id: str
    prominence: ProminenceCode
    status: StatusCode
    status_evidence: Evidence | None = None
    cause: CauseCode
    cause_evidence: Evidence | None = None
    cause_confidence: Confidence
    organisations: tuple[Organisation, ...]
    data: tuple[DataItem, ...] = ()
    affected: tuple[Count, ...] = ()
    dates: tuple[EventDate, ...] = ()
    confidence: Confidence

    def all_evidence(self) -> Iterator[Evidence]:
        """Every span that a value of this event rests on."""
        for organisation in self.organisations:
            yield organisation.evidence
            yield from organisation.aliases
        yield from (item.evidence for item in self.data)
        yield from (count.evidence for count in self.affected)
        yield from (date.evidence for date in self.dates)
        yield from filter(None, (self.status_evidence, self.cause_evidence))


class Extraction(Contract):
    """An article with its events. Making one checks that `text[start:end] == quote` for every evidence.

    `copy_of` is the `article_id` of the article whose text this one repeats; the events are told there, and none here.
    """

    article: Article
    events: tuple[Event, ...]
    extractor_version: str
    copy_of: str | None = None

    @model_validator(mode="after")
    def _quote(self) -> Self:
        text = self.article.text
        if self.copy_of and self.events:
            raise ValueError(f"article {self.article.article_id} is a copy, and its events are those of {self.copy_of}")
        for event in self.events:
            if event.article_id != self.article.article_id:
                raise ValueError(f"event {event.event_id} belongs to article {event.article_id}")
            for evidence in event.all_evidence():
                if text[evidence.start : evidence.end] != evidence.quote:
                    raise ValueError(f"{evidence.quote!r} does not stand at [{evidence.start}, {evidence.end})")
        return self
