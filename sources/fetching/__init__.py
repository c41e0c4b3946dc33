"""Fetching over the network: politely, never twice, and never where it must not."""

from sources.fetching.answers import DOCUMENTS, PAGES, Answer, Fetched, Reason, Unchanged, to_page
from sources.fetching.attempts import MOST_ATTEMPTS, Attempts, SetAside
from sources.fetching.exchange import PRODUCT, name_user_agent
from sources.fetching.fetcher import Fetcher
from sources.fetching.memory import Kind, Memory, Outcome, Remembered
from sources.fetching.memory_file import MemoryUnusable

__all__ = [
    "DOCUMENTS",
    "MOST_ATTEMPTS",
    "PAGES",
    "PRODUCT",
    "Answer",
    "Attempts",
    "Fetched",
    "Fetcher",
    "Kind",
    "Memory",
    "MemoryUnusable",
    "Outcome",
    "Reason",
    "Remembered",
    "SetAside",
    "Unchanged",
    "name_user_agent",
    "to_page",
]
