"""Asking the store: `breachwire sql`."""

import sys
from typing import Annotated

import typer

from flows.options import Failure, Misuse, StoreOption, show_examples, told_store_errors
from flows.places import find_store

app = typer.Typer()


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
