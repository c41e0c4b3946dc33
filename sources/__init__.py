"""Where articles come from: finds references among files, folders and addresses, and fetches them as pages."""

from sources.archive import archive_pages, count_archive, read_archive
from sources.fetching import Fetched, Fetcher, Memory, MemoryUnusable, Outcome, Reason, Unchanged
from sources.pages import read_page, read_pages
from sources.references import Consumed, Reference, ReferenceKind, discover

__all__ = [
    "Consumed",
    "Fetched",
    "Fetcher",
    "Memory",
    "MemoryUnusable",
    "Outcome",
    "Reason",
    "Reference",
    "ReferenceKind",
    "Unchanged",
    "archive_pages",
    "count_archive",
    "discover",
    "read_archive",
    "read_page",
    "read_pages",
]
