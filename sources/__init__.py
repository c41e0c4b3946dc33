"""Where articles come from: finds references among files, folders and addresses, and fetches them as pages."""

from sources.archive import archive_pages, count_archive, read_archive
from sources.discovery import discover_source
from sources.entries import BadEntry, format_entry, locate_entries, make_source, read_sources
from sources.fetching import Fetched, Fetcher, Kind, Memory, MemoryUnusable, Outcome, Reason, Unchanged
from sources.finding import find_source
from sources.kinds import Found, Look, Means
from sources.pages import read_page, read_pages
from sources.references import Consumed, Reference, ReferenceKind, discover

__all__ = [
    "BadEntry",
    "Consumed",
    "Fetched",
    "Fetcher",
    "Found",
    "Kind",
    "Look",
    "Means",
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
    "discover_source",
    "find_source",
    "format_entry",
    "locate_entries",
    "make_source",
    "read_archive",
    "read_page",
    "read_pages",
    "read_sources",
]
