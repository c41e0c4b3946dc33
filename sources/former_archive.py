"""Pages that an earlier version archived: a gzip file a page, a line of JSON and the bytes, named by the page's hash.

They are read where they lie, so that a store made by it can be rebuilt; nothing new is written so.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sources.archive_files import list_files

FORMER_ENDING = ".page.gz"
FORMER_ERRORS = (OSError, EOFError, zlib.error)


def former_file(folder: Path, page_hash: str) -> Path:
    return folder / page_hash[:2] / f"{page_hash}{FORMER_ENDING}"


def list_former(folder: Path) -> Iterator[os.DirEntry[str]]:
    return list_files(folder, FORMER_ENDING)


def read_former(file: Path) -> tuple[dict[str, Any], bytes]:
    """What is known of a page, `archived_at` among it, and its bytes. Raises one of `FORMER_ERRORS` or `ValueError`."""
    line, _, content = gzip.decompress(file.read_bytes()).partition(b"\n")
    return json.loads(line), content


def read_former_record(file: Path) -> dict[str, Any]:
    """What is known of a page, without reading all its bytes. Raises as `read_former` does."""
    with gzip.open(file) as content:
        return dict(json.loads(content.readline()))
