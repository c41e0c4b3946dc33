"""Undoes the compression of an answer while it comes, and stops at a limit: a small answer can hold gigabytes."""

import zlib

ENCODINGS = "gzip, deflate"
"""The header Accept-Encoding. Others (br, zstd) are not asked for: these two can be stopped at any byte."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_GZIP_MARK = b"\x1f\x8b"


class TooMuch(Exception):
    """The content is larger than it may be."""


class Damaged(Exception):
    """The content is not what its header Content-Encoding says, or it is cut short; the sentence is for people."""


class Unpacker:
    """Takes the bytes of an answer as they come and gives their content, never more than `most` bytes of it.

    `encoding` is the header Content-Encoding. Raises `Damaged` for one that was not asked for.
    """

    def __init__(self, encoding: str, most: int) -> None:
        named = encoding.strip().lower()
        if named not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Damaged(f"It comes compressed as {named[:40]!r}, which was not asked for")
        self.content = bytearray()
        self._most = most
        self._came = 0
        self._decoder = None if named in ("", "identity") else zlib.decompressobj(_GZIP_OR_ZLIB)
        self._may_be_bare = named == "deflate"  # some servers leave the frame of zlib out
        self._rest = b""  # what came after the end of a member of gzip

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises `TooMuch` (`content` then holds `most` bytes) or `Damaged`."""
        self._came += len(data)
        if self._decoder is None:
            self._add(data)
        else:
            self._unpack(data)
        if self._came > self._most:
            raise TooMuch

    def finish(self) -> bytes:
        """The whole content. Raises `Damaged` where its end is missing."""
        if self._decoder is not None and self._came and not self._decoder.eof:
            raise Damaged("Its end is missing")
        return bytes(self.content)

    def _unpack(self, data: bytes) -> None:
        assert self._decoder is not None
        data = self._rest + data
        self._rest = b""
        while data:
            if self._decoder.eof:
                if len(data) < len(_GZIP_MARK):
                    self._rest = data
                    return
                if not data.startswith(_GZIP_MARK):
                    return  # servers pad with zeros
                self._decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
            self._add(self._decompress(data))
            assert self._decoder is not None
            data = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail

    def _decompress(self, data: bytes) -> bytes:
        assert self._decoder is not None
        room = self._most - len(self.content) + 1
        try:
            return self._decoder.decompress(data, room)
        except zlib.error as error:
            if not self._may_be_bare or self.content:
                raise Damaged("What was compressed is damaged") from error
        self._may_be_bare = False
        self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._decompress(data)

    def _add(self, data: bytes) -> None:
        room = self._most - len(self.content)
        self.content += data[:room]
        if len(data) > room:
            raise TooMuch
