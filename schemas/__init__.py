"""The contracts between the rooms: frozen types, their checks and the vocabularies; nothing else."""

from schemas.articles import Article, MediaType, Page
from schemas.events import Count, DataItem, Event, EventDate, Evidence, Extraction, Organisation
from schemas.runs import Problem, Run, RunCounts, RunState, SourceRun
from schemas.settings import FetchSettings
from schemas.sources import Source
from schemas.vocabularies import Term, UnknownCode, Vocabulary, read_vocabulary

__all__ = [
    "Article",
    "Count",
    "DataItem",
    "Event",
    "EventDate",
    "Evidence",
    "Extraction",
    "FetchSettings",
    "MediaType",
    "Organisation",
    "Page",
    "Problem",
    "Run",
    "RunCounts",
    "RunState",
    "Source",
    "SourceRun",
    "Term",
    "UnknownCode",
    "Vocabulary",
    "read_vocabulary",
]
