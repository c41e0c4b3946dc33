"""The shipped model: what it reads of words, windows over long texts, its size, and that it always gives the same."""

import json
import subprocess
import sys
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from extractors import extract_events
from extractors.model import MODEL_FOLDER, Model, load_model
from extractors.windows import MOST_PIECES, OVERLAP, lay_windows
from extractors.wordpieces import BREAK, SHAPES, shape_of
from schemas import Article, Extraction

CHECKOUT = Path(__file__).resolve().parents[1]
MOST_BYTES = 30_000_000


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("bank", "lower"),
        ("Bank", "title"),
        ("B", "initial"),
        ("FBI", "upper"),
        ("iPhone", "mixed"),
        ("McAfee", "mixed"),
        ("2017", "digits"),
        ("1,200", "digits in word"),
        ("W-2", "digits in word"),
        ("—", "sign"),
    ],
)
def test_shape_tells_what_an_uncased_vocabulary_loses(word: str, shape: str) -> None:
    assert SHAPES[shape_of(word)] == shape


def test_pieces_know_their_tokens_and_line_breaks_are_one_piece() -> None:
    doc = spacy.blank("en")("Ransomware\nat Corvanebooks")
    pieces = load_model().pieces.cut_doc(doc)
    assert pieces.ids[pieces.tokens.index(1)] == BREAK
    assert sorted(set(pieces.tokens)) == list(range(len(doc)))
    assert pieces.tokens.count(3) > 1  # an unknown name is cut into several


@given(st.integers(0, 6000))
def test_windows_cut_nothing_and_give_each_piece_one_place(pieces: int) -> None:
    windows = lay_windows(pieces)
    told = [piece for window in windows for piece in range(window.first, window.last)]
    assert told == list(range(pieces))
    for window in windows:
        assert window.end - window.start <= MOST_PIECES
        assert window.start <= window.first <= window.last <= window.end
    for one, other in pairwise(windows):
        assert one.end - other.start >= OVERLAP


def test_a_long_text_is_read_to_its_end() -> None:
    doc = spacy.blank("en")(" ".join(["Hackers stole the names of patients."] * 400))
    tokens = load_model().read_doc(doc)
    assert tokens.shape[0] == len(doc)
    assert np.abs(tokens).sum(axis=1).all()


def test_the_model_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in MODEL_FOLDER.iterdir()) <= MOST_BYTES


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no model"):
        Model(tmp_path)


def make_articles() -> list[Article]:
    told = (
        "{name} said on Monday that hackers broke into its systems in April and stole the names and home addresses of "
        "about {number},000 patients, but not their phone numbers. The regulator was told on Tuesday."
    )
    names = ("Ash Clinic", "Brook Bank", "Clay Council", "Dun Dental", "Elm Energy", "Fair Forum", "Glen Garage")
    return [
        Article(
            reference=f"{number}.txt",
            title=f"{name} hacked",
            body="\n".join([told.format(name=name, number=number + 2)] * (1 + number * number)),
            published=date(2024, 5, 1),
        )
        for number, name in enumerate(names)
    ]


def dump(extractions: list[Extraction]) -> list[str]:
    return [one.model_dump_json() for one in extractions]


@cache
def dump_together() -> list[str]:
    return dump(extract_events(make_articles()))


def test_the_batch_an_article_comes_in_changes_nothing() -> None:
    articles = make_articles()
    together = dump_together()
    assert together == [line for article in articles for line in dump(extract_events([article]))]
    assert together == dump(extract_events(articles[::-1]))[::-1]


def test_another_process_gives_the_same() -> None:
    code = (
        "import json, sys; from schemas import Article; from extractors import extract_events;"
        "print(json.dumps([one.model_dump_json() for one in"
        " extract_events([Article(**record) for record in json.load(sys.stdin)])]))"
    )
    fields = {"reference", "title", "body", "published"}
    records = json.dumps([json.loads(article.model_dump_json(include=fields)) for article in make_articles()])
    answer = subprocess.run(
        [sys.executable, "-c", code], input=records, cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout) == dump_together()


def test_extraction_loads_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; from extractors import load_pipeline; load_pipeline();"
        "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
