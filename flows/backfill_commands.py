"""The command `breachwire backfill`."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import (
    AllowUndatedOption,
    Failure,
    Misuse,
    Stopped,
    StoreOption,
    WaitOption,
    parse_date,
    show_examples,
    told_store_errors,
)
from flows.places import find_store

if TYPE_CHECKING:
    from schemas import Run, Source

app = typer.Typer()


@app.command(
    epilog=show_examples(
        "breachwire backfill --from 2023-01-01 --to 2023-12-31 my-archive",
        "breachwire backfill --from 2024-02-28 --to 2024-03-02 the-paper my-clippings --again",
    )
)
def backfill(
    names: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="As `breachwire sources list` shows them.")],
    first: Annotated[
        date, typer.Option("--from", parser=parse_date, metavar="YYYY-MM-DD", help="The first day, inclusive.")
    ],
    last: Annotated[
        date, typer.Option("--to", parser=parse_date, metavar="YYYY-MM-DD", help="The last day, inclusive.")
    ],
    store: StoreOption = None,
    allow_undated: AllowUndatedOption = False,
    again: Annotated[bool, typer.Option("--again", help="Also days that an earlier backfill has read.")] = False,
    wait: WaitOption = 60,
) -> None:
    """Read the past of sources day by day, as daily runs would have read it.

    For sources that hold their past: sitemaps, lists of addresses, folders, WARC
    archives and JSON files. The day is that of publication, or what a path tells
    (2023/01/05, CC-NEWS-20230105…). After Ctrl-C the same command goes on where
    it stopped.
    """
    from flows.following import choose_sources
    from flows.wording import count_things

    if last < first:
        raise Misuse(f"--to {last} lies before --from {first}.")
    sources = choose_sources(names)
    _check_kinds(sources)
    runs = _read_days(sources, first, last, find_store(store), wait, allow_undated=allow_undated, again=again)
    articles = count_things(sum(run.counts.articles for run in runs), "new article")
    events = count_things(sum(run.counts.events for run in runs), "event")
    told = f"{count_things(len(runs), 'day')} read: {articles} with {events}."
    print(told if runs else "All these days were read before; --again reads them once more.")


def _check_kinds(sources: "list[Source]") -> None:
    from sources import KINDS_WITH_DAYS

    for source in sources:
        if source.kind not in KINDS_WITH_DAYS:
            advice = "add the site's sitemap, as `breachwire sources add https://site/sitemap.xml`"
            raise Misuse(f"{source.name} is a {source.kind}, which holds its newest articles alone; {advice}.")


def _read_days(
    sources: "list[Source]", first: date, last: date, database: Path, wait: float, **options: bool
) -> "list[Run]":
    """Read the days, and tell each when it is read."""
    from flows import backfill as past
    from flows.progress import watching
    from flows.tables import make_console
    from flows.turns import StoreBusy, taking_turns
    from flows.wording import count_things, word_problem
    from sources import MemoryUnusable

    runs: list[Run] = []
    begun = [first]
    errors = make_console(sys.stderr, stderr=True)
    with told_store_errors(), watching(errors) as watcher:
        try:
            with taking_turns(database, wait):
                for day, run in past.backfill(sources, first, last, database, begin=begun.append, **options):
                    runs.append(run)
                    told = count_things(run.counts.articles, "new article")
                    errors.print(f"{day}: {told}, {count_things(run.counts.events, 'event')}")
        except KeyboardInterrupt:
            raise Stopped(f"interrupted on {begun[-1]}: run the same command again to go on from there") from None
        except (StoreBusy, MemoryUnusable) as error:
            raise Failure(str(error)) from error
    for problem in watcher.first_problems:
        print(word_problem(problem), file=sys.stderr)
    return runs
