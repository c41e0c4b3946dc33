"""The files of a page archive: where each lies, how one is written whole, and how one is removed from under nobody.

    contents/ab/<content_hash>.zst   the bytes of pages, once for all pages that have them, by their SHA-256
    records/cd/<page_hash>.json      all else that is known of one page, with `content_hash`, `size`, `archived_at`

No file ever changes. Only its time of change does: it says when the file was written or met again (`touch`), and what
was so within `GRACE_SECONDS` is not removed, since a run may be about to rely on it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

CONTENTS, RECORDS = "contents", "records"
CONTENT_ENDING, RECORD_ENDING, PART_ENDING = ".zst", ".json", ".part"
GRACE_SECONDS = 3600.0


def content_file(folder: Path, content_hash: str) -> Path:
    return folder / CONTENTS / content_hash[:2] / f"{content_hash}{CONTENT_ENDING}"


def record_file(folder: Path, page_hash: str) -> Path:
    return folder / RECORDS / page_hash[:2] / f"{page_hash}{RECORD_ENDING}"


def list_files(folder: Path, ending: str) -> Iterator[os.DirEntry[str]]:
    """The files with that ending in the folders of `folder` that two digits name; none where it is not there."""
    with suppress(FileNotFoundError), os.scandir(folder) as shards:
        for shard in shards:
            if len(shard.name) == 2 and shard.is_dir():
                with os.scandir(shard.path) as entries:
                    yield from (entry for entry in entries if entry.name.endswith(ending))


def weigh_files(folder: Path, ending: str) -> Iterator[tuple[Path, os.stat_result]]:
    """As `list_files`, with size and time of change; a file that vanishes meanwhile is left out."""
    for entry in list_files(folder, ending):
        with suppress(FileNotFoundError):
            yield Path(entry.path), entry.stat()


def touch(file: Path) -> bool:
    """Whether the file is there; where it is, it stays for another `GRACE_SECONDS`."""
    try:
        os.utime(file)
    except FileNotFoundError:
        return False
    return True


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that is whole as soon as it has its name, also after a loss of power. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{token_hex(4)}{PART_ENDING}")
    try:
        with part.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def is_settled(stat: os.stat_result) -> bool:
    """Whether the file was neither written nor met within `GRACE_SECONDS`."""
    return stat.st_mtime < time.time() - GRACE_SECONDS


def remove_settled(file: Path) -> bool:
    """Remove the file unless it was written or met lately; whether it is gone.

    It is put aside first: from then on a writer that looks for it finds none and writes it anew, and one that found it
    just before has touched it, which is seen now, so that it is put back.
    """
    aside = file if file.name.endswith(PART_ENDING) else file.with_name(f".{file.name}.{token_hex(4)}{PART_ENDING}")
    try:
        file.rename(aside)
        if not is_settled(aside.stat()):
            aside.rename(file)
            return False
        aside.unlink()
    except FileNotFoundError:  # another process removed it
        return False
    return True
