"""Correcting events: `breachwire correct` and `breachwire corrections`."""

import getpass
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from flows.options import Failure, StoreOption, WaitOption, open_to_write, show_examples, told_store_errors
from flows.places import find_store

AUTHOR_VARIABLE = "BREACHWIRE_AUTHOR"

app = typer.Typer()
corrections = typer.Typer(
    help="List the corrections (as it does alone), undo one, and share them as a file.",
    epilog=show_examples(
        "breachwire corrections list",
        "breachwire corrections undo 3f2a9c01b7de",
        "breachwire corrections export mine.csv",
        "breachwire corrections import theirs.csv",
        "breachwire corrections export --gold corrected/",
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(corrections, name="corrections")


def find_author() -> str:
    """The user's name, as this computer knows it; empty where it does not."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return ""


AuthorOption = Annotated[
    str | None,
    typer.Option(envvar=AUTHOR_VARIABLE, metavar="NAME", show_default="your user name", help="Who corrects."),
]


@app.command(
    epilog=show_examples(
        'breachwire correct 1f0c9ad2b6e4f7a3 cause=ransomware --note "the group says so itself"',
        'breachwire correct 1f0c9ad2b6e4f7a3 affected.people=47000 --quote "47,000 patients" --note "the total"',
        'breachwire correct 1f0c9ad2b6e4f7a3 dates.occurred=2024-03/2024-05 data.credentials=not_exposed --note "…"',
        'breachwire correct 1f0c9ad2b6e4f7a3 organisations.supplier+="Acme Hosting" --note "named in the text"',
        'breachwire correct 1f0c9ad2b6e4f7a3 is_event=no --note "an exercise"',
    )
)
def correct(
    event_id: Annotated[str, typer.Argument(metavar="EVENT_ID", help="The event, as event_table shows it.")],
    changes: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE…", help="What is to be changed; see below.", show_default=False)
    ],
    note: Annotated[str, typer.Option(metavar="WORDS", help="Why; kept with the correction.")] = "",
    author: AuthorOption = None,
    quote: Annotated[
        str | None, typer.Option(metavar="WORDS", help="The words of the article that a new value rests on.")
    ] = None,
    store: StoreOption = None,
    wait: WaitOption = 60,
) -> None:
    """Correct an event; later extractions keep to it.

    \b
    cause, status, prominence     a code: cause=ransomware
    organisations.ROLE            = one alone, += a further one, -= one less
    data.CATEGORY                 exposed, possible or not_exposed; empty drops it
    affected.UNIT                 5000, ~5000, 5000.., ..5000, 5000..6000; empty drops it
    dates.KIND                    2024, 2024-05, 2024-05-03, 2024-05/2024-06; empty drops it
    is_event                      no: it is none; yes: somebody looked at it
    merge+=EVENT_ID               another event of the article belongs to this one
    split+=VICTIM                 this victim's is an event of its own

    The codes are those of data/vocabularies. A value that the event did not
    have needs the words that it rests on, by --quote.
    """
    from store import parse_change

    with told_store_errors():
        parsed = [parse_change(change, quote) for change in changes]
        with open_to_write(find_store(store), wait) as opened:
            made = opened.correct(event_id, parsed, note=note, author=author or find_author())
    for one in made:
        print(f"{one.field} corrected; `breachwire corrections undo {one.correction_id}` takes it back.")


@corrections.callback()
def begin(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_all()


@corrections.command("list")
def list_all(store: StoreOption = None) -> None:
    """Show all corrections, those that were undone too."""
    from flows.tables import make_console, print_rows
    from store import open_store

    with told_store_errors(), open_store(find_store(store)) as opened:
        query = "SELECT * EXCLUDE (article_id, recorded_at) FROM corrections ORDER BY corrected_at, correction_id"
        columns, rows = opened.rows(query)
    print_rows(make_console(sys.stdout), columns, rows)


@corrections.command()
def undo(
    correction_id: Annotated[str, typer.Argument(metavar="CORRECTION_ID", help="As `corrections list` shows it.")],
    author: AuthorOption = None,
    store: StoreOption = None,
    wait: WaitOption = 60,
) -> None:
    """Take a correction back; the others stay."""
    with told_store_errors(), open_to_write(find_store(store), wait) as opened:
        undone = opened.undo(correction_id, author=author or find_author())
    print(f"Undone: {undone.field} of event {undone.event_id}.")


@corrections.command(
    epilog=show_examples("breachwire corrections export mine.csv", "breachwire corrections export --gold corrected/")
)
def export(
    path: Annotated[
        Path | None, typer.Argument(metavar="FILE.csv", readable=False, help="The file to write.", show_default=False)
    ] = None,
    gold: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write the articles with corrected events as training data (corrected.articles.jsonl, …gold.jsonl).",
        ),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write all corrections as CSV, or the corrected articles for training."""
    from flows.options import Misuse
    from flows.wording import count_things
    from store import export_rows, open_store

    if (path is None) == (gold is None):
        raise Misuse("Give a file for the corrections, or --gold FOLDER; see `breachwire corrections export --help`.")
    with told_store_errors(), open_store(find_store(store)) as opened:
        if path:
            print(f"{count_things(export_rows(*opened.list_corrections(), path), 'correction')} written to {path}")
            return
        extractions = opened.corrected_extractions()
    from flows.gold import write_gold

    assert gold is not None
    write_gold(extractions, gold)
    print(f"{count_things(len(extractions), 'article')} written to {gold}")


@corrections.command("import")
def import_from(
    path: Annotated[Path, typer.Argument(metavar="FILE.csv", help="What `corrections export` wrote.")],
    store: StoreOption = None,
    wait: WaitOption = 60,
) -> None:
    """Take in the corrections of a file; those that are there already are left as they are."""
    from flows.wording import count_things
    from store import read_corrections

    with told_store_errors(), open_to_write(find_store(store), wait) as opened:
        done = opened.import_corrections(list(read_corrections(path)))
    print(f"{count_things(done.added, 'correction')} added, {done.undone} undone, {done.known} known already.")
    for sentence in done.refused:
        print(f"left out: {sentence}", file=sys.stderr)
    if done.refused:
        raise Failure(f"{count_things(len(done.refused), 'correction')} could not be taken in.")
