"""One export: the events chosen, in one format, at one place, all of it or nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from store.database import Store
from store.errors import StoreError
from store.exports.flat import write_events, write_flat
from store.exports.following import SILENT, Follower
from store.exports.formats import FOLDERS, PRINTED, Format, choose_format
from store.exports.incidents import losses_beside, write_incidents
from store.exports.lines import print_lines, write_lines
from store.exports.package import write_package
from store.exports.parquet import write_parquet
from store.exports.selection import EVERYTHING, Selection
from store.exports.spreadsheet import write_workbook
from store.exports.targets import check_folder, check_target, replace_file, replace_folder, staged

_WRITERS: dict[Format, Callable[[Store, Path, Selection, Follower], int]] = {
    Format.CSV: write_flat,
    Format.TABLES: write_package,
    Format.PARQUET: write_parquet,
    Format.JSONL: write_lines,
    Format.XLSX: write_workbook,
}


@dataclass(frozen=True)
class Exported:
    """What an export wrote, and, of VERIS, where the report of what it cannot hold lies, and how often it says what."""

    path: Path
    events: int
    losses_path: Path | None = None
    losses: Counter[str] = field(default_factory=Counter)


def export_store(
    store: Store,
    path: str | Path,
    *,
    format: Format | None = None,
    selection: Selection = EVERYTHING,
    follower: Follower = SILENT,
) -> Exported:
    """Write the events chosen to `path`, all of them or nothing.

    The format is the one given, else the one that the name of `path` ends in. A file that is there is replaced, and so
    is the folder of an earlier export. Raises `StoreError` where nothing can be written there.
    """
    chosen = choose_format(Path(path), format)
    target = check_folder(path) if chosen in FOLDERS else check_target(path)
    follower.expect(count_events(store, selection))
    if chosen == Format.VERIS:
        return _export_incidents(store, target, selection, follower)
    if chosen in FOLDERS:
        with staged(target) as folder:
            number = _WRITERS[chosen](store, folder, selection, follower)
            replace_folder(folder, target)
    else:
        with replace_file(target) as part:
            number = _WRITERS[chosen](store, part, selection, follower)
    return Exported(target, number)


def print_export(store: Store, file: TextIO, format: Format | None = None, selection: Selection = EVERYTHING) -> int:
    """Write the events chosen to an open file, as CSV where no format is given; return their number."""
    if format and format not in PRINTED:
        raise StoreError(f"{format} cannot be printed; give the name of a file to write.")
    return (print_lines if format == Format.JSONL else write_events)(store, file, selection)


def count_events(store: Store, selection: Selection) -> int:
    """How many events are chosen."""
    return int(store.rows(selection.query("count(*)"))[1][0][0])


def _export_incidents(store: Store, target: Path, selection: Selection, follower: Follower) -> Exported:
    losses_target = check_target(losses_beside(target))
    with staged(target) as folder:
        incidents, report = folder / "incidents", folder / "losses"
        number, losses = write_incidents(store, incidents, report, selection, follower)
        report.replace(losses_target)
        incidents.replace(target)
    return Exported(target, number, losses_target, losses)
