"""What a time or a number means: `breachwire resolve`."""

import sys
from datetime import date
from typing import Annotated

import typer

from flows.options import Failure, Misuse, parse_date, show_examples

app = typer.Typer()


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
