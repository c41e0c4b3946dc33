"""The words around a span as features for `extractors.weighing`: which, on which side, how near."""

import re
from functools import cache

from spacy.tokens import Doc, Span, Token

from extractors.rules import read_rules

NEAR_WORDS = 7
NEGATIONS = frozenset(
    ["no", "not", "n't", "n’t", "nor", "neither", "without", "never", "none", "nothing", "cannot", "unaffected"]
)
RESETS = frozenset(
    [
        "but",
        "however",
        "although",
        "though",
        "while",
        "whereas",
        "including",
        "includes",
        "except",
        "besides",
        ";",
        ":",
        ".",
    ]
)
MODALS = frozenset(
    [
        "may",
        "might",
        "could",
        "possibly",
        "potentially",
        "perhaps",
        "whether",
        "if",
        "can",
        "possible",
        "potential",
        "believed",
    ]
)


@cache
def _word_classes() -> dict[str, tuple[str, ...]]:
    classes: dict[str, tuple[str, ...]] = {}
    for name, words in read_rules("word_classes").items():
        for word in words:
            classes[word] = (*classes.get(word, ()), name)
    return classes


def classes_of(word: str) -> tuple[str, ...]:
    """The classes of `data/rules/word_classes.toml` that hold the word."""
    return _word_classes().get(word, ())


def headline_end(doc: Doc) -> int:
    """The index of the token that ends the headline."""
    return next((token.i for token in doc if token.is_space and "\n" in token.text), 0)


def describe_token(token: Token) -> str:
    """A token as features see it: entities and numbers by kind, everything else in lower case."""
    if token.ent_type_:
        return f"<{token.ent_type_}>"
    return "<number>" if token.like_num else token.lower_


def near_features(span: Span) -> dict[str, float]:
    """The nearest words left and right, alone, in pairs and with their place."""
    doc, sent = span.doc, span.sent
    left = [describe_token(token) for token in doc[max(sent.start, span.start - NEAR_WORDS) : span.start]][::-1]
    right = [describe_token(token) for token in doc[span.end : min(sent.end, span.end + NEAR_WORDS)]]
    features: dict[str, float] = {}
    for side, words in (("left", left), ("right", right)):
        for word in words:
            features[f"{side}:{word}"] = 1.0
        for place, word in enumerate(words[:2]):
            features[f"{side}{place}:{word}"] = 1.0
        if len(words) > 1:
            features[f"{side}s:{words[0]} {words[1]}"] = 1.0
        for place, word in enumerate(words):
            for word_class in classes_of(word):
                features[f"{side} class:{word_class}"] = 1.0
                if place < 3:
                    features[f"{side} near:{word_class}"] = 1.0
        if not words:
            features[f"{side}:end"] = 1.0
    return features


def sentence_features(sent: Span, weight: float = 0.5) -> dict[str, float]:
    """Every telling word of the sentence, and what classes of words it has."""
    words = [token for token in sent if token.is_alpha and not token.ent_type_ and not token.is_stop]
    features = {f"sentence:{token.lower_}": weight for token in words}
    return features | {f"sentence class:{one}": weight for token in words for one in classes_of(token.lower_)}


def polarity_features(span: Span) -> dict[str, float]:
    """Whether the clause around the span is negated or says "may"."""
    doc, sent = span.doc, span.sent
    features: dict[str, float] = {}
    for token in reversed(doc[sent.start : span.start]):
        if token.lower_ in NEGATIONS:
            features["negated before"] = 1.0
        elif token.lower_ in MODALS:
            features["may before"] = 1.0
        if token.lower_ in RESETS or token.lower_ in NEGATIONS:
            break
    for token in doc[span.end : sent.end]:
        if token.lower_ in RESETS:
            break
        if token.lower_ in NEGATIONS:
            features["negated behind"] = 1.0
        elif token.lower_ in MODALS:
            features["may behind"] = 1.0
    return features


def place_features(span: Span) -> dict[str, float]:
    """Where in the article the span stands."""
    doc = span.doc
    in_headline = span.start < headline_end(doc)
    return {"headline": float(in_headline), "early": 1 - span.start / len(doc), "quoted": float(_is_quoted(span))}


def own_features(span: Span) -> dict[str, float]:
    """The span's own words."""
    words = re.findall(r"\w+", span.text.lower())
    return {f"own:{'<number>' if word[0].isdigit() else word}": 1.0 for word in words}


def _is_quoted(span: Span) -> bool:
    marks = sum(token.text in '"“”' for token in span.doc[span.sent.start : span.start])
    return marks % 2 == 1
