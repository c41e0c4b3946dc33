"""WARC archives of web pages: a file, a folder of them, or one at an address."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas import MediaType, Page, Problem, Source
from sources.contents import describe_content
from sources.credentials import hide_credentials
from sources.days import find_day
from sources.files import MOST_BYTES, explain_read_error, show_path
from sources.kinds.local import read_new_files
from sources.kinds.means import Found, Means
from sources.locations import is_address
from sources.payloads import BadPayload
from sources.references import Consumed
from sources.warc_records import DamagedArchive, LargeRecord, PageRecord, count_records, read_records

_ENDINGS = (".warc", ".warc.gz", ".warc.zst", ".warc.lz4")
_PART = 5_000  # records between two marks from which an interrupted run goes on
_MOST_DOWNLOADED = 10_000_000_000
_MOST_NAMED = 6
_NEVER_CHANGES = "whole"
_HEAD = 64 * 1024
_ARCHIVES = ("a WARC archive", "a gzip file", "a Zstandard file")


def discover_warc(source: Source, means: Means) -> Iterator[Found]:
    """The web pages of the archive that the first look lets through, as pages whose reference ends with the offset of
    the record (`warcio extract FILE OFFSET` shows it). An archive is consumed in parts, and at its end as a whole.
    """
    if is_address(source.location):
        return _read_remote(source.location, means)
    return read_new_files(
        source.location, means, _is_archive, lambda path, validator: _Archive(path, validator, means).read()
    )


def is_archive_name(name: str) -> bool:
    """Whether the name of a file is that of a WARC archive."""
    return name.lower().endswith(_ENDINGS)


def _is_archive(path: Path) -> bool:
    return is_archive_name(path.name)


def _read_remote(url: str, means: Means) -> Iterator[Found]:
    """An archive at an address is downloaded for as long as it is read; it is taken never to change."""
    shown = hide_credentials(url)
    is_of_another_day = means.day is not None and find_day(url) not in (None, means.day)
    if is_of_another_day or means.is_unchanged(shown, _NEVER_CHANGES):
        return
    with TemporaryDirectory(prefix="breachwire-") as folder:
        file = means.fetcher.download(url, Path(folder) / "archive.warc", _MOST_DOWNLOADED)
        if isinstance(file, Problem):
            yield file
        else:
            yield from _Archive(file, _NEVER_CHANGES, means, shown=shown, key=shown).read()


class _Archive:
    """One way through one WARC file."""

    def __init__(self, path: Path, validator: str, means: Means, shown: str = "", key: str = "") -> None:
        self._path, self._validator, self._means = path, validator, means
        self._shown, self._key = shown or show_path(path), key or str(path)
        self._pages = 0

    def read(self) -> Iterator[Found]:
        try:
            yield from self._read_parts()
        except DamagedArchive as damage:
            yield self._explain_damage(damage)
            if damage.offset is None:
                return  # nothing of it could be read: it is told until it is mended
        except OSError as error:
            yield Problem(code="unreadable", reference=self._shown, detail=explain_read_error(error))
            return
        else:
            if not self._pages:
                yield self._explain_emptiness()
        yield Consumed(self._key, self._validator)

    def _read_parts(self) -> Iterator[Found]:
        """The pages, with a mark after each part; parts that an earlier run marked are passed over."""
        passes = self._is_known(0)
        for number, record in enumerate(read_records(self._path)):
            if number and number % _PART == 0:
                if not passes:
                    yield Consumed(f"{self._key}#{number // _PART - 1}", self._validator)
                passes = self._is_known(number // _PART)
            if record is not None:
                self._pages += 1
                if not passes and (found := self._read_page(record)):
                    yield found

    def _is_known(self, part: int) -> bool:
        return self._means.is_unchanged(f"{self._key}#{part}", self._validator)

    def _read_page(self, record: PageRecord) -> Page | Problem | None:
        try:
            content = record.read()
        except LargeRecord:
            detail = f"The page is larger than {MOST_BYTES // 1_000_000} MB, more than an article can be."
            return self._refuse("too_large", record, detail)
        except BadPayload as error:
            return self._refuse("unreadable", record, f"{error}. Fetch the page itself: {record.url}.")
        look = self._means.look
        if look is not None and not look.lets_through(content):
            return None
        return Page(
            reference=f"{self._shown}:{record.offset}",
            media_type=MediaType.HTML,
            content=content,
            url=record.url,
            charset=record.charset,
            headers=record.headers,
            fetched_at=record.fetched_at,
        )

    def _refuse(self, code: str, record: PageRecord, detail: str) -> Problem:
        return Problem(code=code, reference=f"{self._shown}:{record.offset}", detail=detail)

    def _explain_damage(self, damage: DamagedArchive) -> Problem:
        if damage.offset is not None:
            where = f"after the record at byte {damage.offset:,}"
            detail = f"The archive is damaged {where}: {damage}. What stood before was read. Get the archive again."
            return Problem(code="unreadable", reference=self._shown, detail=detail)
        found = describe_content(self._read_head())
        if found in _ARCHIVES:
            detail = f"The archive is damaged from its beginning: {damage}. Get it again."
            return Problem(code="unreadable", reference=self._shown, detail=detail)
        detail = f"This is {found}, not a WARC archive. Correct the location in the source's entry."
        return Problem(code="wrong_content", reference=self._shown, detail=detail)

    def _read_head(self) -> bytes:
        """The first bytes of the file, decompressed where they are gzip."""
        with self._path.open("rb") as file:
            head = file.read(_HEAD)
        try:
            return zlib.decompressobj(31).decompress(head, _HEAD)
        except zlib.error:
            return head

    def _explain_emptiness(self) -> Problem:
        counts = count_records(self._path)
        number = sum(counts.values())
        told = ", ".join(f"{count:,} {name}" for name, count in counts.most_common(_MOST_NAMED))
        said = (
            f"{number:,} record{'s' if number > 1 else ''}, none of them a web page: {told}" if number else "no records"
        )
        detail = f"The archive has {said}. Look whether it is the one that was meant."
        return Problem(code="empty_source", reference=self._shown, detail=detail)
