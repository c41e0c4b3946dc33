"""Copies of articles as other outlets print them: shortened, re-headlined, with what they put around and into them."""

import random
import re
from collections.abc import Callable
from typing import NamedTuple


class Story(NamedTuple):
    """An article's headline and text, paragraphs divided by blank lines."""

    title: str
    text: str


# Pairs of words that one outlet's style has for the other's, both ways.
_STYLES = [
    ("organisation", "organization"),
    ("organisations", "organizations"),
    ("programme", "program"),
    ("defence", "defense"),
    ("centre", "center"),
    ("labour", "labor"),
    ("behaviour", "behavior"),
    ("favour", "favor"),
    ("recognised", "recognized"),
    ("realised", "realized"),
    ("analysed", "analyzed"),
    ("travelled", "traveled"),
    ("said", "stated"),
    ("however", "but"),
    ("also", "additionally"),
    ("while", "although"),
    ("about", "around"),
    ("according to", "as stated by"),
    ("such as", "like"),
    ("whether", "if"),
    ("because", "since"),
    ("may", "might"),
    ("large", "big"),
    ("began", "started"),
    ("help", "assist"),
    ("many", "numerous"),
    ("use", "employ"),
    ("firm", "company"),
    ("important", "significant"),
    ("likely", "probable"),
    ("show", "indicate"),
    ("get", "obtain"),
]
_PARAGRAPHS = [
    "The case is the latest in a series that has raised questions about how well companies look after what their "
    "customers entrust to them, and about who is to pay when things go wrong.",
    "Experts advise readers to choose long pass phrases, to keep their devices up to date, and to think twice before "
    "they open a link that nobody told them to expect.",
    "Observers expect that the matter will keep lawyers and lawmakers busy for a good while, since the rules that hold "
    "were written for another time and leave much to those who have to apply them.",
    "Our readers have written to us about the matter in great number. Most of them take the view that something should "
    "have been done long before it came to this, and that it will not be the end of the story.",
    "Nobody could be reached for comment outside office hours. We will add to this report when we hear more.",
]
_ABOVE = [
    "By {name}, Technology Correspondent",
    "{city}, {month} {day} (Newsline) —",
    "Published {day} {month} 2024, 10:{day} GMT",
    "{minutes} min read",
    "{city} (Wire) - ",
    "Updated: {month} {day}, 2024 at 4:1{minutes} PM",
    "Share this story",
]
_BELOW = [
    "Reporting by {name} in {city}; Editing by {other}",
    "© 2024 The {city} Courier. All rights reserved.",
    "Sign up for our morning newsletter and never miss a story.",
    "Read more: What to know before you travel this summer",
    "{name} contributed to this report.",
    "Follow us on social media for more stories like this one.",
    "This story was originally published by the {city} Courier.",
    "Tags: news, business, {city}",
    "Subscribe to the {city} Courier from 99 pence a week",
]
_NAMES = ("Ada Fenwick", "Tomas Orrell", "Priya Lund", "Kit Marsden", "Noor Hale", "Jonas Whitby")
_CITIES = ("Harrowmere", "Dunford", "Ashwick", "Port Elm", "Kingsmere")
_HEADLINES = (
    "What we know about {topic}",
    "{topic}: the story so far",
    "Why {topic} matters to everybody",
    "{topic} – all that you have to know",
    "More questions over {topic}",
)


def cut(story: Story, dice: random.Random) -> Story:
    """The first 60 to 70 % of the words."""
    words = list(re.finditer(r"\S+", story.text))
    last = words[int(len(words) * dice.uniform(0.6, 0.7)) - 1]
    return story._replace(text=story.text[: last.end()])


def cut_wire(story: Story, dice: random.Random) -> Story:
    """Without every paragraph after the first third, at least 50 words."""
    paragraphs = re.split(r"\n\s*\n", story.text)
    number = max(1, round(len(paragraphs) / 3))
    while number < len(paragraphs) and len(" ".join(paragraphs[:number]).split()) < 50:
        number += 1
    return story._replace(text="\n\n".join(paragraphs[:number]))


def trim_paragraphs(story: Story, dice: random.Random) -> Story:
    """Each paragraph after the first third with its first sentence alone."""
    paragraphs = re.split(r"\n\s*\n", story.text)
    kept = max(1, len(paragraphs) // 3)
    rest = [re.split(r"(?<=[.!?])\s", one, maxsplit=1)[0] for one in paragraphs[kept:]]
    return story._replace(text="\n\n".join([*paragraphs[:kept], *rest]))


def change_headline(story: Story, dice: random.Random) -> Story:
    """Another headline, made of three words of the text."""
    topics = re.findall(r"\b[a-z]{6,}\b", story.text) or ["it"]
    topic = " ".join(dice.choice(topics) for _ in range(2))
    return story._replace(title=dice.choice(_HEADLINES).format(topic=topic).capitalize())


def add_paragraph(story: Story, dice: random.Random) -> Story:
    """A paragraph more, in the middle or at the end, that tells nothing of the matter."""
    paragraphs = re.split(r"\n\s*\n", story.text)
    paragraphs.insert(dice.randint(1, len(paragraphs)), dice.choice(_PARAGRAPHS))
    return story._replace(text="\n\n".join(paragraphs))


def add_furniture(story: Story, dice: random.Random) -> Story:
    """What another outlet puts above and below."""
    values = {
        "name": dice.choice(_NAMES),
        "other": dice.choice(_NAMES),
        "city": dice.choice(_CITIES),
        "month": dice.choice(("May", "June", "October")),
        "day": dice.randint(10, 28),
        "minutes": dice.randint(2, 9),
    }
    above = [one.format(**values) for one in dice.sample(_ABOVE, dice.randint(1, 3))]
    below = [one.format(**values) for one in dice.sample(_BELOW, dice.randint(1, 4))]
    joined = " " if above[-1].endswith(("—", "- ")) else "\n\n"  # a dateline stands on the first line of the report
    return story._replace(text="\n\n".join(above) + joined + "\n\n".join([story.text, *below]))


def edit_words(story: Story, dice: random.Random) -> Story:
    """Words and spellings of another house style, two in three of those known."""
    text = story.text
    for one, other in _STYLES:
        for old, new in ((one, other), (other, one)) if dice.random() < 0.5 else ((one, other),):
            text = re.sub(
                rf"(?<![\w-]){old}(?![\w-])", lambda match, new=new: new if dice.random() < 0.66 else match[0], text
            )
    return story._replace(text=text)


CHANGES: dict[str, Callable[[Story, random.Random], Story]] = {
    "cut": cut,
    "cut_wire": cut_wire,
    "trim_paragraphs": trim_paragraphs,
    "change_headline": change_headline,
    "add_paragraph": add_paragraph,
    "add_furniture": add_furniture,
    "edit_words": edit_words,
}


def make_copy(story: Story, change: str, dice: random.Random) -> Story:
    """The story with this change and, every other time, with one or two of the others in their order."""
    others = dice.sample([one for one in CHANGES if one != change], dice.choice((0, 1, 1, 2)))
    if {"cut", "cut_wire", "trim_paragraphs"} & {change}:
        others = [one for one in others if one not in ("cut", "cut_wire", "trim_paragraphs")]
    for one in (name for name in CHANGES if name in {change, *others}):
        story = CHANGES[one](story, dice)
    return story
