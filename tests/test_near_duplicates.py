"""Articles that repeat another's text: copies are found, and what tells something of its own is none. All news in this
file is invented; the larger measure takes articles of ../shared/news/."""

import gzip
import hashlib
import json
import random
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.copies import CHANGES, Story, make_copy
from extractors.comparing import is_copy
from extractors.near_duplicates import CopyIndex, sign

CHECKOUT = Path(__file__).resolve().parents[1]
NEWS = CHECKOUT.parent / "shared" / "news"

TITLE = "Clinic loses files of 5,000 patients"
FIRST = (
    "Norwood Clinic said on Monday that intruders had broken into its computers in April and had taken the names and "
    "home addresses of about 5,000 patients. Payment cards were not taken, the clinic said."
)
SECOND = (
    "The clinic learned of it when a doctor could not open the list of the day's visits. It closed for two days and "
    "asked a firm from Ashwick to look into its systems, which found that a supplier's account had been used."
)
THIRD = (
    "A spokesman said that the clinic was sorry, and that it would write to everybody who is concerned before the end "
    "of the month. The city's data watchdog has opened a file on the matter and wants an answer by June."
)
BODY = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
TEXT = f"{TITLE}\n{BODY}"
ASIDE = (
    "The case is one more in a row that has made people ask how well offices keep what is given into their hands, and "
    "who is to pay for it in the end."
)

COPIES = [
    ("the same", TEXT),
    ("cut", f"{TITLE}\n{FIRST}\n\n{SECOND[:90]}"),
    ("its first paragraph", f"{TITLE}\n{FIRST}"),
    ("another headline", f"What the clinic says about its lost files\n{BODY}"),
    ("a paragraph that tells nothing", f"{TITLE}\n{FIRST}\n\n{SECOND}\n\n{ASIDE}\n\n{THIRD}"),
    (
        "byline, dateline, credits",
        f"{TITLE}\nBy Ada Fenwick\n\nDUNFORD, May 6 (Newsline) — {BODY}\n\nReporting by Kit Orr",
    ),
    ("furniture", f"{TITLE}\n4 min read\n\n{BODY}\n\n© 2024 The Courier. All rights reserved.\n\nRead more: 7 tips"),
    (
        "times",
        f"{TITLE}\nPublished 22 May 2024, 10:22 GMT\n\nLast updated on Monday at 4:13 PM\n\n3 hours ago\n\n{BODY}",
    ),
    ("a label", f"{TITLE}\nCity News\n\n{BODY}"),
    ("other words", TEXT.replace("said on Monday", "stated Monday").replace("broken into", "got into")),
    ("other spelling", TEXT.replace("intruders", "intruders").replace("computers", "computer systems")),
    ("written in one line", " ".join(TEXT.split())),
]
OTHERS = [
    ("other figures", TEXT.replace("5,000", "47,000")),
    ("another figure in words", TEXT.replace("two days", "nine days")),
    ("another victim", TEXT.replace("Norwood Clinic", "Elmstead Clinic")),
    ("another day", TEXT.replace("Monday", "Thursday")),
    ("other data", TEXT.replace("home addresses", "passport numbers")),
    ("the contrary", TEXT.replace("had been used", "had not been used")),
    ("the contrary by leaving out", TEXT.replace("were not taken", "were taken")),
    ("a paragraph on another incident", f"{TEXT}\n\nIn another case a thief stole a disk from the town's library."),
    ("a paragraph with figures", f"{TEXT}\n\nThe group runs 31 houses in the country and looks after more than ever."),
    ("a paragraph with names", f"{TEXT}\n\nIts owners, Harlan Brisk of Dunmere and Oda Pell of Kestrel, live abroad."),
    ("an update above", f"{TITLE}\nUpdated: 47,000 patients are concerned, the clinic says now.\n\n{BODY}"),
    ("a heading with a figure", f"{TITLE}\nSome 47,000 people wait for letters\n\n{BODY}"),
    ("what begins as a byline", f"{TEXT}\n\nBy Friday, hackers had put some of the files on sale."),
    ("what begins as a link", f"{TEXT}\n\nRelated attacks have hit two hospitals in the same town."),
    ("what speaks of a log-in", f"{TEXT}\n\nThe intruders could log in for 19 days and sign up further users."),
    ("mostly its own", f"{TITLE}\n{FIRST}\n\n" + "\n\n".join([ASIDE, ASIDE.replace("case", "matter"), ASIDE, ASIDE])),
    ("another article", f"Bank opens\nA bank in Ashwick has opened its doors again. {ASIDE}"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text"), COPIES, ids=[what for what, _ in COPIES])
def test_what_repeats_an_article_is_a_copy(what: str, text: str) -> None:
    assert is_copy(text, TEXT)
    index = CopyIndex([("original", sign(TEXT))])
    assert index.find_candidates("other", sign(text)) == ["original"]


@pytest.mark.parametrize(("what", "text"), OTHERS, ids=[what for what, _ in OTHERS])
def test_what_tells_something_of_its_own_is_none(what: str, text: str) -> None:
    assert not is_copy(text, TEXT)


# Two notices of one outlet, written after one pattern.
NOTICE = (
    "{name} data breach\n{name} has told the attorney general of {place} that {number} people are hit by a breach. "
    "The company noticed unusual things in its network on {day} and shut it off. It found that somebody had been in "
    "it and had copied files with names, addresses and {data}.\n\nThose concerned get a letter and may have their "
    "credit watched for a year without paying for it. The company says that it knows of no case in which they were "
    "used. Whoever gets such a letter should look at the statements of his bank for a while."
)
NOTICES = [
    {"name": "Brill Foods", "place": "Maine", "number": "4,312", "day": "March 3", "data": "tax numbers"},
    {"name": "Pell Dental", "place": "Maine", "number": "997", "day": "July 14", "data": "health records"},
    {"name": "Oakmere Trust", "place": "Vermont", "number": "4,312", "day": "March 3", "data": "tax numbers"},
]


def test_notices_of_one_pattern_are_articles_of_their_own() -> None:
    texts = [NOTICE.format(**one) for one in NOTICES]
    assert not any(is_copy(one, other) for one in texts for other in texts if one != other)


def test_a_longer_report_is_no_copy_of_its_beginning_and_the_copies_of_both_are_told_apart() -> None:
    beginning = f"{TITLE}\n{FIRST}"
    assert not is_copy(TEXT, beginning)
    index = CopyIndex([("beginning", sign(beginning)), ("whole", sign(TEXT))])
    assert index.find_candidates("new", sign(TEXT)) == ["whole", "beginning"]


def test_an_article_is_no_copy_of_itself_or_of_a_later_one() -> None:
    signature = sign(TEXT)
    index = CopyIndex([("one", signature), ("two", signature)])
    assert index.find_candidates("one", signature) == []
    assert index.find_candidates("two", signature) == ["one"]
    index.discard("one")
    assert index.find_candidates("two", signature) == []
    assert len(index) == 1


def test_what_many_articles_share_is_furniture() -> None:
    texts = [f"Story {number}\n{' '.join(f'word{number}x{at}' for at in range(300))}" for number in range(150)]
    index = CopyIndex((f"{number}", sign(f"{text} {ASIDE}")) for number, text in enumerate(texts))
    assert index.find_candidates("new", sign(ASIDE)) == []
    assert index.find_candidates("new", sign(texts[7])) == ["7"]


def test_an_index_that_grows_finds_what_one_loaded_whole_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.near_duplicates._MOST_PENDING", 30)
    texts = [NOTICE.format(**one) for one in NOTICES] + [TEXT, BODY, FIRST, SECOND, THIRD]
    whole, grown = CopyIndex((str(at), sign(text)) for at, text in enumerate(texts)), CopyIndex()
    for at, text in enumerate(texts):
        grown.add(str(at), sign(text))
    assert [grown.find_candidates("x", sign(text)) for text in texts] == [
        whole.find_candidates("x", sign(text)) for text in texts
    ]


def test_a_signature_is_the_same_everywhere() -> None:
    # Signatures are stored: where this fails, what makes them has changed, and `VERSION` has to change too.
    assert hashlib.sha256(sign(TEXT)).hexdigest()[:16] == "f3a7112dcb4fc9a3"
    assert sign("One two three four five.").hex() == "01d1593b72"


def test_a_signature_of_another_version_is_not_compared() -> None:
    index = CopyIndex([("old", b"\x00" + sign(TEXT)[1:])])
    assert index.find_candidates("new", sign(TEXT)) == []


@pytest.mark.parametrize("text", ["", "\n", "One", "\ud800 a", "x " * 5])
def test_texts_of_a_few_words_have_signatures(text: str) -> None:
    index = CopyIndex([("it", sign(text))])
    assert index.find_candidates("other", sign(text)) in (["it"], [])
    assert not is_copy(text, TEXT)


def read_stories(number: int) -> list[Story]:
    stories = []
    for name in ("security-2022-2026.jsonl.gz", "bbc-2004-2005.jsonl.gz"):
        with gzip.open(NEWS / name, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in islice(lines, number // 2)]
        stories += [Story(record["title"], record["text"]) for record in records]
    return stories


@pytest.mark.skipif(not NEWS.exists(), reason="../shared/news/ is not here")
def test_copies_of_real_articles_are_found_and_nothing_else() -> None:
    dice = random.Random(5)
    texts, index, found_before = {}, CopyIndex(), 0
    for number, story in enumerate(read_stories(400)):
        text, signature = f"{story.title}\n{story.text}", sign(f"{story.title}\n{story.text}")
        found_before += any(is_copy(text, texts[one]) for one in index.find_candidates(str(number), signature))
        index.add(str(number), signature)
        texts[str(number)] = text
    missed, wrong = [], []
    for number in range(80):
        of, change = str(number * 5), list(CHANGES)[number % len(CHANGES)]
        copy = make_copy(Story(*texts[of].split("\n", 1)), change, dice)
        text = f"{copy.title}\n{copy.text}"
        found = [one for one in index.find_candidates("copy", sign(text)) if is_copy(text, texts[one])]
        missed += [(of, change)] if of not in found else []
        wrong += [(of, found)] if set(found) - {of} else []
    assert len(missed) <= 1, missed
    assert len(wrong) <= 1, wrong
    assert found_before <= 2  # what stands twice in the collection itself
