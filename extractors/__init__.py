"""Pure: from a page to an article, from an article to its events. No network, no database, no clock."""

from extractors.articles import read_article
from extractors.extraction import EXTRACTOR_VERSION, extract_events
from extractors.gold_shape import to_gold
from extractors.pipeline import load_pipeline

__all__ = ["EXTRACTOR_VERSION", "extract_events", "load_pipeline", "read_article", "to_gold"]
