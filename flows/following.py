"""Which sources are followed: their entries read, written, switched off, and tried."""

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from flows import places
from flows.options import Failure, Misuse
from flows.places import list_own_sources, shorten
from flows.wording import count_things, word_problem
from schemas import Page, Problem, Source
from sources import (
    BadEntry,
    Fetcher,
    Means,
    Reference,
    discover_source,
    format_entry,
    locate_entries,
    make_source,
    read_sources,
)
from sources.finding_paths import find_local_source
from sources.kinds.warc import is_archive_name

MOST_COUNTED = 10_000  # articles of one source that a check looks at
_AT_ONCE = 8


class Finding(NamedTuple):
    """What a source gave when it was tried."""

    source: Source
    articles: int
    newest: date | None
    problem: str

    @property
    def told(self) -> str:
        """How many articles, in figures."""
        return f"{self.articles:,}" + (" or more" if self.articles >= MOST_COUNTED else "")

    @property
    def has_failed(self) -> bool:
        """Whether it gave no article."""
        return not self.articles


def read_all_sources() -> list[Source]:
    """All sources that can be used, switched on or off; what is wrong with the others is told on standard error."""
    known, problems = read_sources([places.SHIPPED_SOURCES], list_own_sources())
    for problem in problems:
        print(f"breachwire: {word_problem(problem)}", file=sys.stderr)
    return known


def choose_sources(names: Sequence[str]) -> list[Source]:
    """The sources of these names, or all that are switched on. Raises `Misuse` for a name that none has."""
    known = {one.name: one for one in read_all_sources()}
    if unknown := [name for name in names if name not in known]:
        raise Misuse(f"There is no source {unknown[0]!r}; `breachwire sources list` shows those there are.")
    chosen = [known[name] for name in dict.fromkeys(names)] or [one for one in known.values() if one.enabled]
    if not chosen:
        raise Failure("No source is followed; add one with `breachwire sources add URL`.")
    return chosen


def divide_archives(paths: Sequence[str]) -> tuple[list[str], list[Source]]:
    """Paths as the user names them, and the WARC archives among them, each as a source of its own."""
    archives: dict[str, Source] = {}
    for path in paths:
        if is_archive_name(path) and Path(path).is_file():
            found = find_local_source(path)
            if not isinstance(found, Problem):
                archives[path] = found[0]
    return [path for path in paths if path not in archives], list(archives.values())


def follow_source(found: Source, stated: dict[str, Any]) -> tuple[Source, Path]:
    """Write the entry of a source that was found, with what the user stated of it; the source and the file.

    Raises `Misuse` for values that an entry can't have, `Failure` where there is such a source already.
    """
    known = read_sources([places.SHIPPED_SOURCES], list_own_sources())[0]
    for one in known:
        if one.location == found.location and one.kind == found.kind:
            raise Failure(_explain_known(one))
    values = found.model_dump(exclude_defaults=True) | stated
    taken = {one.name for one in known} | {file.stem for file in list_own_sources()}
    if stated.get("name") in taken:
        raise Failure(f"There is a source {stated['name']!r} already; give another --name.")
    if "name" not in stated:
        values["name"] = _find_free_name(found.name, taken)
    try:
        source = make_source([(values, places.OWN_SOURCES)])
    except BadEntry as error:
        raise Misuse(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    return source, _write(source.name, values)


def unfollow_source(name: str) -> str:
    """Take a source's own entry away, or switch a shipped one off; a sentence on what was done."""
    own = locate_entries(list_own_sources())
    shipped = name in locate_entries([places.SHIPPED_SOURCES])
    if name not in own and not shipped:
        raise Misuse(f"There is no source {name!r}; `breachwire sources list` shows those there are.")
    file = own.get(name)
    if file and [*own.values()].count(file) > 1:
        raise Failure(f"{shorten(file)} holds other entries too; take {name} out there.")
    if file:
        file.unlink()
    if not shipped:
        return f"{name} is followed no longer; its entry {shorten(file) if file else ''} is gone."
    file = _write(name, {"name": name, "enabled": False})
    return f"{name} is switched off by {shorten(file)}; delete that file to follow it again."


def check_sources(chosen: Iterable[Source], fetcher: Fetcher) -> list[Finding]:
    """What each source gives when it is asked now, whatever was read of it before."""
    means = Means(fetcher)
    threads = ThreadPoolExecutor(_AT_ONCE)
    try:
        return list(threads.map(lambda source: _check(source, means), chosen))
    finally:  # on Ctrl-C nobody waits for them; closing the fetcher ends them
        threads.shutdown(wait=False, cancel_futures=True)


def _check(source: Source, means: Means) -> Finding:
    articles, newest, problems = 0, None, []
    for found in discover_source(source, means):
        if isinstance(found, Problem):
            problems.append(found)
        elif isinstance(found, (Reference, Page)):
            articles += 1
            newest = max(filter(None, (newest, found.published)), default=None)
        if articles >= MOST_COUNTED:
            break
    told = word_problem(problems[0]) if problems else "" if articles else "It gives no article now."
    more = f" (and {count_things(len(problems) - 1, 'more problem')})" if len(problems) > 1 else ""
    return Finding(source, articles, newest, told + more)


def _explain_known(source: Source) -> str:
    if source.enabled:
        return f"{source.location} is followed already, as {source.name}."
    return f"{source.location} is known as {source.name}, and switched off; take `enabled = false` out of its entry."


def _find_free_name(name: str, taken: set[str]) -> str:
    tries = (name, *(f"{name[:60]}-{number}" for number in range(2, 1000)))
    return next(one for one in tries if one not in taken)


def _write(name: str, values: dict[str, Any]) -> Path:
    places.OWN_SOURCES.mkdir(parents=True, exist_ok=True)
    file = places.OWN_SOURCES / f"{name}.toml"
    part = file.with_suffix(".part")
    part.write_text(format_entry(values), "utf-8")
    part.replace(file)
    return file
