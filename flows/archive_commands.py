"""The pages that are kept: `breachwire archive status`, `export` and `prune`."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import Failure, Misuse, Stopped, StoreOption, parse_date, show_examples, told_store_errors
from flows.places import find_archive, find_store, shorten

if TYPE_CHECKING:
    from sources import Exported
    from store.exports.following import Follower

ENDING = ".warc.gz"
GIGABYTE = 1_000_000_000

app = typer.Typer()
archive = typer.Typer(
    help="The pages that were read, as they came: see how many, write them as WARC, keep them within limits.",
    epilog=show_examples(
        "breachwire archive status",
        "breachwire archive export pages.warc.gz --since 2024-05-01",
        "breachwire archive prune --max-days 730 --dry-run",
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(archive, name="archive")


@archive.command(epilog=show_examples("breachwire archive status", "breachwire archive status --store my.duckdb"))
def status(store: StoreOption = None) -> None:
    """Print how many pages are kept, what room they take, and from when they are."""
    from flows.wording import count_things, word_bytes
    from sources import measure_archive

    folder = _find_pages(store)
    measured = measure_archive(folder)
    print(f"{count_things(measured.pages, 'page')}, {word_bytes(measured.bytes)}, in {shorten(folder)}")
    if measured.oldest and measured.newest:
        print(f"oldest: {measured.oldest:%Y-%m-%d}")
        print(f"newest: {measured.newest:%Y-%m-%d}")


@archive.command(
    epilog=show_examples(
        "breachwire archive export pages.warc.gz",
        "breachwire archive export may.warc.gz --since 2024-05-01 --until 2024-05-31",
    )
)
def export(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.warc.gz", readable=False, help="The file to write; one that is there is replaced."
        ),
    ],
    since: Annotated[
        date | None, typer.Option(parser=parse_date, metavar="YYYY-MM-DD", help="Fetched on that day (UTC) or later.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=parse_date, metavar="YYYY-MM-DD", help="Fetched on that day (UTC) or earlier.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write the pages as WARC, which other programs for web archives read.

    Pages that were files of yours count with the day on which they were read.
    """
    if not path.name.lower().endswith(ENDING):
        raise Misuse(f"{path} does not end in {ENDING}; give a name such as pages{ENDING}.")
    if since and until and since > until:
        raise Misuse(f"No day is on or after {since} and on or before {until}; change --since or --until.")
    from flows.wording import count_things, word_bytes
    from store import check_target

    folder = _find_pages(store)
    with told_store_errors():
        target = check_target(path)
    done = _export(folder, target, since, until)
    if not done.pages and not done.problems:
        raise Failure("No page is of these days; see `breachwire archive status`, and change --since or --until.")
    for problem in done.problems:
        print(f"left out: {problem.reference}: {problem.detail}", file=sys.stderr)
    print(f"{count_things(done.pages, 'page')} written to {shorten(target)} ({word_bytes(done.bytes)})")


@archive.command(
    epilog=show_examples(
        "breachwire archive prune --max-gb 20 --dry-run",
        "breachwire archive prune --max-days 730",
        "breachwire archive prune --max-gb 20 --yes",
    )
)
def prune(
    max_gb: Annotated[
        float | None, typer.Option(min=0, metavar="NUMBER", help="Keep so many gigabytes at most; the oldest go first.")
    ] = None,
    max_days: Annotated[
        float | None,
        typer.Option(min=0, max=100_000, metavar="NUMBER", help="Keep only pages of the last so many days."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    store: StoreOption = None,
) -> None:
    """Remove the oldest pages, which asks first.

    `breachwire rebuild` can make the database anew only from pages that are
    kept. The articles and events in the database stay as they are. Pages that
    a run read within the last hour stay.
    """
    if max_gb is None and max_days is None:
        raise Misuse("Give --max-gb NUMBER or --max-days NUMBER; see `breachwire archive prune --help`.")
    from flows.wording import count_things, word_bytes
    from sources import count_archive, prune_archive

    folder = _find_pages(store)
    most = None if max_gb is None else int(max_gb * GIGABYTE)
    oldest = None if max_days is None else datetime.now(UTC) - timedelta(days=max_days)
    meant = prune_archive(folder, most, oldest, dry_run=True)
    if meant.stayed:
        print(f"{count_things(meant.stayed, 'page')} past the limit stay, read within the last hour.", file=sys.stderr)
    if not meant.pages and not meant.bytes:
        print("Nothing to remove.")
        return
    of = f"{meant.pages:,} of {count_things(count_archive(folder), 'page')} ({word_bytes(meant.bytes)})"
    if dry_run:
        print(f"{of} would be removed.")
        return
    if not yes and not _ask(f"Remove {of}? `breachwire rebuild` will not have them any more. [y/N] "):
        print("Nothing was removed.")
        return
    removed = prune_archive(folder, most, oldest)
    print(f"{count_things(removed.pages, 'page')} removed ({word_bytes(removed.bytes)}).")


def _find_pages(store: Path | None) -> Path:
    """The folder of the pages; a failure where there are none."""
    from sources import count_archive

    folder = find_archive(find_store(store))
    if not count_archive(folder):
        raise Failure(f"No pages are archived in {shorten(folder)}; `breachwire run PATH` keeps those that it reads.")
    return folder


def _export(folder: Path, target: Path, since: date | None, until: date | None) -> "Exported":
    from flows.interruption import interruptible
    from flows.progress import following
    from flows.tables import make_console
    from sources import export_warc

    try:
        with interruptible(), following(make_console(sys.stderr, stderr=True)) as follower:
            return export_warc(folder, target, since=since, until=until, tell=_tell(follower))
    except KeyboardInterrupt:
        raise Stopped(f"interrupted: {shorten(target)} was not written") from None


def _tell(follower: "Follower") -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        if done:
            follower.advance(1)
        else:
            follower.expect(total)

    return tell


def _ask(question: str) -> bool:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
