"""WARC files made for the tests, byte by byte, so that each byte can be damaged."""

import gzip
from collections.abc import Iterable
from zlib import crc32

DAY = "2024-05-01T10:00:00Z"
HTML_TYPE = "text/html; charset=utf-8"


def make_record(
    kind: str, url: str, block: bytes, *, day: str = DAY, stated: str | None = None, headers: Iterable[str] = ()
) -> bytes:
    """One record; `stated` is the Content-Type of its block, that of HTTP messages where it is not given."""
    media = stated or f"application/http; msgtype={'request' if kind == 'request' else 'response'}"
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{crc32(f'{kind} {url}'.encode()):012}>",
        f"WARC-Date: {day}",
        f"WARC-Target-URI: {url}",
        f"Content-Type: {media}",
        *headers,
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def make_answer(content: bytes, stated: str = HTML_TYPE, status: str = "200 OK", headers: Iterable[str] = ()) -> bytes:
    """An HTTP answer as it went over the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {stated}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def make_page(number: int, size: int = 400) -> bytes:
    """A record with a web page of its own."""
    words = f"The council of ward {number} met on Monday. " * (size // 40)
    page = f"<!DOCTYPE html><html><head><title>Ward {number}</title></head><body><p>{words}</p></body></html>"
    return make_record("response", f"http://news.test/{number}", make_answer(page.encode()))


def pack(records: Iterable[bytes]) -> bytes:
    """The records as a gzip WARC has them: each a member of its own."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def read_recipe(text: str) -> list[bytes]:
    """The records of a text that describes them: `=== KIND URL [DAY]`, then the block, HTTP headers and all."""
    records = []
    for part in text.split("=== ")[1:]:
        line, _, block = part.partition("\n")
        kind, url, *day = line.split()
        head, blank, body = block.rstrip("\n").partition("\n\n")
        content = head.replace("\n", "\r\n") + ("\r\n\r\n" + body if blank else "\r\n\r\n")
        stated = "application/warc-fields" if kind in ("warcinfo", "metadata") else None
        records.append(make_record(kind, url, content.encode(), day=day[0] if day else DAY, stated=stated))
    return records
