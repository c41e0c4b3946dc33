"""Every day by itself: `breachwire daily`, `breachwire reextract` and `breachwire serve`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import Failure, Stopped, StoreOption, WaitOption, show_examples, told_store_errors
from flows.places import find_store

if TYPE_CHECKING:
    from flows.daily import Step
    from schemas import Run

app = typer.Typer()

TurnOption = Annotated[
    float | None,
    typer.Option(
        "--wait",
        min=0,
        metavar="SECONDS",
        help="How long to wait for another run on the database; without, as the settings say ([schedule]).",
        show_default=False,
    ),
]


@app.command(epilog=show_examples("breachwire daily", "breachwire daily --store my.duckdb --wait 3600"))
def daily(store: StoreOption = None, wait: TurnOption = None) -> None:
    """Ingest what is new, read again what an older version read, and publish: all that a day needs.

    One follows the other; where one fails, the next still runs, and the exit code
    is 1 at the end. A source with a schedule of its own is read when its time came.
    Two runs on one database never overlap: the second waits, or is skipped where
    the settings say so.
    """
    from flows import daily as flow
    from flows.engine import ServerUnreachable, start
    from flows.progress import watching
    from flows.rounds import NothingToDo
    from flows.tables import make_console
    from flows.turns import StoreBusy

    with told_store_errors(), watching(make_console(sys.stderr, stderr=True)):
        try:
            steps = start(flow.daily, find_store(store), wait)
        except KeyboardInterrupt:
            raise Stopped("interrupted: what was loaded stays; run `breachwire daily` again to do the rest") from None
        except NothingToDo as reason:
            steps = None
            print(reason)
        except flow.DayFailed as error:
            _print_steps(error.steps)
            failed = " and ".join(step.name for step in error.steps if step.failure)
            raise Failure(f"{failed} failed, as told above; the rest of the day is done.") from error
        except (ServerUnreachable, StoreBusy) as error:
            raise Failure(str(error)) from error
    _print_steps(steps or [])


@app.command(epilog=show_examples("breachwire reextract", "breachwire reextract --store my.duckdb"))
def reextract(store: StoreOption = None, wait: WaitOption = 60) -> None:
    """Read the kept pages again whose articles an older version of breachwire read.

    Articles of which something changed are revised: events that are still told
    keep their ids, corrections stand, and --as-of answers what was held before.
    After Ctrl-C the same command does the rest.
    """
    from flows import reextract as flow
    from flows.engine import ServerUnreachable, start
    from flows.progress import watching
    from flows.report import print_problems
    from flows.tables import make_console
    from flows.turns import StoreBusy, taking_turns

    database, errors = find_store(store), make_console(sys.stderr, stderr=True)
    with told_store_errors(), watching(errors) as watcher:
        try:
            with taking_turns(database, wait):
                done = start(flow.reextract, database, wait)
        except KeyboardInterrupt:
            raise Stopped("interrupted: run `breachwire reextract` again to do the rest") from None
        except (ServerUnreachable, StoreBusy) as error:
            raise Failure(str(error)) from error
    print_problems(errors, watcher.first_problems, done, database)
    print(_word_reading(done))


@app.command(epilog=show_examples("breachwire serve", "breachwire serve --store my.duckdb"))
def serve(store: StoreOption = None) -> None:
    """Run the schedules of the settings, until Ctrl-C or SIGTERM.

    In breachwire.toml, `[schedule]` and below it `cron = "0 6 * * *"` runs `daily`
    at six each morning; a source whose entry has a `schedule` is read at its own
    times. A time that was missed, since the machine slept or was off, is made up for
    once. Where no Prefect server is configured, one of its own is started, that
    nobody else reaches; its address is told, to look at in a browser.
    """
    from flows.serving import serve_schedules

    # isort: split
    from flows.engine import ServerUnreachable

    try:
        serve_schedules(find_store(store).resolve(), lambda sentence: typer.echo(sentence, err=True))
    except ServerUnreachable as error:
        raise Failure(str(error)) from error


def _print_steps(steps: "list[Step]") -> None:
    from flows.publishing import Published
    from flows.wording import count_things
    from schemas import Run

    for step in steps:
        if isinstance(step.result, Published):
            exported = f", {count_things(len(step.result.exports), 'export')}" if step.result.exports else ""
            print(f"publish: {'published' if step.result.is_new else 'nothing new'}{exported}.")
        elif isinstance(step.result, Run):
            print(f"{step.name}: {_word_reading(step.result)}")
        else:
            print(f"{step.name}: {'failed' if step.failure else 'no source is due'}.")


def _word_reading(run: "Run") -> str:
    from flows.wording import count_things

    counts = run.counts
    if not counts.references:
        return "nothing to read."
    told = [f"{counts.references:,} read", count_things(counts.articles, "new article")]
    told += [f"{counts.revised:,} revised"] if counts.revised else []
    told += [count_things(counts.events, "new event")]
    told += [count_things(counts.problems, "problem")] if counts.problems else []
    return f"{', '.join(told)}."
