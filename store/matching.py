"""Which events of a new extraction are those that the store has already: they keep their ids."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas import Event

_ENOUGH_ALIKE = 0.5  # share of the quotes that two extractions have in common, where the victims are named differently


class Telling(NamedTuple):
    """What an event is known by: its victims, by all their names, and the words that its values rest on."""

    event_id: str
    victims: frozenset[str]
    quotes: frozenset[str]


def describe(event: Event) -> Telling:
    """What the event is known by."""
    victims = [one for one in event.organisations if one.role == "victim"]
    names = {name.casefold() for one in victims for name in (one.name, *(alias.quote for alias in one.aliases))}
    quotes = [item.evidence.quote for part in (event.data, event.affected, event.dates) for item in part]
    quotes += [one.evidence.quote for one in event.organisations if one.role != "victim"]
    quotes += [found.quote for found in (event.cause_evidence, event.status_evidence) if found]
    return Telling(event.event_id, frozenset(names), frozenset(quote.casefold() for quote in quotes))


def match_events(old: Sequence[Telling], new: Sequence[Telling]) -> dict[str, str]:
    """The stored id for each id of a new extraction whose event is told already.

    Two are the same where they have a victim's name in common and words of evidence too, or where each is the only
    event of that victim; or where half of the words are the same. The most alike are matched first.
    """
    only = _events_of_one_victim(old), _events_of_one_victim(new)
    pairs = [
        (score, -place_old, -place_new)
        for place_new, later in enumerate(new)
        for place_old, earlier in enumerate(old)
        if (score := _compare(earlier, later, only)) > 0
    ]
    matched: dict[str, str] = {}
    for _, place_old, place_new in sorted(pairs, reverse=True):
        earlier_id, later_id = old[-place_old].event_id, new[-place_new].event_id
        if later_id not in matched and earlier_id not in matched.values():
            matched[later_id] = earlier_id
    return matched


def _events_of_one_victim(tellings: Iterable[Telling]) -> frozenset[str]:
    """The victims' names that stand in one event alone."""
    numbers = Counter(name for telling in tellings for name in telling.victims)
    return frozenset(name for name, number in numbers.items() if number == 1)


def _compare(old: Telling, new: Telling, only: tuple[frozenset[str], frozenset[str]]) -> float:
    """How alike, 0 to 2; 0 where they are not the same event."""
    shared = old.victims & new.victims
    quotes = old.quotes & new.quotes
    alike = len(quotes) / (len(old.quotes | new.quotes) or 1)
    if shared and (quotes or shared & only[0] & only[1]):
        return 1 + alike
    return alike if alike >= _ENOUGH_ALIKE else 0
