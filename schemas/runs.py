"""Problems met on the way of an article, and the runs in which they were met."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, computed_field

from schemas.base import Contract
from schemas.sources import SourceKindCode
from schemas.vocabularies import CodeOf

ProblemCode = Annotated[str, CodeOf("problems")]


class Problem(Contract):
    """Why no events could be had from a reference: a code of the problems vocabulary, and a sentence for people."""

    code: ProblemCode
    reference: str
    detail: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def problem_id(self) -> str:
        """The same for the same problem met again."""
        return hashlib.sha256(f"{self.code}|{self.reference}|{self.detail}".encode("utf-8", "replace")).hexdigest()[:16]


class RunState(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    ABANDONED = "abandoned"  # its process was gone before it could say so


class RunCounts(Contract):
    """What one run (or one batch of it) did. `articles` are new, `copies` those of them that repeat another's text,
    `revised` were known and read anew, since their text or the extractor had changed, `known` were left as they are;
    `events` are those that the store did not know. `stopped_first_look` and `stopped_topic` are pages that a look at
    their bytes, or at their text, showed not to be about an incident: they are counted and not stored."""

    references: int = 0
    stopped_first_look: int = 0
    stopped_topic: int = 0
    known: int = 0
    articles: int = 0
    copies: int = 0
    revised: int = 0
    events: int = 0
    problems: int = 0

    def plus(self, other: "RunCounts") -> "RunCounts":
        mine, theirs = self.model_dump(), other.model_dump()
        return RunCounts(**{name: mine[name] + theirs[name] for name in mine})


class SourceRun(Contract):
    """What one run got from one source: references found that had not been met before, pages had, and problems."""

    source: str
    kind: SourceKindCode
    found: int = 0
    pages: int = 0
    problems: int = 0


class Run(Contract):
    """One execution of a flow. Times are UTC; `versions` gives those of breachwire and of what it stands on.

    `process` is the machine, the number of the process there and when that began, joined by ":". `seconds` is what each
    stage of the work took.
    """

    run_id: str
    flow: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None = None
    counts: RunCounts = RunCounts()
    versions: dict[str, str] = Field(default_factory=dict)
    sources: tuple[SourceRun, ...] = ()
    process: str | None = None
    seconds: dict[str, float] = Field(default_factory=dict)
