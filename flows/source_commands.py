"""The sources that are followed: `breachwire sources add`, `list`, `check` and `remove`."""

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import Failure, parse_date, show_examples
from flows.places import shorten

if TYPE_CHECKING:
    from schemas import Source

app = typer.Typer()
sources = typer.Typer(
    help="The feeds, sitemaps, lists, folders and archives that articles come from.",
    epilog=show_examples(
        "breachwire sources add https://news.example/",
        "breachwire sources list",
        "breachwire sources check",
        "breachwire sources remove news",
    ),
    no_args_is_help=True,
)
app.add_typer(sources, name="sources")


@sources.command(
    epilog=show_examples(
        "breachwire sources add https://news.example/security/",
        "breachwire sources add https://news.example/feed --name news --per-day 4",
        "breachwire sources add https://archive.example/2024-05.warc.gz --since 2024-05-01",
        "breachwire sources add clippings/ --outlet 'The Paper' --country GB",
    )
)
def add(
    location: Annotated[str, typer.Argument(metavar="URL|PATH", help="A site, a feed, a sitemap, a file or a folder.")],
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What to call it; else named by its host.")] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Who publishes all its articles.")] = None,
    country: Annotated[str | None, typer.Option(metavar="XX", help="The outlet's country (ISO 3166), as GB.")] = None,
    language: Annotated[str | None, typer.Option(metavar="xx", help="Their language (ISO 639), as en.")] = None,
    per_day: Annotated[
        float | None,
        typer.Option(min=0, metavar="NUMBER", help="How many articles a day to expect; else estimated."),
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Only addresses in which this is found (a regular expression)."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="No addresses in which this is found.")
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(parser=parse_date, metavar="YYYY-MM-DD", help="Leave out what was published before."),
    ] = None,
) -> None:
    """Find the feed or sitemap of a site, or see what a path holds, and follow it from now on."""
    from flows.fetching import open_fetcher
    from flows.following import follow_source
    from flows.wording import word_problem
    from schemas import Problem
    from sources import find_source

    with open_fetcher() as fetcher:
        found = find_source(location, fetcher)
    if isinstance(found, Problem):
        raise Failure(word_problem(found))
    stated = {
        "name": name,
        "outlet": outlet,
        "country": country,
        "language": language,
        "articles_per_day": per_day,
        "include": tuple(include or ()),
        "exclude": tuple(exclude or ()),
        "since": since,
    }
    source, file = follow_source(found[0], {key: value for key, value in stated.items() if value not in (None, ())})
    print(f"{source.name}: {_describe(source)}")
    print(f"The entry is in {shorten(file)}; change it there as you like.")
    for other in found[1:]:
        print(f"Also found: {other.kind} {other.location}", file=sys.stderr)


@sources.command("list", epilog=show_examples("breachwire sources list"))
def list_all() -> None:
    """Show all sources, those that ship with breachwire and your own."""
    from flows.following import read_all_sources
    from flows.places import list_own_sources
    from flows.tables import make_console, print_rows
    from sources import locate_entries

    known = read_all_sources()
    own = locate_entries(list_own_sources())
    columns = ("name", "kind", "outlet", "a day", "followed", "entry", "location")
    rows = [
        (
            one.name,
            one.kind,
            one.outlet,
            one.articles_per_day,
            "yes" if one.enabled else "no",
            "own" if one.name in own else "shipped",
            one.location,
        )
        for one in known
    ]
    print_rows(make_console(sys.stdout), columns, rows, limit=0)


@sources.command(epilog=show_examples("breachwire sources check", "breachwire sources check news the-record"))
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="Which; all, if none is named.")] = None,
) -> None:
    """Ask each source once, and say how many articles it gives now and what is wrong with it."""
    from flows.fetching import open_fetcher
    from flows.following import check_sources, choose_sources
    from flows.tables import make_console, print_rows

    chosen = choose_sources(names or [])
    with open_fetcher() as fetcher:
        findings = check_sources(chosen, fetcher)
    columns = ("name", "kind", "articles now", "newest", "problem")
    rows = [(one.source.name, one.source.kind, one.told, one.newest, one.problem) for one in findings]
    print_rows(make_console(sys.stdout), columns, rows, limit=0)
    if failed := [one.source.name for one in findings if one.has_failed]:
        raise Failure(f"{len(failed)} of {len(findings)} sources give nothing: {', '.join(failed)}.")


@sources.command(epilog=show_examples("breachwire sources remove news"))
def remove(name: Annotated[str, typer.Argument(metavar="NAME", help="As `breachwire sources list` shows it.")]) -> None:
    """Follow a source no longer. What was read from it stays in the database."""
    from flows.following import unfollow_source

    print(unfollow_source(name))


def _describe(source: "Source") -> str:
    rate = source.articles_per_day
    told = [
        f"{source.kind} {source.location}",
        source.outlet,
        f"about {rate:g} articles a day" if rate is not None else None,
    ]
    return ", ".join(part for part in told if part)
