"""Where the user's own files lie."""

import os
from pathlib import Path

STORE_VARIABLE = "BREACHWIRE_STORE"
SOURCES_VARIABLE = "BREACHWIRE_SOURCES"  # the folder of the user's own entries
LOCAL_FOLDER = Path(__file__).resolve().parent.parent / "data" / "local"
OWN_SOURCES = Path(os.environ.get(SOURCES_VARIABLE) or LOCAL_FOLDER / "sources")
SHIPPED_SOURCES = LOCAL_FOLDER.parent / "sources.toml"


def find_store(path: str | Path | None = None) -> Path:
    """The event store's file: `path`, else the variable BREACHWIRE_STORE, else the one in `data/local/`."""
    return Path(path or os.environ.get(STORE_VARIABLE) or LOCAL_FOLDER / "breachwire.duckdb")


def find_archive(store: Path) -> Path:
    """The folder of the pages that a store's articles were read from."""
    return store.with_suffix(".pages")


def find_parts(store: Path) -> Path:
    """The folder of what workers found, until it is loaded into a store."""
    return store.with_suffix(".parts")


def find_memory(store: Path) -> Path:
    """The file that remembers what was fetched for a store."""
    return store.with_suffix(".fetches.sqlite")


def list_own_sources() -> list[Path]:
    """The files of the user's own entries of sources, in the order of their names."""
    return sorted(OWN_SOURCES.glob("*.toml"))


def shorten(path: Path) -> str:
    """The path as people write it: relative to the current folder where it lies under it."""
    absolute = path.resolve()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(absolute)
