"""The web pages among the records of a WARC file, read by FastWARC as fast as it gives them.

https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

import codecs
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from sources.credentials import hide_credentials
from sources.fetching.exchange import keep_headers
from sources.files import MOST_BYTES
from sources.payloads import decode_payload

_HTML_TYPES = ("text/html", "application/xhtml+xml")
_PAGES = WarcRecordType.response | WarcRecordType.resource


class DamagedArchive(Exception):
    """The archive can't be read further; `offset` is where the last record begins that was read, None before any."""

    def __init__(self, offset: int | None, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset


class LargeRecord(Exception):
    """The record is larger than a page may be, and was not read."""


@dataclass(slots=True)  # one for each page of an archive
class PageRecord:
    """A record that holds a web page; its content is read when it is asked for, before the next record is."""

    record: WarcRecord

    @property
    def offset(self) -> int:
        """Where the record begins in the file, in bytes."""
        return self.record.stream_pos

    @property
    def url(self) -> str | None:
        """The address of the page, where it had one of the web."""
        url = (self.record.headers.get("WARC-Target-URI") or "").strip("<>")
        return hide_credentials(url) if url.lower().startswith(("http://", "https://")) else None

    @property
    def charset(self) -> str | None:
        """The encoding that the server named, if there is one of that name."""
        charset = self.record.http_charset
        try:
            codecs.lookup(charset or "")
        except (LookupError, ValueError):
            return None
        return charset

    @property
    def headers(self) -> dict[str, str]:
        """The server's headers that are kept, names in lower case."""
        headers = self.record.http_headers
        return keep_headers(headers.items()) if headers is not None else {}

    @property
    def fetched_at(self) -> datetime | None:
        """When the page was fetched (UTC)."""
        try:
            moment = self.record.record_date
        except ValueError:
            return None
        return moment.astimezone(UTC) if moment else None

    def read(self) -> bytes:
        """The page's bytes, at most `MOST_BYTES`. Raises `LargeRecord`, `BadPayload` and `DamagedArchive`."""
        expected = self.record.content_length
        if expected > MOST_BYTES:
            raise LargeRecord
        content = self.record.reader.read(expected)
        if len(content) < expected:
            raise DamagedArchive(self.offset, "it ends within a record")
        headers = self.record.http_headers
        if headers is None or content.lstrip()[:1] == b"<":  # neither chunks nor compressed bytes begin so
            return content
        transfer, coding = headers.get("Transfer-Encoding"), headers.get("Content-Encoding")
        if transfer or coding:
            content = decode_payload(content, transfer or "", coding or "")
            if len(content) > MOST_BYTES:
                raise LargeRecord
        return content


def read_records(path: Path) -> Iterator[PageRecord | None]:
    """For each response and resource of a WARC file: the web page, answered with status 200, or None for anything
    else. Requests and the like are passed over. Raises `DamagedArchive`, and `OSError` where the file can't be opened.
    """
    with path.open("rb") as file:
        yield from _read_pages(_iterate(file, _PAGES))


def _read_pages(records: Iterator[WarcRecord]) -> Iterator[PageRecord | None]:
    offset = None
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except (OSError, ValueError) as error:
            raise DamagedArchive(offset, _explain(error)) from error
        offset = record.stream_pos
        if record.content_length == 0 and not record.headers.contains_key("Content-Length"):
            raise DamagedArchive(offset, "it ends within the headers of a record")
        yield PageRecord(record) if _parse_http(record) and _is_page(record) else None


def count_records(path: Path) -> Counter[str]:
    """What a WARC file holds, by the media types of its responses and the types of its other records, as far as it can
    be read; for a file that holds no page."""
    counts: Counter[str] = Counter()
    try:
        with path.open("rb") as file:
            for record in _iterate(file, WarcRecordType.any_type):
                counts[_name_content(record)] += 1
    except (OSError, ValueError):
        pass  # that it is damaged was said when its pages were read
    return counts


def _iterate(file: BinaryIO, types: WarcRecordType) -> Iterator[WarcRecord]:
    # An open file, since of a path FastWARC believes the ending, and would take some for addresses. HTTP headers are
    # parsed by the caller, so that a record with bad ones does not end the archive.
    return iter(ArchiveIterator(file, record_types=types, parse_http=False))


def _parse_http(record: WarcRecord) -> bool:
    """Whether the HTTP headers of a record, if it has any, can be read; a record where not harms no other."""
    try:
        record.parse_http()
    except (OSError, ValueError):
        return False
    return True


def _is_page(record: WarcRecord) -> bool:
    if record.record_type == WarcRecordType.resource and not record.is_http:
        return (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower() in _HTML_TYPES
    if record.http_headers is None or record.http_headers.status_code != 200:
        return False
    stated = record.http_content_type
    if stated is None:
        return (record.headers.get("WARC-Identified-Payload-Type") or "").lower() in _HTML_TYPES
    return stated.lower() in _HTML_TYPES


def _name_content(record: WarcRecord) -> str:
    if record.record_type != WarcRecordType.response:
        return str(record.record_type)
    if not _parse_http(record):
        return "with HTTP headers that can't be read"
    status = record.http_headers.status_code if record.http_headers is not None else None
    return (record.http_content_type or "without a media type") if status == 200 else f"with status {status}"


def _explain(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
