"""The first look: what it lets through and stops, in every form of a page; floors that nobody lowers in silence."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.pages import Shell, Story, make_shell, read_shells
from extractors.first_look import is_worth_reading, load_first_look, read_stems
from extractors.rules import read_rules

SHARED = Path(__file__).parents[1].parent / "shared"
SAMPLES = Path(__file__).parents[1] / "data" / "samples"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder with pages and gold is not here")

BREACH = (
    "Hackers broke into the systems of Larkfield Dental and stole the names, email addresses and medical records of "
    "9,000 patients, the practice said on Monday. It is notifying everybody affected by the breach."
)
# Each holds a stray word or two of an incident, and tells none.
STRAYS = [
    "The winger led the attack and the defence held; a late breach of the rules cost the visitors a penalty.",
    "The hospital treated 300 patients a day last winter, and its records show that waiting times fell.",
    "The company will build a data centre by the canal. It employs 40 people, and the servers warm a swimming pool.",
    "Read our privacy policy. We use cookies. Sign in with your email address and password to manage your consent, "
    "your personal information and your personal data under the terms of data protection.",
    "A password manager keeps the password of every account behind one login. We tried five: the cheapest is best.",
    "The minister denied that she had leaked the budget to a newspaper, and the speaker said he would look into it.",
]


@pytest.mark.parametrize("text", STRAYS)
def test_a_stray_word_is_not_enough(text: str) -> None:
    assert not is_worth_reading(text.encode())
    assert not is_worth_reading(_wrap([text] * 4))


# How bytes may hold the same text.
FORMS: dict[str, Callable[[str], bytes]] = {
    "text": str.encode,
    "capitals": lambda text: text.upper().encode(),
    "Latin-1": lambda text: f"caf\xe9 {text}".encode("latin-1"),
    "UTF-16 with a mark": lambda text: text.encode("utf-16"),
    "UTF-16, big end first": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "a record": lambda text: json.dumps({"title": "At the dentist's", "text": text}).encode(),
    "entities for spaces": lambda text: text.replace(" addresses", "&nbsp;addresses").encode(),
    "no-break spaces": lambda text: text.replace(" addresses", "\xa0addresses").encode(),
    "a page": lambda text: _wrap([text, *STRAYS[:3]]),
    "a page in UTF-16": lambda text: _wrap([text]).decode().encode("utf-16"),
    "a page without headings": lambda text: f"<html><body><div>{text}</div></body></html>".encode(),
    "a page whose text is in a script": lambda text: (
        f"<html><script>{json.dumps({'body': text})}</script></html>".encode()
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_an_incident_is_let_through_in_every_form(form: str) -> None:
    assert is_worth_reading(FORMS[form](BREACH))


HEADLINE = "Hackers steal names and medical records of 9,000 patients in breach at Larkfield Dental"
# Where a page about something else may speak of another story's incident.
ELSEWHERE = [
    f'<aside><a href="/a"><h3>{HEADLINE}</h3></a></aside><p>More.</p>',
    f'<a class="card" href="/hackers-steal-medical-records">{HEADLINE}</a><p>More.</p>',
    f'<img alt="{HEADLINE}"><p>More.</p>',
    f"<form><label>{HEADLINE}</label></form><p>More.</p>",
    f"<script>{json.dumps({'next': HEADLINE})}</script><p>More.</p>",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_another_story_on_the_page_is_not_enough(elsewhere: str) -> None:
    shell = Shell("<html><body><h1>", "</h1>", f"{elsewhere}</body></html>")
    assert not is_worth_reading(shell.wrap(Story("A choir opens", STRAYS[:3] * 3), 1))


def test_words_that_are_strewn_over_a_long_page_do_not_add_up() -> None:
    stems = ["hackers", "a breach", "patients", "medical records"]
    apart = [f"There was talk of {stem}." + " The bridge was opened again." * 150 for stem in stems]
    assert not is_worth_reading("\n".join(apart).encode())
    assert is_worth_reading(" and ".join(stems).encode())


def _wrap(paragraphs: list[str]) -> bytes:
    from random import Random

    return make_shell(Random(3), 40_000).wrap(Story("A choir opens the bridge", paragraphs * 2), 1)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*ml*")), ids=lambda path: path.name)
def test_the_samples_pass(path: Path) -> None:
    content = path.read_bytes()
    assert is_worth_reading(gzip.decompress(content) if path.suffix == ".gz" else content)


def test_the_rules_are_whole() -> None:
    rules = read_rules("first_look")
    stems = list(read_stems(rules))
    assert len({stem.text for stem in stems}) == len(stems) > 100
    assert {stem.weight for stem in stems} == {1, 2, 3, 4}
    assert all(stem.text == stem.text.strip().lower() and stem.text.replace(" ", "").isalpha() for stem in stems)
    # Neither one stem nor all furniture together is enough.
    assert max(stem.weight for stem in stems) < rules["threshold"] > rules["furniture_limit"]
    assert load_first_look().stems == stems


# Measured on the annotated articles and on general news


def _read(path: str) -> list[dict[str, Any]]:
    opened = gzip.open if path.endswith(".gz") else open
    with opened(SHARED / path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _forms(records: list[dict[str, Any]], shells: list[Shell]) -> dict[str, list[bool]]:
    """Whether each record passes as text, and within the furniture of a real page."""
    stories = [Story(str(record.get("title") or ""), str(record["text"]).split("\n")) for record in records]
    pages = (shells[number % len(shells)].wrap(story, number) for number, story in enumerate(stories))
    texts = ("\n\n".join([story.title, *story.paragraphs]).encode() for story in stories)
    return {"text": [is_worth_reading(text) for text in texts], "page": [is_worth_reading(page) for page in pages]}


@needs_shared
@pytest.mark.parametrize(("part", "missed"), [("train", 4), ("dev", 0), ("seed", 0)])
def test_annotated_articles_with_an_event_pass(part: str, missed: int) -> None:
    told = {line["doc"] for line in _read(f"gold/{part}.gold.jsonl") if line["events"]}
    records = [record for record in _read(f"gold/{part}.articles.jsonl") if record["doc"] in told]
    for form, passed in _forms(records, read_shells()).items():
        assert passed.count(False) <= missed, form


@needs_shared
def test_general_news_is_stopped() -> None:
    for form, passed in _forms(_read("news/bbc-2004-2005.jsonl.gz"), read_shells()).items():
        assert passed.count(False) / len(passed) >= 0.97, form


@needs_shared
def test_real_pages_are_stopped_where_they_tell_no_incident() -> None:
    pages = sorted((SHARED / "html").glob("*/*.html.gz"))
    passed = [path.name for path in pages if is_worth_reading(gzip.decompress(path.read_bytes()))]
    assert len(pages) > 50
    assert len(passed) <= 4, passed
