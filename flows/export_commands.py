"""Taking events out of the store: `breachwire export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.options import StoreOption, show_examples, told_store_errors
from flows.places import find_store

app = typer.Typer()


@app.command(epilog=show_examples("breachwire export events.csv", "breachwire export ~/breaches.csv --store my.duckdb"))
def export(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            readable=False,
            help="The file to write; one that is there is replaced. - prints it.",
        ),
    ],
    store: StoreOption = None,
) -> None:
    """Write all events as CSV, a row an event."""
    from flows.places import shorten
    from flows.wording import count_things
    from store import export_events, open_store, write_events

    with told_store_errors(), open_store(find_store(store)) as opened:
        if str(path) == "-":
            write_events(opened, sys.stdout)
            return
        print(f"{count_things(export_events(opened, path), 'event')} written to {shorten(path)}")
