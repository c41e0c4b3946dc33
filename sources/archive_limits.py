"""How large a page archive is, and keeping it within limits of size and age."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from sources.archive import UNKNOWN_TIME, find_file, list_archive
from sources.archive_files import (
    CONTENT_ENDING,
    CONTENTS,
    PART_ENDING,
    RECORD_ENDING,
    RECORDS,
    content_file,
    is_settled,
    remove_settled,
    weigh_files,
)
from sources.former_archive import FORMER_ENDING


class Measured(NamedTuple):
    """What an archive holds: pages, the contents that they share, bytes of all its files, and when the first and the
    last page was archived (None where there is none)."""

    pages: int
    contents: int
    bytes: int
    oldest: datetime | None
    newest: datetime | None


class Pruned(NamedTuple):
    """What was removed: pages, and bytes of files (leftovers of interrupted writes among them). `stayed` are pages past
    a limit that were written or met within the last hour, so that a run may still need them."""

    pages: int
    bytes: int
    stayed: int


class _Choice(NamedTuple):
    """What is to be removed: files of pages, and after them contents and leftovers, each with its bytes."""

    pages: dict[Path, int]
    others: dict[Path, int]
    stayed: int


def measure_archive(folder: Path) -> Measured:
    """What the archive holds; every record is opened, no content."""
    pages, oldest, newest = 0, None, None
    for archived in list_archive(folder):
        pages += 1
        if archived.archived_at != UNKNOWN_TIME:
            oldest = min(oldest or archived.archived_at, archived.archived_at)
            newest = max(newest or archived.archived_at, archived.archived_at)
    contents = sum(1 for _ in weigh_files(folder / CONTENTS, CONTENT_ENDING))
    return Measured(pages, contents, _sum_bytes(folder), oldest, newest)


def prune_archive(
    folder: Path, most_bytes: int | None = None, oldest: datetime | None = None, *, dry_run: bool = False
) -> Pruned:
    """Remove pages archived before `oldest`, and then the oldest until the files have at most `most_bytes`.

    Contents go when no page needs them any more, and leftovers of interrupted writes always. What was written or met
    within the last hour stays, so that this is safe while a run writes; pages whose record is damaged stay too, for the
    user to see, and with them contents that no record names. With `dry_run` nothing is removed, and what would be is
    returned. Raises `OSError`.
    """
    pages, others, stayed = _choose(folder, most_bytes, oldest)
    if not dry_run:  # records first: no content goes while a record needs it
        pages = {file: size for file, size in pages.items() if remove_settled(file)}
        others = {file: size for file, size in others.items() if remove_settled(file)}
    return Pruned(len(pages), sum(pages.values()) + sum(others.values()), stayed)


def _choose(folder: Path, most_bytes: int | None, oldest: datetime | None) -> _Choice:
    pages = sorted(list_archive(folder), key=lambda page: (page.archived_at, page.page_hash))
    uses = Counter(page.content_hash for page in pages)
    contents = dict(_settled(weigh_files(folder / CONTENTS, CONTENT_ENDING)))
    others = dict(_settled(_weigh_parts(folder)))
    if all(page.archived_at != UNKNOWN_TIME for page in pages):  # a damaged record may need any of them
        others |= {file: size for file, size in contents.items() if not uses[file.name.removesuffix(CONTENT_ENDING)]}
    total = _sum_bytes(folder) - sum(others.values())
    chosen: dict[Path, int] = {}
    stayed = 0
    for page in pages:
        if page.archived_at == UNKNOWN_TIME:
            continue
        if not (oldest and page.archived_at < oldest) and not (most_bytes is not None and total > most_bytes):
            break
        file = find_file(folder, page.page_hash)
        goes = dict(_settled(_weigh(file)))
        stayed += not goes
        chosen |= goes
        total -= sum(goes.values())
        if goes and page.content_hash:
            uses[page.content_hash] -= 1
            content = content_file(folder, page.content_hash)
            if not uses[page.content_hash] and content in contents:
                others[content] = contents[content]
                total -= contents[content]
    return _Choice(chosen, others, stayed)


def _settled(files: Iterator[tuple[Path, os.stat_result]]) -> Iterator[tuple[Path, int]]:
    return ((file, stat.st_size) for file, stat in files if is_settled(stat))


def _weigh(file: Path) -> Iterator[tuple[Path, os.stat_result]]:
    with suppress(FileNotFoundError):  # removed by another process
        yield file, file.stat()


def _weigh_parts(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    return chain.from_iterable(weigh_files(place, PART_ENDING) for place in _places(folder))


def _sum_bytes(folder: Path) -> int:
    endings = (RECORD_ENDING, CONTENT_ENDING, FORMER_ENDING, PART_ENDING)
    files = chain.from_iterable(weigh_files(place, ending) for place in _places(folder) for ending in endings)
    return sum(stat.st_size for _, stat in files)


def _places(folder: Path) -> tuple[Path, ...]:
    return folder / RECORDS, folder / CONTENTS, folder
