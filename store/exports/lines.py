"""Events as JSON Lines, each as `schemas/event.schema.json` says."""

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from schemas import Event
from store.database import Store
from store.exports.following import SILENT, Follower, follow
from store.exports.selection import EVERYTHING, Selection

_AT_ONCE = 2_000  # each look for events reads through all of them


def write_lines(store: Store, part: Path, selection: Selection, follower: Follower) -> int:
    """Write the events chosen to `part`, one a line; return their number."""
    with part.open("w", encoding="utf-8", newline="") as file:
        return print_lines(store, file, selection, follower)


def print_lines(store: Store, file: TextIO, selection: Selection = EVERYTHING, follower: Follower = SILENT) -> int:
    """Write the events chosen to `file`, one a line; return their number."""
    number = 0
    for event in follow(read_chosen(store, selection), follower):
        file.write(f"{event.model_dump_json()}\n")
        number += 1
    return number


def read_chosen(store: Store, selection: Selection) -> Iterator[list[Event]]:
    """The events chosen with all their parts, in the order of `event_table`, some at a time."""
    _, rows = store.rows(selection.query("event_id"))
    ids = [event_id for (event_id,) in rows]
    for start in range(0, len(ids), _AT_ONCE):
        yield store.read_events(ids[start : start + _AT_ONCE])
