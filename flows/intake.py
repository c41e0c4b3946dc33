"""What a run takes in: pages out of what was named and of what is followed, each looked at, a batch at a time."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeAlias

from flows.observer import observer
from schemas import Page, Problem, Source, SourceRun
from sources import (
    Attempts,
    Consumed,
    Fetcher,
    Found,
    Kind,
    Memory,
    Outcome,
    Reference,
    ReferenceKind,
    Unchanged,
    archive_pages,
    read_archived,
    read_pages,
    show_address,
)

MOST_STOPPED = 2_000  # pages that the first look stops, until what was let through is loaded
MOST_SECONDS = 60.0  # that pages wait for others to make a batch with

LetsThrough: TypeAlias = Callable[[bytes], bool]


class CountingLook:
    """The first look, counting what it stops and the seconds that it takes; archives are looked through in threads."""

    def __init__(self, lets_through: LetsThrough) -> None:
        self._lets_through = lets_through
        self.stopped = 0
        self.seconds = 0.0

    def lets_through(self, content: bytes) -> bool:
        """Whether a page of these bytes is worth reading."""
        begun = time.perf_counter()
        is_worth_reading = self._lets_through(content)
        self.seconds += time.perf_counter() - begun
        if is_worth_reading:
            return True
        self.stopped += 1
        observer.get().advance(1)
        return False


@dataclass
class Batch:
    """What was taken in: pages to read, what was no page, how many references that makes, and what came to its end."""

    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    consumed: list[Consumed] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)  # references of pages that the first look stopped
    references: int = 0
    known: int = 0
    repeated: int = 0  # problems that were told already: one host's rest holds for all its addresses
    stopped_first_look: int = 0


class Tally:
    """Counts what each source gives."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._kinds = {source.name: source.kind for source in sources}
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in self._kinds}
        self._origins: dict[str, str] = {}  # of the addresses that are still to be fetched

    def watch(self, source: Source, found: Found) -> None:
        """Note what was discovered in a source."""
        if isinstance(found, Problem):
            self._counts[source.name]["problems"] += 1
        elif isinstance(found, Reference) and found.kind is ReferenceKind.URL:
            self._origins[show_address(found.location)] = source.name

    def take(self, result: Page | Problem | Unchanged) -> bool:
        """Note what became of something that was discovered; whether it is of a source."""
        if isinstance(result, Page):
            self._origins.pop(result.reference, None)
            return self._count(result.source, "found", "pages")
        if isinstance(result, Problem):
            return self._count(self._origins.pop(result.reference, None), "found", "problems")
        return self._count(self._origins.pop(result.url, None))

    def tell(self) -> tuple[SourceRun, ...]:
        """The counts, a source each."""
        return tuple(SourceRun(source=name, kind=self._kinds[name], **counts) for name, counts in self._counts.items())

    def _count(self, source: str | None, *names: str) -> bool:
        if source not in self._counts:
            return False
        self._counts[source].update(names)
        return True


class Intake:
    """Takes in what was found; what is fetched is archived first, and then remembered, so that nothing is lost.

    `look` is the first look, at pages that have to pass it; `memory` knows what was fetched before.
    """

    def __init__(
        self,
        found: Iterable[Found],
        fetcher: Fetcher,
        memory: Memory,
        archive: Path,
        look: CountingLook,
        tally: Tally,
        published: date | None = None,
    ) -> None:
        self._memory, self._archive, self._look, self._tally = memory, archive, look, tally
        self._told: set[str] = set()
        self._results = self._read(found, fetcher, published)

    def draw(self, size: int) -> Batch | None:
        """The next batch, of up to `size` pages and problems; None where all is taken in."""
        batch, begun, stopped = Batch(), time.monotonic(), self._look.stopped
        for result in self._results:
            self._sort_in(batch, result)
            if len(batch.pages) + len(batch.problems) >= size or len(batch.stopped) >= MOST_STOPPED:
                break
            if time.monotonic() - begun > MOST_SECONDS:
                break
        batch.stopped_first_look = self._look.stopped - stopped
        return batch if batch.references or batch.consumed or batch.stopped_first_look else None

    def settle(self, batch: Batch, stopped: Iterable[Page] = (), problems: Iterable[Problem] = ()) -> None:
        """Remember that the batch is in the store; `stopped` and `problems` of it were met after it was drawn."""
        late = [page.reference for page in stopped]
        self._memory.settle([*batch.stopped, *late], Outcome.STOPPED)
        self._memory.settle([problem.reference for problem in problems], Outcome.PROBLEM)
        self._memory.settle([page.reference for page in batch.pages], Outcome.LOADED)
        for consumed in batch.consumed:
            self._memory.remember(consumed.key, consumed.validator)

    def _read(
        self, found: Iterable[Found], fetcher: Fetcher, published: date | None
    ) -> Iterator[Page | Unchanged | Problem | Consumed]:
        yield from self._memory.told
        yield from self._read_unsettled()
        yield from self._read_released()
        yield from read_pages(found, published=published, fetcher=fetcher, keep=self._keep)

    def _read_unsettled(self) -> Iterator[Page]:
        """What an earlier run fetched, and was stopped before it was in the store."""
        for known in list(self._memory.unsettled()):
            page = read_archived(self._archive, known.page_hash or "")
            if isinstance(page, Page):
                yield page
            else:
                self._memory.forget(Kind.ARTICLE, known.url or known.key)  # it is fetched again

    def _read_released(self) -> Iterator[Page | Problem]:
        """What was set aside, and a person wants tried again."""
        attempts = Attempts(self._memory)
        for page_hash in attempts.list_released():
            page = read_archived(self._archive, page_hash)
            if isinstance(page, Problem):
                attempts.finish([page_hash])  # the archive was pruned
            yield page

    def _keep(self, page: Page) -> None:
        archive_pages(self._archive, [page])
        self._memory.keep([page])

    def _sort_in(self, batch: Batch, result: Page | Unchanged | Problem | Consumed) -> None:
        if isinstance(result, Consumed):
            batch.consumed.append(result)
            return
        is_followed = self._tally.take(result)
        batch.references += 1
        if isinstance(result, Page):
            if not result.first_look or self._look.lets_through(result.content):
                batch.pages.append(result)
            else:
                batch.stopped.append(result.reference)
            return
        observer.get().advance(1)
        problem = result if isinstance(result, Problem) else None if is_followed else result.problem
        if problem is None:  # it was had; or it failed lately, which of a source the run before this told
            batch.known += 1
        elif problem.problem_id in self._told:
            batch.repeated += 1
        else:
            self._told.add(problem.problem_id)
            batch.problems.append(problem)
