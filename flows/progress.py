"""How far a run is, on standard error: a bar in a terminal, a line now and then elsewhere."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from flows.observer import observer
from flows.wording import count_things
from schemas import Problem, Run, RunCounts
from store.exports.following import SILENT, Follower

PROBLEMS_KEPT = 10
SECONDS_BETWEEN_LINES = 5.0


class Watcher:
    """Follows a run: keeps the first problems for the report, and shows how far the run is."""

    def __init__(self, console: Console) -> None:
        self.first_problems: list[Problem] = []
        self.problem_kinds: Counter[str] = Counter()
        self.ended: Run | None = None
        self.tells_problems = False  # as they come; else the report does
        self.console = console
        self.expected: int | None = None
        self.done = 0
        self._last_line = time.monotonic()

    def expect(self, references: int | None) -> None:
        self.expected = references

    def advance(self, references: int) -> None:
        self.done += references

    def load(self, counts: RunCounts, problems: Sequence[Problem]) -> None:
        self.problem_kinds.update(problem.code for problem in problems)
        self.first_problems += problems[: PROBLEMS_KEPT - len(self.first_problems)]
        self.show(counts)

    def tell(self, sentence: str) -> None:
        self.console.print(sentence)

    def display(self) -> AbstractContextManager[object]:
        """Within, progress is on the screen."""
        return nullcontext()

    def show(self, counts: RunCounts) -> None:
        """Print a line, but not too often."""
        if time.monotonic() - self._last_line < SECONDS_BETWEEN_LINES:
            return
        self._last_line = time.monotonic()
        self.write_progress(counts)

    def write_progress(self, counts: RunCounts) -> None:
        """Print how far it is."""
        of = f" of {self.expected:,}" if self.expected else ""
        self.console.print(f"{self.done:,}{of} read, {_word_loaded(counts)}")

    def end(self, run: Run) -> None:
        self.ended = run


class BarWatcher(Watcher):
    """A watcher with a progress bar."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TextColumn("{task.fields[loaded]}"),
            console=console,
            transient=True,
        )
        self._bar = self._progress.add_task("looking for articles", total=None, loaded="")

    def expect(self, references: int | None) -> None:
        self._progress.update(self._bar, total=references, description="reading")

    def advance(self, references: int) -> None:
        self._progress.update(self._bar, advance=references)

    def show(self, counts: RunCounts) -> None:
        self._progress.update(self._bar, loaded=_word_loaded(counts))

    def display(self) -> AbstractContextManager[object]:
        return self._progress


class ExportBar:
    """Follows an export with a progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bar = progress.add_task("writing", total=None)

    def expect(self, rows: int) -> None:
        self._progress.update(self._bar, total=rows, completed=0)

    def advance(self, rows: int) -> None:
        self._progress.update(self._bar, advance=rows)


@contextmanager
def following(console: Console) -> Iterator[Follower]:
    """Within, what is given shows how far an export is: a bar in a terminal, nothing elsewhere."""
    if not console.is_terminal:
        yield SILENT
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield ExportBar(progress)


class RateColumn(ProgressColumn):
    """Articles, or rows, a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} a second" if task.speed else "", style="dim")


@contextmanager
def watching(console: Console) -> Iterator[Watcher]:
    """Within, runs tell the watcher that is given how they go on."""
    from flows.logs import LineWatcher, wants_json

    plain = LineWatcher if wants_json() else Watcher
    watcher = BarWatcher(console) if console.is_terminal else plain(console)
    token = observer.set(watcher)
    try:
        with watcher.display():
            yield watcher
    finally:
        observer.reset(token)


def _word_loaded(counts: RunCounts) -> str:
    revised = f", {counts.revised:,} revised" if counts.revised else ""
    return f"{count_things(counts.articles, 'new article')}{revised}, {count_things(counts.events, 'event')}"
