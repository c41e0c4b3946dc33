"""The fetcher that a run uses, and its memory; several runs in a row can share them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple

from flows.places import find_memory
from flows.settings import read_settings
from sources import DocumentsOnce, Fetcher, Memory


class Network(NamedTuple):
    """What was fetched before, who fetches pages, and whom sources ask for feeds and sitemaps."""

    memory: Memory
    fetcher: Fetcher
    documents: Fetcher | DocumentsOnce


_shared: ContextVar[Network | None] = ContextVar("shared", default=None)


@contextmanager
def opened_network(store: Path) -> Iterator[Network]:
    """The network that runs share, or one for this run alone; by the user's settings."""
    if shared := _shared.get():
        yield shared
        return
    with Memory(find_memory(store)) as memory, Fetcher(read_settings().fetching, memory) as fetcher:
        yield Network(memory, fetcher, fetcher)


@contextmanager
def sharing_network(store: Path) -> Iterator[Memory]:
    """Within, all runs use one network, and each feed or sitemap is asked for once; gives its memory."""
    with opened_network(store) as network:
        token = _shared.set(network._replace(documents=DocumentsOnce(network.fetcher)))
        try:
            yield network.memory
        finally:
            _shared.reset(token)
