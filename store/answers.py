"""What a query answers: its work done in a thread that Ctrl-C and a time limit can stop, its rows given bit by bit."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeVar

import duckdb

from store.errors import QueryTimeout

Row = tuple[Any, ...]
Result = TypeVar("Result")

_BATCH = 1_000  # rows turned into Python's at a time
_PATIENCE = 0.1  # seconds between one interruption and the next


@dataclass(frozen=True)
class Answer:
    """The names of the columns and the rows, which can be gone through once."""

    columns: list[str]
    rows: Iterator[Row]


def answer_relation(relation: duckdb.DuckDBPyRelation) -> Answer:
    """Run the relation to its end, so that whatever is wrong with it is raised here and not between two rows.

    The rows are kept as DuckDB has them, and become Python's a batch at a time: those of a million events would
    take gigabytes.
    """
    rows = relation.iter_rows(_BATCH)
    first = list(islice(rows, 1))
    return Answer(relation.columns, chain(first, rows))


def work(connection: duckdb.DuckDBPyConnection, task: Callable[[], Result], timeout: float = 0) -> Result:
    """What `task` gives, which works with `connection`; 0 seconds of `timeout` are without end.

    Raises `QueryTimeout` where it takes longer. Ctrl-C stops it: while DuckDB works in the main thread, Python does
    not always get to hear of a signal; so the work is done in another.
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        future = worker.submit(task)
        try:
            if future in wait([future], timeout or None).done:
                return future.result()
        except KeyboardInterrupt:
            _stop(connection, future)
            raise
        _stop(connection, future)
    raise QueryTimeout(f"The query took longer than {timeout:g} s and was stopped.")


def _stop(connection: duckdb.DuckDBPyConnection, future: Future[Result]) -> None:
    # An interruption between two steps of the work goes unheard.
    while not future.done():
        connection.interrupt()
        wait([future], _PATIENCE)
