"""The flow `publish`: readers see the newest state, and the folder of exports that the settings name is renewed."""

from pathlib import Path
from typing import NamedTuple

import flows.quiet  # noqa: F401  Prefect reads the environment when it is imported

# isort: split
from prefect import flow

from flows.export_commands import Format
from flows.observer import observer
from flows.settings import PublishSettings, read_settings
from flows.targets import WAIT_SECONDS, Target
from store import Store, StoreError, open_store
from store.exports import formats
from store.exports.outputs import export_store

NAMES = {
    Format.CSV: "events.csv",
    Format.TABLES: "tables",
    Format.PARQUET: "events.parquet",
    Format.JSONL: "events.jsonl",
    Format.XLSX: "events.xlsx",
    Format.VERIS: "incidents.json",
}


class Published(NamedTuple):
    """Whether readers see anything new, and the files and folders that were exported."""

    is_new: bool
    exports: list[Path]


@flow(name="publish", persist_result=False, log_prints=False)
def publish(store: Path, wait_seconds: float = WAIT_SECONDS) -> Published:
    """Bring the snapshot to what the store holds, and export all events into the folder of the settings.

    Each export is written aside and put in place when it is whole. Raises `StoreError` where there is no store, or the
    folder cannot be written.
    """
    if not store.exists():
        raise StoreError(f"There is no store at {store} yet; make it with `breachwire run PATH`.")
    settings = read_settings().publish
    with Target(store, wait_seconds).open() as opened:
        is_new = opened.publish()
    return Published(is_new, export_all(store, settings))


def export_all(store: Path, settings: PublishSettings) -> list[Path]:
    """Export all events in the formats of the settings; what was written. Raises `StoreError`."""
    if settings.folder is None:
        return []
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = error.strerror or error
        raise StoreError(f"{settings.folder} cannot be made ({told}); change `folder` of [publish].") from error
    with open_store(store) as opened:
        return [_export(opened, settings.folder / NAMES[one], one) for one in dict.fromkeys(settings.formats)]


def _export(opened: Store, path: Path, format: Format) -> Path:
    done = export_store(opened, path, format=formats.Format(format))
    observer.get().tell(f"{done.events:,} events written to {done.path}.")
    return done.path
