"""Writing archived pages as WARC 1.1 that other tools read: a gzip member a record, with digests.

The archive keeps bytes as they were after decoding, and not the status line. A `response` is therefore made anew:
status 200, the headers that are known, and in place of those that told how the bytes travelled the true Content-Length;
the former values keep the prefix `x-crawler-`, as in Common Crawl. What was no answer of a server (a file, a line of a
JSONL file) is a `resource`, whose URI is a hash where it has no address: the folders of the user are left out.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha1
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, NamedTuple
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from schemas import MediaType, Page, Problem
from sources.archive import list_archive, read_archived
from sources.archive_files import PART_ENDING

_LEVEL = 6  # of gzip
_TRAVEL = ("content-encoding", "transfer-encoding", "content-length")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]+")
_URI_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
_FORMAT = "WARC File Format 1.1"
_SPECIFICATION = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

Tell = Callable[[int, int], None]
"""Is told how many pages are written, and of how many."""


class Exported(NamedTuple):
    """What an export wrote: pages, the bytes of the file; and the pages that could not be read."""

    pages: int
    bytes: int
    problems: tuple[Problem, ...]


def export_warc(
    folder: Path, path: Path, *, since: date | None = None, until: date | None = None, tell: Tell = lambda *_: None
) -> Exported:
    """Write the pages fetched from `since` to `until` (days in UTC, both included; the day of archiving where a page
    was not fetched) to the gzipped WARC file `path`, in the order in which they were archived.

    A file that is there is replaced when the new one is whole; nothing is written where no page is of these days, or
    where this is interrupted. Raises `OSError`.
    """
    chosen = sorted(
        (archived.archived_at, archived.page_hash, archived.captured_at)
        for archived in list_archive(folder)
        if (since or date.min) <= archived.captured_at.date() <= (until or date.max)
    )
    if not chosen:
        return Exported(0, 0, ())
    part = path.with_name(f".{path.name}.{token_hex(4)}{PART_ENDING}")
    try:
        with part.open("xb") as out:
            problems = _write_pages(out, folder, path.name, [entry[1:] for entry in chosen], tell)
            out.flush()
            os.fsync(out.fileno())
        size = part.stat().st_size
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return Exported(len(chosen) - len(problems), size, tuple(problems))


def _write_pages(
    out: BinaryIO, folder: Path, name: str, chosen: list[tuple[str, datetime]], tell: Tell
) -> list[Problem]:
    problems = []
    writer = GzipWriter(out, compression_level=_LEVEL)
    _write_record(writer, _describe_file(name))
    for number, (page_hash, captured_at) in enumerate(chosen):
        tell(number, len(chosen))
        page = read_archived(folder, page_hash)
        if isinstance(page, Problem):
            problems.append(page)
        else:
            _write_record(writer, _make_record(page, page_hash, captured_at), sha1(page.content).digest())
    tell(len(chosen), len(chosen))
    return problems


def _write_record(writer: GzipWriter, record: WarcRecord, payload_digest: bytes | None = None) -> None:
    record.write(writer, checksum_data=True, payload_digest=payload_digest)
    writer.finish()  # a gzip member a record, so that a reader may begin at any of them


def _describe_file(name: str) -> WarcRecord:
    software = f"breachwire/{version('breachwire')} FastWARC/{version('fastwarc')}"
    fields = {"software": software, "format": _FORMAT, "conformsTo": _SPECIFICATION}
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    record.record_date = datetime.now(UTC)
    record.headers["WARC-Filename"] = _clean(name)
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content("".join(f"{field}: {value}\r\n" for field, value in fields.items()).encode())
    return record


def _make_record(page: Page, page_hash: str, captured_at: datetime) -> WarcRecord:
    """The record of one page; its id is always the same for the same page."""
    is_answer = page.url and page.fetched_at and page.media_type is not MediaType.RECORD
    record = WarcRecord()
    record_id = uuid5(NAMESPACE_URL, f"urn:sha256:{page_hash}").urn.removeprefix("urn:")
    record.init_headers(WarcRecordType.response if is_answer else WarcRecordType.resource, record_id.encode())
    record.record_date = captured_at
    record.headers["WARC-Target-URI"] = _name_target(page)
    if is_answer:
        record.is_http = True
        record.set_bytes_content(_make_http_head(page) + page.content)
    else:
        record.headers["Content-Type"] = _name_content_type(page)
        record.set_bytes_content(page.content)
    return record


def _name_target(page: Page) -> str:
    if page.url and page.media_type is not MediaType.RECORD:  # of a record, the address is that of another page
        return quote(page.url, safe=_URI_CHARACTERS)
    return f"urn:sha256:{page.content_hash}"


def _name_content_type(page: Page) -> str:
    return f"{page.media_type}; charset={_clean(page.charset)}" if page.charset else str(page.media_type)


def _make_http_head(page: Page) -> bytes:
    length = str(len(page.content))
    lines = ["HTTP/1.1 200 OK"]
    for name, value in page.headers.items():
        if name.lower() in _TRAVEL:
            name = f"x-crawler-{name}"
        if _HEADER_NAME.fullmatch(name):
            lines.append(f"{name}: {_clean(value)}")
    if "content-type" not in page.headers:
        lines.append(f"content-type: {_name_content_type(page)}")
    lines.append(f"content-length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


def _clean(value: str) -> str:
    """A header's value on one line, whatever a server or a file's name put into it."""
    return _CONTROL_CHARACTERS.sub(" ", value.encode("utf-8", "replace").decode()).strip()
