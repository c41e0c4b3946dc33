"""The kinds of sources: a module and a line each, for each code of the vocabulary `source_kinds`."""

from sources.kinds.feed import discover_feed
from sources.kinds.folder import discover_folder
from sources.kinds.means import Found, Kind, Look, Means
from sources.kinds.news_please import discover_news_please
from sources.kinds.records import discover_records
from sources.kinds.sitemap import discover_sitemap
from sources.kinds.urls import discover_urls
from sources.kinds.warc import discover_warc

KINDS = {
    "feed": Kind(discover_feed, takes_paths=False),
    "sitemap": Kind(discover_sitemap, takes_paths=False),
    "urls": Kind(discover_urls),
    "folder": Kind(discover_folder, takes_addresses=False),
    "warc": Kind(discover_warc),
    "news_please": Kind(discover_news_please, takes_addresses=False),
    "records": Kind(discover_records, takes_addresses=False),
}

__all__ = ["KINDS", "Found", "Kind", "Look", "Means"]
