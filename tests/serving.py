"""A small site on this machine that serves what a test lays out, and the real fetcher let through to it by name."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from schemas import FetchSettings
from sources import Fetcher, Memory

HOST = "news.test"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".json": "application/feed+json",
    ".txt": "text/plain; charset=utf-8",
    ".gz": "application/gzip",
    ".png": "image/png",
}


class ServedSite:
    """A site that has `files` by their paths; `{root}` in them becomes its address. `asked` are the paths asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Answers", (_Answers,), {"site": self}))
        self.server.daemon_threads = True
        self.port = self.server.server_port

    @property
    def root(self) -> str:
        return f"http://{HOST}:{self.port}"

    def open_fetcher(self, memory: Memory | None = None) -> Fetcher:
        """The real fetcher, which may reach this site, without waiting between requests."""
        settings = FetchSettings(allow_hosts=frozenset({HOST}), delay_seconds=0, attempts=1, first_wait_seconds=0)
        return Fetcher(settings, memory, resolve=self._resolve)

    async def _resolve(self, host: str, port: int) -> list[str]:
        if host != HOST:
            raise OSError(f"no such host: {host}")
        return ["127.0.0.1"]


class _Answers(BaseHTTPRequestHandler):
    site: ServedSite

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        content = self.site.files.get(self.path)
        status = 404 if content is None else 200
        body = b"There is no such page." if content is None else content.replace(b"{root}", self.site.root.encode())
        stated = "text/plain" if content is None else _name_type(self.path)
        self.send_response(status)
        if stated:
            self.send_header("Content-Type", stated)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _name_type(path: str) -> str:
    return next((stated for ending, stated in TYPES.items() if path.endswith(ending)), "text/html; charset=utf-8")


@contextmanager
def serve(files: Mapping[str, bytes]) -> Iterator[ServedSite]:
    """The site, for as long as the test needs it."""
    site = ServedSite(files)
    thread = threading.Thread(target=site.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join()
