"""Pure: from a page to an article, from an article to its events. No network, no database, no clock."""

from extractors.articles import read_article
from extractors.extraction import EXTRACTOR_VERSION, extract_events
from extractors.first_look import is_worth_reading
from extractors.gold_shape import to_gold
from extractors.pipeline import load_pipeline
from extractors.topics import is_about_incidents

__all__ = [
    "EXTRACTOR_VERSION",
    "extract_events",
    "is_about_incidents",
    "is_worth_reading",
    "load_pipeline",
    "read_article",
    "to_gold",
]
