"""Organisations with their roles: gathers names into entities and weighs the words around all mentions of each."""

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span

from extractors.annotations import Finding, write_findings
from extractors.contexts import classes_of, headline_end, near_features, sentence_features
from extractors.entities import Entity, gather_entities
from extractors.frames import opens_clause, victim_chance
from extractors.names import ORGANISATION
from extractors.rules import read_rules
from extractors.weighing import Features, Weights, read_weights

GROUP = "organisations"
FLOOR = 0.05
Labels = dict[int, set[str]]


def describe_entities(doc: Doc) -> Iterator[tuple[Entity, dict[str, float]]]:
    """Each entity with what tells its role: the words around its mentions, its own, where and how often it is named."""
    causes, wordings = sentences_of(doc, "causes"), sentences_of(doc, "data_items")
    for entity in gather_entities(doc):
        around = _mention_features(entity, causes, wordings)
        yield entity, around | _name_features(entity) | _place_features(doc, entity)


def _mention_features(entity: Entity, causes: Labels, wordings: Labels) -> dict[str, float]:
    features: dict[str, float] = {}
    for mention in entity.mentions:
        features |= near_features(mention)
        start = mention.sent.start
        features |= {f"beside:{code}": 1.0 for code in causes.get(start, ())}
        features |= subject_features(mention, beside_cause=start in causes)
        features["beside data"] = float("beside data" in features or start in wordings)
        for feature, weight in sentence_features(mention.sent, 0.3).items():
            features[feature] = features.get(feature, 0.0) + weight
    return features


def subject_features(mention: Span, *, beside_cause: bool) -> dict[str, float]:
    """What a name that opens a sentence or a clause does: "X admitted …", and whether the sentence tells a cause."""
    doc, sent = mention.doc, mention.sent
    if not opens_clause(mention):
        return {}
    verbs = {one for token in doc[mention.end : min(mention.end + 4, sent.end)] for one in classes_of(token.lower_)}
    features = {"subject": 1.0, "subject beside cause": float(beside_cause)}
    features |= {f"subject:{verb}": 1.0 for verb in verbs}
    return features | ({f"subject beside cause:{verb}": 1.0 for verb in verbs} if beside_cause else {})


def sentences_of(doc: Doc, group: str) -> Labels:
    """The labels of a span group by sentence."""
    labels: Labels = {}
    for span in doc.spans[group]:
        labels.setdefault(span.sent.start, set()).add(span.label_)
    return labels


def _name_features(entity: Entity) -> dict[str, float]:
    text = entity.name.text
    features = {f"name:{word}": 1.0 for word in re.findall(r"\w+", text.lower())}
    features[f"label:{entity.label}"] = 1.0
    features[f"words:{min(len(text.split()), 4)}"] = 1.0
    features["capitals"] = float(text.isupper())
    features["camel"] = float(bool(re.search("[a-z][A-Z]", text)))
    for kind, names in read_rules("known_names").items():
        features[f"known:{kind}"] = float(any(mention.text.lower() in names for mention in entity.mentions))
    return features


def _place_features(doc: Doc, entity: Entity) -> dict[str, float]:
    end, count = headline_end(doc), len(entity.mentions)
    body = [mention for mention in entity.mentions if mention.start > end]
    return {
        "mentions": min(count, 6) / 3,
        "once": float(count == 1),
        "headline": float(len(body) < count),
        "first sentence": float(any(mention.sent.start <= end + 1 for mention in body)),
        "early": 1 - entity.mentions[0].start / len(doc),
    }


@Language.component("breachwire_organisations")
def find_organisations(doc: Doc) -> Doc:
    """Write `doc.spans["organisations"]`: a span for each mention and likely role, `of` the entity's fullest name."""
    weights = read_weights("roles")
    causes = sentences_of(doc, "causes")
    findings = [
        Finding(mention, role, confidence, of=entity.name.text)
        for entity, features in describe_entities(doc)
        for role, confidence in _weigh_roles(weights, features, entity, causes).items()
        if role != "none" and confidence >= FLOOR
        for mention in entity.mentions
    ]
    return write_findings(doc, GROUP, findings)


def _weigh_roles(weights: Weights, features: Features, entity: Entity, causes: Labels) -> dict[str, float]:
    """What the weights say, unless the build of a sentence speaks more surely for the victim."""
    chances = weights.weigh(features)
    if entity.label != ORGANISATION or _is_known(entity):
        return chances
    framed = max((victim_chance(mention) for mention in entity.mentions if mention.sent.start in causes), default=0.0)
    if framed <= chances["victim"]:
        return chances
    left = (1 - framed) / (1 - chances["victim"])
    return {role: framed if role == "victim" else chance * left for role, chance in chances.items()}


def _is_known(entity: Entity) -> bool:
    known = read_rules("known_names").values()
    return any(mention.text.lower() in names for mention in entity.mentions for names in known)
