"""What the commands share: their options, how they fail, and how they show examples."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.places import STORE_VARIABLE

if TYPE_CHECKING:
    from flows.crew import Hands
    from store import Store

FIRST_YEAR, LAST_YEAR = 1900, 2100  # another is a slip of the pen


class Misuse(Exception):
    """The command was given wrongly; the message is a sentence for the user."""


class Failure(Exception):
    """What was asked for cannot be done; the message is a sentence for the user that says what to do next."""


class Stopped(Exception):
    """The user stopped a run; the message says how far it came."""


def show_examples(*commands: str) -> str:
    """The end of a help page."""
    return "\n".join(["\b", "Examples:", *(f"  {command}" for command in commands)])


def parse_date(text: str) -> date:
    """The day that `YYYY-MM-DD` names; a misuse where it names none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write it as YYYY-MM-DD.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise typer.BadParameter(f"The year of {text!r} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="FILE",
        readable=False,
        envvar=STORE_VARIABLE,
        show_default="data/local/breachwire.duckdb in breachwire's folder",
        help="The database file.",
    ),
]
PublishedOption = Annotated[
    date | None,
    typer.Option(
        parser=parse_date,
        metavar="YYYY-MM-DD",
        help="Publication date of the articles that do not state their own.",
    ),
]
AllowUndatedOption = Annotated[
    bool,
    typer.Option(
        "--allow-undated",
        help="Also read articles without a publication date; of their dates only those told with a year are found.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DAY|MOMENT",
        help="Answer as the database did then: at the end of a day (2024-05-01), or at a moment in UTC.",
    ),
]
TimeoutOption = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="Stop the query when it takes longer; 0 for no limit.")
]
LimitOption = Annotated[
    int, typer.Option(min=0, metavar="ROWS", help="Show so many rows at most; 0 for all. CSV and JSON have all rows.")
]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a JSON object a row, each on a line.")]


WaitOption = Annotated[
    float,
    typer.Option(
        "--wait", min=0, metavar="SECONDS", help="How long to wait for another process that writes to the database."
    ),
]
WorkersOption = Annotated[
    int,
    typer.Option(
        "--workers", min=0, metavar="NUMBER", help="Find events in so many processes of this machine, one a free core."
    ),
]
DaskOption = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Find events on the Dask cluster at an address, such as tcp://scheduler:8786; its workers need the folder "
        "of the database.",
    ),
]


def choose_hands(workers: int, dask: str | None) -> "Hands":
    """Who finds the events; a misuse where both are given."""
    from flows.crew import Hands

    if workers and dask:
        raise Misuse("Give --workers or --dask, not both: a cluster has workers of its own.")
    return Hands(workers, dask)


@contextmanager
def told_store_errors() -> Iterator[None]:
    """Within, what the store refuses is a failure whose message the user gets."""
    from store import StoreError

    try:
        yield
    except StoreError as error:
        raise Failure(str(error)) from error


def open_to_write(path: Path, wait: float) -> "Store":
    """The store opened for writing, which must be there; whoever has to wait is told for whom."""
    from store import StoreError, open_store

    if not path.exists():
        raise StoreError(f"There is no store at {path} yet; make it with `breachwire run PATH`.")
    return open_store(path, read_only=False, wait_seconds=wait, tell=tell_waiting)


def tell_waiting(sentence: str) -> None:
    """Say on standard error for whom the command waits."""
    typer.echo(sentence, err=True)
