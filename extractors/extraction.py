"""From articles to their events, in batches."""

from collections.abc import Sequence

from extractors.countries import writes_day_first
from extractors.events import build_events
from extractors.pipeline import load_pipeline
from schemas import Article, Extraction

EXTRACTOR_VERSION = "model-1.2"


def extract_events(articles: Sequence[Article]) -> list[Extraction]:
    """The events of each article, in the articles' order. Pure: no clock, no network, no database."""
    nlp = load_pipeline()
    docs = []
    for article in articles:
        doc = nlp.make_doc(article.text)
        doc._.published = article.published
        doc._.day_first = writes_day_first(article.url, article.language)
        docs.append(doc)
    return [
        Extraction(article=article, events=build_events(article, doc), extractor_version=EXTRACTOR_VERSION)
        for article, doc in zip(articles, nlp.pipe(docs), strict=True)
    ]
