"""The spaCy pipeline: sentences, names and wordings of statuses by rules, then the model, which reads it all."""

from functools import cache

import spacy
from spacy.language import Language

# Importing a component's module registers it with spaCy.
from extractors import names, readings, sentences, statuses  # noqa: F401

COMPONENTS = ("breachwire_sentences", "breachwire_names", "breachwire_statuses", "breachwire_model")


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
