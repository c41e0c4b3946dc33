"""Web pages for the benchmark of archives: news articles within furniture as outlets serve it, and WARC files of them.

The furniture is that of `../shared/html/` where it is there, and made up otherwise; so are the articles.
"""

import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED = CHECKOUT.parent / "shared"
SAMPLES = CHECKOUT / "data" / "samples"
LARGEST_SHELL, SMALLEST_SHELL = 330_000, 30_000
LONGEST_GAP = 20_000  # bytes between two paragraphs of one article
STATED_URL = re.compile(r"""<(?:link|meta)[^>]*?["'](?:canonical|og:url)["'][^>]*>""", re.IGNORECASE)
STATED_TITLE = re.compile(r"""<meta[^>]*?["'](?:og:title|twitter:title)["'][^>]*>""", re.IGNORECASE)
SUBJECTS = ["The council", "The coach", "The central bank", "A baker", "The ferry company", "The museum", "Her team"]
VERBS = ["opened", "put off", "paid for", "asked about", "praised", "rebuilt", "walked away from", "voted on"]
OBJECTS = ["the bridge", "a second pitch", "the harvest fair", "its old timetable", "the winter budget", "a choir"]
ENDINGS = ["after a long winter", "before the holidays", "to the surprise of most", "in front of a full house"]
NAMES = ["World", "Politics", "Business", "Sport", "Weather", "Culture", "Food", "Travel", "Opinion", "Obituaries"]
WORDS = [
    "track",
    "slot",
    "unit",
    "bid",
    "zone",
    "user",
    "page",
    "view",
    "event",
    "layer",
    "queue",
    "refresh",
    "size",
    "render",
    "theme",
    "consent",
    "vendor",
]


class Story(NamedTuple):
    """A headline and paragraphs."""

    title: str
    paragraphs: list[str]


class Shell(NamedTuple):
    """A page without its article: what stands before the headline, between it and the text, and after."""

    before: str
    between: str
    after: str

    def wrap(self, story: Story, number: int) -> bytes:
        """The page with the story in it; `number` makes its headline its own."""
        title = html.escape(f"{story.title} ({number})")
        text = "\n".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs)
        return f"{self.before.replace('@@TITLE@@', title)}{title}{self.between}{text}{self.after}".encode()


def read_shells() -> list[Shell]:
    """The real pages without their articles, where they are there; else made-up ones of 30 to 300 KB."""
    paths = sorted((SHARED / "html").glob("*/*.html.gz"))
    pages = [gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in paths]
    fitting = [page for page in pages if SMALLEST_SHELL <= len(page) <= LARGEST_SHELL]
    made = [make_shell(Random(seed), size) for seed, size in enumerate(range(30_000, 300_000, 30_000))]
    return [shell for page in fitting if (shell := cut_shell(page))] + made


def cut_shell(page: str) -> Shell | None:
    """The page without its headline and without the paragraphs that follow it closely; None where there are few."""
    headline = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    if not headline:
        return None
    paragraphs = [m.span() for m in re.finditer(r"<p[\s>](?:(?!</p>).){80,}?</p>", page[headline.end() :], re.DOTALL)]
    if len(paragraphs) < 3:
        return None
    begin, end = paragraphs[0]
    for start, stop in paragraphs[1:]:
        if start - end > LONGEST_GAP:
            break
        end = stop
    before = STATED_TITLE.sub("", STATED_URL.sub("", page[: headline.start(1)]))
    before = re.sub(r"<title[^>]*>.*?</title>", "<title>@@TITLE@@</title>", before, count=1, flags=re.DOTALL)
    rest = page[headline.end() :]
    return Shell(before, "</h1>" + rest[:begin], rest[end:])


def make_shell(random: Random, size: int) -> Shell:
    """Made-up furniture of about `size` bytes: scripts, linked data, navigation, other stories, a footer."""
    linked = {"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "2024-05-06T07:08:09Z"}
    head = f'<script type="application/ld+json">{json.dumps(linked)}</script><title>@@TITLE@@</title>'
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}{make_script(random, size // 4)}</head>'
    links = "".join(f'<li class="nav-item"><a href="/{name.lower()}">{name}</a></li>' for name in NAMES)
    nav = f'<body><nav><ul>{links}</ul></nav>{make_script(random, size // 4)}<main><article><h1 class="headline">'
    cards = "".join(make_card(random, number) for number in range(size // 4_000))
    foot = "<footer><p>Contact us. Terms of use. Privacy policy. We use cookies; manage your consent.</p>"
    foot += "<p>Sign in with your email address and password, or make an account to get our newsletter.</p></footer>"
    after = f"</article></main><aside>{cards}</aside>{make_script(random, size // 3)}{foot}</body></html>"
    return Shell(head + nav, '</h1><time datetime="2024-05-06">6 May 2024</time>', after)


def make_script(random: Random, size: int) -> str:
    """Settings and calls as scripts of pages hold them."""
    parts = []
    while size > 0:
        name, other = random.choices(WORDS, k=2)
        parts.append(
            f'window.{name}=window.{name}||[];{name}.push({{"{other}":"{random.getrandbits(64):x}","on":true}});'
        )
        size -= len(parts[-1])
    return f"<script>{''.join(parts)}</script>"


def make_card(random: Random, number: int) -> str:
    """The picture and the headline of another story."""
    title = make_sentence(random)
    return (
        f'<div class="card card--small" data-track="card-{number}"><a href="/stories/{random.getrandbits(40):x}" '
        f'aria-label="{title}"><img src="/img/{random.getrandbits(64):x}.jpg" alt="" width="320" height="180">'
        f"<h3>{title}</h3></a></div>"
    )


def make_sentence(random: Random) -> str:
    return " ".join(random.choice(words) for words in (SUBJECTS, VERBS, OBJECTS, ENDINGS))


def read_general_stories(*, with_technology: bool) -> list[Story]:
    """General news: of the shared folder where it is there, else made up.

    It is the BBC's of 2004 and 2005 and what stood on the real pages. The BBC's technology desk is left out unless it
    is asked for: many of its stories are of worms, phishing and hackers, and some tell events, so that there would be
    several times as many as the share that is given.
    """
    path = SHARED / "news" / "bbc-2004-2005.jsonl.gz"
    if not path.is_file():
        random = Random(1)
        return [make_general_story(random) for _ in range(500)]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    chosen = [record for record in records if with_technology or record["category"] != "tech"]
    return [*map(make_story, chosen), *read_printed_stories()]


def make_general_story(random: Random) -> Story:
    """A made-up story of some 300 words."""
    paragraphs = [". ".join(make_sentence(random) for _ in range(4)) + "." for _ in range(12)]
    return Story(make_sentence(random), paragraphs)


def read_printed_stories() -> Iterator[Story]:
    """The articles of the real pages, as people copied them."""
    for path in sorted((SHARED / "html").glob("*/*.json")):
        for page in json.loads(path.read_text("utf-8")).values():
            sections = page["body"]["sections"]
            paragraphs = [line for section in sections for line in section["paragraphs"]]
            if "title" in page and paragraphs:
                yield Story(page["title"], paragraphs)


def read_breach_stories() -> list[Story]:
    """Annotated articles with an event of the shared folder, where it is there; else the sample records."""
    folder = SHARED / "gold"
    if not folder.is_dir():
        return [make_story(json.loads(line)) for line in (SAMPLES / "briefs.jsonl").read_text("utf-8").splitlines()]
    events = {line["doc"] for line in read_lines(folder / "train.gold.jsonl") if line["events"]}
    return [make_story(line) for line in read_lines(folder / "train.articles.jsonl") if line["doc"] in events]


def read_lines(path: Path) -> Iterator[dict[str, object]]:
    """The records of a JSONL file."""
    return map(json.loads, path.read_text("utf-8").splitlines())


def make_story(record: dict[str, object]) -> Story:
    text = str(record["text"])
    title = str(record.get("title") or "") or text[:60]
    return Story(title, [line for line in text.split("\n") if line.strip()])


def write_archive(path: Path, pages: int, share: float, *, with_technology: bool = False, seed: int = 6) -> int:
    """Write a gzipped WARC of `pages` pages, `share` of them about a breach, with request records, and a picture for
    every fourth page. Returns how many are about a breach."""
    random = Random(seed)
    shells, breaches = read_shells(), read_breach_stories()
    general = read_general_stories(with_technology=with_technology)
    random.shuffle(general)
    chosen = set(random.sample(range(pages), round(pages * share)))
    with path.open("wb") as file:
        writer = GzipWriter(file, compression_level=6)
        for number in range(pages):
            story = random.choice(breaches) if number in chosen else general[number % len(general)]
            url = f"https://outlet{number % 40}.example/{number}/story.html"
            write_record(writer, url, "request", b"GET /story HTTP/1.1\r\nHost: outlet.example\r\n\r\n")
            write_response(writer, url, b"text/html; charset=utf-8", random.choice(shells).wrap(story, number))
            if number % 4 == 0:
                write_response(writer, url + ".jpg", b"image/jpeg", random.randbytes(20_000))
        writer.close()
    return len(chosen)


def write_response(writer: GzipWriter, url: str, media_type: bytes, content: bytes) -> None:
    """A response as a server gave it."""
    length = str(len(content)).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: " + media_type + b"\r\nContent-Length: " + length + b"\r\n\r\n"
    write_record(writer, url, "response", head + content)


def write_record(writer: GzipWriter, url: str, kind: str, content: bytes) -> None:
    """One record in a gzip member of its own."""
    record = WarcRecord()
    record.init_headers(record_type=getattr(WarcRecordType, kind))
    record.headers["WARC-Target-URI"] = url
    record.headers["WARC-Date"] = "2024-05-06T07:08:09Z"
    record.headers["Content-Type"] = f"application/http; msgtype={kind}"
    record.is_http = True
    record.set_bytes_content(content)
    record.write(writer)
