"""The entries of sources: read from TOML, laid over one another, refused with a sentence, and written."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows.places import SHIPPED_SOURCES
from schemas import Problem, Source
from sources import format_entry, locate_entries, make_source, read_sources

FEED = 'name = "news"\nkind = "feed"\nlocation = "https://news.test/feed"\n'


def _write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _read(folder: Path, *entries: str) -> tuple[list[Source], list[Problem]]:
    return read_sources([_write(folder, "".join(f"[[sources]]\n{entry}\n" for entry in entries))])


def test_the_shipped_sources_are_sound_and_say_what_to_expect() -> None:
    known, problems = read_sources([SHIPPED_SOURCES])
    assert problems == []
    assert len(known) >= 12
    for source in known:
        assert source.location.startswith("https://")
        assert source.outlet
        assert source.country
        assert source.language == "en"
        assert source.articles_per_day


def test_all_keys_of_an_entry_are_read(tmp_path: Path) -> None:
    more = (
        'outlet = "News"\ncountry = "GB"\nlanguage = "en"\narticles_per_day = 4\ninclude = ["/a/"]\nexclude = ["/b/"]\n'
    )
    more += "since = 2024-05-01\nfirst_look = false\nenabled = false\n"
    (source,), problems = _read(tmp_path, FEED + more)
    assert not problems
    assert source == Source(
        name="news",
        kind="feed",
        location="https://news.test/feed",
        outlet="News",
        country="GB",
        language="en",
        articles_per_day=4,
        include=("/a/",),
        exclude=("/b/",),
        since=date(2024, 5, 1),
        first_look=False,
        enabled=False,
    )


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        # Faulty keys and values; the sentence names what.
        (FEED.replace("feed", "rss", 1), "`kind`: 'rss' is not one of the source_kinds"),
        (FEED + 'outlett = "x"', "`outlett` is no key"),
        (FEED.replace('"news"', '"News!"'), "`name`"),
        (FEED + 'country = "Britain"', "`country`"),
        (FEED + 'language = "english"', "`language`"),
        (FEED + "articles_per_day = -1", "`articles_per_day`"),
        (FEED + 'since = "last week"', "`since`"),
        (FEED + 'include = ["("]', "`include` holds '('"),
        (FEED + 'exclude = ["a", "[z"]', "`exclude` holds '[z'"),
        (FEED + 'include = "/a/"', "`include`"),
        ('name = "news"\nkind = "feed"', "`location` is missing"),
        ('name = "news"\nlocation = "a"', "`kind` is missing"),
        ('kind = "feed"', "no `name`"),
        ("name = 4", "no `name`"),
        # Places where a source of the kind can't be.
        (FEED.replace("https://news.test/feed", "feed.xml"), "no http(s) address"),
        (FEED.replace("https:", "ftp:"), "no http(s) address"),
        (FEED.replace("https:", "file:"), "no http(s) address"),
        ('name = "a"\nkind = "folder"\nlocation = "https://news.test/"', "is an address"),
        ('name = "a"\nkind = "records"\nlocation = "https://news.test/a.jsonl"', "is an address"),
        (FEED.replace("news.test", "me:secret@news.test"), "user's name or password"),
    ],
)
def test_a_faulty_entry_is_a_problem_and_the_others_are_used(tmp_path: Path, entry: str, words: str) -> None:
    known, (problem,) = _read(tmp_path, entry, FEED.replace('"news"', '"other"'))
    assert [source.name for source in known] == ["other"]
    assert problem.code == "bad_source"
    assert words in problem.detail
    assert str(tmp_path / "mine.toml") in problem.detail
    assert "secret" not in problem.detail + problem.reference


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[sources]\nname = 1", "not TOML"),
        ("sources = 3", "only tables [[sources]]"),
        ("[[source]]\nname = 'a'", "only tables [[sources]] are read, not source"),
        ("sources = [1]", "no `name`"),
    ],
)
def test_a_faulty_file_is_a_problem_and_the_other_files_are_read(tmp_path: Path, text: str, words: str) -> None:
    known, problems = read_sources([_write(tmp_path, text, "bad.toml"), _write(tmp_path, f"[[sources]]\n{FEED}")])
    assert [source.name for source in known] == ["news"]
    assert any(words in problem.detail for problem in problems)
    assert all(problem.code == "bad_source" and "bad.toml" in problem.reference for problem in problems)


def test_a_file_that_is_no_text_or_missing(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    assert [one.code for one in read_sources([tmp_path / "bad.toml"])[1]] == ["bad_source"]
    assert read_sources([tmp_path / "none.toml"]) == ([], [])


def test_a_name_twice_is_a_problem_and_the_first_stands(tmp_path: Path) -> None:
    known, (problem,) = _read(tmp_path, FEED, FEED.replace("/feed", "/other"))
    assert [source.location for source in known] == ["https://news.test/feed"]
    assert "already" in problem.detail


def test_an_own_entry_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    shipped = _write(tmp_path, f"[[sources]]\n{FEED}outlet = 'News'\n[[sources]]\n{FEED.replace('news', 'b', 1)}")
    off = _write(tmp_path, '[[sources]]\nname = "news"\nenabled = false\n', "own/off.toml")
    other = _write(tmp_path, '[[sources]]\nname = "b"\nlocation = "https://b.test/feed"\n', "own/b.toml")
    known, problems = read_sources([shipped], [off, other])
    assert not problems
    assert [(source.name, source.enabled, source.outlet) for source in known] == [
        ("news", False, "News"),
        ("b", True, None),
    ]
    assert known[1].location == "https://b.test/feed"
    assert locate_entries([off, other]) == {"news": off, "b": other}


def test_a_faulty_overlay_is_told_with_its_own_file(tmp_path: Path) -> None:
    shipped = _write(tmp_path, f"[[sources]]\n{FEED}")
    known, (problem,) = read_sources(
        [shipped], [_write(tmp_path, '[[sources]]\nname = "news"\nkind = "x"', "own.toml")]
    )
    assert known == []
    assert "own.toml" in problem.detail


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("clippings", "{folder}/clippings"),
        ("../clippings", "{folder}/../clippings"),
        ("/data/clippings", "/data/clippings"),
    ],
)
def test_a_path_is_relative_to_the_file_that_states_it(tmp_path: Path, stated: str, expected: str) -> None:
    (source,), _ = _read(tmp_path, f'name = "a"\nkind = "folder"\nlocation = "{stated}"')
    assert source.location == expected.format(folder=tmp_path)


TEXTS = some.text(some.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
VALUES = some.fixed_dictionaries(
    {"outlet": TEXTS, "include": some.lists(TEXTS, min_size=1, max_size=3), "since": some.dates(date(1990, 1, 1))}
)


@given(VALUES)
def test_what_is_written_is_read_again(values: dict[str, Any]) -> None:
    assert tomllib.loads(format_entry(values)) == {"sources": [values]}


def test_numbers_and_truths_are_written_and_nothing_is_left_out() -> None:
    values = {"name": "a", "articles_per_day": 0.3, "enabled": False, "outlet": None, "include": ()}
    assert tomllib.loads(format_entry(values)) == {
        "sources": [{"name": "a", "articles_per_day": 0.3, "enabled": False}]
    }


def test_an_entry_that_was_written_gives_the_same_source(tmp_path: Path) -> None:
    source = Source(name="a", kind="feed", location="https://a.test/", outlet='"A" \\ B', exclude=(r"\.pdf$",))
    path = _write(tmp_path, format_entry(source.model_dump(exclude_defaults=True)))
    assert read_sources([path]) == ([source], [])
    assert make_source([(source.model_dump(exclude_defaults=True), path)]) == source
