"""Sorts the spans that the components found into events: which victims belong together, and which values are whose."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from spacy.tokens import Doc, Span

from extractors.affected import GROUP as COUNTS
from extractors.annotations import Finding, read_findings
from extractors.causes import GROUP as CAUSES
from extractors.causes import choose_cause
from extractors.data_items import GROUP as DATA_ITEMS
from extractors.descriptions import LABEL as DESCRIBED
from extractors.frames import introduction_end
from extractors.names import PLACE
from extractors.organisations import GROUP as ORGANISATIONS
from extractors.prominence import BACKGROUND, MAIN, is_recalled
from extractors.rules import read_rules
from extractors.statuses import GROUP as STATUSES
from extractors.times import GROUP as TIMES
from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Organisation

EARLY_SENTENCES = 4


@dataclass
class Party:
    """An organisation, group or person of the article: its mentions in reading order and how likely each role is."""

    name: str
    mentions: list[Span]
    roles: dict[str, float]

    @cached_property
    def sentences(self) -> set[int]:
        """The sentences that name it, by their first token."""
        return {mention.sent.start for mention in self.mentions}

    @cached_property
    def subject_sentences(self) -> set[int]:
        """The sentences that name it outside their introduction, by their first token."""
        return {mention.sent.start for mention in self.mentions if mention.start > introduction_end(mention.sent)}


class Story(NamedTuple):
    """One event in the making: its victims, surest first, and the sentences that tell it, by their first token."""

    victims: list[Party]
    sentences: set[int]


def build_events(article: Article, doc: Doc) -> tuple[Event, ...]:
    """The events that the annotated `doc` of `article` tells, in reading order of their victims."""
    parties = gather_parties(read_findings(doc, ORGANISATIONS))
    stories = [part for story in divide_stories(doc, parties) for part in split_earlier(doc, story)]
    events = [_build(article, doc, story, stories, parties) for story in stories]
    return tuple(event for event in events if _is_told(event))


def _is_told(event: Event) -> bool:
    """An event needs a fact beside its victim."""
    return bool(event.cause_evidence or event.data or event.affected or event.dates)


@cache
def _limit(name: str) -> float:
    return float(read_rules("events")[name])


def gather_parties(findings: Iterable[Finding]) -> list[Party]:
    """The parties behind the findings of the organisations group, in reading order."""
    parties: dict[str, Party] = {}
    for found in findings:
        party = parties.setdefault(found.of, Party(found.of, [], {}))
        if not any(mention.start == found.span.start for mention in party.mentions):
            party.mentions.append(found.span)
        party.roles[found.label] = found.confidence
    return sorted(parties.values(), key=lambda party: party.mentions[0].start)


def divide_stories(doc: Doc, parties: list[Party]) -> list[Story]:
    """A story for each victim or group of victims told together, in reading order; none where none is sure enough."""
    victims = sorted(parties, key=lambda party: -_victim_chance(party))
    if doc._.incident_chance < _limit("article"):
        return []
    groups: list[list[Party]] = []
    own_sentences = _own_sentences(doc, victims)
    for victim in victims:
        chance = _victim_chance(victim)
        group = next((group for group in groups if _told_together(victim, group[0])), None)
        needed = "event" if not groups else "told_event" if victim.name in own_sentences else "other_event"
        if group and chance >= _limit("same_event"):
            group.append(victim)
        elif not group and chance >= _limit(needed):
            groups.append([victim])
    return _divide_sentences(doc, groups) if groups else []


def _victim_chance(party: Party) -> float:
    """Descriptions and places are discounted: most articles that begin with "a hospital" name it soon after."""
    discount = {DESCRIBED: "described", PLACE: "place"}.get(party.mentions[0].label_)
    return party.roles.get("victim", 0.0) * (_limit(discount) if discount else 1)


def _own_sentences(doc: Doc, victims: list[Party]) -> set[str]:
    """The names of the parties that are the likeliest victim in a sentence that words a cause."""
    causes = {found.sentence for found in read_findings(doc, CAUSES)}
    surest: dict[int, str] = {}
    for victim in victims:
        for sentence in victim.sentences & causes:
            surest.setdefault(sentence, victim.name)
    return set(surest.values())


def _told_together(one: Party, other: Party) -> bool:
    shared = one.subject_sentences & other.subject_sentences
    return len(shared) >= max(1, _limit("shared_sentences") * min(len(one.sentences), len(other.sentences)))


def _divide_sentences(doc: Doc, groups: list[list[Party]]) -> list[Story]:
    """Give each sentence to the story whose victim it names first, else to the one told just before it.

    The stories are in reading order; what comes before any victim is named is the first one's.
    """
    stories = [Story(group, set()) for group in sorted(groups, key=_first_mention)]
    first_named = {
        mention.sent.start: story
        for story in reversed(stories)
        for victim in story.victims
        for mention in victim.mentions
        if mention.start > introduction_end(mention.sent)
    }
    current = stories[0]
    for sent in doc.sents:
        current = first_named.get(sent.start, current)
        current.sentences.add(sent.start)
    return stories


def _first_mention(victims: list[Party]) -> int:
    return min(victim.mentions[0].start for victim in victims)


def split_earlier(doc: Doc, story: Story) -> list[Story]:
    """The story, and apart from it an earlier incident of the same victim that it recalls ("In 2021 it lost …")."""
    times = [found for found in read_findings(doc, TIMES) if found.sentence in story.sentences and found.time]
    old = {found.sentence for found in times if _age(doc, found) > _limit("earlier_days")}
    recent = {found.sentence for found in times} - old
    worded = {found.sentence for found in read_findings(doc, CAUSES)}
    recalled: set[int] = set()
    goes_on_at = None  # the token behind the sentence recalled before, where no line break ends that
    for start in sorted(story.sentences):
        opens = start in old & worded and any(one < start for one in recent)
        if opens or (start == goes_on_at and start not in recent):
            recalled.add(start)
            sent = doc[start].sent
            goes_on_at = None if sent[-1].is_space else sent.end
    if not _has_facts(doc, recalled) or recalled == story.sentences:
        return [story]
    named = [victim for victim in story.victims if victim.sentences & recalled]
    last_named = max(story.victims, key=lambda victim: _last_mention(victim, min(recalled)))
    return [Story(story.victims, story.sentences - recalled), Story(named or [last_named], recalled)]


def _last_mention(party: Party, before: int) -> int:
    """The last mention that begins before a token; -1 where there is none."""
    return max((mention.start for mention in party.mentions if mention.start < before), default=-1)


def _has_facts(doc: Doc, sentences: set[int]) -> bool:
    """Whether sentences tell data or a count; a date and a cause alone are too little for an event recalled."""
    facts = [(found, "data") for found in read_findings(doc, DATA_ITEMS)]
    facts += [(found, "count") for found in read_findings(doc, COUNTS)]
    return any(found.sentence in sentences and found.confidence >= _limit(limit) for found, limit in facts)


def _age(doc: Doc, found: Finding) -> int:
    """Days from the end of a time to the publication; an open end is the publication itself."""
    end = found.time.end if found.time and found.time.end else doc._.published
    return int((doc._.published - end).days)


def _build(article: Article, doc: Doc, story: Story, stories: list[Story], parties: list[Party]) -> Event:
    def told(group: str) -> list[Finding]:
        return [found for found in read_findings(doc, group) if found.sentence in story.sentences]

    cause = choose_cause(doc, story.sentences)
    organisations = _choose_organisations(story, stories, parties)
    status = _choose_status(told(STATUSES), story)
    name = story.victims[0].name
    return Event(
        event_id=_identify(article, name, stories.index(story)),
        article_id=article.article_id,
        prominence=_choose_prominence(doc, story, stories),
        status=status.label if status else "confirmed",
        status_evidence=_evidence(status.span) if status else None,
        cause=cause.label if cause else "unknown",
        cause_evidence=_evidence(cause.span) if cause else None,
        cause_confidence=_round(cause.confidence) if cause else 0.5,
        organisations=organisations,
        data=_choose_data(told(DATA_ITEMS), only_claimed=status is not None),
        affected=_choose_counts(told(COUNTS)),
        dates=_choose_dates(told(TIMES)),
        confidence=_round(story.victims[0].roles["victim"]),
    )


def _evidence(span: Span) -> Evidence:
    return Evidence(start=span.start_char, end=span.end_char, quote=span.text)  # doc.text is made anew each time


def _round(confidence: float) -> float:
    return round(min(max(confidence, 0.0), 1.0), 3)


def _identify(article: Article, victim: str, number: int) -> str:
    raw = f"{article.article_id}|{victim.casefold()}|{number}"
    return hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:16]


def _choose_prominence(doc: Doc, story: Story, stories: list[Story]) -> str:
    """What the article leads with is main; of the rest, what it only recalls or tells in a sentence is background."""
    before = stories[: stories.index(story)]
    if not before:
        return MAIN
    again = any(story.victims == other.victims for other in before)
    return BACKGROUND if again or len(story.sentences) < 2 or is_recalled(doc, story.sentences) else MAIN


def _choose_status(findings: list[Finding], story: Story) -> Finding | None:
    """A denial or an early claim, where nothing in the story confirms it; None for confirmed."""
    first = {found.label: found for found in reversed(findings)}
    if "confirmed" in first:
        return None
    early = sorted(story.sentences)[:EARLY_SENTENCES]
    claim = first.get("alleged")
    return first.get("denied") or (claim if claim and claim.sentence in early else None)


def _choose_organisations(story: Story, stories: list[Story], parties: list[Party]) -> tuple[Organisation, ...]:
    chosen = [(party, "victim") for party in story.victims]
    victims = {party.name for other in stories for party in other.victims}
    for party in parties:
        role = max((role for role in party.roles if role != "victim"), key=lambda role: party.roles[role], default=None)
        if role and party.name not in victims and party.roles[role] >= _limit(role) and _home(party, stories) is story:
            chosen.append((party, role))
    return tuple(_organisation(party, role) for party, role in chosen)


def _home(party: Party, stories: list[Story]) -> Story:
    """The story that names the party most, the earlier one on a tie."""
    return max(stories, key=lambda story: (len(party.sentences & story.sentences), -stories.index(story)))


def _organisation(party: Party, role: str) -> Organisation:
    name = next(mention for mention in party.mentions if mention.text == party.name)
    others = {mention.text: mention for mention in reversed(party.mentions) if mention.text != party.name}
    return Organisation(
        name=party.name,
        role=role,
        named=name.label_ != DESCRIBED,
        aliases=tuple(_evidence(mention) for mention in sorted(others.values(), key=lambda span: span.start)),
        evidence=_evidence(name),
        confidence=_round(party.roles[role]),
    )


def _choose_data(findings: list[Finding], *, only_claimed: bool) -> tuple[DataItem, ...]:
    items = {
        (found.label, found.status, found.span.text.lower()): DataItem(
            category=found.label,
            status="possible" if only_claimed and found.status == "exposed" else found.status,
            evidence=_evidence(found.span),
            confidence=_round(found.confidence),
        )
        for found in reversed(findings)
        if found.confidence >= _limit("data")
    }
    return tuple(reversed(items.values()))


def _choose_counts(findings: list[Finding]) -> tuple[Count, ...]:
    counts = {
        (found.quantity.min, found.quantity.max, found.label): Count(
            min=found.quantity.min,
            max=found.quantity.max,
            approx=found.quantity.approx,
            unit=found.label,
            scope=found.status,
            evidence=_evidence(found.span),
            confidence=_round(found.confidence),
        )
        for found in reversed(findings)
        if found.quantity and found.confidence >= _limit("count")
    }
    return tuple(reversed(counts.values()))


def _choose_dates(findings: list[Finding]) -> tuple[EventDate, ...]:
    dates = {
        (found.label, found.time.start, found.time.end): EventDate(
            kind=found.label,
            start=found.time.start,
            end=found.time.end,
            rule=found.time.rule,
            evidence=_evidence(found.span),
            confidence=_round(found.confidence),
        )
        for found in reversed(findings)
        if found.time and found.confidence >= _limit("date")
    }
    return tuple(reversed(dates.values()))
