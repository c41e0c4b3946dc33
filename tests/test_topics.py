"""The topics of texts: what goes on to the model, and what does not."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractors import read_article
from extractors.first_look import is_worth_reading
from extractors.topics import TOPICS_FILE, find_words, is_about_incidents, load_topics
from flows.looking import Looks
from schemas import Article, MediaType, Page
from sources import discover, read_pages

SHARED = Path(__file__).parents[1].parent / "shared"
SAMPLES = Path(__file__).parents[1] / "data" / "samples"
NO_EVENT = {"password-manager-review.html", "delivery-text-advice.txt"}
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder with pages and gold is not here")

# What is asked, and whether the model should read it.
CASES = [
    ("Larkfield Dental said hackers stole the medical records of 9,000 patients in a ransomware attack.", True),
    ("A nurse lost a bag with the names and addresses of 40 patients on a bus; the clinic has apologised.", True),
    ("A file with the personal data of all employees was e-mailed to the wrong person, the council admitted.", True),
    ("The winger scored twice before half-time, and the coach praised a defence that held until the end.", False),
    ("The central bank raised its rate by a quarter of a point, as analysts had expected, and shares fell.", False),
    ("The film won three awards on Sunday; its director thanked the cast, the crew and her mother.", False),
]


def _article(text: str, title: str = "") -> Article:
    return Article(reference="a", title=title, body=text, published=date(2024, 5, 1))


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_the_topic_of_a_text(text: str, wanted: bool) -> None:
    assert is_about_incidents(_article(text)) is wanted


def test_a_text_without_known_words_is_judged_by_the_bias() -> None:
    topics = load_topics()
    assert topics.score("") == topics.score("12345 § zzzzqqq") == topics.bias
    assert find_words("It’s 2 e-mails, ÉTÉ Ransomware-as-a-Service") == ["it", "mails", "ransomware", "as", "service"]


def test_the_words_are_few_and_explain_themselves() -> None:
    topics = load_topics()
    assert TOPICS_FILE.stat().st_size < 200_000
    assert 1_000 < len(topics.words) <= 4_000
    assert all(find_words(word) == [word] and rarity >= 1 for word, (rarity, _) in topics.words.items())
    telling = sorted(topics.words, key=lambda word: topics.words[word][1])
    assert {"breach", "stolen", "ransomware", "data"} <= set(telling[-200:])


def test_the_samples_with_an_event_pass_both_looks() -> None:
    for page in read_pages(discover([str(SAMPLES)])):
        assert isinstance(page, Page)
        if Path(page.reference).name not in NO_EVENT and Path(page.reference).name != "README.md":
            article = read_article(page)
            assert isinstance(article, Article)
            assert is_worth_reading(page.content), page.reference
            assert is_about_incidents(article), page.reference


def test_what_is_stopped_is_counted() -> None:
    pages = [
        Page(reference=str(number), media_type=MediaType.TEXT, content=text.encode())
        for number, (text, _) in enumerate(CASES)
    ]
    looks = Looks()
    passed = list(looks.look_through(pages))
    assert [page.reference for page in passed] == ["0", "1", "2"]
    assert [looks.wants(_article(text)) for text, _ in CASES] == [wanted for _, wanted in CASES]
    counts = looks.take_counts()
    assert (counts.references, counts.stopped_first_look, counts.stopped_topic) == (3, 3, 3)
    assert looks.take_counts().stopped_topic == 0


# Measured on the annotated articles and on general news


def _read(path: str) -> list[dict[str, Any]]:
    opened = gzip.open if path.endswith(".gz") else open
    with opened(SHARED / path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@needs_shared
@pytest.mark.parametrize(("part", "least"), [("train", 0.99), ("dev", 0.99), ("seed", 1.0)])
def test_annotated_articles_with_an_event_pass_both(part: str, least: float) -> None:
    told = {line["doc"] for line in _read(f"gold/{part}.gold.jsonl") if line["events"]}
    records = [record for record in _read(f"gold/{part}.articles.jsonl") if record["doc"] in told]
    passed = [
        is_worth_reading(f"{one.get('title') or ''}\n{one['text']}".encode())
        and is_about_incidents(_article(one["text"], one.get("title") or ""))
        for one in records
    ]
    assert sum(passed) / len(passed) >= least


@needs_shared
def test_general_news_that_was_held_out_is_stopped() -> None:
    held_out = _read("news/bbc-2004-2005.jsonl.gz")[::3]
    about = [is_about_incidents(_article(one["text"], one["title"])) for one in held_out]
    assert sum(about) / len(about) <= 0.08
