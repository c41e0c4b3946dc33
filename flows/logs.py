"""Lines on standard error for programs that gather logs: a JSON object each, where the settings ask for it."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from flows.progress import Watcher
from flows.settings import BadSettings, LogFormat, read_settings
from schemas import Problem, Run, RunCounts


def wants_json() -> bool:
    """Whether lines on standard error are to be JSON: where it is no terminal, and the settings say so."""
    try:
        return not sys.stderr.isatty() and read_settings().log.format is LogFormat.JSON
    except BadSettings:
        return False  # that they are bad is what has to be told


def format_line(level: str, event: str, **told: Any) -> str:
    """One line; `level` is info, warning or error."""
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event, **told}
    return json.dumps(line, ensure_ascii=False, default=str)


class LineWatcher(Watcher):
    """A watcher that writes a line of JSON for whatever happens, each problem included."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self.tells_problems = True

    def load(self, counts: RunCounts, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self._write("warning", "problem", **problem.model_dump(include={"code", "reference", "detail"}))
        super().load(counts, problems)

    def tell(self, sentence: str) -> None:
        self._write("info", "notice", message=sentence)

    def end(self, run: Run) -> None:
        super().end(run)
        self._write("info", "run_ended", **run.model_dump(mode="json", exclude={"versions", "process"}))

    def write_progress(self, counts: RunCounts) -> None:
        self._write("info", "progress", done=self.done, expected=self.expected, counts=counts.model_dump())

    def _write(self, level: str, event: str, **told: Any) -> None:
        self.console.print(format_line(level, event, **told), soft_wrap=True)
