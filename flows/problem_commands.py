"""What could not be read: `breachwire problems` and `breachwire retry`."""

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.options import Failure, JsonOption, Misuse, StoreOption, WaitOption, show_examples, told_store_errors
from flows.places import find_memory, find_store

if TYPE_CHECKING:
    from flows.problems import Listed

PROBLEMS_SHOWN = 200

app = typer.Typer()


@app.command(
    epilog=show_examples(
        "breachwire problems",
        "breachwire problems --all",
        "breachwire problems --code fetch_failed --code paywall --json",
    )
)
def problems(
    since: Annotated[
        str | None, typer.Option(metavar="RUN", help="Those met first by this run (its id) or a later one.")
    ] = None,
    code: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Those of this kind; may be repeated.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those of all runs.")] = False,
    limit: Annotated[
        int, typer.Option(min=0, metavar="NUMBER", help="Show so many; 0 for all. JSON has all.")
    ] = PROBLEMS_SHOWN,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """List why no events could be had from a page, with what to do: those that the last run met first.

    A problem that is met again is listed with the run that met it first.
    Pages that are set aside, since three runs died while they read them, stand
    first, whatever is asked for. `breachwire schema problems.problem_code`
    tells the codes.
    """
    from flows.problems import list_problems
    from schemas import read_vocabulary
    from sources import MemoryUnusable

    for one in code or []:
        if one not in read_vocabulary("problems"):
            raise Misuse(f"There is no code {one!r}; `breachwire schema problems.problem_code` lists them.")
    path = find_store(store)
    try:
        with told_store_errors():
            listed = list_problems(path, since, code or [], every=every)
    except (MemoryUnusable, LookupError) as error:
        raise Failure(str(error.args[0])) from error
    if as_json:
        for problem in listed:
            print(json.dumps(_lay_out(problem), ensure_ascii=False))
    else:
        _print_problems(listed, limit)


@app.command(
    epilog=show_examples(
        "breachwire retry --all",
        "breachwire retry https://news.example/story.html",
        "breachwire retry articles/story.html",
    )
)
def retry(
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[REFERENCE…]", help="Pages that are set aside, or addresses that failed.", show_default=False
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All pages that are set aside; and read the followed sources now.")
    ] = False,
    store: StoreOption = None,
    wait: WaitOption = 60,
) -> None:
    """Try pages again that were set aside, and addresses that failed, without waiting until they are due.

    `breachwire problems` lists them. With --all, sources are asked too for what
    they failed to give; hosts that are left alone for a while stay so.
    """
    if bool(references) == every:
        raise Misuse("Give references, or --all for everything; `breachwire problems --all` lists them.")
    from flows.following import read_all_sources
    from flows.problems import release
    from flows.run_commands import Publishing, run_flow
    from flows.wording import count_things
    from sources import MemoryUnusable

    path = find_store(store)
    if not find_memory(path).exists():
        raise Failure(f"Nothing was read into {path} yet; there is nothing to try again.")
    try:
        released = release(path, references or [])
    except (MemoryUnusable, LookupError) as error:
        raise Failure(str(error.args[0])) from error
    pages, failed = count_things(released.pages, "page"), count_things(released.failed, "address", "addresses")
    print(f"Trying again: {pages} set aside, {failed} that failed.", file=sys.stderr)
    sources = [source for source in read_all_sources() if source.enabled] if released.failed and every else []
    if released.pages or released.failed:
        run_flow(released.addresses, sources, store, None, False, 50, None, Publishing.BATCH, wait)


def _print_problems(listed: "Sequence[Listed]", limit: int) -> None:
    from flows.tables import make_console, print_rows
    from flows.wording import word_problem

    console = make_console(sys.stdout)
    if not any(one.is_set_aside for one in listed):
        console.print("No page is set aside.")
    if not listed:
        console.print("The last run met no problem that was new; `breachwire problems --all` lists those of all runs.")
        return
    rows = [
        ("set aside" if one.is_set_aside else one.problem.code, _word_first(one), word_problem(one.problem))
        for one in listed
    ]
    print_rows(console, ("kind", "first met (UTC)", "what and why"), rows, limit)


def _word_first(one: "Listed") -> str:
    return f"{one.met_at:%Y-%m-%d %H:%M}"


def _lay_out(one: "Listed") -> dict[str, Any]:
    return {
        "problem_code": one.problem.code,
        "reference": one.problem.reference,
        "detail": one.problem.detail,
        "run_id": one.run_id,
        "first_met_at": one.met_at.isoformat(),
        "is_set_aside": one.is_set_aside,
    }
