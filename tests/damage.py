"""Damaged articles: whole ones made from words by chance, and what can become of their bytes on the way."""

import gzip
import random
from collections.abc import Callable

LONGEST_SECONDS = 30
WORDS = ["the", "and", "of", "that", "were", "data", "library", "names", "café", "readers", "“lost”", "it", "has"]
CHARSETS = ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-32", "shift_jis", "koi8-r", "cp037", "utf-7", "big5"]

Damage = Callable[[bytes, random.Random], bytes]


def _tell(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(30, 200))) + "."


def make_html(chance: random.Random) -> bytes:
    paragraphs = "".join(f"<p>{_tell(chance)} <a href='/x'>more</a></p>" for _ in range(chance.randint(1, 12)))
    linked = '{"@type": "NewsArticle", "headline": "Names lost", "datePublished": "2024-03-05"}'
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Names lost | Post</title>'
        f'<script type="application/ld+json">{linked}</script></head>'
        f"<body><nav>Home</nav><article><h1>Names lost</h1>{paragraphs}</article></body></html>"
    ).encode()


def make_text(chance: random.Random) -> bytes:
    return f"date 2024-03-05 {_tell(chance)}\n\n{_tell(chance)}\n".encode()


def make_record(chance: random.Random) -> bytes:
    return f'{{"doc": "1", "title": "Lost", "text": "{_tell(chance)}", "published": "2024-03-05"}}\n'.encode()


def flip_bits(content: bytes, chance: random.Random) -> bytes:
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
    lambda content, chance: gzip.compress(content, mtime=0)[: chance.randint(1, 400)],
    flip_bits,
    _insert_noise,
    _recode,
    _shuffle,
    _double,
]
MAKERS = {".html": make_html, ".txt": make_text, ".jsonl": make_record}

# The beginning of a page that states its date, and a paragraph long enough to be an article.
HEAD = '<html><head><title>T</title><meta property="article:published_time" content="2024-03-05"></head><body>'
TOLD = "<p>" + "It was the library that had lost the names of its readers. " * 5 + "</p>"


def make_damaged_file(chance: random.Random) -> tuple[str, bytes]:
    """The ending and the bytes of a damaged file; three in ten are gzipped, half of these cut short."""
    ending = chance.choice([*MAKERS])
    content = chance.choice(DAMAGES)(MAKERS[ending](chance), chance)
    if chance.random() >= 0.3:
        return ending, content
    packed = gzip.compress(content, mtime=0)
    return f"{ending}.gz", packed[: chance.randrange(len(packed))] if chance.random() < 0.5 else packed
