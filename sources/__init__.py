"""Where articles come from: finds references among files, folders and addresses, and fetches them as pages."""

from sources.pages import read_page, read_pages
from sources.references import Reference, ReferenceKind, discover

__all__ = ["Reference", "ReferenceKind", "discover", "read_page", "read_pages"]
