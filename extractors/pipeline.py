"""The spaCy pipeline: sentences, names, then one component for each kind of value, each writing one span group."""

from functools import cache

import spacy
from spacy.language import Language

# Importing a component's module registers it with spaCy.
from extractors import (  # noqa: F401
    affected,
    annotations,
    causes,
    data_items,
    incidents,
    names,
    organisations,
    sentences,
    statuses,
    times,
)

COMPONENTS = (
    "breachwire_sentences",
    "breachwire_names",
    "breachwire_causes",
    "breachwire_data_items",
    "breachwire_incidents",
    "breachwire_organisations",
    "breachwire_counts",
    "breachwire_times",
    "breachwire_statuses",
)


def make_pipeline() -> Language:
    """A new pipeline; swap a finder by replacing the component of its name."""
    nlp = spacy.blank("en")
    for name in COMPONENTS:
        nlp.add_pipe(name)
    return nlp


@cache
def load_pipeline() -> Language:
    """The one pipeline of this process."""
    return make_pipeline()
