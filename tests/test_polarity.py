"""Whether data were exposed, on 150 made-up sentences (`polarity.txt`): names but not addresses, no evidence that …"""

import re
from datetime import date
from pathlib import Path

import pytest

from extractors.annotations import Finding, read_findings
from extractors.pipeline import load_pipeline

SENTENCES = [
    line
    for line in (Path(__file__).parent / "polarity.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
MARKS = {"+": "exposed", "?": "possible", "-": "not_exposed"}
MARKED = re.compile(r"\[([+?-])(.+?)\]")


def read_marked(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence without its marks, and where each marked wording stands with its status."""
    text, items, read_to = "\n", [], 0
    for match in MARKED.finditer(line):
        text += line[read_to : match.start()]
        items.append((len(text), len(text) + len(match[2]), MARKS[match[1]]))
        text += match[2]
        read_to = match.end()
    return text + line[read_to:], items


def find_data(text: str) -> list[Finding]:
    doc = load_pipeline().make_doc(text)
    doc._.published = date(2024, 5, 15)
    for _, component in load_pipeline().pipeline:
        doc = component(doc)
    return read_findings(doc, "data_items")


@pytest.fixture(scope="module")
def judged() -> list[tuple[str, str | None]]:
    """The status of each marked wording, and the one found (None where no kind of data was found there)."""
    told = []
    for line in SENTENCES:
        text, items = read_marked(line)
        found = find_data(text)
        for start, end, status in items:
            there = [one for one in found if one.span.start_char < end and start < one.span.end_char]
            best = max(there, key=lambda one: one.confidence, default=None)
            told.append((status, best.status if best else None))
    return told


def test_the_suite_is_large_enough() -> None:
    assert len(SENTENCES) >= 150


def test_most_marked_wordings_are_found(judged: list[tuple[str, str | None]]) -> None:
    assert sum(found is not None for _, found in judged) / len(judged) >= 0.95


def test_exposed_or_not_is_right(judged: list[tuple[str, str | None]]) -> None:
    rights = [(status == "not_exposed") == (found == "not_exposed") for status, found in judged if found]
    assert sum(rights) / len(rights) >= 0.90


def test_the_three_statuses_are_told_apart(judged: list[tuple[str, str | None]]) -> None:
    rights = [status == found for status, found in judged if found]
    assert sum(rights) / len(rights) >= 0.80
