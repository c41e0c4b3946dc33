"""A folder that is watched: what is new in it or has changed."""

from collections.abc import Iterator
from pathlib import Path

from schemas import Source
from sources.kinds.local import consume_given, read_new_files
from sources.kinds.means import Found, Means
from sources.references import Reference, ReferenceKind, discover_file, is_known_file


def discover_folder(source: Source, means: Means) -> Iterator[Found]:
    """The articles of new and changed files in the folder and those below it, each file consumed at its end.

    A list of addresses is never consumed: whether an address was fetched is for the fetcher to know.
    """
    return read_new_files(source.location, means, is_known_file, _read_articles)


def _read_articles(path: Path, validator: str) -> Iterator[Found]:
    found = discover_file(path)
    first = next(found, None)
    if first is None:
        return
    if isinstance(first, Reference) and first.kind is ReferenceKind.URL:
        yield first
        yield from found
    else:
        yield from consume_given(_chain(first, found), path, validator)


def _chain(first: Found, others: Iterator[Found]) -> Iterator[Found]:
    yield first
    yield from others
