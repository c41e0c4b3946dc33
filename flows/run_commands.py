"""Reading into the store: `breachwire run` what the user names, `breachwire ingest` what is followed."""

import sys
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import (
    AllowUndatedOption,
    DaskOption,
    Failure,
    PublishedOption,
    Stopped,
    StoreOption,
    WaitOption,
    WorkersOption,
    choose_hands,
    show_examples,
    told_store_errors,
)
from flows.places import find_store

if TYPE_CHECKING:
    from flows.crew import Hands
    from schemas import RunCounts, Source

app = typer.Typer()


class Publishing(StrEnum):
    """When readers get to see what a run loads."""

    BATCH = "batch"
    END = "end"


BatchSizeOption = Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many articles are loaded at a time.")]
ExportOption = Annotated[
    Path | None, typer.Option(metavar="FILE.csv", readable=False, help="Also write all events as CSV.")
]
PublishOption = Annotated[
    Publishing, typer.Option(help="When queries see what is loaded: after each batch, or all at the end.")
]


@app.command(
    epilog=show_examples(
        "breachwire run data/samples",
        "breachwire run articles/ more/story.html --export events.csv",
        "breachwire run https://news.example/story.html",
        "breachwire run urls.txt",
        "breachwire run crawl.warc.gz",
        "breachwire run notes.txt --published 2024-05-01",
        "breachwire run articles/ --workers 2",
    )
)
def run(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Folders, files (.html, .htm, .txt, .jsonl, .warc, also .gz), http(s) addresses, or files that list "
            "them.",
        ),
    ],
    store: StoreOption = None,
    published: PublishedOption = None,
    allow_undated: AllowUndatedOption = False,
    batch_size: BatchSizeOption = 50,
    export: ExportOption = None,
    publish: PublishOption = Publishing.BATCH,
    wait: WaitOption = 60,
    workers: WorkersOption = 0,
    dask: DaskOption = None,
) -> None:
    """Read articles and load their events into the database.

    Articles that are in the database already are left as they are, so the same
    command can be run again at any time; those that their outlets changed are
    revised, and so are all that an earlier version of breachwire read. Others
    can query the database meanwhile. Of a WARC archive only the pages are read
    that may be about an incident.
    """
    from flows.following import divide_archives

    named, archives = divide_archives(paths)
    hands = choose_hands(workers, dask)
    done = _ingest(named, archives, store, published, allow_undated, batch_size, export, publish, wait, hands)
    if done.references == done.problems:
        raise Failure("No article could be read; see `breachwire run --help` for what can.")


@app.command(
    epilog=show_examples(
        "breachwire ingest",
        "breachwire ingest the-record krebs-on-security",
        "breachwire ingest --export events.csv",
        "breachwire ingest --dask tcp://scheduler:8786",
    )
)
def ingest(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE…]", help="Names of sources; all that are followed, if none is named."),
    ] = None,
    store: StoreOption = None,
    allow_undated: AllowUndatedOption = False,
    batch_size: BatchSizeOption = 50,
    export: ExportOption = None,
    publish: PublishOption = Publishing.BATCH,
    wait: WaitOption = 60,
    workers: WorkersOption = 0,
    dask: DaskOption = None,
) -> None:
    """Fetch what is new from the sources that are followed, and load the events into the database.

    `breachwire sources list` shows the sources. Sites are asked politely: what
    robots.txt forbids is left, a host is asked once at a time, and nothing is
    fetched twice. Pages that are not about an incident are counted, not stored.
    """
    from flows.following import choose_sources

    hands, chosen = choose_hands(workers, dask), choose_sources(names or [])
    done = _ingest([], chosen, store, None, allow_undated, batch_size, export, publish, wait, hands)
    if done.references == done.problems > 0:
        raise Failure("No source gave an article; `breachwire sources check` looks at each.")


def _ingest(
    paths: Sequence[str],
    sources: "Sequence[Source]",
    store: Path | None,
    published: date | None,
    allow_undated: bool,
    batch_size: int,
    export: Path | None,
    publish: Publishing,
    wait: float,
    hands: "Hands",
) -> "RunCounts":
    """Run the flow, and tell its progress, its problems and what it found."""
    from flows import ingest as flow
    from flows.engine import ServerUnreachable, start
    from flows.parts import WorkersUnusable
    from flows.progress import watching
    from flows.report import print_problems, print_report
    from flows.tables import make_console
    from flows.wording import word_problem
    from sources import MemoryUnusable
    from store import check_target, export_events, open_store

    database, errors = find_store(store), make_console(sys.stderr, stderr=True)
    with told_store_errors():
        # The store's own folder is made with the store.
        if export and export.resolve().parent != database.resolve().parent:
            check_target(export)
        try:
            at_each = publish is Publishing.BATCH
            given = (list(paths), database, published, batch_size, wait, at_each, list(sources), allow_undated, *hands)
            with watching(errors) as watcher:
                done = start(flow.ingest, *given)
        except KeyboardInterrupt:
            raise Stopped(_word_interruption(database)) from None
        except (ServerUnreachable, MemoryUnusable, WorkersUnusable) as error:
            raise Failure(str(error)) from error
        if done.counts.references == done.counts.problems == 1 and not sources:
            raise Failure(word_problem(watcher.first_problems[0]))
        print_problems(errors, watcher.first_problems, done, database)
        if done.counts.references > done.counts.problems or not done.counts.problems:
            with open_store(database) as opened:
                if export:
                    export_events(opened, export)
                print_report(make_console(sys.stdout), opened, done, export)
    return done.counts


def _word_interruption(database: Path) -> str:
    from flows.wording import count_things
    from store import open_store

    articles = 0
    if database.exists():
        with open_store(database) as opened:
            articles = opened.counts()["articles"]
    are = "is" if articles == 1 else "are"
    stored = f"{count_things(articles, 'article')} {are} in the store"
    return f"interrupted: {stored}; run the same command again to do the rest"
