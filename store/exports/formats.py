"""The formats of exports, and how one is told from a file's name."""

from enum import StrEnum
from pathlib import Path

from store.errors import StoreError


class Format(StrEnum):
    """What can be written."""

    CSV = "csv"
    TABLES = "tables"
    PARQUET = "parquet"
    JSONL = "jsonl"
    XLSX = "xlsx"
    VERIS = "veris"


ENDINGS = {
    ".csv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".xlsx": Format.XLSX,
    ".json": Format.VERIS,
}
FOLDERS = {Format.TABLES}
PRINTED = {Format.CSV, Format.JSONL}  # to standard output


def choose_format(path: Path, given: Format | None = None) -> Format:
    """The format given, else the one that the name ends in; a folder, and a name without an ending, is one of tables.

    Raises `StoreError` for an ending that says nothing.
    """
    if given:
        return given
    if path.is_dir() or not path.suffix:
        return Format.TABLES
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise StoreError(f"{path.suffix!r} tells no format; end the name in {known}, or give --format.")
    return ENDINGS[path.suffix.lower()]
