"""The line to the network: sends one request at a time as it is, through the guard.

It is httpx without its client, which would follow redirects half-way, keep cookies, and log addresses with what secret
they hold.
"""

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import httpx

from schemas import FetchSettings
from sources.addresses import read_allow_hosts
from sources.fetching.exchange import choose_timeout, name_user_agent
from sources.guard import GuardedTransport, Resolve

_IDLE_SECONDS = 30.0  # that an unused connection stays open, for the next polite request
_TALKATIVE = ("httpcore", "hpack", "h2")  # below INFO they log the headers of each request and answer


class Line:
    """Connections over HTTP/2 and HTTP/1.1 that no address of a private network is reached by.

    `resolve` answers in place of the system's name server.
    """

    def __init__(self, settings: FetchSettings, resolve: Resolve) -> None:
        limits = httpx.Limits(
            max_connections=None,
            max_keepalive_connections=settings.most_hosts_at_once,
            keepalive_expiry=_IDLE_SECONDS,
        )
        allow_hosts = read_allow_hosts(settings.allow_hosts)
        self._transport = GuardedTransport(
            allow_hosts=allow_hosts, resolve=resolve, limits=limits, ssl_context=_create_ssl_context()
        )
        self._headers = {"User-Agent": name_user_agent(settings.contact), "Accept-Language": "en,*;q=0.5"}
        self._extensions = {"timeout": choose_timeout(settings).as_dict()}
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.INFO)

    @asynccontextmanager
    async def get(self, url: str, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
        """The answer to one request, its content not yet read. Raises what httpx and the guard raise."""
        request = httpx.Request("GET", url, headers=self._headers | headers, extensions=self._extensions)
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


@cache
def _create_ssl_context() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes a tenth of a second."""
    return httpx.create_ssl_context()
