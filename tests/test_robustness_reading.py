"""Two hundred damaged inputs and the worst pages we could think of: each an Article or a Problem, and in time."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.articles import read_article
from schemas import Article, MediaType, Page, Problem
from sources import Reference, discover, read_page
from tests.damage import (
    CHARSETS,
    HEAD,
    LONGEST_SECONDS,
    TOLD,
    flip_bits,
    make_damaged_file,
    make_html,
    make_text,
)

LABELS = [*CHARSETS, None, "", "no-such", "zlib", "idna", "punycode", "rot13", "base64", "undefined", "\x00"]


def _read_all(path: Path) -> Iterator[Article | Problem]:
    for reference in discover([str(path)]):
        page = read_page(reference) if isinstance(reference, Reference) else reference
        yield read_article(page) if isinstance(page, Page) else page


def test_two_hundred_damaged_files(tmp_path: Path) -> None:
    chance = random.Random(20240305)
    outcomes = []
    for number in range(200):
        ending, content = make_damaged_file(chance)
        path = tmp_path / f"{number:03}{ending}"
        path.write_bytes(content)
        begun = time.process_time()
        read = list(_read_all(path))
        assert read, path
        assert all(isinstance(one, Article | Problem) for one in read), path
        assert time.process_time() - begun < LONGEST_SECONDS, path
        outcomes += read
    assert sum(isinstance(one, Article) for one in outcomes) > 20
    assert len({one.code for one in outcomes if isinstance(one, Problem)}) >= 5


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("media_type", [MediaType.HTML, MediaType.TEXT])
def test_lying_charsets(label: str | None, media_type: MediaType) -> None:
    chance = random.Random(7)
    content = (make_html if media_type is MediaType.HTML else make_text)(chance)
    for damaged in (content, content.decode().encode("cp1252"), flip_bits(content, chance)):
        read = read_article(Page(reference="here", media_type=media_type, content=damaged, charset=label))
        assert isinstance(read, Article | Problem)


ATTRIBUTES = " ".join(f'a{number}="<x>"' for number in range(100_000))


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (HEAD + "<p>" + "a" * 20_000_000, {"too_large"}),
        ("a" * 20_000_000, {"too_large"}),
        (HEAD + "<p>" + "a" * 9_000_000, {"too_large"}),
        ("a" * 9_000_000, {"not_html"}),
        (HEAD + "<div>" * 100_000 + TOLD + "</div>" * 100_000, {"unreadable"}),
        (HEAD + "<b><i>" * 50_000 + TOLD, {"unreadable"}),
        (HEAD + "<table><tr><td>" * 40_000 + TOLD, {"unreadable"}),
        (HEAD + ("<div>the and " * 150 + "</div>" * 150) * 190, {"unreadable"}),
        (HEAD + "<div>" * 150 + TOLD + "</div>" * 150, None),
        (HEAD + "<p>It was the one.</p>" * 100_000, {"too_large"}),
        (HEAD + "<h1>T</h1><time datetime='x'>y</time>" * 100_000, {"too_large"}),
        (HEAD + f"<p {ATTRIBUTES}>x</p>", {"unreadable"}),
        (HEAD + f'<script>if (i<a && x<"b</script><p {ATTRIBUTES}>x</p>', {"unreadable"}),
        (HEAD + '<a "' * 500_000, {"unreadable"}),
        (HEAD + "<" * 3_000_000, {"no_text"}),
        (HEAD + "<!--" * 1_000_000 + TOLD, {"no_text"}),
        (HEAD + "&" * 2_000_000, {"no_text"}),
        (HEAD + " " * 9_000_000, {"no_text"}),
        (HEAD + "\0" * 9_000_000, {"unreadable"}),
        (HEAD + "2024-01-" * 500_000, {"too_large"}),
        # Barriers, teasers, stamps and cookies are looked for in many elements, and in elements within elements.
        (HEAD + TOLD + "<nav>" + "<span>" * 150 + "<span>Subscribe to </span>" * 300, None),
        (HEAD + TOLD + "<nav>" + "<h3><a href='/a'>One of the other stories</a></h3>" * 2_000, None),
        (HEAD + TOLD + "<nav><ul>" + "<li><a href='/a'>One of the other stories</a></li>" * 2_000, None),
        (HEAD + TOLD + "<nav>" + "<p>We use cookies, accept all, reject all</p>" * 2_000, None),
        (HEAD + TOLD + "<nav>" + "<p>Subscribe to continue or to </p>" * 2_000, {"paywall"}),
        (HEAD.replace("article:", "") + TOLD + "<nav>" + "<h1>T</h1><p>5 March 2024 </p>" * 1_000, None),
        ("<html><title>" + " - x" * 1_000_000 + "</title>" + TOLD, {"no_date"}),
        ("<!DOCTYPE html " + "/" * 2_000_000 + ">" + HEAD + TOLD, None),
        ('<html><script type="application/ld+json">' + '{"a":[' * 500_000 + "</script>" + TOLD, {"no_date"}),
        ('<html><script type="application/ld+json">' + '"author": ' * 500_000 + "</script>" + TOLD, {"no_date"}),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_hostile_pages(content: str, codes: set[str] | None) -> None:
    begun = time.process_time()
    read = read_article(Page(reference="here", media_type=MediaType.HTML, content=content.encode()))
    assert time.process_time() - begun < LONGEST_SECONDS
    assert isinstance(read, Problem if codes else Article), read
    assert not isinstance(read, Problem) or read.code in (codes or set())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"date 2024-03-05 " + b"a" * 20_000_000, "too_large"),
        (b"date 2024-03-05 " + b"a" * 90_000, "unreadable"),
        (b"date 2024-03-05 " + b"the " * 200_000, "too_large"),
        (b"date 2024-03-05 " + b"the data of " * 8_400, "too_large"),
        (b"date 2024-03-05 " + b"\n \n" * 3_000_000, "no_text"),
        (b"Date: " * 1_000_000, "too_large"),
        (b"A: " * 20_000 + b"\n\n" + b"it was the one", "not_english"),
        (b"\x00\x01" * 100_000, "unreadable"),
    ],
)
def test_hostile_text_files(content: bytes, code: str) -> None:
    begun = time.process_time()
    read = read_article(Page(reference="here", media_type=MediaType.TEXT, content=content))
    assert time.process_time() - begun < LONGEST_SECONDS
    assert isinstance(read, Problem), read
    assert read.code == code
