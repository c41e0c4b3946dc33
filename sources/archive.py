"""The page archive: every page that was read, kept as it came, so that everything after can be made again offline.

A file a page, named by the page's hash in folders of its first two digits: gzip of one line of JSON (what is known of
the page beside its bytes) and the bytes. A file is written whole or not at all, and never changed.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from schemas import Page, Problem

_ENDING = ".page.gz"
_LEVEL = 6  # of gzip: a web page takes 1 to 3 ms and shrinks to a fifth


def archive_pages(folder: Path, pages: Iterable[Page]) -> int:
    """Keep the pages that the archive does not hold; return how many those were. Raises `OSError`."""
    return sum(_archive_page(folder, page) for page in pages)


def read_archive(folder: Path) -> Iterator[Page | Problem]:
    """All pages in the order in which they were archived; one that is damaged is a problem (`unreadable`)."""
    files = sorted((_read_stamp(file), file) for file in folder.glob(f"??/*{_ENDING}"))
    for _, file in files:
        try:
            yield _read_page(file)
        except (OSError, EOFError, zlib.error, ValueError, ValidationError) as error:
            detail = f"The archived page is damaged ({type(error).__name__}); fetch or read its article again."
            yield Problem(code="unreadable", reference=str(file), detail=detail)


def count_archive(folder: Path) -> int:
    """How many pages the archive holds."""
    return sum(1 for _ in folder.glob(f"??/*{_ENDING}"))


def _archive_page(folder: Path, page: Page) -> bool:
    file = folder / page.page_hash[:2] / f"{page.page_hash}{_ENDING}"
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    known = page.model_dump(mode="json", exclude={"content"}) | {"archived_at": datetime.now(UTC).isoformat()}
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_bytes(gzip.compress(json.dumps(known).encode() + b"\n" + page.content, _LEVEL))
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    return True


def _read_page(file: Path) -> Page:
    known, content = _split(gzip.decompress(file.read_bytes()))
    known.pop("archived_at", None)
    page = Page(**known, content=content)
    if not file.name.startswith(page.page_hash):
        raise ValueError("the content is not that of the name")
    return page


def _read_stamp(file: Path) -> str:
    """When the page was archived; the beginning of time for a damaged one."""
    try:
        with gzip.open(file) as content:
            return str(json.loads(content.readline())["archived_at"])
    except (OSError, EOFError, zlib.error, ValueError, KeyError):
        return ""


def _split(content: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, rest = content.partition(b"\n")
    return json.loads(line), rest
