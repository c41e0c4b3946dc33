"""Who follows a run's progress: a flow tells the observer of its context, and knows nothing of terminals."""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Protocol

from schemas import Problem, Run, RunCounts


class Observer(Protocol):
    """Is told how a run goes on."""

    def expect(self, references: int | None) -> None:
        """So many references will be read; None where they are too many to count beforehand."""

    def advance(self, references: int) -> None:
        """So many more references are done with, read or not."""

    def load(self, counts: RunCounts, problems: Sequence[Problem]) -> None:
        """A batch is in the store, and had these problems; the counts are those of the whole run so far."""

    def tell(self, sentence: str) -> None:
        """Something that the user wants to know now, as for whom the run waits."""

    def end(self, run: Run) -> None:
        """The run is over, however it ended."""


class Nobody:
    """The observer where nobody looks."""

    def expect(self, references: int | None) -> None:
        pass

    def advance(self, references: int) -> None:
        pass

    def load(self, counts: RunCounts, problems: Sequence[Problem]) -> None:
        pass

    def tell(self, sentence: str) -> None:
        pass

    def end(self, run: Run) -> None:
        pass


observer: ContextVar[Observer] = ContextVar("observer", default=Nobody())  # noqa: B039  Nobody keeps nothing
