"""The payloads of archived HTTP answers: undone chunks and compression, never more than a page may have."""

import zlib
from collections.abc import Callable

import brotli
import zstandard

from sources.files import MOST_BYTES

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class BadPayload(Exception):
    """The payload is not coded as its headers say; the sentence says how."""


def decode_payload(content: bytes, transfer_encoding: str, content_encoding: str) -> bytes:
    """The bytes as the server had them, at most `MOST_BYTES` and one more. Raises `BadPayload`.

    Many crawlers write what they decoded already under the headers as they came: what does not begin as its header
    says is left as it is.
    """
    if "chunked" in transfer_encoding.lower():
        content = _join_chunks(content)
    for coding in reversed([name.strip().lower() for name in content_encoding.split(",")]):
        if decode := _DECODERS.get(coding):
            try:
                content = decode(content)
            except (zlib.error, brotli.error, zstandard.ZstdError) as error:
                raise BadPayload(f"Its content is not {coding}, as its header says ({error})") from error
    return content


def _join_chunks(content: bytes) -> bytes:
    """The content of chunks (RFC 9112, 7.1); what doesn't begin with a chunk's size is whole already."""
    joined = bytearray()
    place = 0
    while (end := content.find(b"\n", place, place + 1000)) > 0:
        try:
            size = int(content[place:end].partition(b";")[0].strip(), 16)
        except ValueError:
            break
        if size <= 0:
            return bytes(joined)
        joined += content[end + 1 : end + 1 + size]
        place = content.find(b"\n", end + 1 + size, end + 3 + size) + 1 or len(content)
    return bytes(joined) if place else content


def _decompress_gzip(content: bytes) -> bytes:
    return zlib.decompressobj(31).decompress(content, MOST_BYTES + 1) if content.startswith(_GZIP) else content


def _decompress_deflate(content: bytes) -> bytes:
    """What is called deflate is zlib's form by the standard, and bare by the habit of some servers."""
    if content[:1] == b"\x78":
        return zlib.decompressobj().decompress(content, MOST_BYTES + 1)
    return content if content[:1] == b"<" else zlib.decompressobj(-15).decompress(content, MOST_BYTES + 1)


def _decompress_brotli(content: bytes) -> bytes:
    if content.lstrip()[:1] == b"<":
        return content
    decoder, unpacked = brotli.Decompressor(), bytearray()
    piece = decoder.process(content, output_buffer_limit=MOST_BYTES + 1)
    while piece and len(unpacked) <= MOST_BYTES:
        unpacked += piece
        piece = decoder.process(b"", output_buffer_limit=MOST_BYTES + 1)
    return bytes(unpacked[: MOST_BYTES + 1])


def _decompress_zstd(content: bytes) -> bytes:
    if not content.startswith(_ZSTD):
        return content
    with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(content) as reader:
        return reader.read(MOST_BYTES + 1)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _decompress_gzip,
    "x-gzip": _decompress_gzip,
    "deflate": _decompress_deflate,
    "br": _decompress_brotli,
    "zstd": _decompress_zstd,
}
