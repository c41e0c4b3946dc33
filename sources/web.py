"""Fetches pages over HTTP: one at a time, with limits on time and size, and patience only where it can help."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version

import httpx

from schemas import MediaType, Page, Problem
from sources.files import MOST_BYTES, explain_size, show_path

CONNECT_SECONDS = 10.0
WHOLE_SECONDS = 30.0
LONGEST_WAIT_SECONDS = 30.0
MOST_REDIRECTS = 5
ATTEMPTS = 3
FIRST_WAIT_SECONDS = 1.0
_TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})
_HTML_TYPES = ("text/html", "application/xhtml+xml", "")

Wait = Callable[[float], None]


class _Refused(Exception):
    """An answer that holds no page; `wait` is how many seconds to leave before trying again, None not to."""

    def __init__(self, problem: Problem, wait: float | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.wait = wait


def name_user_agent() -> str:
    """How breachwire calls itself to servers: truly, with its version."""
    try:
        return f"breachwire/{version('breachwire')}"
    except PackageNotFoundError:
        return "breachwire/0"


def open_client() -> httpx.Client:
    """A client with breachwire's name and limits, to be closed after use."""
    return httpx.Client(
        headers={"User-Agent": name_user_agent(), "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8"},
        timeout=httpx.Timeout(WHOLE_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
    )


def fetch_page(url: str, client: httpx.Client, wait: Wait = time.sleep) -> Page | Problem:
    """Fetch `url`, an http(s) address: a Page, or a Problem `fetch_failed`, `not_html`, `too_large` or `empty_page`.

    Tries up to three times, with `wait` (seconds) between, where waiting can help: no
    connection, a timeout, status 429 and those of a server in trouble; but not again
    once `WHOLE_SECONDS` have gone by. Robots rules and conditional requests would
    come in front of this.
    """
    begun = time.monotonic()
    waits = [FIRST_WAIT_SECONDS * 2**attempt for attempt in range(ATTEMPTS - 1)]
    for pause in (*waits, None):
        try:
            return _request(url, client)
        except _Refused as refused:
            late = time.monotonic() - begun > WHOLE_SECONDS
            if refused.wait is None or refused.wait > LONGEST_WAIT_SECONDS or pause is None or late:
                return refused.problem
            wait(max(pause, refused.wait))
    raise AssertionError("the last attempt returns")


def _request(url: str, client: httpx.Client) -> Page:
    try:
        with client.stream("GET", url) as response:
            _check_status(url, response)
            media_type = _choose_media_type(url, response)
            content = _read_content(url, response)
    except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise _Refused(
            _fail(url, f"No complete answer: {_name(error)}. Check the address and the connection."), 0.0
        ) from error
    except httpx.TooManyRedirects as error:
        raise _Refused(_fail(url, f"It redirects more than {MOST_REDIRECTS} times.")) from error
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise _Refused(_fail(url, f"It can't be fetched: {_name(error)}.")) from error
    return Page(
        reference=show_path(url),
        media_type=media_type,
        content=content,
        url=str(response.url),
        charset=response.charset_encoding,
        fetched_at=datetime.now(UTC),
    )


def _name(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")


def _fail(url: str, detail: str) -> Problem:
    return Problem(code="fetch_failed", reference=show_path(url), detail=detail)


def _check_status(url: str, response: httpx.Response) -> None:
    status = response.status_code
    if status < 400:
        return
    advice = "Try again later" if status in _TRANSIENT_STATUS else "Check the address, or save the page as a file"
    problem = _fail(url, f"The server answered {status} {response.reason_phrase}".strip() + f". {advice}.")
    raise _Refused(problem, _read_retry_after(response) if status in _TRANSIENT_STATUS else None)


def _read_retry_after(response: httpx.Response) -> float:
    """The seconds that the server asks to wait; 0 where it asks for none, or not in a way that can be read."""
    stated = response.headers.get("Retry-After", "").strip()
    if stated.isdecimal():
        return float(stated)
    try:
        return max(0.0, (parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _choose_media_type(url: str, response: httpx.Response) -> MediaType:
    stated = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if stated in _HTML_TYPES:
        return MediaType.HTML
    if stated == "text/plain":
        return MediaType.TEXT
    detail = f"The server sent {stated[:80]}, not a web page. Give the article's own page."
    raise _Refused(Problem(code="not_html", reference=show_path(url), detail=detail))


def _read_content(url: str, response: httpx.Response) -> bytes:
    """The body, decompressed as it comes, up to the limits of size and of time."""
    content = bytearray()
    begun = time.monotonic()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > MOST_BYTES:
            raise _Refused(explain_size(show_path(url)))
        if time.monotonic() - begun > WHOLE_SECONDS:
            raise _Refused(_fail(url, f"It was not there after {WHOLE_SECONDS:.0f} seconds. Try again later."), 0.0)
    if not content:
        raise _Refused(Problem(code="empty_page", reference=show_path(url), detail="The server sent an empty page."))
    return bytes(content)
