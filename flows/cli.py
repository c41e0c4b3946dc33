"""The command line. Each command imports what it needs when it runs, so that `--help` is there at once."""

import errno
import logging
import os
import sys
import traceback
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import typer

from flows import (
    __version__,
    archive_commands,
    backfill_commands,
    care_commands,
    config_commands,
    correction_commands,
    export_commands,
    problem_commands,
    query_commands,
    resolve_commands,
    run_commands,
    schedule_commands,
    source_commands,
    status_commands,
)
from flows.options import (
    AllowUndatedOption,
    Failure,
    Misuse,
    PublishedOption,
    Stopped,
    show_examples,
)

INTERRUPTED = 130


app = typer.Typer(
    name="breachwire",
    help="Read news about data breaches, find the events they tell, and keep them in a database.",
    epilog=show_examples(
        "breachwire run data/samples",
        "breachwire extract data/samples/hospital-ransomware.html",
        "breachwire query causes-by-quarter",
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


app.add_typer(run_commands.app)


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
    allow_undated: AllowUndatedOption = False,
) -> None:
    """Print the events that one article tells, each value with the words it rests on."""
    if (article is None) == (jsonl is None):
        raise Misuse("Give one article (FILE, URL or -), or --jsonl ARTICLES.jsonl; see `breachwire extract --help`.")
    if jsonl and jsonl.is_dir():
        raise Misuse(f"{jsonl} is a folder; give a JSONL file.")
    from flows.extraction import print_articles, print_gold_lines

    if jsonl:
        raise typer.Exit(0 if print_gold_lines(jsonl, published, allow_undated=allow_undated) else 1)
    if print_articles(str(article), published, as_json=as_json, allow_undated=allow_undated):
        raise typer.Exit(1)


app.add_typer(resolve_commands.app)
app.add_typer(query_commands.app)
app.add_typer(export_commands.app)
app.add_typer(correction_commands.app)
app.add_typer(care_commands.app)
app.add_typer(schedule_commands.app)
app.add_typer(status_commands.app)
app.add_typer(problem_commands.app)
app.add_typer(config_commands.app)
app.add_typer(source_commands.app)
app.add_typer(archive_commands.app)
app.add_typer(backfill_commands.app)


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
    from flows.settings import BadSettings

    if isinstance(error, Failure | BadSettings):
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
    if code == 1 and not sys.stderr.isatty():
        from flows.logs import format_line, wants_json

        if wants_json():
            print(format_line("error", "failed", message=sentence), file=sys.stderr)
            return code
    print(f"breachwire: {sentence}", file=sys.stderr)
    return code
