"""What the time of a run goes into."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from schemas import Run


class Stopwatch:
    """Adds up the seconds of each stage of a run's work, as the clock on the wall goes."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Within, the time goes to this stage; stages do not lie in one another."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - begun)

    def add(self, stage: str, seconds: float) -> None:
        """Add seconds that were measured elsewhere."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    def note(self, run: Run) -> Run:
        """The run with its seconds until now."""
        return run.model_copy(update={"seconds": dict(self.seconds)})
