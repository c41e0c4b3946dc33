"""Where articles come from: finds references among files, folders and addresses, and fetches them as pages."""

from sources.archive import archive_pages, count_archive, read_archive, read_archived
from sources.archive_limits import Measured, Pruned, measure_archive, prune_archive
from sources.pages import read_page, read_pages
from sources.references import Consumed, Reference, ReferenceKind, discover
from sources.warc_export import Exported, export_warc

__all__ = [
    "Consumed",
    "Exported",
    "Measured",
    "Pruned",
    "Reference",
    "ReferenceKind",
    "archive_pages",
    "count_archive",
    "discover",
    "export_warc",
    "measure_archive",
    "prune_archive",
    "read_archive",
    "read_archived",
    "read_page",
    "read_pages",
]
