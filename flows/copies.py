"""Telling copies from articles that are to be extracted: one text is extracted once."""

from collections.abc import Callable, Collection, Mapping, Sequence

from extractors import EXTRACTOR_VERSION
from extractors.comparing import is_copy
from extractors.near_duplicates import VERSION, CopyIndex, sign
from flows.targets import Target
from schemas import Article, Extraction
from store import Store

ReadTexts = Callable[[Sequence[str]], Mapping[str, str]]


def open_index(store: Store) -> CopyIndex:
    """The index of the articles in a store opened for writing; texts that have no signature yet get one first."""
    store.add_signatures([(text_id, sign(text)) for text_id, text in store.unsigned_texts(VERSION)])
    return CopyIndex(store.signatures())


class CopyFinder:
    """Tells copies from articles that are to be extracted, among those of the store and of this run."""

    def __init__(self, target: Target, own: Collection[str] = ()) -> None:
        """`own` are ids of articles that are no copies, beside those that the store has corrections of."""
        self._target = target._replace(publishes=False)
        self._own = set(own)
        self._index: CopyIndex | None = None

    def divide(self, articles: Sequence[Article]) -> tuple[list[Article], list[Extraction]]:
        """The articles whose events are to be found, and the copies as they are loaded."""
        if not articles:
            return [], []
        with self._target.open() as store:
            if self._index is None:
                self._index = open_index(store)
            return divide_copies(articles, self._index, store.texts, store.corrected_articles() | self._own)


def divide_copies(
    articles: Sequence[Article], index: CopyIndex, read_texts: ReadTexts, own: Collection[str] = ()
) -> tuple[list[Article], list[Extraction]]:
    """The articles whose events are to be found, in their order, and those that repeat another, as they are loaded.

    The first that came is the original, of the store or of these. `read_texts` gives the texts of stored articles by
    their ids, `own` are the ids of articles that are no copies whatever they repeat (`Store.corrected_articles`).
    The index learns what these articles are.
    """
    signatures = [sign(article.text) for article in articles]
    texts: dict[str, str] = {article.article_id: article.text for article in reversed(articles)}
    asked = {
        found
        for article, signature in zip(articles, signatures, strict=True)
        for found in index.find_candidates(article.article_id, signature)
    }
    texts = {**read_texts(sorted(asked - set(texts))), **texts} if asked - set(texts) else texts
    told: list[Article] = []
    copies: list[Extraction] = []
    for article, signature in zip(articles, signatures, strict=True):
        original = None if article.article_id in own else _find_original(article, signature, index, texts)
        if original is None:
            told.append(article)
            index.add(article.article_id, signature)
        else:
            copies.append(Extraction(article=article, events=(), extractor_version=EXTRACTOR_VERSION, copy_of=original))
            index.discard(article.article_id)
    return told, copies


def _find_original(article: Article, signature: bytes, index: CopyIndex, texts: Mapping[str, str]) -> str | None:
    """The first of the alike that it repeats; None where there is none, or where its text is not known."""
    for found in index.find_candidates(article.article_id, signature):
        if found in texts and is_copy(article.text, texts[found]):
            return found
    return None
