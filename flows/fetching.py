"""The fetcher that the commands use."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources import Fetcher


def open_fetcher() -> "Fetcher":
    """A fetcher with the user's settings that remembers nothing of earlier runs, to be closed after use."""
    from flows.settings import read_settings
    from sources import Fetcher

    return Fetcher(read_settings().fetching)
