"""The page archive: every page that was read, kept as it came, so that everything after can be made again offline.

Bytes are kept once, however many addresses have them; `archive_files` tells the layout,
docs/decisions/0009-page-archive.md why it is so. Several processes may write, read and prune at the same time.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import zstandard

from schemas import Page, Problem
from sources.archive_files import (
    RECORD_ENDING,
    RECORDS,
    content_file,
    list_files,
    record_file,
    touch,
    write_whole,
)
from sources.files import explain_read_error
from sources.former_archive import FORMER_ERRORS, former_file, list_former, read_former, read_former_record

_LEVEL = 6  # of zstd: the decision has what others cost
_BESIDE_THE_PAGE = ("content_hash", "size", "archived_at")
UNKNOWN_TIME = datetime.min.replace(tzinfo=UTC)


class Archived(NamedTuple):
    """One page of an archive: when it was archived (`UNKNOWN_TIME` where its record is damaged), its hash, that of its
    content (None where the record is damaged, or of the former layout), and when it was fetched, else archived."""

    archived_at: datetime
    page_hash: str
    content_hash: str | None
    captured_at: datetime


class _Damaged(Exception):
    """A page that can't be read: the file to blame, and sentences on why and on what to do."""


def archive_pages(folder: Path, pages: Iterable[Page]) -> int:
    """Keep the pages that the archive does not hold; return how many those were. Raises `OSError`."""
    return sum(_archive_page(folder, page) for page in pages)


def read_archive(folder: Path, hashes: Iterable[str] | None = None) -> Iterator[Page | Problem]:
    """All pages, or those with these page hashes, in the order in which they were archived, each read as it is asked
    for; one that is damaged or not there is a problem (`unreadable`)."""
    for page_hash in order_archive(folder, hashes):
        page = read_archived(folder, page_hash)
        if hashes is None and isinstance(page, Problem) and not is_archived(folder, page_hash):
            continue  # pruned meanwhile
        yield page


def order_archive(folder: Path, hashes: Iterable[str] | None = None) -> list[str]:
    """The hashes of all pages, or these, in the order in which the pages were archived."""
    if hashes is None:
        listed = list_archive(folder)
    else:
        listed = (_read_entry(find_file(folder, page_hash)) for page_hash in dict.fromkeys(hashes))
    return [page_hash for _, page_hash in sorted((archived.archived_at, archived.page_hash) for archived in listed)]


def is_archived(folder: Path, page_hash: str) -> bool:
    """Whether the archive has a page with that hash, be it damaged or not."""
    return find_file(folder, page_hash).exists()


def read_archived(folder: Path, page_hash: str) -> Page | Problem:
    """The page with that hash, or a problem (`unreadable`) that names the file to blame."""
    file = find_file(folder, page_hash)
    try:
        if file.name.endswith(RECORD_ENDING):
            return _read_page(folder, file, page_hash)
        with _blamed(file):
            page = _make_page(*read_former(file))
            _compare(page.page_hash, page_hash)
        return page
    except _Damaged as damaged:
        file, detail = damaged.args
        return Problem(code="unreadable", reference=str(file), detail=detail)


def count_archive(folder: Path) -> int:
    """How many pages the archive holds."""
    return sum(1 for _ in list_files(folder / RECORDS, RECORD_ENDING)) + sum(1 for _ in list_former(folder))


def list_archive(folder: Path) -> Iterator[Archived]:
    """Every page of the archive, in no order; only records are opened, no contents."""
    for listing in (list_files(folder / RECORDS, RECORD_ENDING), list_former(folder)):
        for entry in listing:
            yield _read_entry(Path(entry.path))


def find_file(folder: Path, page_hash: str) -> Path:
    """The file with what is known of a page: its record, be it there or not, or one of the former layout."""
    record, former = record_file(folder, page_hash), former_file(folder, page_hash)
    return former if not record.exists() and former.exists() else record


def _archive_page(folder: Path, page: Page) -> bool:
    """Content first, then record: a record without its content would be a page that can't be read."""
    page_hash, content_hash = page.page_hash, page.content_hash
    if touch(former_file(folder, page_hash)):
        return False
    content, record = content_file(folder, content_hash), record_file(folder, page_hash)
    has_content = touch(content)
    if not has_content:
        write_whole(content, zstandard.ZstdCompressor(level=_LEVEL).compress(page.content))
    if touch(record):
        return not has_content
    archived_at = datetime.now(UTC).isoformat(timespec="microseconds")
    known = page.model_dump(mode="json", exclude={"content"}, exclude_none=True)
    beside = {"content_hash": content_hash, "size": len(page.content), "archived_at": archived_at}
    write_whole(record, json.dumps(known | beside).encode())
    return True


def _read_page(folder: Path, record: Path, page_hash: str) -> Page:
    with _blamed(record):
        known = read_record(record)
        content_hash, size = str(known["content_hash"]), int(known["size"])
    file = content_file(folder, content_hash)
    with _blamed(file, f"The bytes of {known.get('url') or known.get('reference')} are not in the archive"):
        content = _decompress(file.read_bytes(), size)
    with _blamed(record):
        page = _make_page(known, content)
    if page.page_hash != page_hash:  # which proves bytes and record in one go; now find out which it is
        with _blamed(file):
            _compare(page.content_hash, content_hash)
        with _blamed(record):
            _compare(page.page_hash, page_hash)
    return page


def _decompress(compressed: bytes, size: int) -> bytes:
    """The bytes; a damaged file that claims to hold more is not believed, since memory would be taken for it."""
    if zstandard.frame_content_size(compressed) != size:
        raise ValueError("its size is not that of the record")
    return zstandard.ZstdDecompressor().decompress(compressed)


def _make_page(known: dict[str, Any], content: bytes) -> Page:
    return Page(**{name: value for name, value in known.items() if name not in _BESIDE_THE_PAGE}, content=content)


def _compare(hashed: str, name: str) -> None:
    if hashed != name:
        raise ValueError("it is not what its name says")


@contextmanager
def _blamed(file: Path, missing: str = "The archive does not hold this page") -> Iterator[None]:
    """Raise what goes wrong within as `_Damaged`, with what to do next."""
    try:
        yield
    except FileNotFoundError:
        raise _Damaged(file, f"{missing}. Fetch or read its article again.") from None
    except (*FORMER_ERRORS, zstandard.ZstdError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise _Damaged(file, explain_read_error(error)) from error
        detail = (
            f"The archived page is damaged ({type(error).__name__}). Remove this file, then fetch or read its article"
        )
        raise _Damaged(file, f"{detail} again.") from error


def _read_entry(file: Path) -> Archived:
    page_hash = file.name.partition(".")[0]
    try:
        known = read_record(file)
        archived_at, captured_at = (
            datetime.fromisoformat(known[name]).astimezone(UTC)
            for name in ("archived_at", "fetched_at" if known.get("fetched_at") else "archived_at")
        )
        content_hash = str(known["content_hash"]) if file.name.endswith(RECORD_ENDING) else None
        return Archived(archived_at, page_hash, content_hash, captured_at)
    except (*FORMER_ERRORS, ValueError, KeyError, TypeError, OverflowError):
        return Archived(UNKNOWN_TIME, page_hash, None, UNKNOWN_TIME)


def read_record(file: Path) -> dict[str, Any]:
    """What is known of a page beside its bytes. Raises one of `FORMER_ERRORS`, or `ValueError`, where it is damaged."""
    if not file.name.endswith(RECORD_ENDING):
        return read_former_record(file)
    known = json.loads(file.read_bytes())
    if not isinstance(known, dict):
        raise ValueError("the record is not a JSON object")
    return known
