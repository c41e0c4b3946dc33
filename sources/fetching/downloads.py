"""Downloads large files to disk, going on where an earlier download broke off."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import httpx

from schemas import Problem
from sources.addresses import RefusedAddress, check_address, explain_refusal
from sources.fetching.asking import follow
from sources.fetching.exchange import (
    REDIRECT_STATUS,
    Failure,
    Reply,
    check_status,
    explain_error,
    fail,
    read_headers,
    show_address,
)
from sources.fetching.memory import Kind

if TYPE_CHECKING:
    from sources.fetching.crawler import Crawler

_LEAST_BYTES_A_SECOND = 1_000  # a server that gives less does not mean to give at all
_NOT_SATISFIABLE = 416
_PARTIAL = 206


async def download(crawler: "Crawler", url: str, path: Path, most_bytes: int) -> Path | Problem:
    """Write what `url` gives to `path`. While it comes it is called `path` with `.part` behind."""
    try:
        address = check_address(url, crawler.allow_hosts)
    except RefusedAddress as refused:
        return explain_refusal(refused)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _, final = await follow(
            address,
            lambda hop: crawler.ask_allowed(
                hop, lambda: crawler.asker.try_often(hop, lambda: _write_part(crawler, hop, part, most_bytes))
            ),
            lambda _: None,
            most=crawler.settings.most_redirects,
            allow_hosts=crawler.allow_hosts,
        )
        part.replace(path)
    except Failure as failure:
        return failure.problem
    except OSError as error:
        detail = f"It can't be written to {path}: {error.strerror or error}. Check the folder and the disk."
        return Problem(code="fetch_failed", reference=show_address(url), detail=detail)
    crawler.memory.forget(Kind.DOWNLOAD, final)
    return path


async def _write_part(crawler: "Crawler", url: str, part: Path, most: int) -> Reply:
    """Ask for what `part` has not; an answer that is not about the same file begins it anew."""
    try:
        async with crawler.line.get(url, _choose_headers(crawler, url, part)) as response:
            had = part.stat().st_size if part.exists() else 0
            if response.status_code == _NOT_SATISFIABLE or not _continues(response, had):
                part.unlink(missing_ok=True)
                raise Failure(fail(url, "It changed while it was downloaded. Try again."), is_transient=True)
            check_status(url, response)
            headers = read_headers(response)
            if response.status_code in REDIRECT_STATUS:
                return Reply(response.status_code, location=response.headers.get("Location", ""))
            crawler.memory.save_content(Kind.DOWNLOAD, url, b"", headers, crawler.hosts.now(), url)
            with part.open("ab" if response.status_code == _PARTIAL else "wb") as file:
                await _write_content(response, file, url, most, crawler.settings.whole_seconds)
            return Reply(response.status_code, headers)
    except (httpx.HTTPError, httpx.InvalidURL, RefusedAddress, UnicodeError) as error:
        raise explain_error(url, error) from error


def _continues(response: httpx.Response, had: int) -> bool:
    """Whether a partial answer begins where the part ends."""
    stated = response.headers.get("Content-Range", "")
    return response.status_code != _PARTIAL or stated.startswith(f"bytes {had}-")


def _choose_headers(crawler: "Crawler", url: str, part: Path) -> dict[str, str]:
    """What to ask with: for the rest of the file, where a part is there and the server can tell if it is the same."""
    headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
    known = crawler.memory.find(Kind.DOWNLOAD, url)
    had = part.stat().st_size if part.exists() else 0
    if known and known.etag and had and not known.etag.startswith("W/"):
        headers |= {"Range": f"bytes={had}-", "If-Range": known.etag}
    return headers


async def _write_content(response: httpx.Response, file: BinaryIO, url: str, most: int, whole_seconds: float) -> None:
    clock = asyncio.get_running_loop().time
    begun, came = clock(), 0
    async for data in response.aiter_raw():
        file.write(data)
        came += len(data)
        if file.tell() > most:
            detail = f"It is larger than {most / 1_000_000:.3g} MB. Raise the limit, or give a smaller file."
            raise Failure(Problem(code="too_large", reference=show_address(url), detail=detail))
        seconds = clock() - begun
        if seconds > whole_seconds and came < _LEAST_BYTES_A_SECOND * seconds:
            raise Failure(fail(url, "It comes too slowly. Try again later."), is_transient=True, against_host=True)
