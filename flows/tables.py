"""Events and query results on the terminal; plain text where the output is not one."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.wording import count_things, word_code, word_count, word_interval
from schemas import Article, Event, Evidence, Extraction

ROWS_SHOWN = 200
ROWS_COUNTED = 100_000  # of those that are not shown
NARROWEST_COLUMN = 8
NARROWEST_TABLE = 80
LONGEST_WORD = 12  # of causes and units; a name may be longer
CONTEXT_WORDS = 5
WIDTH_WHEN_PIPED = 1000
_CONTROL_CHARACTERS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))
STATUS_STYLES = {"exposed": "red", "possible": "yellow", "not_exposed": "green"}
STATUS_LEADS = {"exposed": "", "possible": "possibly ", "not_exposed": "not "}
STATUS_WORDS = {"exposed": "", "possible": " (possible)", "not_exposed": " (not exposed)"}

EVENT_HEADS = ("victim", "cause", "when", "people affected", "data")
EVENT_COLUMNS = """
    victim, cause_code, occurred_start, occurred_end, disclosed_start, disclosed_end,
    affected_min, affected_max, affected_is_approx, affected_unit_code,
    data_exposed, data_possible, data_not_exposed
"""


def make_console(file: TextIO, *, stderr: bool = False) -> Console:
    """A console on `file`: colours in a terminal only, and no table cut short where there is no screen to fit."""
    width = None if file.isatty() else WIDTH_WHEN_PIPED
    return Console(file=file, stderr=stderr, width=width, highlight=False, emoji=False, markup=False)


def _make_table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(clean(column), overflow="fold")
    return table


def print_rows(
    console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]], limit: int = ROWS_SHOWN
) -> None:
    """Print a query's result, one row under the other where the screen is too narrow for the columns.

    Of more than `limit` rows (0: any number) the first are printed, and the others, as far as they are given, counted.
    """
    left = iter(rows)
    shown = islice(left, limit) if limit else left
    cells = [[Text("" if value is None else clean(str(value))) for value in row] for row in shown]
    if console.is_terminal and console.width < NARROWEST_COLUMN * len(columns):
        for number, row in enumerate(cells, 1):
            console.print(Text(f"\nRow {number}", style="bold cyan"))
            console.print(_lay_out_record(columns, row))
    else:
        table = _make_table(*columns)
        for row in cells:
            table.add_row(*row)
        console.print(table)
    if more := sum(1 for _ in left):
        least = "at least " if more >= ROWS_COUNTED else ""
        console.print(f"… and {least}{count_things(more, 'more row')}; --csv or --json prints all of them.")


def _lay_out_record(columns: Sequence[str], row: Sequence[Text]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="cyan", overflow="fold")
    grid.add_column(overflow="fold")
    for column, cell in zip(columns, row, strict=True):
        grid.add_row(f"  {clean(column)}", cell)
    return grid


def lay_out_events(rows: Sequence[Sequence[Any]], *, width: int | None) -> Table:
    """A line an event, fitted to `width` characters where it is given; `rows` hold EVENT_COLUMNS of `event_table`."""
    if width is not None and width < NARROWEST_TABLE:
        return _stack_events(rows)
    table = _make_table(*EVENT_HEADS)
    if width is not None:
        table.expand = True
        *firsts, data = table.columns
        for column, share in zip(firsts, (6, 8, 8, 8), strict=True):
            column.width = max(LONGEST_WORD, width // share)
        data.ratio = 1
    for row in rows:
        table.add_row(*_word_event(row))
    return table


def _stack_events(rows: Sequence[Sequence[Any]]) -> Table:
    """The events for a narrow screen: beside the victim, the rest line by line."""
    table = _make_table(EVENT_HEADS[0], "event")
    for row in rows:
        victim, *rest = _word_event(row)
        told = [Text.assemble((f"{head} ", "dim"), cell) for head, cell in zip(EVENT_HEADS[1:], rest, strict=True)]
        table.add_row(victim, Text("\n").join([*told, Text()]))
    return table


def _word_event(row: Sequence[Any]) -> list[Text]:
    victim, cause, *rest = row
    occurred, disclosed, count, data = rest[:2], rest[2:4], rest[4:8], rest[8:]
    return [
        Text(clean(victim or "not named")),
        Text(word_code(cause), style="magenta"),
        Text(_word_when(occurred, disclosed)),
        Text(word_count(*count) if count[3] else "unknown", style="" if count[3] else "dim"),
        _word_data(data),
    ]


def _word_when(occurred: Sequence[Any], disclosed: Sequence[Any]) -> str:
    if any(occurred):
        return word_interval(*occurred)
    return f"disclosed {word_interval(*disclosed)}" if any(disclosed) else "unknown"


def _word_data(by_status: Sequence[str | None]) -> Text:
    parts = [
        Text(STATUS_LEADS[status] + word_code(categories.replace(";", ",")), style=style)
        for (status, style), categories in zip(STATUS_STYLES.items(), by_status, strict=True)
        if categories
    ]
    return Text("; ").join(parts)


def print_extraction(console: Console, extraction: Extraction) -> None:
    """Print an article's headline and each of its events, every value with the words it rests on."""
    article = extraction.article
    if article.title:
        console.print(Text(clean(article.title), style="bold"))
    known = (str(article.published or "no date"), article.outlet, article.url or article.reference)
    console.print(Text(clean(" · ".join(filter(None, known))), style="dim"))
    if not extraction.events:
        console.print("\nNo data-security event found in this article.")
    for number, event in enumerate(extraction.events, 1):
        console.print(_head_event(number, event))
        console.print(_lay_out_event(article, event))


def _head_event(number: int, event: Event) -> Text:
    victims = "; ".join(one.name for one in event.organisations if one.role == "victim") or "victim not named"
    return Text.assemble(
        "\n", (f"Event {number}", "bold cyan"), f"  {clean(victims)}  ", (f"{event.prominence}, {event.status}", "dim")
    )


def _lay_out_event(article: Article, event: Event) -> Table:
    grid = Table.grid(padding=(0, 2))
    for column in ("label", "value", "evidence"):
        grid.add_column(column, overflow="fold")
    for label, value, evidence in _list_values(event):
        grid.add_row(Text(f"  {label}", style="cyan"), value, _quote(article.text, evidence))
    return grid


def _list_values(event: Event) -> Iterator[tuple[str, Text, Evidence | None]]:
    yield "cause", Text(word_code(event.cause), style="magenta"), event.cause_evidence
    if event.status_evidence:
        yield "status", Text(event.status), event.status_evidence
    for one in event.organisations:
        also = f" (also: {', '.join(alias.quote for alias in one.aliases)})" if one.aliases else ""
        yield one.role, Text.assemble((clean(one.name), "bold"), (clean(also), "dim")), one.evidence
    for item in event.data:
        words = word_code(item.category) + STATUS_WORDS[item.status]
        yield "data", Text(words, style=STATUS_STYLES[item.status]), item.evidence
    for count in event.affected:
        part = " (a part)" if count.scope == "subset" else ""
        yield "affected", Text(word_count(count.min, count.max, count.approx, count.unit) + part), count.evidence
    for when in event.dates:
        about = "about " if when.approx else ""
        yield when.kind, Text(about + word_interval(when.start, when.end)), when.evidence


def _quote(text: str, evidence: Evidence | None) -> Text:
    """The quote between the words that stand around it on its line."""
    if evidence is None:
        return Text("not stated", style="dim")
    before = text[: evidence.start].rpartition("\n")[2].split(" ")[-CONTEXT_WORDS:]
    after = text[evidence.end :].partition("\n")[0].split(" ")[:CONTEXT_WORDS]
    return Text.assemble(
        (clean(" ".join(before)), "dim"), (f"“{clean(evidence.quote)}”", "italic"), (clean(" ".join(after)), "dim")
    )


def clean(text: str) -> str:
    """The text without characters that would steer the terminal."""
    return text.translate(_CONTROL_CHARACTERS)
