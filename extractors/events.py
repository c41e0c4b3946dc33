"""Makes the events of an article from its stories: each value with the words it rests on."""

import hashlib
from collections.abc import Callable, Iterator

from spacy.tokens import Doc, Span

from extractors.annotations import read_findings
from extractors.calibration import calibrate, read_curves
from extractors.descriptions import LABEL as DESCRIBED
from extractors.model import Floats
from extractors.organisations import choose_aliases, choose_name, find_definite, is_outlet
from extractors.proposals import CAUSE, COUNT, DATA, TIME
from extractors.readings import Reading, codes_of
from extractors.statuses import GROUP as STATUSES
from extractors.stories import Story, find_stories, limit, told_chances
from schemas import Article, Count, DataItem, Event, EventDate, Evidence, Organisation

UNKNOWN, CONFIRMED, SUBSET = "unknown", "confirmed", "subset"
EARLY_SENTENCES = 5  # in which the claim that an article reports is told
GENERAL = "hacking"  # its words ("breach", "leaked") are said of incidents of every cause
Confide = Callable[[str, float], float]  # kind of value and its chance to its confidence


def build_events(article: Article, doc: Doc) -> tuple[Event, ...]:
    """The events that the annotated `doc` of `article` tells, in reading order of their victims."""
    reading: Reading = doc._.reading
    told = told_chances(reading)
    stories = find_stories(reading)
    events = [_build(article, reading, told, story, number) for number, story in enumerate(stories)]
    return tuple(event for event in events if _is_told(event))


def _is_told(event: Event) -> bool:
    """An event needs a cause or data beside its victim: a count and a date alone are those of any news."""
    return bool(event.cause_evidence or event.data)


def _build(article: Article, reading: Reading, told: Floats, story: Story, number: int) -> Event:
    judged = reading.judge_event(story.members(reading))
    cause, cause_span, cause_chance = _choose_cause(reading, told, story, judged["causes"])
    chance = reading.article * float(max(reading.roles[story.victims, codes_of("roles").index("victim")]))

    def confide(kind: str, own: float) -> float:
        return calibrate(read_curves(), kind, own, chance)

    status, status_evidence = _choose_status(reading, story, judged["statuses"])
    organisations = tuple(_choose_organisations(article, reading, story, confide))
    return Event(
        event_id=_identify(article, organisations[0].name, number),
        article_id=article.article_id,
        prominence=codes_of("prominences")[int(judged["prominences"].argmax())],
        status=status,
        status_evidence=status_evidence,
        cause=cause,
        cause_evidence=_evidence(cause_span) if cause_span else None,
        cause_confidence=confide("cause", cause_chance),
        organisations=organisations,
        data=_choose_data(reading, told, story, confide, only_claimed=status != CONFIRMED),
        affected=_choose_counts(reading, told, story, confide),
        dates=_choose_dates(reading, told, story, confide),
        confidence=confide("event", chance),
    )


def _evidence(span: Span) -> Evidence:
    return Evidence(start=span.start_char, end=span.end_char, quote=span.text)  # doc.text is made anew each time


def _identify(article: Article, victim: str, number: int) -> str:
    raw = f"{article.article_id}|{victim.casefold()}|{number}"
    return hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:16]


def _values(reading: Reading, story: Story, family: str) -> list[int]:
    """The story's proposals of a family in reading order."""
    listed = reading.proposals.listed
    return sorted((one for one in story.values if listed[one].family == family), key=lambda one: listed[one].span.start)


def _choose_cause(reading: Reading, told: Floats, story: Story, chances: Floats) -> tuple[str, Span | None, float]:
    """The likeliest cause, or where none is likely enough the one that the story words; at its surest wording."""
    listed, codes = reading.proposals.listed, codes_of("causes")
    wordings = _values(reading, story, CAUSE) or _find_wordings(reading, story)
    worded = {listed[one].span.label_ for one in wordings} - {GENERAL}
    code = codes[int(chances.argmax())]
    if chances.max() < limit("sure_cause") and len(worded & set(codes)) == 1:
        (code,) = worded & set(codes)
    if code == UNKNOWN or not wordings:
        return UNKNOWN, None, float(chances[codes.index(UNKNOWN)])
    best = max(wordings, key=lambda one: (listed[one].span.label_ == code, told[one]))
    return code, listed[best].span, float(chances[codes.index(code)])


def _find_wordings(reading: Reading, story: Story) -> list[int]:
    """The cause wordings, sure or not, of the sentences that tell the story."""
    listed = reading.proposals.listed
    sentences = {int(reading.sentences[listed[one].span.start]) for one in story.members(reading)}
    causes = (index for index, one in enumerate(listed) if one.family == CAUSE)
    return [index for index in causes if int(reading.sentences[listed[index].span.start]) in sentences]


def _choose_status(reading: Reading, story: Story, chances: Floats) -> tuple[str, Evidence | None]:
    """The likeliest status with its first wording in the story; a denial or an early claim that is worded, and nowhere
    confirmed, stands against the model, which has seen few of them."""
    early = [sent.start for sent in reading.doc.sents][:EARLY_SENTENCES]
    told = {reading.proposals.listed[one].span.sent.start for one in story.members(reading)}
    worded = {one.label: one for one in reversed(read_findings(reading.doc, STATUSES)) if one.sentence in told}
    status = codes_of("statuses")[int(chances.argmax())]
    if status == CONFIRMED and CONFIRMED not in worded:
        if "denied" in worded:
            status = "denied"
        elif "alleged" in worded and worded["alleged"].sentence in early:
            status = "alleged"
    return status, _evidence(worded[status].span) if status in worded else None


def _choose_organisations(article: Article, reading: Reading, story: Story, confide: Confide) -> Iterator[Organisation]:
    roles, entities = codes_of("roles"), reading.proposals.entities
    by_chance = sorted(story.victims, key=lambda one: -reading.roles[one, roles.index("victim")])
    is_alone = len(story.victims) == 1 and not any(role == "supplier" for _, role in story.others)
    for index, role in [*((victim, "victim") for victim in by_chance), *story.others]:
        entity = entities[index]
        name = choose_name(entity)
        if role == "discloser" and is_outlet(name.text, article.outlet):
            continue
        aliases = choose_aliases(entity, name)
        if role == "victim" and entity.label != DESCRIBED:
            aliases += find_definite(reading.doc, entity, is_alone=is_alone)
        yield Organisation(
            name=name.text,
            role=role,
            named=entity.label != DESCRIBED or role not in ("victim", "supplier"),
            aliases=tuple(map(_evidence, aliases)),
            evidence=_evidence(name),
            confidence=confide("organisations", reading.roles[index, roles.index(role)]),
        )


def _choose_data(
    reading: Reading, told: Floats, story: Story, confide: Confide, *, only_claimed: bool
) -> tuple[DataItem, ...]:
    statuses, categories = reading.chances(DATA), reading.chances("category")
    items: dict[tuple[str, str, str], DataItem] = {}
    for one in _values(reading, story, DATA):
        span = reading.proposals.listed[one].span
        category = codes_of("data_categories")[int(categories[one].argmax())]
        status = codes_of("data_statuses")[int(statuses[one, 1:].argmax())]
        status = "possible" if only_claimed and status == "exposed" else status
        item = DataItem(
            category=category, status=status, evidence=_evidence(span), confidence=confide("data", told[one])
        )
        items.setdefault((category, status, span.text.lower()), item)
    return tuple(items.values())


def _choose_counts(reading: Reading, told: Floats, story: Story, confide: Confide) -> tuple[Count, ...]:
    scopes, units = reading.chances(COUNT), reading.chances("unit")
    counts: dict[tuple[int | None, int | None, str], Count] = {}
    values = [one for one in _values(reading, story, COUNT) if reading.proposals.listed[one].quantity]
    unit_of = {one: codes_of("units")[int(units[one].argmax())] for one in values}
    current = {unit_of[one] for one in values if not _is_superseded(reading, one)}
    for one in values:
        proposal, unit = reading.proposals.listed[one], unit_of[one]
        quantity = proposal.quantity
        if quantity is None or (unit in current and _is_superseded(reading, one)):
            continue
        count = Count(
            min=quantity.min,
            max=quantity.max,
            approx=quantity.approx,
            unit=unit,
            scope=SUBSET if quantity.is_part else codes_of("scopes")[int(scopes[one, 1:].argmax())],
            evidence=_evidence(proposal.span),
            confidence=confide("affected", told[one]),
        )
        counts.setdefault((quantity.min, quantity.max, unit), count)
    return tuple(counts.values())


def _is_superseded(reading: Reading, index: int) -> bool:
    """Whether the words say that a count was given before it was known better ("it first said 5,000")."""
    quantity = reading.proposals.listed[index].quantity
    return bool(quantity and quantity.superseded)


def _choose_dates(reading: Reading, told: Floats, story: Story, confide: Confide) -> tuple[EventDate, ...]:
    kinds = reading.chances(TIME)
    dates: dict[tuple[object, ...], EventDate] = {}
    for one in _values(reading, story, TIME):
        proposal = reading.proposals.listed[one]
        kind, time = codes_of("date_kinds")[int(kinds[one, 1:].argmax())], proposal.time
        if time is None or (time.start is None and time.end is None):
            continue
        readings = [reading for reading in ((time.start, time.end), time.other) if reading]
        for start, end in readings:
            date = EventDate(
                kind=kind,
                start=start,
                end=end,
                approx=time.approx,
                rule=time.rule,
                evidence=_evidence(proposal.span),
                confidence=confide("dates", told[one]) / len(readings),  # of "04/05/2024" one is wrong
            )
            dates.setdefault((kind, start, end), date)
    return tuple(dates.values())
