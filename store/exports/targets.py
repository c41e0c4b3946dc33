"""Where an export goes: written aside first and put in place by a rename, so that nothing half is ever left."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import StoreError

PACKAGE_MARK = "datapackage.json"  # a folder with this is an earlier export, which may be replaced
_DEVICES = Path("/dev")  # /dev/stdout may lead to a file, which is not to be replaced


def check_target(path: str | Path) -> Path:
    """The file that `path` leads to; raises `StoreError` where no file can be written there."""
    target = Path(path).resolve()  # a link stays a link, and what it points to is replaced
    with told_failure(target):
        if (target.exists() and not target.is_file()) or _DEVICES in Path(path).absolute().parents:
            raise StoreError(f"{path} is not a file; give the name of a file to write.")
    _check_parent(target)
    return target


def check_folder(path: str | Path) -> Path:
    """The folder that `path` leads to; raises `StoreError` where none can be written there, or something of the user's
    lies there."""
    target = Path(path).resolve()
    with told_failure(target):
        if target.exists() and not target.is_dir():
            raise StoreError(f"{path} is a file; give the name of a folder to write.")
        if target.is_dir() and any(target.iterdir()) and not (target / PACKAGE_MARK).is_file():
            raise StoreError(f"The folder {path} holds other files; give the name of a new folder.")
    _check_parent(target)
    return target


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Within, an empty folder beside `target`, to write into; it is gone after the block, whatever happened."""
    folder = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with told_failure(target):
            shutil.rmtree(folder, ignore_errors=True)  # of a process with that id that was killed
            folder.mkdir()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def replace_file(target: Path) -> Iterator[Path]:
    """Within, a path to write to; after the block, what was written there is at `target`."""
    with staged(target) as folder:
        part = folder / "part"
        yield part
        part.replace(target)


def replace_folder(part: Path, target: Path) -> None:
    """Put the folder `part` where `target` is."""
    earlier = part.with_name(f"{part.name}.earlier")
    if target.exists():
        target.rename(earlier)
    try:
        part.rename(target)
    except OSError:
        if earlier.exists():
            earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)


@contextmanager
def told_failure(path: Path) -> Iterator[None]:
    """Raise any `OSError` of the block as a `StoreError` that names `path`."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror or error}); give another path.") from error


def _check_parent(target: Path) -> None:
    if not target.parent.is_dir():
        raise StoreError(f"The folder {target.parent} does not exist; make it, or give another path.")
    if not os.access(target.parent, os.W_OK):
        raise StoreError(f"{target} cannot be written (Permission denied); give another path.")
