"""Asking the store: `breachwire sql`, `query` and `schema`."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.options import (
    AsOfOption,
    CsvOption,
    Failure,
    JsonOption,
    LimitOption,
    Misuse,
    StoreOption,
    TimeoutOption,
    show_examples,
    told_store_errors,
)
from flows.places import find_store

if TYPE_CHECKING:
    from store import Store

SECONDS = 60.0
ROWS = 200
_WITHOUT_CANDIDATES = re.compile(r'does not have a column named "([^"]+)"\.$')
_UNKNOWN_NAME = re.compile(r"not found|does not exist|does not have")

app = typer.Typer()


@app.command(
    epilog=show_examples(
        'breachwire sql "SELECT victim, cause_code, affected_min FROM event_table"',
        'breachwire sql "SELECT category_code, count(*) AS events FROM exposed_data GROUP BY ALL ORDER BY ALL" --csv',
        'breachwire sql "FROM event_table" --limit 1000 --timeout 5',
        'breachwire sql "SELECT count(*) AS events FROM events" --as-of 2024-05-01',
    )
)
def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A query in DuckDB's SQL.")],
    as_csv: CsvOption = False,
    as_json: JsonOption = False,
    limit: LimitOption = ROWS,
    timeout: TimeoutOption = SECONDS,
    as_of: AsOfOption = None,
    store: StoreOption = None,
) -> None:
    """Query the database; nothing can be changed by it.

    `breachwire schema` shows what can be asked for, `breachwire query` the
    questions that have their SQL already.
    """
    _check_format(as_csv, as_json)
    from store import open_store

    with told_store_errors(), open_store(find_store(store), as_of=as_of) as opened:
        _print_answer(opened, query, {}, as_csv, as_json, limit, timeout)


@app.command(
    context_settings={"ignore_unknown_options": True},
    epilog=show_examples(
        "breachwire query",
        "breachwire query causes-by-quarter --since 2024-01-01",
        "breachwire query said-not-taken category=payment_cards --json",
        "breachwire query largest-breaches --cause ransomware --top 10 --csv",
        "breachwire query largest-breaches --show",
    ),
)
def query(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="The question; without it, all are listed.", show_default=False),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PARAMETER=VALUE]...",
            help="Values for its parameters, also as --PARAMETER VALUE.",
            show_default=False,
        ),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print its SQL and its parameters, and don't run it.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            readable=False,
            help="A folder of queries of your own; those in data/local/queries are known.",
        ),
    ] = None,
    as_csv: CsvOption = False,
    as_json: JsonOption = False,
    limit: LimitOption = ROWS,
    timeout: TimeoutOption = SECONDS,
    as_of: AsOfOption = None,
    store: StoreOption = None,
) -> None:
    """Ask a saved question; docs/queries.md tells what each answers.

    A query of your own is a file NAME.sql; `--show` prints one to begin with.
    """
    _check_format(as_csv, as_json)
    from store import find_query, open_store

    with told_store_errors():
        if name is None:
            _print_rows(("query", "question", "parameters"), _list_questions(folder), as_csv, as_json, limit=0)
            return
        values = _read_values([name, *(given or [])])
        saved = find_query(name, folder)
        if show:
            print(saved.sql.rstrip())
            return
        parameters = saved.bind(values)
        with open_store(find_store(store), as_of=as_of) as opened:
            _print_answer(opened, saved.sql, parameters, as_csv, as_json, limit, timeout)


@app.command(
    epilog=show_examples(
        "breachwire schema",
        "breachwire schema event_table",
        "breachwire schema event_table.cause_code",
    )
)
def schema(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[TABLE|TABLE.COLUMN]", help="What to show; without it, all tables.", show_default=False
        ),
    ] = None,
    as_csv: CsvOption = False,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Show what can be asked for: the tables and views, the columns of one, or the codes of a column."""
    _check_format(as_csv, as_json)
    from store import describe_store, find_column, find_table

    with told_store_errors():
        tables = describe_store(find_store(store))
        if name is None:
            _print_rows(("table", "holds"), [(one.name, one.description) for one in tables], as_csv, as_json, limit=0)
            return
        of_table, _, of_column = name.rpartition(".")
        if of_table.lower() in ("", "history") or name.lower() in {one.name for one in tables}:
            table = find_table(tables, name)
            columns = [(one.name, one.kind, one.description) for one in table.columns]
            _print_rows(("column", "type", "meaning"), columns, as_csv, as_json, limit=0)
            return
        column = find_column(find_table(tables, of_table), of_column)
        if column.vocabulary is None:
            _print_rows(("type", "meaning"), [(column.kind, column.description)], as_csv, as_json, limit=0)
        else:
            codes = [(code, term.definition) for code, term in column.vocabulary.items()]
            _print_rows(("code", "meaning"), codes, as_csv, as_json, limit=0)


def _check_format(as_csv: bool, as_json: bool) -> None:
    if as_csv and as_json:
        raise Misuse("Give --csv or --json, not both; see `breachwire --help`.")


def _list_questions(folder: Path | None) -> Iterator[tuple[str, str, str]]:
    """Name, question and parameters of each saved query; what is wrong with a query stands in place of its question."""
    from store import QueryError, list_queries, read_query

    for name, path in list_queries(folder).items():
        try:
            saved = read_query(path)
            yield name, saved.question, ", ".join(one.name for one in saved.parameters)
        except QueryError as error:
            yield name, str(error), ""


def _read_values(words: Sequence[str]) -> dict[str, str]:
    """The values that `name=value`, `--name=value` and `--name value` give; the first word is the query's name."""
    values: dict[str, str] = {}
    left = iter(words)
    query = next(left)
    if query.startswith("-"):
        raise Misuse(f"Give the name of the query before {query}; `breachwire query` lists the names.")
    for word in left:
        name, is_given, value = word.partition("=")
        if not is_given:
            if not word.startswith("--"):
                raise Misuse(f"{word!r} is no parameter; write it as name=value. See `breachwire query --help`.")
            try:
                value = next(left)
            except StopIteration:
                raise Misuse(f"The parameter {word} has no value; see `breachwire query {query} --show`.") from None
        values[name.removeprefix("--").replace("-", "_")] = value
    return values


def _print_answer(
    opened: "Store",
    query: str,
    parameters: Mapping[str, Any],
    as_csv: bool,
    as_json: bool,
    limit: int,
    timeout: float,
) -> None:
    from flows.tables import ROWS_COUNTED
    from store import QueryError, QueryTimeout

    most = 0 if as_csv or as_json or not limit else limit + ROWS_COUNTED
    try:
        answer = opened.answer(query, parameters, most=most, timeout=timeout)
    except QueryTimeout as error:
        raise Failure(f"{error} Ask for less, or give it more time with `--timeout SECONDS`.") from error
    except QueryError as error:
        raise Failure(f"The query cannot be run: {_advise(str(error))}") from error
    _print_rows(answer.columns, answer.rows, as_csv, as_json, limit)


def _advise(told: str) -> str:
    """What DuckDB told, with advice where it does not know a name."""
    if not told.endswith((".", "?", "!")):
        told += "."
    if not _UNKNOWN_NAME.search(told):
        return told
    if column := _WITHOUT_CANDIDATES.search(told):  # of a view with an alias
        from store import describe_store, suggest

        columns = sorted({column.name for table in describe_store(None) for column in table.columns})
        told = f"{told[:-1]}{suggest(column[1], columns)}."
    return f"{told} `breachwire schema` shows what can be asked for."


def _print_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], as_csv: bool, as_json: bool, limit: int) -> None:
    if as_csv or as_json:
        from store import write_csv, write_json_lines

        write: Callable[..., int] = write_csv if as_csv else write_json_lines
        write(columns, rows, sys.stdout)
        return
    from flows.tables import make_console, print_rows

    print_rows(make_console(sys.stdout), columns, rows, limit)
