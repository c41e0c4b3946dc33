"""The whole way over what nobody wants to meet: the run goes on, and each input is an article or a problem."""

import gzip
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from flows.engine import start
from flows.ingest import ingest
from flows.observer import Nobody, observer
from schemas import Problem, Run, RunCounts, RunState
from sources import Reference, discover
from store import open_store
from tests.damage import HEAD, LONGEST_SECONDS, TOLD, make_damaged_file, make_html, make_text

ArticleWriter: TypeAlias = Callable[..., Path]
PAGES = Path(__file__).parents[1].parent / "shared" / "html"
INPUTS = 200
BATCH_SIZE = 10
TWENTY_MB = 20_000_000


class Clock(Nobody):
    """Notes how many seconds the slowest batch computed, which no single input can have exceeded."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.process_time()

    def load(self, counts: RunCounts, problems: Sequence[Problem]) -> None:
        now = time.process_time()
        self.longest, self._last = max(self.longest, now - self._last), now


@pytest.fixture
def clock() -> Iterator[Clock]:
    ticking = Clock()
    token = observer.set(ticking)
    yield ticking
    observer.reset(token)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "events.duckdb"


def run_flow(store: Path, *inputs: Path) -> Run:
    """What `breachwire run` does with these inputs."""
    return start(ingest, [str(path) for path in inputs], store, None, BATCH_SIZE)


def list_hand_made() -> dict[str, bytes]:
    """The worst of their kinds, by file name."""
    chance = random.Random(3)
    page, text = make_html(chance), make_text(chance)
    record = {"doc": "1", "title": "Lost", "text": text.decode(), "published": "2024-03-05"}
    lines = [
        "",
        "{",
        "[1, 2]",
        "null",
        '"a string"',
        "{}" * 2,
        json.dumps(record | {"text": 7}),
        json.dumps(record | {"text": None}),
        json.dumps(record | {"title": ["a", "list"]}),
        json.dumps(record | {"doc": {"a": 1}}),
        json.dumps(record | {"published": "soon"}),
        json.dumps(record | {"published": 20240305}),
        json.dumps(record | {"url": "javascript:alert(1)"}),
        json.dumps(record | {"text": "a\0b" * 50}),
        json.dumps(record | {"text": "\ud800" * 50}),
        json.dumps({"title": "No text", "published": "2024-03-05"}),
        '{"text": ' * 50_000,
        "x" * 11_000_000,
    ]
    return {
        "empty.html": b"",
        "empty.txt": b"",
        "empty.jsonl": b"",
        "blank.txt": b" \r\n\t" * 1_000,
        "binary.html": b"\x7fELF" + chance.randbytes(50_000),
        "binary.txt": chance.randbytes(50_000),
        "binary.jsonl": chance.randbytes(50_000),
        "one-word.html": (HEAD + "<p>" + "a" * TWENTY_MB).encode(),
        "one-word.txt": b"date 2024-03-05\n" + b"a" * TWENTY_MB,
        "one-word-of-9-mb.txt": b"date 2024-03-05\n" + b"a" * 9_000_000,
        "nested.html": (HEAD + "<div>" * 100_000 + TOLD + "</div>" * 100_000).encode(),
        "unclosed.html": (HEAD + "<b><i>" * 50_000 + TOLD).encode(),
        "nul-bytes.html": page.replace(b"e", b"\0"),
        "nul-bytes.txt": text.replace(b" ", b"\0"),
        "utf-16.txt": text.decode().encode("utf-16-be"),
        "lying-charset.html": page.replace(b'"utf-8"', b'"utf-16"').replace("é".encode(), b"\xe9"),
        "no-such-charset.html": page.replace(b'"utf-8"', b'"klingon"').replace("é".encode(), b"\xe9"),
        "cut-short.html.gz": gzip.compress(page, mtime=0)[:-30],
        "no-gzip.html.gz": page,
        "bomb.txt.gz": gzip.compress(b"a" * TWENTY_MB, mtime=0),
        "lines.jsonl": "\n".join(lines).encode(),
        "cut-short.jsonl.gz": gzip.compress("\n".join(lines[:16]).encode(), mtime=0)[:-9],
        "addresses.txt": b"http://127.0.0.1:9/nobody-listens\nhttp://127.0.0.1:9/nor-here\nnot an address\n",
    }


def write_damaged(folder: Path) -> None:
    """Fill `folder` with as many damaged inputs as INPUTS."""
    hand_made = list_hand_made()
    for name, content in hand_made.items():
        (folder / name).write_bytes(content)
    chance = random.Random(20240305)
    for number in range(INPUTS - len(hand_made)):
        ending, content = make_damaged_file(chance)
        (folder / f"chance-{number:03}{ending}").write_bytes(content)


def read_column(store: Path, query: str) -> list[Any]:
    with open_store(store) as opened:
        return [row[0] for row in opened.rows(query)[1]]


def check_accounted(store: Path, done: Run, *inputs: Path) -> None:
    """Each reference is an article, the twin of one, or a problem with a detail, and the run counts them so."""
    told = {*read_column(store, "SELECT reference FROM articles UNION SELECT reference FROM problems")}
    found = [_name(one) for one in discover([str(path) for path in inputs])]
    twins = [reference for reference in found if reference not in told]
    assert len(twins) == done.counts.known
    assert all(Path(reference).name.startswith("chance-") and ".jsonl" in reference for reference in twins), twins
    assert read_column(store, "SELECT reference FROM problems WHERE trim(detail) = '' OR detail IS NULL") == []
    assert done.state is RunState.COMPLETED
    assert done.counts.references == len(found) == len(twins) + done.counts.articles + done.counts.problems


def _name(found: Reference | Problem) -> str:
    return found.reference if isinstance(found, Problem) else str(found)


def test_damaged_inputs_among_good_articles(write_articles: ArticleWriter, store: Path, clock: Clock) -> None:
    folder = write_articles(5)
    good = {str(path) for path in folder.iterdir()}
    write_damaged(folder)
    assert len([*folder.iterdir()]) == INPUTS + 5

    done = run_flow(store, folder)
    check_accounted(store, done, folder)
    assert clock.longest < LONGEST_SECONDS
    assert good <= {*read_column(store, "SELECT reference FROM articles JOIN events USING (article_id)")}
    codes = {*read_column(store, "SELECT problem_code FROM problems")}
    assert {"bad_record", "empty_page", "no_date", "no_text", "not_html", "refused_address"} <= codes
    assert {"not_found", "too_large", "unreadable"} <= codes
    assert "extraction_failed" not in codes

    with open_store(store) as opened:
        before = opened.counts()
    again = run_flow(store, folder)
    assert (again.counts.articles, again.counts.events) == (0, 0)
    with open_store(store) as opened:
        assert opened.counts() == {**before, "runs": before["runs"] + 1}


@pytest.mark.skipif(not PAGES.is_dir(), reason="the shared folder with real pages is not here")
def test_real_pages_and_what_lies_beside_them(store: Path, clock: Clock) -> None:
    companions = sorted(PAGES.glob("**/*.json"))
    done = run_flow(store, PAGES, *companions)
    check_accounted(store, done, PAGES, *companions)
    assert clock.longest < LONGEST_SECONDS
    assert done.counts.articles >= 40
    refused = {*read_column(store, "SELECT reference FROM problems WHERE problem_code = 'unsupported_file'")}
    assert refused == {str(path) for path in companions}
    assert read_column(store, "SELECT DISTINCT problem_code FROM problems ORDER BY ALL") == [
        "live_blog",  # by its own word, of 428 reports
        "not_english",
        "unsupported_file",
    ]
