"""An event on its way to a VERIS incident, and what an incident says of the article."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from schemas import Event, Evidence
from store.exports.losses import Loss

_SENTENCE_END = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True)
class Source:
    """What an incident says of the article that tells it; `text` is what evidence counts characters of."""

    title: str
    outlet: str | None
    url: str
    published: date | None
    text: str


@dataclass
class Mapping:
    """An event on its way to an incident: what is already said of it, and what is lost."""

    event: Event
    source: Source
    incident: dict[str, Any] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def lose(self, place: str, value: object, reason: str) -> None:
        """Note that `value` cannot be held."""
        self.losses.append(Loss(self.event.event_id, place, str(value), reason))

    def told_at(self, evidence: Evidence | None) -> tuple[str, str]:
        """The words of a value, and the sentence around them; nothing where it rests on no words."""
        if evidence is None:
            return "", ""
        text = self.source.text
        start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, evidence.start)), default=0)
        after = _SENTENCE_END.search(text, evidence.end)
        return evidence.quote, text[start : after.start() if after else len(text)]

    def names(self, role: str) -> list[str]:
        """The named organisations in a role; those that are only described are lost."""
        mine = [one for one in self.event.organisations if one.role == role]
        for one in mine:
            if not one.named:
                self.lose(f"organisations.{role}", one.name, "described")
        return list(dict.fromkeys(one.name for one in mine if one.named))
