"""Labelled examples for the weights: what the extractor's own candidate finders find in annotated articles."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from extractors.affected import describe_things
from extractors.causes import find_cause_wordings, story_features
from extractors.data_items import describe_wordings, find_wordings
from extractors.descriptions import LABEL as DESCRIBED
from extractors.entities import Entity
from extractors.incidents import article_features
from extractors.organisations import describe_entities
from extractors.times import find_time_spans, time_features
from schemas import Article, read_vocabulary
from training.gold import GoldArticle, names_of, overlaps, same_name, spans_of

Example = tuple[dict[str, float], str]
ExampleMaker = Callable[[Doc, list[dict[str, Any]]], Iterator[Example]]
NONE = "none"
EXAMPLE_DATE = date(2024, 5, 15)


def make_docs(nlp: Language, articles: list[GoldArticle]) -> list[Doc]:
    """The articles with sentences and names found, and nothing that depends on weights."""
    return [prepare(nlp, gold.article.text, gold.article.published) for gold in articles]


def prepare(nlp: Language, text: str, published: date) -> Doc:
    """A doc with sentences, names, causes and data found, and nothing that depends on weights."""
    doc = nlp.make_doc(text)
    doc._.published = published
    for name in ("breachwire_sentences", "breachwire_names"):
        doc = nlp.get_pipe(name)(doc)
    doc.spans["causes"], doc.spans["data_items"] = find_cause_wordings(doc), find_wordings(doc)
    return doc


def role_examples(doc: Doc, events: list[dict[str, Any]]) -> Iterator[Example]:
    """One for each entity; an entity with several roles gives one for each."""
    organisations = [organisation for event in events for organisation in event["organisations"]]
    for entity, features in describe_entities(doc):
        roles = {organisation["role"] for organisation in organisations if _is(entity, organisation)}
        for role in sorted(roles) or [NONE]:
            yield features, role


def _is(entity: Entity, organisation: dict[str, Any]) -> bool:
    if (entity.label == DESCRIBED) == organisation["named"]:
        return False
    return any(same_name(name, names_of(organisation)) for name in {mention.text for mention in entity.mentions})


def data_examples(doc: Doc, events: list[dict[str, Any]]) -> Iterator[Example]:
    """One for each wording of an article with events; other places of an annotated wording are left out."""
    items = [
        (item, *spans_of(doc.text, item["text"], item.get("nth", 1))) for event in events for item in event["data"]
    ]
    for span, features in describe_wordings(doc) if events else ():
        mine = [triple for triple in items if triple[0]["category"] == span.label_]
        right = [item for item, place, _ in mine if overlaps(span.start_char, span.end_char, place)]
        elsewhere = any(overlaps(span.start_char, span.end_char, place) for _, _, others in mine for place in others)
        if right or not elsewhere:
            yield features, right[0]["status"] if right else NONE


def count_examples(doc: Doc, events: list[dict[str, Any]]) -> Iterator[Example]:
    """One for each counted thing of an article with events; a bound told twice is right both times."""
    affected = [count for event in events for count in event["affected"]]
    for thing, features in describe_things(doc) if events else ():
        quantity = thing.quantity
        right = [
            count
            for count in affected
            if (count["min"], count["max"], count["unit"]) == (quantity.min, quantity.max, thing.unit)
        ]
        yield features, right[0]["scope"] if right else NONE


def time_examples(doc: Doc, events: list[dict[str, Any]]) -> Iterator[Example]:
    """One for each time expression of an article with events."""
    dates = [
        (date, *spans_of(doc.text, date["text"], date.get("nth", 1))) for event in events for date in event["dates"]
    ]
    for span, time in find_time_spans(doc) if events else []:
        right = [date for date, place, _ in dates if overlaps(span.start_char, span.end_char, place)]
        elsewhere = any(overlaps(span.start_char, span.end_char, place) for _, _, others in dates for place in others)
        if right or not elsewhere:
            yield time_features(span, time), right[0]["kind"] if right else NONE


def cause_examples(doc: Doc, events: list[dict[str, Any]]) -> Iterator[Example]:
    """One for each event: the whole article where it tells only one, else the sentences that hold its evidence."""
    for event in events:
        told = {
            sent.start for sent in doc.sents if len(events) == 1 or any(text in sent.text for text in _wordings(event))
        }
        yield story_features(doc, doc.spans["causes"], told), event["cause"]


def _wordings(event: dict[str, Any]) -> list[str]:
    values = [value["text"] for kind in ("data", "affected", "dates") for value in event[kind]]
    named = [one for one in event["organisations"] if one["role"] in ("victim", "supplier")]
    return [*values, *(name for one in named for name in names_of(one)), *filter(None, [event.get("cause_text")])]


def article_examples(doc: Doc, events: list[dict[str, Any]]) -> Iterator[Example]:
    """One for each article: does it tell an incident?"""
    yield article_features(doc), "incident" if events else NONE


def innocent_examples(nlp: Language, articles: list[Article]) -> list[Example]:
    """Articles that are known to tell no incident."""
    return [(article_features(prepare(nlp, article.text, article.published)), NONE) for article in articles]


MAKERS: dict[str, ExampleMaker] = {
    "articles": article_examples,
    "roles": role_examples,
    "data_items": data_examples,
    "counts": count_examples,
    "times": time_examples,
    "causes": cause_examples,
}


def vocabulary_examples(nlp: Language) -> dict[str, list[Example]]:
    """The vocabularies' own example sentences, so that what a term promises is also learnt."""
    incidents = [(article_features(doc), "incident") for _, doc, _ in _bracketed(nlp, "causes")]
    return {
        "articles": incidents,
        "roles": [one for code, doc, place in _bracketed(nlp, "roles") for one in _role_example(doc, place, code)],
        "times": [one for code, doc, place in _bracketed(nlp, "date_kinds") for one in _time_example(doc, place, code)],
        "counts": [one for code, doc, place in _bracketed(nlp, "scopes") for one in _count_example(doc, place, code)],
        "data_items": [one for code, doc, _ in _bracketed(nlp, "data_statuses") for one in _data_example(doc, code)],
        "causes": [
            (story_features(doc, doc.spans["causes"], {sent.start for sent in doc.sents}), code)
            for code, doc, _ in _bracketed(nlp, "causes")
        ],
    }


def _bracketed(nlp: Language, name: str) -> Iterator[tuple[str, Doc, tuple[int, int]]]:
    """Code, doc and the place of the bracketed words (the whole where none are) of each example of a vocabulary."""
    for code, term in read_vocabulary(name).items():
        for sentence in term.examples:
            yield code, *read_example(nlp, sentence)


def read_example(nlp: Language, sentence: str) -> tuple[Doc, tuple[int, int]]:
    """An example sentence as the doc of an article without a headline, and the place of its bracketed words."""
    bracket = re.search(r"\[(.+?)\]", sentence)
    text = "\n" + sentence.replace("[", "").replace("]", "")
    place = (bracket.start() + 1, bracket.start() + 1 + len(bracket[1])) if bracket else (0, len(text))
    return prepare(nlp, text, EXAMPLE_DATE), place


def _role_example(doc: Doc, place: tuple[int, int], code: str) -> Iterator[Example]:
    for entity, features in describe_entities(doc):
        if any(overlaps(mention.start_char, mention.end_char, place) for mention in entity.mentions):
            yield features, code


def _time_example(doc: Doc, place: tuple[int, int], code: str) -> Iterator[Example]:
    for span, time in find_time_spans(doc):
        if overlaps(span.start_char, span.end_char, place):
            yield time_features(span, time), code


def _count_example(doc: Doc, place: tuple[int, int], code: str) -> Iterator[Example]:
    for thing, features in describe_things(doc):
        if overlaps(thing.span.start_char, thing.span.end_char, place):
            yield features, code


def _data_example(doc: Doc, code: str) -> Iterator[Example]:
    for _, features in describe_wordings(doc):
        yield features, code
