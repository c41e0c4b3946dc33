"""Where articles come from: finds references among files, folders and addresses, and fetches them as pages."""

from sources.archive import (
    archive_pages,
    count_archive,
    is_archived,
    order_archive,
    read_archive,
    read_archived,
)
from sources.archive_limits import Measured, Pruned, measure_archive, prune_archive
from sources.by_day import KINDS_WITH_DAYS, DocumentsOnce
from sources.discovery import discover_source
from sources.entries import BadEntry, format_entry, locate_entries, make_source, read_sources
from sources.fetching import (
    MOST_ATTEMPTS,
    Attempts,
    Fetched,
    Fetcher,
    Kind,
    Memory,
    MemoryUnusable,
    Outcome,
    Reason,
    SetAside,
    Unchanged,
)
from sources.fetching.exchange import show_address
from sources.finding import find_source
from sources.gathering import gather
from sources.kinds import Found, Look, Means
from sources.pages import read_page, read_pages
from sources.posting import post
from sources.references import Consumed, Reference, ReferenceKind, discover
from sources.warc_export import Exported, export_warc

__all__ = [
    "KINDS_WITH_DAYS",
    "MOST_ATTEMPTS",
    "Attempts",
    "BadEntry",
    "Consumed",
    "DocumentsOnce",
    "Exported",
    "Fetched",
    "Fetcher",
    "Found",
    "Kind",
    "Look",
    "Means",
    "Measured",
    "Memory",
    "MemoryUnusable",
    "Outcome",
    "Pruned",
    "Reason",
    "Reference",
    "ReferenceKind",
    "SetAside",
    "Unchanged",
    "archive_pages",
    "count_archive",
    "discover",
    "discover_source",
    "export_warc",
    "find_source",
    "format_entry",
    "gather",
    "is_archived",
    "locate_entries",
    "make_source",
    "measure_archive",
    "order_archive",
    "post",
    "prune_archive",
    "read_archive",
    "read_archived",
    "read_page",
    "read_pages",
    "read_sources",
    "show_address",
]
