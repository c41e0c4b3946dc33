"""What can go wrong with the store, each in one sentence that says what to do next."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


class StoreError(Exception):
    """The store cannot do what was asked of it; the message is for the user."""


class StoreLocked(StoreError):
    """Another process, or another part of this one, has the store open."""


class NewerStore(StoreError):
    """The store was written by a newer breachwire than this one."""


class QueryError(StoreError):
    """A user's SQL cannot be run."""


class QueryTimeout(QueryError):
    """A query took longer than it was given."""


_CHANGES = "a query can only read the store, and this one would change it"
_FORBIDDEN = {
    "attached in read-only mode": _CHANGES,
    "Can only delete from base table": _CHANGES,
    "Can only update base table": _CHANGES,
    "is not an table": _CHANGES,  # but a view, as DuckDB 2.0 spells it
    "operations are disabled by configuration": "a query can neither read nor write files",
    "configuration has been locked": "a query cannot change settings",
    "extensions is disabled": "a query cannot load extensions",
}
_CANDIDATES = re.compile(r"\W*Candidate (?:bindings|tables|functions):[: ]*(\"[^?]+\")$")


_FULL = re.compile(r"No space left|File too large|Disk quota exceeded|Could not write (?:all )?(?:file|bytes)", re.I)


def trim_message(error: Exception) -> str:
    """The helpful part of DuckDB's message on one line: no error class in front, no copy of the query behind."""
    message = str(error).split("\n\nLINE ")[0].split(" See also https://")[0]
    message = re.sub(r"^[\w ]*Error: (Values list (?=.*column named))?", "", message.strip())
    if _FULL.search(message):
        return "there is no space left to write to; make room and run the same command again"
    told = " ".join(next((told for words, told in _FORBIDDEN.items() if words in message), message).split())
    return _CANDIDATES.sub(r". Did you mean \1?", told)


@contextmanager
def raise_as(kind: type[StoreError], doing: str = "") -> Iterator[None]:
    """Raise any DuckDB error of the block as `kind`, with `doing` in front of its message; Ctrl-C as what it is."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise
    except duckdb.Error as error:
        raise kind(f"{doing}{trim_message(error)}") from error
