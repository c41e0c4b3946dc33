"""The network guard: a transport for httpx by which no address of a private network is ever reached.

A host's name is resolved once for a connection, every address that it resolves to is checked, and the connection is
opened to the checked address itself, so that a name server can't answer otherwise in between. Certificate, SNI and the
Host header keep the name. Redirects need nothing more: every hop is a request of its own through this transport.

    transport = GuardedTransport(allow_hosts=read_allow_hosts(["localhost:8000"]))
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client: ...

`trust_env=False`, since a proxy of the environment would resolve names itself, where nothing checks them, and a netrc
file would put credentials into requests.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import httpcore
import httpx

from sources.addresses import (
    RefusalKind,
    RefusedAddress,
    check_address,
    describe_network,
    explain_refusal,
    is_allowed,
    is_ip_address,
    read_allow_hosts,
)
from sources.credentials import hide_credentials
from sources.networks import name_forbidden_network

__all__ = [
    "GuardedTransport",
    "RefusalKind",
    "RefusedAddress",
    "Resolve",
    "check_address",
    "explain_refusal",
    "hide_credentials",
    "read_allow_hosts",
    "resolve_host",
]

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Gives the IP addresses of a host's name and a port, the best first; raises `OSError` where there are none."""

_RESOLVERS = ThreadPoolExecutor(32, "resolve")
"""Threads of their own: a look-up can't be cancelled, and a few silent name servers must not stop all others."""

_SocketOptions = Iterable[httpcore.SOCKET_OPTION]


async def resolve_host(host: str, port: int) -> list[str]:
    """The IP addresses of a host's name as the system's resolver gives them; raises `OSError`."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    found = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, ask)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedTransport(httpx.AsyncBaseTransport):
    """Requests over HTTP/2 and HTTP/1.1 to machines of the internet and to `allow_hosts`, to no other.

    Raises `RefusedAddress` for what is refused (it is no `httpx.HTTPError`: trying again can't help), and else what
    httpx's own transport raises. `resolve` answers instead of the system's resolver.
    """

    def __init__(
        self,
        *,
        allow_hosts: frozenset[str] = frozenset(),
        resolve: Resolve = resolve_host,
        ssl_context: ssl.SSLContext | None = None,
        limits: httpx.Limits | None = None,
    ) -> None:
        limits = limits or httpx.Limits(max_connections=100, max_keepalive_connections=20)
        self._allow_hosts = allow_hosts
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(),
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            http1=True,
            http2=True,
            network_backend=_GuardedBackend(allow_hosts, resolve),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its address is checked before, and again where its host leads to."""
        check_address(str(request.url), self._allow_hosts)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        asked = httpcore.Request(
            request.method, url, headers=request.headers.raw, content=request.stream, extensions=request.extensions
        )
        try:
            with _as_httpx_errors():
                answer = await self._pool.handle_async_request(asked)
        except _Forbidden as forbidden:
            raise RefusedAddress(str(request.url), RefusalKind.NETWORK, str(forbidden)) from None
        assert isinstance(answer.stream, AsyncIterable)
        body = _Body(answer.stream)
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Forbidden(Exception):
    """A name leads into a network that is not of the internet."""


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens the connections of a pool: the only place where anything is resolved or connected to."""

    def __init__(self, allow_hosts: frozenset[str], resolve: Resolve) -> None:
        self._allow_hosts = allow_hosts
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        clock = asyncio.get_running_loop().time
        ends = None if timeout is None else clock() + timeout
        addresses = await self._find_addresses(host, port, timeout)
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for position, address in enumerate(addresses):
            # A silent address leaves their share of the time to those after it.
            share = None if ends is None else max(0.0, ends - clock()) / (len(addresses) - position)
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or httpcore.ConnectError(f"The name {host} leads to no address")

    async def _find_addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """The addresses of `host`, all of them checked."""
        try:
            async with asyncio.timeout(timeout):
                addresses = [host] if is_ip_address(host) else await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"The name server gave no answer for {host}") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"The name {host} can't be resolved: {error}") from error
        if not is_allowed(host, port, self._allow_hosts):
            for address in addresses:
                _check_resolved(address)
        return addresses

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: _SocketOptions | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise _Forbidden("Sockets of this machine are not connected to.")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


def _check_resolved(address: str) -> None:
    try:
        network = name_forbidden_network(address)
    except ValueError:
        raise _Forbidden(f"The name server gave {address[:80]!r}, which is no IP address. Check the host.") from None
    if network:
        raise _Forbidden(describe_network(address, network))


class _Body(httpx.AsyncByteStream):
    """The content of an answer as it comes."""

    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx_errors():
            async for part in self._stream:
                yield part

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (  # the narrow ones first
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.TimeoutException, httpx.TimeoutException),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.NetworkError, httpx.NetworkError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.ProtocolError, httpx.ProtocolError),
)


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    """Raise httpcore's errors as httpx's, as httpx's own transport does."""
    try:
        yield
    except Exception as error:
        for theirs, ours in _ERRORS:
            if isinstance(error, theirs):
                raise ours(str(error)) from error
        raise
