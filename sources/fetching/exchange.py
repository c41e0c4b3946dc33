"""One request and its answer: limits on time and size, and what an answer means that is none."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import httpx

from schemas import FetchSettings, Problem
from sources.addresses import RefusedAddress, explain_refusal
from sources.credentials import hide_credentials
from sources.fetching.patience import read_retry_after
from sources.fetching.unpacking import ENCODINGS, Damaged, TooMuch, Unpacker
from sources.files import show_path

if TYPE_CHECKING:
    from sources.fetching.line import Line

PRODUCT = "breachwire"
"""The name that robots.txt calls us by."""

TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304

# A host that shuts us out, too, is left alone after a while.
_STATUS_AGAINST_HOST = TRANSIENT_STATUS | {401, 403}
# The last is also what a connection of HTTP/2 raises that was closed meanwhile.
_LOST = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, httpx.LocalProtocolError)
_CONNECTION = (httpx.ConnectError, httpx.ConnectTimeout)
# Of the headers, what tells who we are to the server, and what no longer fits the unpacked content.
_DROPPED_HEADERS = frozenset(
    {"set-cookie", "set-cookie2", "content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"}
)
_LONGEST_HEADER = 2_000
_MOST_HEADERS = 60
_MOST_DIGITS = 15
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")

CheckHeaders = Callable[[str, dict[str, str]], Problem | None]


class Failure(Exception):
    """No content came of a request. `problem` says why.

    It may be `is_transient`, so that it is worth another try, after `wait` seconds at least; it is `against_host` where
    it says something of the whole host, and `at_once` where it says so with one request. It is not `is_noted` where it
    is not the address's own: that is to be tried as if nothing had been.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        status: int | None = None,
        is_transient: bool = False,
        against_host: bool = False,
        at_once: bool = False,
        wait: float = 0.0,
        is_noted: bool = True,
    ) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.status = status
        self.is_transient = is_transient
        self.against_host = against_host
        self.at_once = at_once
        self.wait = wait
        self.is_noted = is_noted


@dataclass(frozen=True)
class Reply:
    """What a server answered, other than an error. `location` is where it redirects to, as it says it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    location: str | None = None


@dataclass(frozen=True)
class Wish:
    """What is asked for beside the address: the headers to send, at most how many bytes of content, whether more are
    cut off or refused, and a check of the answer's headers, before its content is read."""

    headers: dict[str, str]
    most_bytes: int
    cuts: bool = False
    check: CheckHeaders | None = None


def name_user_agent(contact: str | None = None) -> str:
    """How breachwire calls itself to servers: truly, with its version and whom to write to."""
    try:
        name = f"{PRODUCT}/{version(PRODUCT)}"
    except PackageNotFoundError:
        name = f"{PRODUCT}/0"
    return f"{name} (+{contact})" if contact else name


def choose_timeout(settings: FetchSettings) -> httpx.Timeout:
    """The time to connect, and the time between two signs of life."""
    return httpx.Timeout(settings.first_byte_seconds, connect=settings.connect_seconds, pool=None)


async def ask(line: "Line", url: str, wish: Wish, settings: FetchSettings) -> Reply:
    """Send one request for `url`, follow nothing. Raises `Failure` alone, whatever httpx raises."""
    try:
        async with asyncio.timeout(settings.whole_seconds):
            headers = {"Accept-Encoding": ENCODINGS, **wish.headers}
            async with line.get(url, headers) as response:
                check_status(url, response)
                return await _read_reply(url, response, wish)
    except TimeoutError as error:
        detail = f"It was not there after {settings.whole_seconds:g} seconds. Try again later."
        raise Failure(fail(url, detail), is_transient=True, against_host=True) from error
    except Failure:
        raise
    except Exception as error:  # of httpx, httpcore, h2, ssl: none may stop what else is under way
        raise explain_error(url, error) from error


def explain_error(url: str, error: Exception) -> Failure:
    """What an error of httpx or of the guard means."""
    if isinstance(error, RefusedAddress):
        return Failure(explain_refusal(error), is_noted=False)
    if isinstance(error, _LOST):
        detail = f"No complete answer: {_name(error)}. Check the address and the connection."
        is_connection = isinstance(error, _CONNECTION)
        return Failure(fail(url, detail), is_transient=True, against_host=True, at_once=is_connection)
    return Failure(fail(url, f"It can't be fetched: {_name(error)}."))


def fail(url: str, detail: str) -> Problem:
    """The problem `fetch_failed` of an address; no credentials of it are shown."""
    return Problem(code="fetch_failed", reference=show_address(url), detail=show_path(_CONTROLS.sub(" ", detail)))


def show_address(url: str) -> str:
    """An address as it may be stored, logged and printed."""
    return show_path(hide_credentials(url))


def check_status(url: str, response: httpx.Response) -> None:
    """Raise the `Failure` that the status of an answer means, if it means one."""
    status = response.status_code
    if status == NOT_MODIFIED or status in REDIRECT_STATUS or status in (200, 203, 206):
        return
    transient = status in TRANSIENT_STATUS
    advice = "Try again later" if transient else "Check the address, or save the page as a file"
    detail = f"The server answered {status} {response.reason_phrase[:80]}".strip() + f". {advice}."
    raise Failure(
        fail(url, detail),
        status=status,
        is_transient=transient,
        against_host=status in _STATUS_AGAINST_HOST,
        wait=read_retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC)) if transient else 0.0,
    )


async def _read_reply(url: str, response: httpx.Response, wish: Wish) -> Reply:
    headers = read_headers(response)
    if response.status_code in REDIRECT_STATUS:
        return Reply(response.status_code, headers, location=response.headers.get("Location", ""))
    if response.status_code == NOT_MODIFIED:
        return Reply(response.status_code, headers)
    problem = wish.check(show_address(url), headers) if wish.check else None
    if problem:
        raise Failure(problem)
    content = await _read_content(url, response, wish)
    return Reply(response.status_code, headers, content)


async def _read_content(url: str, response: httpx.Response, wish: Wish) -> bytes:
    unpacker = None
    try:
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""), wish.most_bytes)
        _check_length(response, wish)
        async for data in response.aiter_raw():
            unpacker.feed(data)
        return unpacker.finish()
    except TooMuch:
        if wish.cuts and unpacker:
            return bytes(unpacker.content)
        raise Failure(_explain_size(url, wish.most_bytes)) from None
    except Damaged as damaged:
        detail = f"The answer can't be unpacked: {damaged}. Try again later."
        raise Failure(fail(url, detail), is_transient=True) from None


def _check_length(response: httpx.Response, wish: Wish) -> None:
    """Raise `TooMuch` where the server says itself that it sends more than may come."""
    stated = response.headers.get("Content-Length", "")
    if stated.isdecimal() and int(stated[:_MOST_DIGITS]) > wish.most_bytes and not wish.cuts:
        raise TooMuch


def _explain_size(url: str, most: int) -> Problem:
    size = f"{most / 1_000_000:.3g} MB" if most >= 100_000 else f"{most:,} bytes"
    detail = f"It is larger than {size}. Give the page of the single article."
    return Problem(code="too_large", reference=show_address(url), detail=detail)


def read_headers(response: httpx.Response) -> dict[str, str]:
    """The headers of an answer that are kept."""
    return keep_headers(response.headers.items())


def keep_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers that are kept with a page: names in lower case, never a cookie."""
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in _DROPPED_HEADERS]
    return {
        show_path(name): show_path(_CONTROLS.sub(" ", value))[:_LONGEST_HEADER] for name, value in kept[:_MOST_HEADERS]
    }


def _name(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")
