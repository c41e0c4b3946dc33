"""The past of a source, day by day: the same store as daily runs would have made, and interrupted days gone on with."""

import os
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.backfill import backfill
from flows.ingest import ingest
from schemas import Page, Source
from sources.by_day import tell_day
from sources.days import find_day
from sources.references import Reference, ReferenceKind
from store import Store, open_store
from tests.serving import serve

FIRST = date(2024, 2, 27)
DAYS = [FIRST + timedelta(days=number) for number in range(5)]  # over a leap day and a month's end
OF_THE_RUN = {
    "run_id",
    "recorded_at",
    "superseded_at",
    "loaded_at",
    "started_at",
    "ended_at",
    "published_at",
    "versions",
    "process_name",
    "stage_seconds",
}

TEXT = """date {day}
{victim} said on Monday that hackers broke into its systems and stole the names and home addresses of {number},000
patients.

It wrote to all of them, a spokeswoman for {victim} said, and told the regulator within {number} days of the breach.
"""


def write_day(folder: Path, day: date) -> None:
    """Two articles of a day, in a folder of their own; they were written some time ago."""
    place = folder / f"{day:%Y/%m/%d}"
    place.mkdir(parents=True)
    for number, kind in enumerate(("Clinic", "Hospital"), 1):
        victim = f"{('Ash', 'Brook', 'Clay', 'Dun', 'Elm')[day.toordinal() % 5]}ford {kind}"
        file = place / f"{kind.lower()}.txt"
        file.write_text(TEXT.format(day=day, victim=victim, number=day.day + number))
        os.utime(file, (1_700_000_000, 1_700_000_000))


def read_tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of history, without what tells the run."""
    tables = {}
    with open_store(path) as store:
        names = store.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'history' ORDER BY ALL")[1]
        for (name,) in names:
            columns, _ = store.rows(f"FROM history.{name} LIMIT 0")
            kept = [column for column in columns if column not in OF_THE_RUN]
            tables[name] = store.rows(f"SELECT {', '.join(kept)} FROM history.{name} ORDER BY ALL")[1]
    return tables


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("crawl-data/CC-NEWS/2023/01/CC-NEWS-20230105123456-00001.warc.gz", date(2023, 1, 5)),
        ("clippings/2024/02/29/story.html", date(2024, 2, 29)),
        ("2023-12-31.jsonl", date(2023, 12, 31)),
        ("https://news.example/2023/07/04/flood.html", date(2023, 7, 4)),
        ("2023/01/05/saved-2023-01-06.html", date(2023, 1, 6)),  # the last tells most
        ("2023/02/30/story.html", None),
        ("story-123456789012.html", None),
        ("archive/2023/story.html", None),
    ],
)
def test_paths_tell_days(path: str, day: date | None) -> None:
    assert find_day(path) == day


def test_what_a_source_says_is_surer_than_a_path() -> None:
    reference = Reference(ReferenceKind.URL, "https://news.example/2023/07/04/a", published=date(2023, 7, 3))
    assert tell_day(reference) == date(2023, 7, 3)
    page = Page(reference="a.warc:10", media_type="text/html", content=b"-", url="https://news.example/2023/07/04/a")
    assert tell_day(page) == date(2023, 7, 4)


def test_a_backfill_ends_in_the_store_of_the_daily_runs(tmp_path: Path) -> None:
    whole, growing = tmp_path / "whole", tmp_path / "growing"
    for day in DAYS:
        write_day(whole, day)
    daily, at_once = tmp_path / "daily.duckdb", tmp_path / "backfill.duckdb"
    growing.mkdir()
    for day in DAYS:
        shutil.copytree(whole / f"{day:%Y/%m/%d}", growing / f"{day:%Y/%m/%d}")
        ingest.fn([], daily, sources=[Source(name="clips", kind="folder", location=str(growing))])
    shutil.rmtree(growing)
    whole.rename(growing)  # the same paths, since articles tell where they were read from
    runs = list(backfill([Source(name="clips", kind="folder", location=str(growing))], DAYS[0], DAYS[-1], at_once))
    assert [day for day, _ in runs] == DAYS
    assert all(run.counts.articles == run.counts.events == 2 for _, run in runs)
    tables = read_tables(daily)
    assert tables == read_tables(at_once)
    assert len(tables["articles"]) == len(tables["events"]) == 10
    again = ingest.fn([], at_once, sources=[Source(name="clips", kind="folder", location=str(growing))])
    assert (again.counts.articles, again.counts.revised, again.counts.known) == (0, 0, 10)


def test_an_interrupted_day_is_gone_on_with_and_days_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in DAYS:
        write_day(tmp_path / "clips", day)
    source, store = Source(name="clips", kind="folder", location=str(tmp_path / "clips")), tmp_path / "s.duckdb"
    load, loads = Store.load, []

    def die_at_the_third(self: Store, *arguments: Any) -> Any:
        loads.append(arguments)
        if len(loads) == 3:
            raise KeyboardInterrupt
        return load(self, *arguments)

    monkeypatch.setattr(Store, "load", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        list(backfill([source], DAYS[0], DAYS[-1], store))
    rest = list(backfill([source], DAYS[0], DAYS[-1], store))
    assert [day for day, _ in rest] == DAYS[2:]
    assert list(backfill([source], DAYS[0], DAYS[-1], store)) == []
    again = list(backfill([source], DAYS[1], DAYS[1], store, again=True))
    assert [(day, run.counts.known) for day, run in again] == [(DAYS[1], 2)]


PAGE = """<html lang="en"><head><title>{title}</title>
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{title}", "datePublished": "{day}"}}
</script></head>
<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"""
NEWS = """<url><loc>{{root}}/story-{number}.html</loc><news:news xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<news:publication><news:name>News</news:name><news:language>en</news:language></news:publication>
<news:publication_date>{day}</news:publication_date><news:title>Story</news:title></news:news></url>"""


def test_a_sitemap_is_asked_for_once_for_all_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, entries = {"/robots.txt": b""}, []
    for number, day in enumerate(DAYS):
        text = TEXT.format(day=day, victim=f"Elm{number} Clinic", number=number + 3).partition("\n")[2]
        files[f"/story-{number}.html"] = PAGE.format(title=f"Elm{number} Clinic hacked", day=day, text=text).encode()
        entries.append(NEWS.format(number=number, day=day))
    files["/sitemap.xml"] = f"<urlset>{''.join(entries)}<url><loc>{{root}}/about.html</loc></url></urlset>".encode()
    with serve(files) as site:
        monkeypatch.setattr("flows.network.Fetcher", lambda settings, memory: site.open_fetcher(memory))
        source = Source(name="news", kind="sitemap", location=f"{site.root}/sitemap.xml")
        runs = list(backfill([source], DAYS[1], DAYS[3], tmp_path / "s.duckdb"))
        assert [run.counts.articles for _, run in runs] == [1, 1, 1]
        assert sorted(site.asked) == ["/robots.txt", "/sitemap.xml", *(f"/story-{number}.html" for number in (1, 2, 3))]
    with open_store(tmp_path / "s.duckdb") as store:
        published = store.rows("SELECT published_date FROM articles ORDER BY ALL")[1]
        problems = store.rows("SELECT problem_code, detail FROM problems")[1]
    assert [day for (day,) in published] == DAYS[1:4]
    assert [(code, detail.partition(" of ")[0]) for code, detail in problems] == [("no_date", "1")]


def test_the_command_tells_each_day_and_refuses_what_holds_no_past(breachwire: Any, tmp_path: Path) -> None:
    for day in DAYS[:2]:
        write_day(tmp_path / "clips", day)
    assert breachwire("sources", "add", str(tmp_path / "clips"), "--name", "clips").code == 0
    answer = breachwire("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[1]), "clips")
    assert answer.code == 0, answer.err
    assert answer.out == "2 days read: 4 new articles with 4 events.\n"
    assert f"{DAYS[0]}: 2 new articles, 2 events" in answer.err
    assert "--again" in breachwire("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[1]), "clips").out
    feed = breachwire("backfill", "--from", "2024-01-01", "--to", "2024-01-02", "the-record")
    assert feed.code == 2
    assert "newest articles alone" in feed.err
    assert breachwire("backfill", "--from", "2024-01-02", "--to", "2024-01-01", "clips").code == 2
