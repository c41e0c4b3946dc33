"""The command line. Each command imports what it needs when it runs, so that `--help` is there at once."""

import errno
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import typer

from flows import __version__
from flows.places import STORE_VARIABLE, find_store

INTERRUPTED = 130
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

app = typer.Typer(
    name="breachwire",
    help="Read news about data breaches, find the events they tell, and keep them in a database.",
    epilog=show_examples(
        "breachwire run data/samples",
        "breachwire extract data/samples/hospital-ransomware.html",
        'breachwire sql "SELECT victim, cause_code FROM event_table"',
        "breachwire export events.csv",
    ),
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback(invoke_without_command=True)
def begin(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks, and what libraries log.")] = False,
) -> None:
    context.obj.debug = debug
    if not debug:
        warnings.showwarning = lambda *_, **__: None  # a filter would not do: spaCy sets its own
        logging.getLogger().addHandler(logging.NullHandler())
    if version:
        print(f"breachwire {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


@app.command(
    epilog=show_examples(
        "breachwire run data/samples",
        "breachwire run articles/ more/story.html --export events.csv",
        "breachwire run https://news.example/story.html",
        "breachwire run urls.txt",
        "breachwire run notes.txt --published 2024-05-01",
    )
)
def run(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Folders, files (.html, .htm, .txt, .jsonl, also .gz), http(s) addresses, or files that list them.",
        ),
    ],
    store: StoreOption = None,
    published: PublishedOption = None,
    batch_size: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="How many articles are loaded at a time.")
    ] = 50,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", readable=False, help="Also write all events as CSV.")
    ] = None,
) -> None:
    """Read articles and load their events into the database.

    Articles that are in the database already are left as they are, so the same
    command can be run again at any time.
    """
    from flows.engine import ServerUnreachable, start
    from flows.ingest import ingest
    from flows.progress import watching
    from flows.report import print_problems, print_report
    from flows.tables import make_console
    from flows.wording import word_problem
    from store import check_target, export_events, open_store

    database, errors = find_store(store), make_console(sys.stderr, stderr=True)
    with told_store_errors():
        # The store's own folder is made with the store.
        if export and export.resolve().parent != database.resolve().parent:
            check_target(export)
        try:
            with watching(errors) as watcher:
                done = start(ingest, paths, database, published, batch_size)
        except KeyboardInterrupt:
            raise Stopped(_word_interruption(database)) from None
        except ServerUnreachable as error:
            raise Failure(str(error)) from error
        if done.counts.references == done.counts.problems == 1:
            raise Failure(word_problem(watcher.first_problems[0]))
        print_problems(errors, watcher.first_problems, done, database)
        if done.counts.references == done.counts.problems:
            raise Failure("No article could be read; see `breachwire run --help` for what can.")
        with open_store(database) as opened:
            if export:
                export_events(opened, export)
            print_report(make_console(sys.stdout), opened, done, export)


@app.command(
    epilog=show_examples(
        "breachwire extract data/samples/hospital-ransomware.html",
        "breachwire extract data/samples/clinic-group-email.txt --json",
        "breachwire extract notes.txt --published 2024-05-01",
        "cat data/samples/hospital-ransomware.html | breachwire extract -",
        "breachwire extract --jsonl data/samples/briefs.jsonl",
    )
)
def extract(
    article: Annotated[
        str | None,
        typer.Argument(metavar="FILE|URL|-", help="The article; - reads standard input.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the article and its events as a JSON object.")] = False,
    published: PublishedOption = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(metavar="ARTICLES.jsonl", help="Print a line of JSON for each article: its `doc` and its events."),
    ] = None,
) -> None:
    """Print the events that one article tells, each value with the words it rests on."""
    if (article is None) == (jsonl is None):
        raise Misuse("Give one article (FILE, URL or -), or --jsonl ARTICLES.jsonl; see `breachwire extract --help`.")
    if jsonl and jsonl.is_dir():
        raise Misuse(f"{jsonl} is a folder; give a JSONL file.")
    from flows.extraction import print_articles, print_gold_lines

    if jsonl:
        raise typer.Exit(0 if print_gold_lines(jsonl, published) else 1)
    if print_articles(str(article), published, as_json=as_json):
        raise typer.Exit(1)


@app.command(
    epilog=show_examples(
        'breachwire sql "SELECT victim, cause_code, affected_min FROM event_table"',
        'breachwire sql "SELECT category_code, count(*) AS events FROM exposed_data GROUP BY ALL ORDER BY ALL" --csv',
        'breachwire sql "SELECT table_name, comment FROM duckdb_tables()" --json',
    )
)
def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A query in DuckDB's SQL.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object a row, each on a line.")] = False,
    store: StoreOption = None,
) -> None:
    """Query the database; nothing can be changed by it."""
    if as_csv and as_json:
        raise Misuse("Give --csv or --json, not both; see `breachwire sql --help`.")
    from store import QueryError, open_store, write_csv, write_json_lines

    with told_store_errors(), open_store(find_store(store)) as opened:
        try:
            columns, rows = opened.rows(query)
        except QueryError as error:
            advice = 'breachwire sql "DESCRIBE event_table"'
            told = str(error).rstrip(".!")
            raise Failure(f"The query cannot be run: {told}; `{advice}` shows what can be asked for.") from error
    if as_csv or as_json:
        (write_csv if as_csv else write_json_lines)(columns, rows, sys.stdout)
        return
    from flows.tables import make_console, print_rows

    print_rows(make_console(sys.stdout), columns, rows)


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


@app.command(
    epilog=show_examples(
        'breachwire resolve "on Sunday" --published 2023-08-27',
        'breachwire resolve "between April and September of this year" --published 2018-11-09',
        'breachwire resolve "04/05/2024" --published 2024-06-01 --day-first',
        'breachwire resolve "more than half of its 12,000 staff"',
    )
)
def resolve(
    expression: Annotated[str, typer.Argument(metavar="EXPRESSION", help="A time or a number, as news words it.")],
    published: Annotated[
        date | None,
        typer.Option(parser=parse_date, metavar="YYYY-MM-DD", help="The day of publication, from which times count."),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option(
            "--day-first/--month-first", help="How the outlet writes 4 May: 04/05 or 05/04.", show_default=False
        ),
    ] = None,
) -> None:
    """Show which days a time expression means, or which numbers a number, and by which rule."""
    from flows.resolving import COLUMNS, resolve_words, tells_time
    from flows.tables import make_console, print_rows

    if published is None and tells_time(expression):
        raise Misuse("A time counts from the day of publication: add --published YYYY-MM-DD.")
    rows = resolve_words(expression, published, day_first=day_first)
    if not rows:
        raise Failure(
            f"{expression!r} holds no time and no number that can be resolved; one that counts from another "
            '("two days later") needs that other before it. See `breachwire resolve --help`.'
        )
    print_rows(make_console(sys.stdout), COLUMNS, rows)


@contextmanager
def told_store_errors() -> Iterator[None]:
    """Within, what the store refuses is a failure whose message the user gets."""
    from store import StoreError

    try:
        yield
    except StoreError as error:
        raise Failure(str(error)) from error


def _word_interruption(database: Path) -> str:
    from flows.wording import count_things
    from store import open_store

    articles = 0
    if database.exists():
        with open_store(database, wait_seconds=5) as opened:
            articles = opened.counts()["articles"]
    are = "is" if articles == 1 else "are"
    stored = f"{count_things(articles, 'article')} {are} in the store"
    return f"interrupted: {stored}; run the same command again to do the rest"


def main() -> None:
    """The entry point: exit code 0, 1 for a failure, 2 for misuse, 130 when interrupted."""
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
    code = run_command(SimpleNamespace(debug=False))
    if code == INTERRUPTED:
        logging.shutdown()
        os._exit(code)  # else DuckDB complains at length of what Prefect, when interrupted, did not let go
    sys.exit(code)


def run_command(options: SimpleNamespace) -> int:
    """Run the command of `sys.argv`; what goes wrong is one sentence on standard error. Returns the exit code."""
    try:
        code = int(app(prog_name="breachwire", obj=options, standalone_mode=False) or 0)
        sys.stdout.flush()
        return _complain("interrupted", code) if code == INTERRUPTED else code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has enough, as `head` has
        return 1
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        return _explain(error)


def _replace_closed_streams() -> None:
    """Nothing can be read from or printed to a stream that was closed at the start (`>&-`); nor has it to fail."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115  it stays open until the end


def _explain(error: Exception) -> int:
    if isinstance(error, Stopped):
        print(error, file=sys.stderr)
        return INTERRUPTED
    if isinstance(error, Failure):
        return _complain(str(error), 1)
    if isinstance(error, Misuse):
        return _complain(str(error), 2)
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "breachwire"
        quotes = " Put quotes around what holds spaces." if "extra argument" in error.format_message() else ""
        return _complain(f"{error.format_message().rstrip('.')}.{quotes} See `{command} --help`.", error.exit_code)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _complain("There is no space left to write to; make room and run the same command again.", 1)
    told = f"{type(error).__name__}: {error}".replace("\n", " ")
    return _complain(f"unexpected error ({told}); run it as `breachwire --debug …` and report what it prints.", 1)


def _complain(sentence: str, code: int) -> int:
    print(f"breachwire: {sentence}", file=sys.stderr)
    return code
