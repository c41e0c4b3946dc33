"""The read-only copy of the store that readers open, so that they never meet the writer's lock.

DuckDB lets one process have a file open for writing, and no other then, not even to read. So readers open a copy beside
the store, which the writer puts in place by a rename when it has written: who has the earlier copy open keeps it.
"""

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from store.errors import StoreError

_CHUNK = 16 * 2**20  # bytes copied at a time


def snapshot_of(path: Path) -> Path:
    """Where the snapshot of the store at `path` lies."""
    return path.with_name(f"{path.stem}.snapshot{path.suffix}")


def part_of_snapshot(path: Path) -> Path:
    """Where a snapshot lies until it is whole."""
    return path.with_name(f".{path.stem}.snapshot{path.suffix}.part")


def is_published(path: Path) -> bool:
    """True where the snapshot is of what the file at `path` holds now; it has the same size and time of change."""
    try:
        mine, copied = path.stat(), snapshot_of(path).stat()
    except FileNotFoundError:
        return False
    return (mine.st_size, mine.st_mtime_ns) == (copied.st_size, copied.st_mtime_ns)


def replace_store(path: Path, new: Path) -> Path | None:
    """Put the closed store at `new` in the place of that at `path`, whose files are kept under another name.

    Returns where the old store lies now; None where there was none. Raises `StoreError`.
    """
    old = (
        path.with_name(f"{path.stem}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}{path.suffix}") if path.exists() else None
    )
    try:
        for ending in ("", ".wal"):
            if old and (log := path.with_name(f"{path.name}{ending}")).exists():
                log.replace(old.with_name(f"{old.name}{ending}"))
        new.replace(path)
        with path.open("rb") as file:
            publish(path, file)
    except OSError as error:
        raise StoreError(f"{path} could not be replaced ({error.strerror}); the new store is {new}.") from error
    return old


def publish(path: Path, file: BinaryIO) -> None:
    """Copy the store at `path` to its snapshot.

    `file` is the store's file, opened by the process that writes to it, checkpointed, and closed by it only after
    DuckDB has closed the store: to close any handle of a file gives up all locks that the process has on it (POSIX).
    Raises `StoreError` where there is no room or no right; the earlier snapshot stays then.
    """
    snapshot, part = snapshot_of(path), part_of_snapshot(path)
    try:
        with part.open("wb") as target:
            _copy(file, target)
        changed = os.fstat(file.fileno())
        os.utime(part, ns=(changed.st_atime_ns, changed.st_mtime_ns))
        part.replace(snapshot)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise StoreError(
            f"What was loaded is in the store, but its snapshot {snapshot} could not be written ({error.strerror}): "
            "queries show what it held before. Make room, then run `breachwire publish`."
        ) from error


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    source.seek(0)
    if not hasattr(os, "copy_file_range"):
        shutil.copyfileobj(source, target, _CHUNK)
        return
    try:
        while os.copy_file_range(source.fileno(), target.fileno(), _CHUNK):
            pass
    except OSError:  # not between these file systems
        source.seek(0)
        target.seek(0)
        shutil.copyfileobj(source, target, _CHUNK)
