"""Three news sites on this machine, well-behaved and not, that note every request.

`alpha.test` has RSS and most of the articles, `beta.test` Atom, a site map and redirects, `gamma.test` a gzipped index
of site maps and everything that goes wrong. A `Site` says what may be had of it (`may_be_had`), what it lists besides
(`FAULTS`: how each address ends), and what was asked (`log`).
"""

import gzip
import select
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from schemas import FetchSettings
from sources import Fetcher, Memory

HOSTS = ("alpha.test", "beta.test", "gamma.test")
ARTICLES = 300
FIRST_DAY = date(2024, 3, 1)
BOMB_BYTES = 30_000_000

_VICTIMS = ("Larkmoor Water", "the Osterby clinic", "Pell & Daughters", "Fernhill College", "the town of Quarne")
_DATA = ("names and home addresses", "passport numbers", "e-mail addresses and passwords", "payment card numbers")
_CAUSES = ("attackers broke into its mail server", "a laptop was stolen from a car", "a supplier left a folder open")
_DULL = (
    "The harbour fair drew more visitors than last year",
    "The bakers of the old town won a prize for their rye bread",
)
_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request as the server met it; times by `time.monotonic`."""

    host: str
    path: str
    headers: dict[str, str]
    begun: float
    ended: float
    status: int

    @property
    def is_conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


@dataclass(frozen=True)
class Answer:
    """What the server sends. `misbehave` takes over the connection in place of sending the body."""

    status: int = 200
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    misbehave: Callable[[socket.socket], None] | None = None


def write_article(host: str, number: int) -> str:
    """The HTML of an article of a site: every fourth tells of a breach."""
    day = FIRST_DAY + timedelta(days=number % 40)
    title, body = _tell_breach(number) if number % 4 == 0 else _tell_nothing(number)
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in body)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="article:published_time" content="{day.isoformat()}T08:00:00Z">'
        f'<link rel="canonical" href="{{root}}/news/{number}.html"></head><body><article><h1>{title}</h1>'
        f'<time datetime="{day.isoformat()}">{day:%d %B %Y}</time>{paragraphs}</article></body></html>'
    )


def _tell_breach(number: int) -> tuple[str, list[str]]:
    victim = _VICTIMS[number // 4 % len(_VICTIMS)]
    data = _DATA[number // 4 % len(_DATA)]
    cause = _CAUSES[number // 4 % len(_CAUSES)]
    count = f"{(number + 3) * 170:,}"
    return f"Data breach at {victim} exposes {count} people", [
        f"The {data} of {count} customers were exposed in a data breach at {victim}, it was told on Monday.",
        f"According to report {number}, {cause}. The data protection regulator has been informed of the leak.",
        f"A spokesman of {victim} said that everyone concerned would get a letter within a week.",
    ]


def _tell_nothing(number: int) -> tuple[str, list[str]]:
    dull = _DULL[number % len(_DULL)]
    return f"{dull} ({number})", [
        f"{dull}, the organisers of meeting {number} said on Friday, and thanked the weather for its part in it.",
        f"Next year the whole thing is to last {number % 5 + 2} days, with music on the square every evening.",
    ]


class Site:
    """The server of the three hosts; `resolve` is for the guard. Use it in `run_site`."""

    def __init__(self) -> None:
        self.log: list[Asked] = []
        self.overlaps: list[str] = []
        self.day = 1  # on another day the feeds have changed
        self._under_way: Counter[str] = Counter()
        self._times: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._server = _Server(self)
        self.port = self._server.server_port
        self.pages = {(host, path): page for host in HOSTS for path, page in _lay_out(host)}

    async def resolve(self, host: str, port: int) -> list[str]:
        """The name server of the test: the three hosts are here, others nowhere."""
        if host not in HOSTS:
            raise OSError(f"no such host: {host}")
        return ["127.0.0.1"]

    def make_url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, host: str, path: str, *answers: Answer) -> str:
        """Let an address give these answers, one after the other, the last for ever; returns the address."""
        self.pages[host, path] = SitePage(lambda site, name, times: answers[min(times, len(answers)) - 1])
        return self.make_url(host, path)

    def list_asked(self, *, robots: bool = False) -> list[str]:
        """The paths that were asked for, in their order."""
        return [one.path for one in self.log if robots or one.path != "/robots.txt"]

    def may_be_had(self) -> set[str]:
        """The addresses of all articles that answer, that robots.txt lets be fetched, and that a site lists."""
        return {
            self.make_url(host, path)
            for (host, path), page in self.pages.items()
            if page.is_listed and page.is_article and not page.is_forbidden
        }

    def list_articles(self, host: str) -> list[str]:
        """What the feeds or site maps of a host list, in their order, twice what is listed twice."""
        return [self.make_url(host, path) for (of, path), page in self.pages.items() if of == host and page.is_listed]

    def list_documents(self) -> list[str]:
        """The addresses of feeds and of site maps; the index's maps are in it."""
        return [
            self.make_url("alpha.test", "/feed.rss"),
            self.make_url("beta.test", "/feed.atom"),
            self.make_url("beta.test", "/sitemap.xml"),
            self.make_url("gamma.test", "/sitemap_index.xml.gz"),
        ]

    def count_times(self) -> Counter[str]:
        """How often each address was asked for, robots.txt left out."""
        return Counter(self.make_url(one.host, one.path) for one in self.log if one.path != "/robots.txt")

    def answer(self, host: str, path: str, headers: dict[str, str]) -> Answer:
        """What to send for a request; counts it."""
        with self._lock:
            self._times[host, path] += 1
            times = self._times[host, path]
        page = self.pages.get((host, path))
        if page is None:
            return Answer(404, b"There is no such page.", {"Content-Type": _HTML})
        root = self.make_url(host, "")
        found = page.answer(self, host, times)
        content = found.content.replace(b"{root}", root.encode()) if not page.is_packed else found.content
        found = Answer(found.status, content, found.headers, found.misbehave)
        return _answer_condition(found, headers)

    def begin(self, host: str) -> float:
        with self._lock:
            self._under_way[host] += 1
            if self._under_way[host] > 1:
                self.overlaps.append(host)
        return time.monotonic()

    def end(self, host: str, path: str, headers: dict[str, str], begun: float, status: int) -> None:
        with self._lock:
            self._under_way[host] -= 1
            self.log.append(Asked(host, path, headers, begun, time.monotonic(), status))

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def run_site() -> Iterator[Site]:
    """A site that answers while this lasts."""
    site = Site()
    site.start()
    try:
        yield site
    finally:
        site.stop()


def open_fetcher(site: Site, memory: Memory | None = None, **settings: Any) -> Fetcher:
    """A fetcher that finds the hosts of a site, and is in a hurry where `settings` say nothing else."""
    hurried = {"delay_seconds": 0.0, "first_wait_seconds": 0.01, "first_byte_seconds": 5.0, "longest_wait_seconds": 2.0}
    chosen = FetchSettings(**{"allow_hosts": frozenset(HOSTS), **hurried, **settings})
    return Fetcher(chosen, memory, resolve=site.resolve)


@dataclass(frozen=True)
class SitePage:
    """One address of a site: how it answers (the site, the host, the how manyth time), and what it counts as."""

    answer: Callable[[Site, str, int], Answer]
    is_listed: bool = True
    is_article: bool = True
    is_forbidden: bool = False
    is_packed: bool = False


FAULTS = {
    # Of gamma.test: the path, the problem's code, a word of its detail, and how often it is asked for.
    "/gone.html": ("fetch_failed", "404", 1),
    "/removed.html": ("fetch_failed", "410", 1),
    "/broken.html": ("fetch_failed", "500", 3),
    "/cut.html": ("fetch_failed", "complete answer", 3),
    "/chunks.html": ("fetch_failed", "complete answer", 3),
    "/slow.html": ("fetch_failed", "complete answer", 3),
    "/drip.html": ("fetch_failed", "seconds", 3),
    "/bomb.html": ("too_large", "larger", 1),
    "/huge.html": ("too_large", "larger", 1),
    "/half-packed.html": ("fetch_failed", "unpacked", 3),
    "/picture.html": ("not_html", "image/png", 1),
    "/empty.html": ("empty_page", "empty", 1),
    "/loop-1.html": ("fetch_failed", "circle", 1),
    "/far-7.html": ("fetch_failed", "5 times", 1),
    "/to-secret.html": ("robots_refuse", "robots.txt", 1),
    "/to-this-machine.html": ("refused_address", "loopback", 1),
    "/secret/plans.html": ("robots_refuse", "robots.txt", 0),
}


def _lay_out(host: str) -> Iterator[tuple[str, SitePage]]:
    """All addresses of a host."""
    yield (
        "/robots.txt",
        SitePage(lambda site, name, times: _text(_write_robots(name)), is_listed=False, is_article=False),
    )
    numbers = [number for number in range(ARTICLES) if HOSTS[number % len(HOSTS)] == host]
    for number in numbers:
        yield f"/news/{number}.html", SitePage(_answer_article(number))
    if host == "alpha.test":
        yield "/feed.rss", _document(_write_rss)
        yield "/private/1.html", SitePage(_answer_article(1), is_forbidden=True)
    elif host == "beta.test":
        yield "/feed.atom", _document(_write_atom)
        yield "/sitemap.xml", _document(_write_sitemap)
        yield from _lay_out_detours()
    else:
        yield from _lay_out_maps(numbers)
        yield from _lay_out_faults()


def _lay_out_detours() -> Iterator[tuple[str, SitePage]]:
    """Redirects that end well: three hops to an article of its own, and one to an article of another host."""
    for hop in (3, 2):
        yield f"/hop-{hop}.html", SitePage(_redirect(f"/hop-{hop - 1}.html"), is_listed=hop == 3, is_article=False)
    yield "/hop-1.html", SitePage(_redirect("/moved.html", 308), is_listed=False, is_article=False)
    yield "/moved.html", SitePage(_answer_article(301))
    yield (
        "/to-alpha.html",
        SitePage(
            lambda site, host, times: Answer(302, b"", {"Location": site.make_url("alpha.test", "/news/0.html")}),
            is_article=False,
        ),
    )


def _lay_out_maps(numbers: list[int]) -> Iterator[tuple[str, SitePage]]:
    yield "/sitemap_index.xml.gz", _document(_write_index, packed=True)
    half = len(numbers) // 2
    yield "/sitemap-1.xml.gz", _document(lambda site, host: _write_map(site, host, 0, half), packed=True)
    yield "/sitemap-2.xml.gz", _document(lambda site, host: _write_map(site, host, half, None), packed=True)


@cache
def _make_bomb() -> bytes:
    return gzip.compress(b"<p>" + b"a" * BOMB_BYTES, 1)


def _lay_out_faults() -> Iterator[tuple[str, SitePage]]:
    bomb = _make_bomb()
    packed = {"Content-Type": _HTML, "Content-Encoding": "gzip"}
    faults: dict[str, Callable[[Site, str, int], Answer]] = {
        "/gone.html": lambda site, host, times: Answer(404),
        "/removed.html": lambda site, host, times: Answer(410),
        "/broken.html": lambda site, host, times: Answer(500),
        "/cut.html": lambda site, host, times: Answer(200, misbehave=_cut),
        "/chunks.html": lambda site, host, times: Answer(200, misbehave=_send_bad_chunks),
        "/slow.html": lambda site, host, times: Answer(200, misbehave=_say_nothing),
        "/drip.html": lambda site, host, times: Answer(200, misbehave=_drip),
        "/bomb.html": lambda site, host, times: Answer(200, bomb, packed),
        "/huge.html": lambda site, host, times: Answer(200, misbehave=_pour),
        "/half-packed.html": lambda site, host, times: Answer(200, gzip.compress(b"<p>" * 999)[:-12], packed),
        "/picture.html": lambda site, host, times: Answer(200, b"\x89PNG", {"Content-Type": "image/png"}),
        "/empty.html": lambda site, host, times: Answer(200, b"", {"Content-Type": _HTML}),
        "/loop-1.html": _redirect("/loop-2.html"),
        "/far-7.html": _redirect("/far-6.html"),
        "/to-secret.html": _redirect("/secret/plans.html"),
        "/to-this-machine.html": _redirect("http://127.0.0.1:9/"),
    }
    for path, answer in faults.items():
        yield path, SitePage(answer, is_article=False)
        # A good one between, so that the host is not taken for dead.
        number = 500 + list(faults).index(path)
        yield f"/news/{number}.html", SitePage(_answer_article(number))
    yield "/secret/plans.html", SitePage(_answer_article(2), is_forbidden=True)
    yield "/loop-2.html", SitePage(_redirect("/loop-1.html"), is_listed=False, is_article=False)
    for hop in range(6, 0, -1):
        yield f"/far-{hop}.html", SitePage(_redirect(f"/far-{hop - 1}.html"), is_listed=False, is_article=False)
    yield "/far-0.html", SitePage(_answer_article(302), is_listed=False)
    yield from _lay_out_recoveries()


def _lay_out_recoveries() -> Iterator[tuple[str, SitePage]]:
    """What comes in the end: at the third time, after a wait, and in an encoding that its label denies."""
    article = _answer_article(304)
    yield (
        "/third-time.html",
        SitePage(lambda site, host, times: article(site, host, times) if times > 2 else Answer(500)),
    )
    wait = Answer(429, b"", {"Retry-After": "1"})
    yield "/not-so-fast.html", SitePage(lambda site, host, times: article(site, host, times) if times > 1 else wait)
    words = "<html><body><p>Die Größe der Lücke blieb ungeklärt: “café”.</p></body></html>".encode()
    mislabelled = Answer(200, words, {"Content-Type": "text/html; charset=iso-8859-1"})
    yield "/mislabelled.html", SitePage(lambda site, host, times: mislabelled)


def _answer_article(number: int) -> Callable[[Site, str, int], Answer]:
    def answer(site: Site, host: str, times: int) -> Answer:
        content = write_article(host, number).encode()
        return Answer(200, content, {"Content-Type": _HTML, "ETag": f'"article-{number}"', "Set-Cookie": "reader=7"})

    return answer


def _redirect(where: str, status: int = 301) -> Callable[[Site, str, int], Answer]:
    return lambda site, host, times: Answer(status, b"", {"Location": where})


def _document(write: Callable[[Site, str], str], packed: bool = False) -> SitePage:
    def answer(site: Site, host: str, times: int) -> Answer:
        content = write(site, host).encode()
        changed = format_datetime(datetime(2024, 4, site.day, tzinfo=UTC), usegmt=True)
        kind = {"Content-Type": "application/gzip" if packed else "application/xml", "Last-Modified": changed}
        return Answer(200, gzip.compress(content, mtime=0) if packed else content, kind)

    return SitePage(answer, is_listed=False, is_article=False, is_packed=packed)


def _text(content: str) -> Answer:
    return Answer(200, content.encode(), {"Content-Type": "text/plain", "ETag": '"robots"'})


def _write_robots(host: str) -> str:
    private = "/secret/" if host == "gamma.test" else "/private/"
    sitemap = "Sitemap: {root}/sitemap.xml\n" if host == "beta.test" else ""
    return f"User-agent: greedybot\nDisallow: /\n\nUser-agent: *\nDisallow: {private}\nAllow: {private}open/\n{sitemap}"


def _write_rss(site: Site, host: str) -> str:
    items = "".join(
        f"<item><title>{number}</title><link>{url}</link><guid>{url}</guid>"
        f"<pubDate>{format_datetime(datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=number % 40))}</pubDate></item>"
        for number, url in enumerate(site.list_articles(host))
    )
    # The first is told twice, the second time as a newsletter links to it.
    again = f"<item><title>Again</title><link>{site.make_url(host, '/news/0.html')}?utm_source=letter</link></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Alpha</title>{items}{again}</channel></rss>'


def _write_atom(site: Site, host: str) -> str:
    entries = "".join(
        f'<entry><title>News</title><id>{url}</id><link rel="alternate" href="{url}"/>'
        "<published>2024-03-02T08:00:00Z</published><updated>2024-03-02T09:00:00Z</updated></entry>"
        for url in site.list_articles(host)[:60]
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Beta</title>{entries}</feed>'


def _write_sitemap(site: Site, host: str) -> str:
    return _write_urlset(site.list_articles(host)[30:])  # half of what the feed has, and the rest


def _write_map(site: Site, host: str, begin: int, end: int | None) -> str:
    return _write_urlset(site.list_articles(host)[begin:end])


def _write_urlset(urls: Iterable[str]) -> str:
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def _write_index(site: Site, host: str) -> str:
    maps = "".join(f"<sitemap><loc>{site.make_url(host, f'/sitemap-{n}.xml.gz')}</loc></sitemap>" for n in (1, 2))
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    )


def _answer_condition(answer: Answer, headers: dict[str, str]) -> Answer:
    etag, changed = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
    if (etag and headers.get("if-none-match") == etag) or (changed and headers.get("if-modified-since") == changed):
        return Answer(304, b"", answer.headers)
    return answer


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"


def _cut(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Content-Length: 5000\r\n\r\n<html><body><p>It was to be")


def _send_bad_chunks(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<html>\r\n0\r\n\r\n")


def _say_nothing(connection: socket.socket) -> None:
    connection.settimeout(5)
    connection.recv(1)  # until the other gives up


def _drip(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"Content-Length: 100000\r\n\r\n")
    _send_until_closed(connection, b"a", pause=0.05, times=400)


def _pour(connection: socket.socket) -> None:
    connection.sendall(_HEAD + b"\r\n")
    _send_until_closed(connection, b"a" * 50_000, pause=0.0, times=2_000)


def _send_until_closed(connection: socket.socket, data: bytes, *, pause: float, times: int) -> None:
    for _ in range(times):
        connection.sendall(data)
        readable, _, _ = select.select([connection], [], [], pause)
        if readable and not connection.recv(1):
            return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.site = site

    def handle_error(self, request: object, client_address: object) -> None:
        """The other hung up: nothing is wrong with that here."""


class _Answers(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        site = self.server.site
        host = self.headers["Host"].partition(":")[0]
        parts = urlsplit(self.path)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {name.lower(): value for name, value in self.headers.items()}
        begun = site.begin(host)
        answer = site.answer(host, path, headers)
        if answer.misbehave:
            self._misbehave(answer.misbehave)
            site.end(host, path, headers, begun, answer.status)
        else:
            self._prepare(answer)
            # Noted before the other can have the answer, so that its next request does not overlap.
            site.end(host, path, headers, begun, answer.status)
            self.end_headers()
            self.wfile.write(answer.content)

    def _prepare(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.content)))

    def _misbehave(self, misbehave: Callable[[socket.socket], None]) -> None:
        self.close_connection = True
        try:
            misbehave(self.connection)
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other had enough

    def log_message(self, *_: object) -> None:
        pass


def find_gaps(log: Iterable[Asked]) -> dict[str, list[float]]:
    """For each host the seconds between the begins of requests that follow each other."""
    begun: dict[str, list[float]] = defaultdict(list)
    for asked in sorted(log, key=lambda one: one.begun):
        begun[asked.host].append(asked.begun)
    return {host: [b - a for a, b in pairwise(times)] for host, times in begun.items()}
