"""How things stand: `breachwire runs` and `breachwire status`."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.options import Failure, JsonOption, StoreOption, show_examples, told_store_errors
from flows.places import find_store, shorten

if TYPE_CHECKING:
    from rich.console import Console

    from flows.status import Files, SourceStatus

RUNS_SHOWN = 20
_RUN_HEADS = ("began (UTC)", "flow", "state", "took", "references", "stopped", "known", "new", "events", "problems")
_RUN_COUNTS = ("reference_count", "stopped_count", "known_count", "article_count", "event_count", "problem_count")
_SOURCE_HEADS = ("source", "last run (UTC)", "found in a week", "of expected", "pages", "newest article", "silent")

app = typer.Typer()


@app.command(
    epilog=show_examples(
        "breachwire runs",
        "breachwire runs --limit 100",
        "breachwire runs --json",
    )
)
def runs(
    limit: Annotated[int, typer.Option(min=0, metavar="NUMBER", help="Show so many runs; 0 for all.")] = RUNS_SHOWN,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Show the last runs: when each began, how it ended, how long it took, and what it did.

    A run that was killed is shown as abandoned; the next run does what it left.
    """
    from flows.status import list_runs
    from flows.tables import make_console, print_rows
    from flows.wording import word_seconds
    from store import open_store

    with told_store_errors(), open_store(find_store(store)) as opened:
        told = list_runs(opened, limit, datetime.now(UTC))
    if as_json:
        for run in told:
            print(_to_json(run))
        return
    rows = [
        (
            *(
                _word_moment(run["started_at"]),
                run["flow_name"],
                run["state_code"],
                word_seconds(run["seconds"]) if run["seconds"] is not None else "",
            ),
            *(f"{run[count]:,}" for count in _RUN_COUNTS),
        )
        for run in told
    ]
    print_rows(make_console(sys.stdout), _RUN_HEADS, rows, 0)


@app.command(
    epilog=show_examples("breachwire status", "breachwire status --json", "breachwire status --store my.duckdb")
)
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False, store: StoreOption = None
) -> None:
    """Show how each followed source does, what waits to be loaded, and what lies where.

    A source is silent where a week gave less than a third of what its entry
    expects. The newest article is that which is stored; pages that are not
    about an incident are not.
    """
    from flows.following import read_all_sources
    from flows.settings import find_settings_file
    from flows.status import list_runs, look_at_sources, measure_files
    from flows.tables import make_console
    from sources import MemoryUnusable
    from store import open_store

    path, now = find_store(store), datetime.now(UTC)
    followed = [source for source in read_all_sources() if source.enabled]
    with told_store_errors(), open_store(path) as opened:
        last = list_runs(opened, 1, now)
        sources = look_at_sources(followed, path, now)
    try:
        files = measure_files(path, now)
    except MemoryUnusable as error:
        raise Failure(str(error)) from error
    if as_json:
        told = {"last_run": last[0] if last else None, "sources": [one._asdict() for one in sources]}
        print(_to_json({**told, **files._asdict(), "settings": find_settings_file()}))
        return
    console = make_console(sys.stdout)
    _print_sources(console, sources)
    if last:
        run = last[0]
        console.print(f"last run:  {_word_moment(run['started_at'])} UTC, {run['flow_name']}, {run['state_code']}")
    _print_files(console, files)
    settings = find_settings_file()
    console.print(
        f"settings:  {shorten(settings)}{'' if settings.exists() else ' (not there; all have their defaults)'}"
    )


def _print_sources(console: "Console", sources: Sequence["SourceStatus"]) -> None:
    from flows.tables import print_rows

    rows = [
        (
            one.source,
            _word_moment(one.last_run_at) if one.last_run_at else "never",
            f"{one.found:,}",
            "" if one.expected is None else f"{one.expected:,g}",
            f"{one.pages:,}",
            "" if one.newest_date is None else f"{one.newest_date} ({one.lag_days:,} d)",
            "SILENT" if one.is_silent else "",
        )
        for one in sources
    ]
    if rows:
        print_rows(console, _SOURCE_HEADS, rows, 0)
    else:
        console.print("No source is followed; add one with `breachwire sources add URL`.")


def _print_files(console: "Console", files: "Files") -> None:
    from flows.wording import count_things, word_bytes

    waiting = f"{count_things(files.queue, 'page')} fetched and not loaded yet"
    console.print(f"queue:     {waiting}{'; the next run loads them' if files.queue else ''}")
    console.print(f"database:  {shorten(files.store)}, {word_bytes(files.store_bytes)}")
    age = files.snapshot_age_seconds
    console.print("snapshot:  " + ("none; make one with `breachwire publish`" if age is None else _word_age(age)))
    pages = f"{count_things(files.archive_pages, 'page')}, {word_bytes(files.archive_bytes)}"
    console.print(f"archive:   {shorten(files.archive)}, {pages}")


def _word_moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _word_age(seconds: float) -> str:
    from flows.wording import word_seconds

    days = int(seconds // 86_400)
    return f"of {f'{days:,} d' if days else word_seconds(seconds)} ago"


def _to_json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, default=lambda value: getattr(value, "isoformat", value.__str__)())
