"""Two hundred damaged inputs and the worst pages we could think of: each an Article or a Problem, and in time."""

import gzip
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractors.articles import read_article
from schemas import Article, MediaType, Page, Problem
from sources import Reference, discover, read_page

LONGEST_SECONDS = 30
WORDS = ["the", "and", "of", "that", "were", "data", "library", "names", "café", "readers", "“lost”", "it", "has"]
CHARSETS = ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-32", "shift_jis", "koi8-r", "cp037", "utf-7", "big5"]
LABELS = [*CHARSETS, None, "", "no-such", "zlib", "idna", "punycode", "rot13", "base64", "undefined", "\x00"]

Damage = Callable[[bytes, random.Random], bytes]


def _tell(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(30, 200))) + "."


def _make_html(chance: random.Random) -> bytes:
    paragraphs = "".join(f"<p>{_tell(chance)} <a href='/x'>more</a></p>" for _ in range(chance.randint(1, 12)))
    linked = '{"@type": "NewsArticle", "headline": "Names lost", "datePublished": "2024-03-05"}'
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Names lost | Post</title>'
        f'<script type="application/ld+json">{linked}</script></head>'
        f"<body><nav>Home</nav><article><h1>Names lost</h1>{paragraphs}</article></body></html>"
    ).encode()


def _make_text(chance: random.Random) -> bytes:
    return f"date 2024-03-05 {_tell(chance)}\n\n{_tell(chance)}\n".encode()


def _make_record(chance: random.Random) -> bytes:
    return f'{{"doc": "1", "title": "Lost", "text": "{_tell(chance)}", "published": "2024-03-05"}}\n'.encode()


def _flip_bits(content: bytes, chance: random.Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(chance.randint(1, max(2, len(content) // 20))):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _insert_noise(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.randint(1, 5_000)) + content[at:]


def _recode(content: bytes, chance: random.Random) -> bytes:
    return content.decode().encode(chance.choice(CHARSETS), "replace")


def _shuffle(content: bytes, chance: random.Random) -> bytes:
    pieces = content.split(b"<")
    chance.shuffle(pieces)
    return b"<".join(pieces)


def _double(content: bytes, chance: random.Random) -> bytes:
    return content * chance.randint(2, 20)


DAMAGES: list[Damage] = [
    lambda content, chance: content[: chance.randrange(len(content))],
    lambda content, chance: content[chance.randrange(len(content)) :],
    lambda content, chance: chance.randbytes(chance.randint(1, 20_000)),
    lambda content, chance: content.replace(b"<", b"\0<"),
    lambda content, chance: content.replace(b">", b""),
    lambda content, chance: gzip.compress(content)[: chance.randint(1, 400)],
    _flip_bits,
    _insert_noise,
    _recode,
    _shuffle,
    _double,
]
MAKERS = {".html": _make_html, ".txt": _make_text, ".jsonl": _make_record}


def _read_all(path: Path) -> Iterator[Article | Problem]:
    for reference in discover([str(path)]):
        page = read_page(reference) if isinstance(reference, Reference) else reference
        yield read_article(page) if isinstance(page, Page) else page


def test_two_hundred_damaged_files(tmp_path: Path) -> None:
    chance = random.Random(20240305)
    outcomes = []
    for number in range(200):
        ending = chance.choice([*MAKERS])
        content = chance.choice(DAMAGES)(MAKERS[ending](chance), chance)
        if packed := chance.random() < 0.3:
            content = gzip.compress(content)
            content = content[: chance.randrange(len(content))] if chance.random() < 0.5 else content
        path = tmp_path / f"{number:03}{ending}{'.gz' if packed else ''}"
        path.write_bytes(content)
        begun = time.monotonic()
        read = list(_read_all(path))
        assert read, path
        assert all(isinstance(one, Article | Problem) for one in read), path
        assert time.monotonic() - begun < LONGEST_SECONDS, path
        outcomes += read
    assert sum(isinstance(one, Article) for one in outcomes) > 20
    assert len({one.code for one in outcomes if isinstance(one, Problem)}) >= 5


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("media_type", [MediaType.HTML, MediaType.TEXT])
def test_lying_charsets(label: str | None, media_type: MediaType) -> None:
    chance = random.Random(7)
    content = (_make_html if media_type is MediaType.HTML else _make_text)(chance)
    for damaged in (content, content.decode().encode("cp1252"), _flip_bits(content, chance)):
        read = read_article(Page(reference="here", media_type=media_type, content=damaged, charset=label))
        assert isinstance(read, Article | Problem)


HEAD = '<html><head><title>T</title><meta property="article:published_time" content="2024-03-05"></head><body>'
TOLD = "<p>" + "It was the library that had lost the names of its readers. " * 5 + "</p>"
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
        ("<html><title>" + " - x" * 1_000_000 + "</title>" + TOLD, {"no_date"}),
        ("<!DOCTYPE html " + "/" * 2_000_000 + ">" + HEAD + TOLD, None),
        ('<html><script type="application/ld+json">' + '{"a":[' * 500_000 + "</script>" + TOLD, {"no_date"}),
        ('<html><script type="application/ld+json">' + '"author": ' * 500_000 + "</script>" + TOLD, {"no_date"}),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_hostile_pages(content: str, codes: set[str] | None) -> None:
    begun = time.monotonic()
    read = read_article(Page(reference="here", media_type=MediaType.HTML, content=content.encode()))
    assert time.monotonic() - begun < LONGEST_SECONDS
    assert isinstance(read, Problem if codes else Article), read
    assert not isinstance(read, Problem) or read.code in (codes or set())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"date 2024-03-05 " + b"a" * 20_000_000, "too_large"),
        (b"date 2024-03-05 " + b"a" * 400_000, "unreadable"),
        (b"date 2024-03-05 " + b"the " * 200_000, "too_large"),
        (b"date 2024-03-05 " + b"\n \n" * 3_000_000, "no_text"),
        (b"Date: " * 1_000_000, "too_large"),
        (b"A: " * 20_000 + b"\n\n" + b"it was the one", "not_english"),
        (b"\x00\x01" * 100_000, "unreadable"),
    ],
)
def test_hostile_text_files(content: bytes, code: str) -> None:
    begun = time.monotonic()
    read = read_article(Page(reference="here", media_type=MediaType.TEXT, content=content))
    assert time.monotonic() - begun < LONGEST_SECONDS
    assert isinstance(read, Problem), read
    assert read.code == code
