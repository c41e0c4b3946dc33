"""Taking care of the store: `breachwire doctor`, `breachwire publish` and `breachwire rebuild`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.options import (
    AllowUndatedOption,
    DaskOption,
    Failure,
    Stopped,
    StoreOption,
    WaitOption,
    WorkersOption,
    choose_hands,
    show_examples,
    told_store_errors,
)
from flows.places import find_archive, find_store, shorten

app = typer.Typer()


@app.command(epilog=show_examples("breachwire doctor", "breachwire doctor --store my.duckdb"))
def doctor(store: StoreOption = None) -> None:
    """Look whether the database is whole, and say what to do where it is not."""
    from flows.wording import count_things
    from sources import count_archive
    from store import examine

    path = find_store(store)
    with told_store_errors():
        findings = examine(path)
    for finding in findings:
        print(finding.sentence)
    if any(finding.is_fatal for finding in findings):
        raise Failure("the database cannot be trusted as it is.")
    pages = count_things(count_archive(find_archive(path)), "page")
    print(f"The database {shorten(path)} is whole; {pages} in its archive.")


@app.command(epilog=show_examples("breachwire publish", "breachwire publish --store my.duckdb --wait 600"))
def publish(store: StoreOption = None, wait: WaitOption = 60) -> None:
    """Let queries see the newest state, and renew the exports that the settings ask for.

    A run lets queries see its batches by itself, unless it was stopped. Where the
    settings name a `folder` in the section [publish], all events are exported to
    it, in the `formats` named there.
    """
    from flows import publishing
    from flows.engine import ServerUnreachable, start
    from flows.progress import watching
    from flows.tables import make_console

    with told_store_errors(), watching(make_console(sys.stderr, stderr=True)):
        try:
            done = start(publishing.publish, find_store(store), wait)
        except ServerUnreachable as error:
            raise Failure(str(error)) from error
    print("Published." if done.is_new else "Nothing new to publish.")


@app.command(
    epilog=show_examples(
        "breachwire rebuild", "breachwire rebuild --corrections mine.csv", "breachwire rebuild --workers 2"
    )
)
def rebuild(
    corrections: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Corrections that were exported; without, those that the old database or its snapshot still has.",
        ),
    ] = None,
    allow_undated: AllowUndatedOption = False,
    store: StoreOption = None,
    wait: WaitOption = 60,
    workers: WorkersOption = 0,
    dask: DaskOption = None,
) -> None:
    """Make the database anew from the archived pages and the corrections.

    The old database is kept beside the new one. What the database answered in
    the past (--as-of) is not kept: every article is read anew now.
    """
    from flows.parts import WorkersUnusable
    from flows.progress import watching
    from flows.rebuild import rebuild as make_anew
    from flows.tables import make_console
    from flows.turns import StoreBusy, taking_turns
    from flows.wording import count_things
    from store import read_corrections

    path, hands = find_store(store), choose_hands(workers, dask)
    with told_store_errors():
        records = list(read_corrections(corrections)) if corrections else None
        try:
            with watching(make_console(sys.stderr, stderr=True)), taking_turns(path, wait):
                done = make_anew(path, records, allow_undated=allow_undated, hands=hands)
        except StoreBusy as busy:
            raise Failure(str(busy)) from busy
        except KeyboardInterrupt:
            raise Stopped("interrupted: the database is as it was") from None
        except WorkersUnusable as error:
            raise Failure(str(error)) from error
    counts = done.run.counts
    print(f"{count_things(counts.articles, 'article')} with {count_things(counts.events, 'event')} read anew.")
    print(f"{count_things(done.corrections.added, 'correction')} applied.")
    for sentence in (*done.corrections.refused, *(f"{one.reference}: {one.detail}" for one in done.problems)):
        print(f"left out: {sentence}", file=sys.stderr)
    if done.old:
        print(f"The old database is kept as {shorten(done.old)}.")
