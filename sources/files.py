"""Reads files from disk, gzipped or not, never more of one than an article can need."""

import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from schemas import Problem

MOST_BYTES = 10_000_000
"""The largest page or record that is read, in bytes after decompression."""

READ_ERRORS = (OSError, EOFError, zlib.error)
"""What reading may raise; a broken gzip file raises any of the three."""


def show_path(path: str | Path) -> str:
    """The path as text that can be stored and printed, whatever bytes its name is made of."""
    return os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def open_file(path: Path) -> BinaryIO:
    """Open `path` for reading; `.gz` is decompressed as it is read. Raises one of `READ_ERRORS`, now or on reading."""
    if path.name.lower().endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def explain_read_error(error: BaseException) -> str:
    """A sentence on why a file could not be read, for people."""
    if isinstance(error, OSError) and error.strerror:
        return f"It can't be read: {error.strerror}. Check its permissions."
    return "The gzip file is damaged or cut short. Fetch or compress it again."


def read_file(path: Path, reference: str) -> bytes | Problem:
    """All bytes of a file, decompressed; a Problem `not_found`, `unreadable`, `too_large` or `empty_page`."""
    try:
        with open_file(path) as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return Problem(code="not_found", reference=reference, detail="There is no such file any more.")
    except READ_ERRORS as error:
        return Problem(code="unreadable", reference=reference, detail=explain_read_error(error))
    if len(content) > MOST_BYTES:
        return explain_size(reference)
    if not content:
        return Problem(code="empty_page", reference=reference, detail="The file is empty.")
    return content


def explain_size(reference: str) -> Problem:
    """The problem of a page or record larger than `MOST_BYTES`."""
    detail = f"It is larger than {MOST_BYTES // 1_000_000} MB. Give the page of the single article."
    return Problem(code="too_large", reference=reference, detail=detail)


def read_lines(path: Path) -> Iterator[tuple[int, bytes | Problem]]:
    """Each line that isn't blank with its number, from 1, as it is asked for.

    A line longer than `MOST_BYTES` is a Problem `too_large`; where the file can't be
    read further, one `unreadable` ends it.
    """
    shown = show_path(path)
    line = 0
    try:
        with open_file(path) as file:
            while content := file.readline(MOST_BYTES + 1):
                line += 1
                if len(content) > MOST_BYTES:
                    _skip_line(file, content)
                    yield line, explain_size(f"{shown}:{line}")
                elif content.strip():
                    yield line, content
    except READ_ERRORS as error:
        yield line + 1, Problem(code="unreadable", reference=f"{shown}:{line + 1}", detail=explain_read_error(error))


def _skip_line(file: BinaryIO, content: bytes) -> None:
    while content and not content.endswith(b"\n"):
        content = file.readline(MOST_BYTES)
