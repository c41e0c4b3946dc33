"""The view `event_table` as one CSV file: a flat row an event."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from store.database import Store
from store.exports.following import SILENT, Follower, follow
from store.exports.rows import write_csv
from store.exports.selection import EVERYTHING, Selection
from store.exports.targets import check_target, replace_file


def export_events(store: Store, path: str | Path) -> int:
    """Write the view `event_table` as CSV to `path`, all of it or nothing; return the number of events.

    Raises `StoreError` where nothing can be written there.
    """
    with replace_file(check_target(path)) as part:
        return write_flat(store, part, EVERYTHING, SILENT)


def export_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], path: str | Path) -> int:
    """Write rows as CSV to `path`, all of them or nothing; return their number. Raises `StoreError`."""
    with replace_file(check_target(path)) as part, part.open("w", encoding="utf-8", newline="") as file:
        return write_csv(columns, rows, file)


def write_flat(store: Store, part: Path, selection: Selection, follower: Follower) -> int:
    """Write the events chosen as CSV to `part`; return their number."""
    with part.open("w", encoding="utf-8", newline="") as file:
        return write_events(store, file, selection, follower)


def write_events(store: Store, file: TextIO, selection: Selection = EVERYTHING, follower: Follower = SILENT) -> int:
    """Write the events chosen as CSV to `file`, opened with `newline=""`; return their number."""
    columns, _ = store.rows("SELECT * FROM event_table LIMIT 0")
    return write_csv(columns, follow(store.stream(selection.query()), follower), file)
