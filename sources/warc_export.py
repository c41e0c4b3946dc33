"""Writing archived pages as WARC 1.1 that other tools read: a gzip member a record, with digests.

The archive keeps bytes as they were after decoding, and not the status line. A `response` is therefore made anew: status
200, the headers that are known, and in place of those that told how the bytes travelled the true Content-Length; the
former values keep the prefix `x-crawler-`, as in Common Crawl. What was no answer of a server (a file, a line of a
JSONL file) is a `resource`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha1
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcHeader, WarcRecord, WarcRecordType

from schemas import MediaType, Page, Problem
from sources.archive import Archived, list_archive, read_archived, read_record
from sources.archive_files import PART_ENDING
