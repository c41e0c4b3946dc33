"""The labels that a model gives to what rules propose, as one list: by it the trained and the exported are compared."""

from typing import Any

from extractors.model import Floats
from extractors.proposals import MENTION, Proposals
from extractors.readings import Reading, label_slices


def served_labels(reading: Reading, proposals: Proposals) -> list[int]:
    """The exported model's label of each proposal of the rules, of each entity and role, and of the article."""
    number, entities = len(proposals.listed), len(proposals.entities)
    return labels_of(proposals, reading.scores[:number], reading.roles[:entities] >= 0.5, reading.article >= 0.5)


def labels_of(proposals: Proposals, scores: Floats, roles: Any, article: bool) -> list[int]:
    """One list of small numbers: proposals by their family's head, then roles, then the article."""
    values = [
        int(row[label_slices()[one.family]].argmax())
        for one, row in zip(proposals.listed, scores, strict=True)
        if one.family != MENTION
    ]
    return [*values, *(int(role) for role in roles.flatten()), int(article)]
