"""Corrections: what a person changes in an event, kept beside it so that no re-extraction overwrites it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from schemas.base import Contract
from schemas.vocabularies import CodeOf

ActionCode = Annotated[str, CodeOf("correction_actions")]


class Change(Contract):
    """What is to be changed: `cause=ransomware` sets, `organisations.victim+=Acme` adds, `…-=…` drops.

    An empty value takes the field's values away. `quote` are the words of the article that the new value rests on.
    """

    field: str
    action: ActionCode
    value: str | None = None
    quote: str | None = None


class Correction(Change):
    """A change made to an event by somebody, for a reason; `undone_by` took it back. Times are UTC."""

    correction_id: str
    article_id: str
    event_id: str
    note: Annotated[str, Field(min_length=1)]
    corrected_by: Annotated[str, Field(min_length=1)]
    corrected_at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None
