"""Articles made for training: round-ups of annotated articles, and made-up sentences that say what was not exposed."""

import random
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from extractors.counts import find_quantities
from schemas import Article
from training.gold import GoldArticle, day_of, spans_of

POLARITY, STORIES = (Path(__file__).parent / name for name in ("polarity.toml", "stories.toml"))
STATUSES = {"X": "exposed", "P": "possible", "N": "not_exposed", "O": None}
LONGEST_PART = 1800  # characters of an article for a round-up


def make_round_ups(articles: list[GoldArticle], number: int, dice: random.Random) -> Iterator[GoldArticle]:
    """Two to four short annotated articles of nearly one time as one, each event as it was."""
    short = sorted(
        (one for one in articles if one.events and one.article.published and len(one.article.body) < LONGEST_PART),
        key=lambda one: (day_of(one.article), one.article.doc or ""),
    )
    for index in range(number):
        start = dice.randrange(max(len(short) - 12, 1))
        chosen = dice.sample(short[start : start + 12], min(dice.choice((2, 2, 3, 4)), len(short)))
        yield join_articles(chosen, f"round-up-{index}")


def join_articles(parts: list[GoldArticle], doc: str) -> GoldArticle:
    """The articles one behind the other, the headlines of the later ones as lines of their own."""
    title = parts[0].article.title
    texts = [parts[0].article.body, *(part.article.text.lstrip("\n") for part in parts[1:])]
    published = max(day_of(part.article) for part in parts)
    article = Article(reference=doc, doc=doc, title=title, body="\n".join(texts), published=published)
    events = []
    begun = 0
    for part in parts:
        own = part.article.text if part is parts[0] else part.article.text.lstrip("\n")
        events += [_move(event, own, article.text, begun) for event in part.events]
        begun += len(own) + 1
    return GoldArticle(article, events)


def _move(event: dict[str, Any], own: str, text: str, begun: int) -> dict[str, Any]:
    """The event with each `nth` counted anew in the text, where its own text stands from `begun` on."""
    moved = dict(event)
    if event.get("cause_text"):
        moved["nth"] = _count(event["cause_text"], event.get("nth", 1), own, text, begun)
    for slot in ("data", "affected", "dates"):
        moved[slot] = [
            {**item, "nth": _count(item["text"], item.get("nth", 1), own, text, begun)} for item in event[slot]
        ]
    return moved


def _count(wording: str, nth: int, own: str, text: str, begun: int) -> int:
    meant, _ = spans_of(own, wording, nth)
    place = begun + meant[0] if meant else begun
    return 1 + sum(1 for match in re.finditer(re.escape(wording), text) if match.start() < place)


def make_sentences(number: int, dice: random.Random) -> Iterator[GoldArticle]:
    """Short articles of one to three sentences of `polarity.toml`; data and victim are all that is told of them."""
    content = tomllib.loads(POLARITY.read_text(encoding="utf-8"))
    terms = [(term, code) for code, wordings in content["terms"].items() for term in wordings]
    for index in range(number):
        victim = dice.choice(content["victims"])
        sentences, data = [], []
        left = dice.sample(terms, len(terms))
        for template in dice.sample(content["templates"], dice.choice((1, 1, 2, 3))):
            sentence = template.replace("{V}", victim)
            for key, status in STATUSES.items():
                if f"{{{key}}}" in sentence:
                    chosen = [left.pop() for _ in range(dice.choice((1, 1, 2, 3, 4)))]
                    sentence = sentence.replace(f"{{{key}}}", _list([term for term, _ in chosen], status, dice))
                    data += [{"text": term, "category": code, "status": status} for term, code in chosen if status]
            sentences.append(sentence[0].upper() + sentence[1:])
        body = " ".join(sentences)
        told = [item for item in data if item["text"] in body]
        event = {
            "prominence": "main", "status": "confirmed", "cause": "unknown", "affected": [], "dates": [], "data": told,
            "organisations": [{"name": victim.removeprefix("the "), "role": "victim", "named": True}],
        }  # fmt: skip
        article = Article(reference=f"s{index}", doc=f"s{index}", title="", body=body, published=date(2024, 5, 1))
        yield GoldArticle(article, [event])


def make_stories(number: int, dice: random.Random) -> Iterator[GoldArticle]:
    """Short articles of `stories.toml`, one event each with all its values, half of them round-ups of several."""
    content = tomllib.loads(STORIES.read_text(encoding="utf-8"))
    polarity = tomllib.loads(POLARITY.read_text(encoding="utf-8"))
    for index in range(number):
        victims = dice.sample([*content["names"]["victim"], *polarity["victims"]], dice.choice((1, 1, 2, 3, 4)))
        made = [
            _make_story(content, polarity, victim, f"t{index}-{place}", dice) for place, victim in enumerate(victims)
        ]
        yield made[0] if len(made) == 1 else join_articles(made, f"t{index}")


def _make_story(content: Any, polarity: Any, victim: str, doc: str, dice: random.Random) -> GoldArticle:
    told = dice.choice(content["stories"])
    text, names = dice.choice(told["texts"]), content["names"]
    event: dict[str, Any] = {
        "prominence": "main", "status": "confirmed", "cause": told["cause"], "data": [], "affected": [], "dates": [],
        "organisations": [{"name": victim.removeprefix("the "), "role": "victim", "named": True}],
    }  # fmt: skip
    wording = re.search(r"\[c:(.+?)\]", text)
    if wording:
        event["cause_text"] = wording[1]
        text = text.replace(wording[0], wording[1])
    text = text.replace("{V}", victim)
    for key, role in {"S": "supplier", "A": "authority", "D": "discloser", "G": "attacker"}.items():
        if f"{{{key}}}" in text:
            name = dice.choice(names[role])
            text = text.replace(f"{{{key}}}", name)
            named = any(letter.isupper() for letter in name)
            bare = re.sub(r"^(?:the )?(?:[a-z]+ )*(?=[A-Z])", "", name) if named else name
            if named or role in ("supplier", "authority"):
                event["organisations"].append({"name": bare, "role": role, "named": named or role != "supplier"})
    terms = [(term, code) for code, wordings in polarity["terms"].items() for term in wordings]
    left = dice.sample(terms, len(terms))
    for key in ("X", "P", "N"):
        if f"{{{key}}}" in text:
            chosen = [left.pop() for _ in range(dice.choice((1, 2, 3)))]
            text = text.replace(f"{{{key}}}", _list([term for term, _ in chosen], STATUSES[key], dice))
            event["data"] += [{"text": term, "category": code, "status": STATUSES[key]} for term, code in chosen]
    if "{C}" in text:
        count = dice.choice(names["count"])
        text = text.replace("{C}", count)
        event["affected"].append({"text": count, "scope": "total", **_count_of(count)})
    for key, kind in {"to": "occurred", "td": "discovered", "tp": "disclosed"}.items():
        if f"{{{key}}}" in text:
            time = dice.choice(names[kind])
            text = text.replace(f"{{{key}}}", time)
            event["dates"].append({"text": re.sub(r"^(?:in|on) ", "", time), "kind": kind})
    body = re.sub(r"(?:^|(?<=\. ))[a-z]", lambda match: match[0].upper(), text)
    for value, key in [(event, "cause_text"), *((one, "name") for one in event["organisations"])]:
        if value.get(key) and value[key] not in body:
            value[key] = value[key][0].upper() + value[key][1:]
    event["data"] = [item for item in event["data"] if item["text"] in body]
    article = Article(reference=doc, doc=doc, title="", body=body, published=date(2024, 5, 5))
    return GoldArticle(article, [event])


def _count_of(words: str) -> dict[str, Any]:
    quantity = find_quantities(words)[0]
    return {"min": quantity.min, "max": quantity.max, "unit": "accounts" if "account" in words else "people"}


def _list(terms: list[str], status: str | None, dice: random.Random) -> str:
    *first, last = terms
    if not first:
        return last
    joint = "or" if status == "not_exposed" and dice.random() < 0.7 else "and"
    comma = "," if len(first) > 1 and dice.random() < 0.5 else ""
    return f"{', '.join(first)}{comma} {joint} {last}"
