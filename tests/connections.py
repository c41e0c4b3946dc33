"""Every connection that this process opens, as Python's own audit tells it; none leaves this machine.

What is tested can't get around it: the hook sits below httpx, httpcore, anyio and asyncio. A hook can't be taken away
again, so it does nothing outside of `watch_connections`.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_watching: list[list[str]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching or event not in ("socket.connect", "socket.getaddrinfo"):
        return
    if event == "socket.getaddrinfo":
        if str(arguments[0]) != "127.0.0.1":
            _watching[-1].append(f"look up {arguments[0]}")
            raise OSError("no name server is asked in tests")
        return
    address = arguments[1]
    host = str(address[0]) if isinstance(address, tuple) else str(address)
    _watching[-1].append(host)
    if not host.startswith("127."):
        raise ConnectionRefusedError("tests don't leave this machine")


sys.addaudithook(_hear)


@contextmanager
def watch_connections() -> Iterator[list[str]]:
    """The addresses that are connected to, and `look up NAME` for each name that the system is asked for."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()
