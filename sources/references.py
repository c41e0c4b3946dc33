"""What to read: files and addresses, found among what the user names."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any

from schemas import Problem
from sources.files import READ_ERRORS, explain_read_error, open_file, read_lines, show_path

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LONGEST_LIST_LINE = 4_000
_LIST_SAMPLE = 20
_KNOWN_ENDINGS = ".html, .htm, .txt or .jsonl, gzipped (.gz) or not"


class ReferenceKind(StrEnum):
    """How a reference is read."""

    HTML = "html"
    TEXT = "text"
    RECORD = "record"
    URL = "url"


_SAID = ("published", "published_source", "outlet", "country", "language", "source", "first_look")


@dataclass(frozen=True)
class Reference:
    """One article not yet read: a file, one line of a JSONL file (whose bytes are `content`), or an address.

    `location` is the path or the URL; `line` counts from 1. What the source says of the article beside: `published`
    and where that is said (`published_source`, a code of the vocabulary date_sources), when it was `updated` last,
    the `outlet`, its `country` and `language`; `source` is the source's name, and `first_look` whether its pages have
    to pass the first look.
    """

    kind: ReferenceKind
    location: str
    line: int | None = None
    content: bytes | None = None
    published: date | None = None
    published_source: str | None = None
    updated: datetime | None = None
    outlet: str | None = None
    country: str | None = None
    language: str | None = None
    source: str | None = None
    first_look: bool = False

    def describe_page(self) -> dict[str, Any]:
        """What the source says of the article, as a page holds it."""
        return {name: getattr(self, name) for name in _SAID}

    def __str__(self) -> str:
        """The reference as pages and problems show it: a path, `path:line` or a URL."""
        shown = self.location if self.kind is ReferenceKind.URL else show_path(self.location)
        return f"{shown}:{self.line}" if self.line else shown


@dataclass(frozen=True)
class Consumed:
    """Says that all of a local file or folder's part was given: once it is in the store it need not be read again.

    `key` names the file, `validator` its state (size and time of change): another state is read anew.
    """

    key: str
    validator: str


_KINDS = {
    ".html": ReferenceKind.HTML,
    ".htm": ReferenceKind.HTML,
    ".txt": ReferenceKind.TEXT,
    ".jsonl": ReferenceKind.RECORD,
}


def discover(inputs: Sequence[str]) -> Iterator[Reference | Problem]:
    """Yield every article among `inputs`: folders, files, list files and http(s) URLs, each once.

    Folders are searched through in the order of their names; hidden files, linked
    folders and files of other kinds are passed over there. A `.txt` file of URLs (and
    `#` comments) is a list of what to read. A JSONL file is read as it
    is asked for, so that it may be larger than memory: don't make a list of this.
    """
    seen: set[tuple[str, int | None]] = set()
    for found in chain.from_iterable(map(_discover_input, inputs)):
        if isinstance(found, Reference):
            if (found.location, found.line) in seen:
                continue
            seen.add((found.location, found.line))
        yield found


def _discover_input(named: str) -> Iterator[Reference | Problem]:
    scheme = _SCHEME.match(named.strip())
    if not named.strip():
        detail = "The path is empty. Give a folder, a file or an address."
        yield Problem(code="not_found", reference="(nothing)", detail=detail)
    elif scheme and scheme[1].lower() in ("http", "https"):
        yield Reference(ReferenceKind.URL, named.strip())
    elif scheme:
        detail = f"Addresses of the kind {scheme[1]}:// are not read. Give an http(s) address or a file."
        yield Problem(code="unsupported_file", reference=show_path(named), detail=detail)
    else:
        yield from _discover_path(Path(named))


def _discover_path(path: Path) -> Iterator[Reference | Problem]:
    try:
        if path.is_dir():
            yield from _discover_folder(path)
        elif path.is_file():
            yield from discover_file(path)
        elif path.exists():
            # A pipe or a device might never end.
            yield _unsupported(path)
        else:
            advice = "Check the path; an address begins with http:// or https://."
            yield _not_found(path, f"There is no such file or folder. {advice}")
    except (OSError, ValueError):
        # A name too long or with a NUL in it: such a file can't be.
        yield _not_found(path, "There can be no such file or folder. Check the path.")


def _discover_folder(folder: Path) -> Iterator[Reference | Problem]:
    files = 0
    for found in walk_folder(folder, is_known_file):
        files += 1
        if isinstance(found, Problem):
            yield found
        else:
            yield from discover_file(found)
    if not files:
        yield _not_found(folder, f"The folder holds no article. Articles are {_KNOWN_ENDINGS}.")


def walk_folder(folder: Path, is_wanted: Callable[[Path], bool]) -> Iterator[Path | Problem]:
    """The files in `folder` and below whose names are wanted, in the order of their names; not hidden ones, and none
    behind a link to a folder.
    """
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Problem(code="unreadable", reference=show_path(folder), detail=explain_read_error(error))
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from walk_folder(entry, is_wanted)
        elif is_wanted(entry) and entry.is_file():
            yield entry


def is_known_file(path: Path) -> bool:
    """Whether the file's name is that of a kind that can be read."""
    return _kind_of(path) is not None


def _kind_of(path: Path) -> ReferenceKind | None:
    return _KINDS.get(Path(path.name.lower().removesuffix(".gz")).suffix)


def discover_file(path: Path) -> Iterator[Reference | Problem]:
    """What one file holds: an article, the records of a JSONL file, or the addresses of a list."""
    kind = _kind_of(path)
    if kind is None:
        yield _unsupported(path)
    elif kind is ReferenceKind.RECORD:
        yield from discover_records(path)
    elif kind is ReferenceKind.TEXT and is_list(path):
        yield from read_addresses(read_lines(path), show_path(path))
    else:
        yield Reference(kind, str(path))


def discover_records(path: Path) -> Iterator[Reference | Problem]:
    """A reference for each line that isn't blank; a line too long, or a file that breaks off, is a problem."""
    records = 0
    for line, content in read_lines(path):
        records += 1
        if isinstance(content, Problem):
            yield content
        else:
            yield Reference(ReferenceKind.RECORD, str(path), line, content)
    if not records:
        yield Problem(code="empty_page", reference=show_path(path), detail="The file holds no record.")


def is_list(path: Path) -> bool:
    """Whether most of the first lines that aren't blank or comments are addresses: a list may hold a slip or two."""
    entries: list[str] = []
    try:
        with open_file(path) as file:
            while len(entries) < _LIST_SAMPLE and (line := file.readline(_LONGEST_LIST_LINE)):
                if entry := _read_entry(line):
                    entries.append(entry)
    except READ_ERRORS:
        # Reading it as a text says what is wrong with it.
        return False
    return 2 * sum(bool(_ADDRESS.fullmatch(entry)) for entry in entries) > len(entries)


def _read_entry(line: bytes) -> str:
    """What a line of a list names; empty for a blank line or a comment."""
    entry = line.decode("utf-8-sig", "replace").strip()
    return "" if entry.startswith("#") else entry


def read_addresses(lines: Iterable[tuple[int, bytes | Problem]], shown: str) -> Iterator[Reference | Problem]:
    """The addresses of a list's numbered lines; a line that is neither one nor a comment is a problem. `shown` is the
    list's name for people.
    """
    for number, line in lines:
        if isinstance(line, Problem):
            yield line
        elif _ADDRESS.fullmatch(entry := _read_entry(line)):
            yield Reference(ReferenceKind.URL, entry)
        elif entry:
            detail = f"{entry[:100]!r} is not an http(s) address. Correct the line, or take it out."
            yield Problem(code="not_found", reference=f"{shown}:{number}", detail=detail)


def _unsupported(path: Path) -> Problem:
    detail = f"Files of this kind are not read. Give {_KNOWN_ENDINGS}."
    return Problem(code="unsupported_file", reference=show_path(path), detail=detail)


def _not_found(path: Path, detail: str) -> Problem:
    return Problem(code="not_found", reference=show_path(path), detail=detail)
