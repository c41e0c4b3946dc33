"""Sorts what the model found into stories: one for each event, by the chance that two values tell the same one."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from extractors.descriptions import LABEL as DESCRIBED
from extractors.model import Floats
from extractors.proposals import CAUSE, COUNT, DATA, TIME
from extractors.readings import Reading, codes_of
from extractors.rules import read_rules

VALUES = (DATA, COUNT, TIME, CAUSE)
MOST_VALUES = 300  # the surest of an article; the most annotated in one of 800 articles is 49
VICTIM, SUPPLIER = "victim", "supplier"


@dataclass
class Story:
    """One event in the making: the proposals that are its values, and its entities with the role each has in it."""

    values: list[int]
    victims: list[int]
    others: list[tuple[int, str]] = field(default_factory=list)

    def members(self, reading: Reading) -> list[int]:
        """The proposals that tell the story: its values, and the mentions of its victims and suppliers."""
        named = [*self.victims, *(entity for entity, role in self.others if role == SUPPLIER)]
        return [*self.values, *(index for entity in named for index in reading.mentions_of(entity))]


@cache
def limit(name: str) -> float:
    """A limit of `data/rules/events.toml`."""
    return float(read_rules("events")[name])


def told_chances(reading: Reading) -> Floats:
    """For each proposal that may be a value, the chance that it is one; 0 for mentions."""
    chances = np.zeros(len(reading.proposals.listed), dtype=np.float32)
    families = np.array([one.family for one in reading.proposals.listed])
    for family in VALUES:
        mine = families == family
        chances[mine] = 1 - reading.chances(family)[mine, 0]
    return chances


def find_stories(reading: Reading) -> list[Story]:
    """The stories of an article, in reading order of their victims; none where it tells no event."""
    if reading.article < limit("article") or not reading.proposals.entities:
        return []
    victims = choose_victims(reading)
    if not victims:
        return []
    told = told_chances(reading)
    listed = reading.proposals.listed
    values = [index for index, one in enumerate(listed) if one.family in VALUES and told[index] >= limit(one.family)]
    values = sorted(sorted(values, key=lambda index: -told[index])[:MOST_VALUES])
    others = [one for one in choose_others(reading) if one[0] not in victims]
    things = [*([value] for value in values), *map(reading.mentions_of, victims)]
    things += [reading.mentions_of(entity) for entity, _ in others]
    scores = reading.same_event(things)
    told_number, merged = len(values), len(values) + len(victims)
    hold_apart(scores[told_number:merged, told_number:merged], victims, reading)
    groups = merge(scores[:merged, :merged], limit("same_event"))
    _give_victims(groups, told_number, scores)
    stories = []
    for group in groups:
        own = [values[one] for one in group if one < told_number]
        hit = _choose_hit([victims[one - told_number] for one in group if one >= told_number], reading)
        if own and hit:
            stories.append((Story(own, hit), group))
    _give_others(stories, others, scores[merged:])
    entities = reading.proposals.entities
    return sorted(
        (story for story, _ in stories), key=lambda story: min(entities[one].mentions[0].start for one in story.victims)
    )


def hold_apart(scores: Floats, victims: list[int], reading: Reading) -> None:
    """Lower the scores (victims, victims), in place, of those that no sentence names together: seldom hit together."""
    listed, sentences = reading.proposals.listed, reading.sentences
    named = [{int(sentences[listed[one].span.start]) for one in reading.mentions_of(victim)} for victim in victims]
    for row, one in enumerate(named):
        for column, other in enumerate(named):
            if row != column and not one & other:
                scores[row, column] -= limit("apart")


def choose_victims(reading: Reading) -> list[int]:
    """The entities that are surely victims, else the likeliest one where it is likely enough."""
    chances = reading.roles[:, codes_of("roles").index(VICTIM)]
    surest = int(chances.argmax())
    sure = [int(one) for one in np.flatnonzero(chances >= limit(VICTIM))]
    return sure or ([surest] if chances[surest] >= limit("only_victim") else [])


def _choose_hit(victims: list[int], reading: Reading) -> list[int]:
    """Of the victims of one story the surest, and those that are sure enough beside it; the described ones only where
    none is named, since "a hospital" is named soon after."""
    chances, entities = reading.roles[:, codes_of("roles").index(VICTIM)], reading.proposals.entities
    victims = [one for one in victims if entities[one].label != DESCRIBED] or victims
    by_name = {entities[one].name.text: one for one in sorted(victims, key=lambda one: chances[one])}
    surest = max(victims, key=lambda one: chances[one], default=-1)
    return [one for one in by_name.values() if one == surest or chances[one] >= limit("other_victim")]


def choose_others(reading: Reading) -> list[tuple[int, str]]:
    """The entities that are likely suppliers, attackers, authorities or disclosers, each with that role."""
    roles = [(place, role) for place, role in enumerate(codes_of("roles")) if role != VICTIM]
    return [
        (entity, role)
        for entity, chances in enumerate(reading.roles)
        for place, role in roles
        if chances[place] >= limit(role)
    ]


def merge(scores: Floats, least: float) -> list[list[int]]:
    """Groups of things, merged while the mean score between two groups is above `least` (average linkage)."""
    groups = [[index] for index in range(len(scores))]
    sums = scores.astype(np.float64)
    np.fill_diagonal(sums, -np.inf)
    sizes = np.ones(len(scores))
    while len(groups) > 1:
        means = sums / np.outer(sizes, sizes)
        row, column = sorted(int(place) for place in np.unravel_index(int(means.argmax()), means.shape))
        if means[row, column] <= least:
            break
        groups[row] += groups.pop(column)
        sums[row] += sums[column]
        sums[:, row] += sums[:, column]
        sums = np.delete(np.delete(sums, column, 0), column, 1)
        sums[row, row] = -np.inf
        sizes[row] += sizes[column]
        sizes = np.delete(sizes, column)
    return groups


def _give_victims(groups: list[list[int]], told: int, scores: Floats) -> None:
    """Values without a victim (things below `told` are values) get the victim that fits them best."""
    victims = sorted(one for group in groups for one in group if one >= told)
    for group in groups:
        if all(one < told for one in group):
            fits = scores[np.ix_(group, victims)].mean(axis=0)
            if fits.max() > limit("given_victim"):
                group.append(victims[int(fits.argmax())])


def _give_others(stories: list[tuple[Story, list[int]]], others: list[tuple[int, str]], scores: Floats) -> None:
    """Each other entity goes to the story it fits best, and to all that it fits well."""
    for (entity, role), fit_of in zip(others, scores, strict=True):
        fits = [float(fit_of[group].mean()) for _, group in stories]
        for (story, _), fit in zip(stories, fits, strict=True):
            if fit == max(fits) or fit > limit("other_role"):
                story.others.append((entity, role))
