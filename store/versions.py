"""The store's version: which of the numbered migrations it has had.

A migration is a file `NNNN_what_it_does.sql`, with a step in Python after it where SQL cannot say it (`_STEPS`). Once
released it is never changed: what it got wrong, a later one puts right.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from store.errors import NewerStore, StoreError
from store.identities import renew_identities
from store.transactions import transaction

MIGRATION_FOLDER = Path(__file__).resolve().parent / "migrations"
_STEPS = {5: renew_identities}


@dataclass(frozen=True)
class Migration:
    """One step of the schema's history."""

    version: int
    name: str
    sql: str


def read_migrations(folder: Path = MIGRATION_FOLDER) -> list[Migration]:
    """Every migration of `folder`, in order; raise `ValueError` where the numbers do not run 1, 2, 3, …"""
    paths = sorted(folder.glob("[0-9]*.sql"))
    migrations = [
        Migration(int(path.name.split("_")[0]), path.stem, path.read_text(encoding="utf-8")) for path in paths
    ]
    numbers = [migration.version for migration in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"the migrations in {folder} are numbered {numbers}")
    return migrations


def read_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The version of the store behind `connection`; 0 where the database holds nothing at all.

    Raises `StoreError` for a database that holds something else.
    """
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables:
        return 0
    if not {"schema_migrations", "articles"} <= tables:
        raise StoreError("This DuckDB database holds something else than a breachwire store; give another path.")
    return int(connection.execute("SELECT coalesce(max(version), 0) FROM schema_migrations").fetchall()[0][0])


def check_version(connection: duckdb.DuckDBPyConnection, least: int | None = None) -> None:
    """Raise `StoreError` unless this code can read the store as it is: of the newest version, or `least` or later."""
    version, known = read_version(connection), read_migrations()[-1].version
    _refuse_newer(version, known)
    if version == 0:
        raise StoreError("The store is still empty; fill it with `breachwire run PATH`.")
    if version < (least or known):
        raise StoreError(
            f"The store has version {version} and this breachwire needs {known}; `breachwire run PATH` upgrades it."
        )


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the store to the newest version, each migration in a transaction of its own; raise `NewerStore`."""
    version, migrations = read_version(connection), read_migrations()
    _refuse_newer(version, migrations[-1].version)
    for migration in migrations[version:]:
        with transaction(connection):
            connection.execute(migration.sql).fetchall()
            if migration.version in _STEPS:
                _STEPS[migration.version](connection)
            connection.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, now() AT TIME ZONE 'UTC')",
                [migration.version, migration.name],
            ).fetchall()


def _refuse_newer(version: int, known: int) -> None:
    if version > known:
        raise NewerStore(
            f"The store has version {version} and this breachwire knows only {known}; "
            "update breachwire, or give another store."
        )
