"""What the kinds that read from this machine share: which files are new, and which are being written yet."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from schemas import Problem
from sources.days import find_day
from sources.files import explain_read_error, show_path
from sources.kinds.means import Found, Means
from sources.references import Consumed, walk_folder

_SETTLING_SECONDS = 2.0
_UNFINISHED = (".part", ".tmp", ".crdownload")


def read_new_files(
    location: str, means: Means, is_wanted: Callable[[Path], bool], read: Callable[[Path, str], Iterator[Found]]
) -> Iterator[Found]:
    """What `read(path, validator)` gives for each new file at `location`, a file or a folder of which `is_wanted` says
    which names count. A file that is consumed already is passed over, and in a folder one that is being written yet is
    left for the next time.
    """
    path = Path(location)
    if not _exists(path):
        detail = "There is no such file or folder. Correct the location in the source's entry."
        yield Problem(code="not_found", reference=show_path(path), detail=detail)
    elif not path.is_dir():
        yield from _read_new_file(path, means, read, is_watched=False)
    else:
        found = False
        for file in walk_folder(path, is_wanted):
            found = True
            if isinstance(file, Problem):
                yield file
            else:
                yield from _read_new_file(file, means, read, is_watched=True)
        if not found:
            yield Problem(code="empty_source", reference=show_path(path), detail=describe_folder(path))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long or with a NUL in it: such a file can't be
        return False


def _read_new_file(
    path: Path, means: Means, read: Callable[[Path, str], Iterator[Found]], *, is_watched: bool
) -> Iterator[Found]:
    try:
        validator = read_validator(path)
        is_ready = not is_watched or is_settled(path)
    except OSError as error:
        yield Problem(code="unreadable", reference=show_path(path), detail=explain_read_error(error))
        return
    is_wanted = means.day is None or find_day(path) in (None, means.day)
    if is_ready and is_wanted and not means.is_unchanged(str(path), validator):
        yield from read(path, validator)


def read_validator(path: Path) -> str:
    """The state of a file: its size in bytes and the time of its last change in nanoseconds. Raises `OSError`."""
    state = path.stat()
    return f"{state.st_size}-{state.st_mtime_ns}"


def is_settled(path: Path) -> bool:
    """Whether nobody seems to be writing the file yet, by its name and by when it changed. Raises `OSError`."""
    # A clock that goes wrong may put the change into the future; only a change of right now counts.
    return path.suffix.lower() not in _UNFINISHED and abs(time.time() - path.stat().st_mtime) >= _SETTLING_SECONDS


def consume_given(found: Iterator[Found], path: Path, validator: str) -> Iterator[Found]:
    """All that was found in a file, and that the file is consumed; a file that gave nothing but problems is not, so
    that they are told until it is mended."""
    given = False
    for one in found:
        given = given or not isinstance(one, Problem)
        yield one
    if given:
        yield Consumed(str(path), validator)


def describe_folder(folder: Path) -> str:
    """What a folder without files of the wanted kinds holds instead."""
    endings: dict[str, int] = {}
    try:
        for entry in folder.rglob("*"):
            if entry.is_file() and not entry.name.startswith("."):
                ending = entry.suffix.lower() or "without an ending"
                endings[ending] = endings.get(ending, 0) + 1
    except OSError as error:
        return explain_read_error(error)
    if not endings:
        return "The folder holds no file. Put articles into it, or correct the location in the source's entry."
    most = sorted(endings.items(), key=lambda pair: (-pair[1], pair[0]))[:5]
    told = ", ".join(f"{number} {ending}" for ending, number in most)
    return f"The folder holds none of the files that this kind of source reads, but {told}. Correct the source's entry."
