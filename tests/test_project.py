"""The project itself: what is imported is this checkout, the lock is whole, and the README tells the truth."""

import importlib
import re
import shlex
import tomllib
from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import breachwire
from flows.places import find_store
from store import open_store

CHECKOUT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
LOCKS = {name: (CHECKOUT / name).read_text("utf-8") for name in ("requirements.lock", "requirements-training.lock")}
README = (CHECKOUT / "README.md").read_text("utf-8")
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]


def read_name(requirement: str) -> str:
    return re.split(r"[<>=!~ ;\[]", requirement)[0]


@pytest.mark.parametrize("name", [*PACKAGES, "breachwire"])
def test_what_is_imported_is_this_checkout(name: str) -> None:
    assert Path(str(importlib.import_module(name).__file__)).is_relative_to(CHECKOUT)


def test_every_package_of_the_checkout_is_installed_or_meant_not_to_be() -> None:
    present = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}
    present |= {f"{path.parts[-3]}.{path.parts[-2]}" for path in CHECKOUT.glob("[!.]*/*/__init__.py")}
    assert present - {"tests", "training", "benchmarks"} == set(PACKAGES)


def test_the_dependencies_are_those_that_were_agreed() -> None:
    agreed = {"spacy", "trafilatura", "dateparser", "duckdb", "prefect", "pydantic", "httpx", "typer", "rich"}
    agreed |= {"pydantic-settings", "onnxruntime", "tokenizers", "numpy", "xlsxwriter"}
    agreed |= {
        "httpcore",
        "lxml",
        "htmldate",
        "protego",
        "feedparser",
        "fastwarc",
        "brotli",
        "zstandard",
    }  # getting the news
    agreed |= {"hyperscan", "rensa"}  # the first look, and copies
    agreed |= {"cronsim", "tzlocal"}  # schedules
    assert {read_name(requirement) for requirement in PROJECT["project"]["dependencies"]} == agreed


@pytest.mark.parametrize(
    ("name", "extras"), [("requirements.lock", ["dev", "notebook"]), ("requirements-training.lock", ["training"])]
)
def test_the_lock_holds_every_dependency_with_hashes_and_no_addresses(name: str, extras: list[str]) -> None:
    project, lock = PROJECT["project"], LOCKS[name]
    named = [*project["dependencies"], *chain(*(project["optional-dependencies"][one] for one in extras)), "fastapi"]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    assert {read_name(requirement) for requirement in named} <= locked
    assert "://" not in lock
    assert not re.search(r"^\s*--(?!hash=sha256:)", lock, re.MULTILINE)
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)


# The front door


TEXT = "Orchard Dental said on Monday that hackers broke into its systems and stole the names of about 5,000 patients."


@pytest.mark.parametrize("published", ["2024-05-01", date(2024, 5, 1)])
def test_extract_takes_text_and_a_day(published: Any) -> None:
    found = breachwire.extract(TEXT, published=published, title="Dentist hacked", outlet="The Paper")
    assert found.article.text == f"Dentist hacked\n{TEXT}"
    assert found.article.outlet == "The Paper"
    assert [event.cause for event in found.events] == ["hacking"]
    assert {"Orchard Dental"} == {one.name for one in found.events[0].organisations}


@pytest.mark.parametrize("published", [None, "yesterday"])
def test_extract_refuses_text_without_a_day(published: str | None) -> None:
    with pytest.raises(ValueError, match=r"YYYY-MM-DD|isoformat"):
        breachwire.extract(TEXT, published=published)


def test_what_a_page_states_of_its_date_stands() -> None:
    told = f"<h1>Dentist hacked</h1><p>{TEXT} It told all of them at once.</p>"
    body = f"<html><body><article>{told}</article></body></html>"
    stated = body.replace("<h1>", "<time pubdate datetime='2024-05-01'></time><h1>")
    assert breachwire.read_article(stated, published="2020-01-01").published == date(2024, 5, 1)
    article = breachwire.read_article(body, published="2020-01-01")
    assert article.published == date(2020, 1, 1)
    with pytest.raises(ValueError, match="an Article has its own"):
        breachwire.extract(article, published="2024-05-01")


def test_an_article_that_cannot_be_read_says_why() -> None:
    with pytest.raises(breachwire.UnreadableArticle) as caught:
        breachwire.read_article("<html><body><p>Sign in to read on.</p></body></html>", url="https://news.example/a")
    assert caught.value.problem.code == "no_text"


def test_open_store_opens_what_a_run_fills(filled: Callable[..., Any]) -> None:
    with breachwire.open_store() as opened:
        assert opened.sql("SELECT count(*) FROM articles").fetchall()[0][0] > 10
        assert opened.query("outlets", until="2030-01-01").fetchall()
    with breachwire.open_store(as_of="2020-01-01") as opened:
        assert opened.sql("SELECT count(*) FROM articles").fetchall() == [(0,)]


# The README


def test_the_notebook_lines_of_the_readme_run(
    filled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas", reason="pandas is in the extra `notebook`")
    (lines,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(CHECKOUT)
    exec(compile(lines, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "hacking [('names', 'exposed')" in printed
    assert "Brolgan Health" in printed


def test_the_queries_of_the_readme_run(filled: Callable[..., Any]) -> None:
    commands = re.findall(r"^breachwire (?:sql|query|schema)\b.*", README, re.MULTILINE)
    assert len(commands) >= 12
    for command in commands:
        answer = filled(*shlex.split(command, comments=True)[1:])
        assert answer.code == 0, answer.err
        assert len(answer.out.splitlines()) > 1, command


def test_the_readme_lists_the_columns_of_the_csv(filled: Callable[..., Any]) -> None:
    with open_store(find_store()) as opened:
        columns, _ = opened.rows("SELECT * FROM event_table LIMIT 0")
    _, _, section = README.partition("## The columns of the CSV")
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == columns


def test_what_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", README)) <= targets
    for path in re.findall(r"data/samples/[\w.-]+|docs/\w+(?:/|\.md)|data/vocabularies/", README):
        assert (CHECKOUT / path).exists(), path
