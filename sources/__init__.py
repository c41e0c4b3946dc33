"""Where articles come from: finds references among files, folders and addresses, and fetches them as pages."""

from sources.archive import archive_pages, count_archive, read_archive, read_archived
from sources.archive_limits import Measured, Pruned, measure_archive, prune_archive
from sources.pages import read_page, read_pages
from sources.references import Consumed, Reference, ReferenceKind, discover

__all__ = [
    "Consumed",
    "Measured",
    "Pruned",
    "Reference",
    "ReferenceKind",
    "archive_pages",
    "count_archive",
    "discover",
    "measure_archive",
    "prune_archive",
    "read_archive",
    "read_archived",
    "read_page",
    "read_pages",
]
