"""Reading into the store: `breachwire run` what the user names, `breachwire ingest` what is followed."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
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
    from flows.progress import Watcher
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

MetricsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.prom",
        readable=False,
        help="Also write the run in numbers, as Prometheus reads them, however it ends.",
    ),
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
    metrics_file: MetricsOption = None,
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
    options = (store, published, allow_undated, batch_size, export, publish, wait, metrics_file)
    done = run_flow(named, archives, *options, choose_hands(workers, dask))
    if done.references == done.problems:
        raise Failure("No article could be read; see `breachwire run --help` for what can.")


@app.command(
    epilog=show_examples(
        "breachwire ingest",
        "breachwire ingest the-record krebs-on-security",
        "breachwire ingest --export events.csv",
        "breachwire ingest --metrics-file breachwire.prom",
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
    metrics_file: MetricsOption = None,
    workers: WorkersOption = 0,
    dask: DaskOption = None,
) -> None:
    """Fetch what is new from the sources that are followed, and load the events into the database.

    `breachwire sources list` shows the sources. Sites are asked politely: what
    robots.txt forbids is left, a host is asked once at a time, and nothing is
    fetched twice. Pages that are not about an incident are counted, not stored.
    """
    from flows.following import choose_sources

    options = (store, None, allow_undated, batch_size, export, publish, wait, metrics_file)
    done = run_flow([], choose_sources(names or []), *options, choose_hands(workers, dask))
    if done.references == done.problems > 0:
        raise Failure("No source gave an article; `breachwire sources check` looks at each.")


def run_flow(
    paths: Sequence[str],
    sources: "Sequence[Source]",
    store: Path | None,
    published: date | None,
    allow_undated: bool,
    batch_size: int,
    export: Path | None,
    publish: Publishing,
    wait: float,
    metrics_file: Path | None = None,
    hands: "Hands | None" = None,
) -> "RunCounts":
    """Run the flow, and tell its progress, its problems and what it found."""
    from flows import ingest as flow
    from flows.engine import ServerUnreachable, start
    from flows.parts import WorkersUnusable
    from flows.progress import watching
    from flows.report import print_problems, print_report
    from flows.tables import make_console
    from flows.turns import StoreBusy, taking_turns
    from flows.wording import word_problem
    from sources import MemoryUnusable
    from store import check_target, export_events, is_database, open_store

    database, errors = find_store(store), make_console(sys.stderr, stderr=True)
    with told_store_errors():
        # The store's own folder is made with the store.
        if export and export.resolve().parent != database.resolve().parent:
            check_target(export)
        if metrics_file:
            check_target(metrics_file)
        try:
            at_each = publish is Publishing.BATCH
            workers, cluster = hands or (0, None)
            reading = (list(paths), database, published, batch_size, wait, at_each)
            given = (*reading, list(sources), allow_undated, None, workers, cluster)
            # A mistyped path leaves no trace, not even that of a turn.
            is_sure = is_database(database) or (sources and not database.exists())
            turn = taking_turns(database, wait) if is_sure else nullcontext()
            with watching(errors) as watcher, turn, _measuring(watcher, metrics_file):
                done = start(flow.ingest, *given)
        except KeyboardInterrupt:
            raise Stopped(_word_interruption(database)) from None
        except (ServerUnreachable, MemoryUnusable, StoreBusy, WorkersUnusable) as error:
            raise Failure(str(error)) from error
        if done.counts.references == done.counts.problems == 1 and not sources:
            raise Failure(word_problem(watcher.first_problems[0]))
        if not watcher.tells_problems:
            print_problems(errors, watcher.first_problems, done, database, watcher.problem_kinds)
        if done.counts.references > done.counts.problems or not done.counts.problems:
            with open_store(database) as opened:
                if export:
                    export_events(opened, export)
                print_report(make_console(sys.stdout), opened, done, export, by_cause=not paths)
    return done.counts


@contextmanager
def _measuring(watcher: "Watcher", file: Path | None) -> Iterator[None]:
    """Within, a run goes on; its numbers are written when it is over. What is wrong with that stops nothing."""
    try:
        yield
    finally:
        if file and watcher.ended:
            from flows.metrics import write_metrics

            try:
                write_metrics(file, watcher.ended, watcher.problem_kinds)
            except OSError as error:
                watcher.tell(f"The numbers could not be written to {file} ({error.strerror}).")


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
