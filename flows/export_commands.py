"""Taking events out of the store: `breachwire export`."""

import sys
from collections import Counter
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import AsOfOption, Misuse, StoreOption, parse_date, show_examples, told_store_errors
from flows.places import find_store

if TYPE_CHECKING:
    from store.exports.outputs import Exported
    from store.exports.selection import Selection

app = typer.Typer()


class Format(StrEnum):
    """The formats of `store.exports.formats`, named again so that `--help` need not load the store."""

    CSV = "csv"
    TABLES = "tables"
    PARQUET = "parquet"
    JSONL = "jsonl"
    XLSX = "xlsx"
    VERIS = "veris"


@app.command(
    epilog=show_examples(
        "breachwire export events.csv",
        "breachwire export --to tables/",
        "breachwire export --to ~/breaches.xlsx --since 2018-01-01 --main-only --store my.duckdb",
        "breachwire export --to suppliers.jsonl --role supplier --min-confidence 0.6",
        "breachwire export --to incidents.json --cause ransomware --cause hacking",
        "breachwire export --to events.parquet --as-of 2099-12-31",
        "breachwire export - --format jsonl",
    )
)
def export(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            readable=False,
            help="The file to write; one that is there is replaced. - prints it.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", readable=False, help="The same as FILE.")] = None,
    format: Annotated[
        Format | None,
        typer.Option(
            help="The format, where the name does not end in .csv, .parquet, .jsonl, .xlsx or .json (VERIS); "
            "a folder is one of tables.",
        ),
    ] = None,
    since: Annotated[
        date | None, typer.Option(parser=parse_date, metavar="YYYY-MM-DD", help="Published on that day or later.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=parse_date, metavar="YYYY-MM-DD", help="Published on that day or earlier.")
    ] = None,
    cause: Annotated[list[str] | None, typer.Option(metavar="CODE", help="With this cause; can be repeated.")] = None,
    status: Annotated[list[str] | None, typer.Option(metavar="CODE", help="With this status; can be repeated.")] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="In which an organisation has this role; can be repeated."),
    ] = None,
    main_only: Annotated[
        bool, typer.Option("--main-only", help="That their article reports, not only mentions.")
    ] = False,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, metavar="NUMBER", help="At least so sure, from 0 to 1.")
    ] = 0,
    as_of: AsOfOption = None,
    store: StoreOption = None,
) -> None:
    """Write events to a file for other programs: those for which all that is given holds.

    A CSV file, Parquet and the first sheet of Excel have a row an event; a folder has a
    CSV file for each table, and datapackage.json, which describes them; JSON Lines has an
    event with all its parts a line, as schemas/event.schema.json says. VERIS cannot hold
    all of an event: NAME.losses.csv beside it tells what it does not.
    """
    target = _choose_target(path, to)
    selection = _choose_events(since, until, cause, status, role, main_only, min_confidence)
    from flows.places import shorten
    from flows.progress import following
    from flows.tables import make_console
    from flows.wording import count_things
    from store import open_store
    from store.exports import formats
    from store.exports.outputs import export_store, print_export

    chosen = formats.Format(format) if format else None
    errors = make_console(sys.stderr, stderr=True)
    with told_store_errors(), open_store(find_store(store), as_of=as_of) as opened:
        if str(target) == "-":
            print_export(opened, sys.stdout, chosen, selection)
            return
        with following(errors) as follower:
            done = export_store(opened, target, format=chosen, selection=selection, follower=follower)
    print(f"{count_things(done.events, 'event')} written to {shorten(done.path)}")
    _tell_losses(done)


def _choose_target(path: Path | None, to: Path | None) -> Path:
    if path and to:
        raise Misuse("Give FILE or --to FILE, not both; see `breachwire export --help`.")
    if not (target := path or to):
        raise Misuse("Give the file to write, as in `breachwire export events.csv`; see `breachwire export --help`.")
    return target


def _choose_events(
    since: date | None,
    until: date | None,
    causes: list[str] | None,
    statuses: list[str] | None,
    roles: list[str] | None,
    main_only: bool,
    min_confidence: float,
) -> "Selection":
    from schemas import UnknownCode
    from store.exports.selection import Selection

    if since and until and since > until:
        raise Misuse(f"No day is on or after {since} and on or before {until}; change --since or --until.")
    try:
        return Selection(
            since=since,
            until=until,
            causes=causes or (),
            statuses=statuses or (),
            roles=roles or (),
            main_only=main_only,
            min_confidence=min_confidence,
        )
    except UnknownCode as error:
        raise Misuse(f"{error}.") from error


def _tell_losses(done: "Exported") -> None:
    """What VERIS cannot hold, on standard error."""
    if not done.losses_path:
        return
    from flows.places import shorten
    from flows.wording import count_things, word_code

    losses: Counter[str] = done.losses
    reasons = ", ".join(f"{word_code(reason)} {number:,}" for reason, number in losses.most_common())
    told = f" ({reasons})" if reasons else ""
    print(
        f"VERIS cannot hold {count_things(losses.total(), 'value')}{told}; {shorten(done.losses_path)} lists them.",
        file=sys.stderr,
    )
