"""Opening the database file: safely for readers, patiently while somebody else holds it."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from store.errors import StoreError, StoreLocked, trim_message

POLL_SECONDS = 0.2

# What is typed into `breachwire sql` may have been copied from anywhere. With these settings a query can
# neither read nor write a file, nor reach the network, nor take the settings back. An empty temporary
# directory keeps queries from spilling to disk, and without replacements a table name never means a Python variable.
CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
    "temp_directory": "",
    "python_enable_replacements": "false",
}


def connect(
    path: Path, *, read_only: bool, wait_seconds: float = 0, tell: Callable[[str], None] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the database file at `path`, made with its folder where it is opened for writing and missing.

    Waits up to `wait_seconds` while another process holds it, having told once by `tell` which one that is, then raises
    `StoreLocked`; `StoreError` for every other reason why it cannot be opened.
    """
    try:
        _prepare_path(path, read_only)
    except OSError as error:
        raise StoreError(f"The store {path} cannot be opened ({error.strerror}); give another path.") from error
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return duckdb.connect(path, read_only=read_only, config=CONFIGURATION)
        except duckdb.Error as error:
            told = _explain(path, error)
            left = deadline - time.monotonic()
            if not isinstance(told, StoreLocked) or left <= 0:
                raise told from error
        if tell:
            tell(f"{str(told).partition(';')[0]}; waiting up to {wait_seconds:g} s until it ends …")
            tell = None
        time.sleep(min(POLL_SECONDS, left))


def _prepare_path(path: Path, read_only: bool) -> None:
    if path.is_dir():
        raise StoreError(f"{path} is a folder; give the path of the store's database file.")
    if not read_only:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.exists():
        raise StoreError(f"There is no store at {path} yet; make it with `breachwire run PATH`.")
    # Writing needs the folder too: the write-ahead log lies beside the file.
    needed = [(path, os.R_OK)] if read_only else [(path.parent, os.W_OK), (path, os.R_OK | os.W_OK)]
    for place, mode in needed:
        if place.exists() and not os.access(place, mode):
            verb = "read" if read_only else "written"
            raise StoreError(f"The store {path} cannot be {verb} (Permission denied); give another path.")


def _explain(path: Path, error: duckdb.Error) -> StoreError:
    # DuckDB has one class for nearly all of these, so that only the wording tells them apart.
    message = str(error)
    if "different configuration" in message:
        return StoreLocked(f"The store {path} is open in this program in another mode; close it there first.")
    if "Could not set lock" in message or "used by another process" in message:
        holder = re.search(r"held in (?:(\S+) )?\(?PID (\d+)", message)
        name = f" ({Path(holder[1] or 'unknown').name}, PID {holder[2]})" if holder else ""
        return StoreLocked(f"The store {path} is in use by another process{name}; try again when it has ended.")
    if "not a valid DuckDB database" in message:
        return StoreError(f"{path} is not a DuckDB database; give another path, or move that file away.")
    return StoreError(f"The store {path} cannot be opened: {trim_message(error)}")


def is_database(path: Path) -> bool:
    """Whether a file is there that DuckDB wrote, of whatever version, by its first bytes."""
    try:
        with path.open("rb") as file:
            return file.read(12)[8:] == b"DUCK"
    except OSError:
        return False
