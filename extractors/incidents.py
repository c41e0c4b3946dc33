"""Whether an article tells an incident at all: weighs its words, before any victim is looked for."""

from spacy.language import Language
from spacy.tokens import Doc, Token

from extractors.causes import story_features
from extractors.contexts import classes_of
from extractors.weighing import read_weights

EARLY_SENTENCES = 4


def article_features(doc: Doc) -> dict[str, float]:
    """The words and cause wordings of the article, those of its first sentences apart, and how thickly they stand."""
    sentences = list(doc.sents)
    features = story_features(doc, doc.spans["causes"], {sent.start for sent in sentences})
    for group in ("causes", "data_items"):
        telling = {span.sent.start for span in doc.spans[group]}
        features[f"rate:{group}"] = len(telling) / len(sentences)
    for sent in sentences[:EARLY_SENTENCES]:
        features |= {f"early:{token.lower_}": 1.0 for token in sent if _is_telling(token)}
    for token in doc:
        for word_class in classes_of(token.lower_):
            name = f"class:{word_class}"
            features[name] = features.get(name, 0.0) + 1 / len(sentences)
    return features


def _is_telling(token: Token) -> bool:
    return token.is_alpha and not token.ent_type_ and not token.is_stop


@Language.component("breachwire_incidents")
def judge_article(doc: Doc) -> Doc:
    """Set `doc._.incident_chance`, the probability that the article tells at least one incident."""
    doc._.incident_chance = read_weights("articles").weigh(article_features(doc))["incident"]
    return doc
