"""The last run in numbers, as Prometheus reads them from a file (its text format, version 0.0.4).

Its node exporter reads such files from a folder (`--collector.textfile.directory`).
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from schemas import Run, RunState

_COUNTS = {
    "references": "References (files, records, URLs) that the run was given.",
    "stopped_first_look": "Pages that a look at their bytes stopped.",
    "stopped_topic": "Pages that a look at their text stopped.",
    "known": "References that were in the store already.",
    "articles": "New articles.",
    "copies": "New articles that repeat another's text.",
    "revised": "Articles that were read anew.",
    "events": "New events.",
    "problems": "Problems.",
}


class Metric(NamedTuple):
    """One number with what it is and, beside the flow's name, its labels."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, str] = {}


def write_metrics(path: Path, run: Run, problems: Mapping[str, int]) -> None:
    """Write the numbers of a run that has ended; `problems` is how many there were by code. The file appears whole.

    Raises `OSError`.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(render_metrics(run, problems), "utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def render_metrics(run: Run, problems: Mapping[str, int]) -> str:
    """The file's text."""
    lines: list[str] = []
    told = ""
    for metric in _list_metrics(run, problems):
        if metric.name != told:
            told = metric.name
            lines += [f"# HELP breachwire_{told} {metric.meaning}", f"# TYPE breachwire_{told} gauge"]
        labels = ",".join(f'{name}="{_escape(value)}"' for name, value in {"flow": run.flow, **metric.labels}.items())
        lines.append(f"breachwire_{metric.name}{{{labels}}} {_word_number(metric.value)}")
    return "\n".join(lines) + "\n"


def _list_metrics(run: Run, problems: Mapping[str, int]) -> Iterator[Metric]:
    for state in RunState:
        yield Metric(
            "last_run_state", "1 for the state in which the last run ended.", run.state is state, {"state": state}
        )
    yield Metric("last_run_start_timestamp_seconds", "When the last run began.", run.started_at.timestamp())
    if run.ended_at:
        yield Metric("last_run_end_timestamp_seconds", "When the last run ended.", run.ended_at.timestamp())
        took = (run.ended_at - run.started_at).total_seconds()
        yield Metric("last_run_duration_seconds", "How long the last run took.", took)
    for name, meaning in _COUNTS.items():
        yield Metric(f"last_run_{name}", meaning, getattr(run.counts, name))
    yield from _label("last_run_stage_seconds", "What the time of the last run went into.", "stage", run.seconds)
    yield from _label("last_run_problems_by_code", "Problems of the last run by their kind.", "code", problems)
    for name, meaning in (
        ("found", "References that a source named anew."),
        ("pages", "Pages that were had of them."),
        ("problems", "Problems met with a source."),
    ):
        given = {one.source: getattr(one, name) for one in run.sources}
        yield from _label(f"last_run_source_{name}", meaning, "source", given)


def _label(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Iterable[Metric]:
    return (Metric(name, meaning, value, {label: key}) for key, value in sorted(values.items()))


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _word_number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
