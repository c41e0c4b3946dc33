"""The fetcher for code that is not asynchronous: a thread of its own asks many hosts at once."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from schemas import FetchSettings, Problem
from sources.fetching.answers import DOCUMENTS, Fetched, Unchanged
from sources.fetching.crawler import Crawler
from sources.fetching.downloads import download
from sources.fetching.line import Line
from sources.fetching.memory import Memory
from sources.guard import Resolve, resolve_host

T = TypeVar("T")

_CLOSING_SECONDS = 2.0


class Fetcher:
    """Fetches over the network, politely; may be used by many threads. Close it, or use it in a `with`.

    Without a `memory` of its own it has one for itself, which ends with it. `resolve` answers in place of the system's
    name server. The thread starts with the first request.
    """

    def __init__(
        self, settings: FetchSettings | None = None, memory: Memory | None = None, *, resolve: Resolve = resolve_host
    ) -> None:
        self.settings = settings or FetchSettings()
        self.memory = memory or Memory()
        self._owns_memory = memory is None
        self._resolve = resolve
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._crawler: Crawler | None = None
        self._is_closed = False

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(self, url: str, *, accept: str = DOCUMENTS) -> Fetched | Problem:
        """A document of a source, such as a feed or a sitemap; waits for it.

        Only asked for in full where it changed since the last time; its content is there in either case. A Problem is
        `fetch_failed`, `refused_address`, `robots_refuse`, `resting_host` (its reference is the host) or `too_large`.
        """
        return self.submit(url, accept=accept).result()

    def submit(self, url: str, *, accept: str = DOCUMENTS) -> "Future[Fetched | Problem]":
        """What `fetch` gives, without waiting."""
        crawler = self._start()
        return self._run(crawler.fetch_document(url, accept))

    def fetch_article(self, url: str, updated: datetime | None = None) -> Fetched | Unchanged | Problem:
        """An article; waits for it. One that was had is not asked for again, unless its source says that it was
        `updated` since; one that failed, only after a while. A Problem is one of those of `fetch`, `not_html` or
        `empty_page`."""
        return self.submit_article(url, updated).result()

    def submit_article(self, url: str, updated: datetime | None = None) -> "Future[Fetched | Unchanged | Problem]":
        """What `fetch_article` gives, without waiting."""
        crawler = self._start()
        return self._run(crawler.fetch_article(url, updated))

    def download(self, url: str, path: Path, most_bytes: int) -> Path | Problem:
        """Write what `url` gives to `path`, as it comes and not unpacked; waits for it.

        What a download that broke off left is gone on with. Problems are those of `fetch`.
        """
        crawler = self._start()
        return self._run(download(crawler, url, path, most_bytes)).result()

    def count_left_out(self) -> dict[str, int]:
        """How many addresses of each host were not tried since it rests."""
        return dict(self._crawler.left_out) if self._crawler else {}

    def close(self) -> None:
        """Break off what is under way, and close all connections; closing again does nothing."""
        with self._lock:
            self._is_closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop and thread:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(_CLOSING_SECONDS)
        if self._owns_memory:
            self.memory.close()

    def _start(self) -> Crawler:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the fetcher is closed")
            if self._crawler is None:
                self._loop = asyncio.new_event_loop()
                self._crawler = Crawler(Line(self.settings, self._resolve), self.settings, self.memory)
                arguments = (self._loop, self._crawler.line)
                self._thread = threading.Thread(target=_serve, args=arguments, name="fetcher", daemon=True)
                self._thread.start()
            return self._crawler

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        with self._lock:
            if self._loop is None:
                coroutine.close()
                raise RuntimeError("the fetcher is closed")
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)


def _serve(loop: asyncio.AbstractEventLoop, line: Line) -> None:
    """The thread: runs the loop until it is stopped, then cancels what is under way."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(asyncio.sleep(0))  # what was submitted last becomes a task
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        with suppress(TimeoutError):
            loop.run_until_complete(_close(line, tasks))
        loop.close()


async def _close(line: Line, tasks: "set[asyncio.Task[Any]]") -> None:
    async with asyncio.timeout(_CLOSING_SECONDS):
        await asyncio.gather(*tasks, return_exceptions=True)
        await line.close()
