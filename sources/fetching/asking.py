"""Asks for addresses with patience: in the host's turn, again where that can help, and through redirects."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from schemas import FetchSettings
from sources.addresses import RefusedAddress, check_address, explain_refusal
from sources.fetching.exchange import REDIRECT_STATUS, Failure, Reply, Wish, ask, fail
from sources.fetching.hosts import Hosts
from sources.fetching.line import Line
from sources.fetching.patience import choose_wait

Ask = Callable[[str], Awaitable[Reply]]
Meet = Callable[[str], None]


class Asker:
    """Sends requests, each in the turn of its host, again where a failure may pass."""

    def __init__(self, line: Line, hosts: Hosts, settings: FetchSettings) -> None:
        self._line = line
        self._hosts = hosts
        self._settings = settings

    async def ask(self, url: str, wish: Wish) -> Reply:
        """The reply to a request for `url`, an address that was checked. Raises `Failure`."""
        return await self.try_often(url, lambda: ask(self._line, url, wish, self._settings))

    async def try_often(self, url: str, attempt: Callable[[], Awaitable[Reply]]) -> Reply:
        """Make `attempt` in the turn of the host of `url`, and again where that can help. Raises `Failure`."""
        for number in range(1, self._settings.attempts + 1):
            try:
                return await self._try_once(url, attempt, is_last=number == self._settings.attempts)
            except Failure as failure:
                if not failure.is_transient or number == self._settings.attempts:
                    raise
                wait = choose_wait(number, self._settings.first_wait_seconds, self._settings.longest_wait_seconds)
                await asyncio.sleep(max(wait, failure.wait))
        raise AssertionError("the last attempt returns or raises")

    async def _try_once(self, url: str, attempt: Callable[[], Awaitable[Reply]], *, is_last: bool) -> Reply:
        host = self._hosts.find(url)
        async with host.take_turn():
            try:
                reply = await attempt()
            except Failure as failure:
                if failure.wait > self._settings.longest_wait_seconds:
                    host.obey_wait(failure.wait)
                    raise host.explain_rest() from failure
                if failure.wait:
                    host.pause(failure.wait)
                if not failure.against_host:
                    host.count_answer()
                elif failure.at_once or is_last or not failure.is_transient:
                    host.count_failure(failure.problem)
                raise
            host.count_answer()
            return reply


async def follow(url: str, ask_for: Ask, meet: Meet, *, most: int, allow_hosts: frozenset[str]) -> tuple[Reply, str]:
    """The reply that `url` leads to in the end, and the address that gave it.

    `meet` is told each further address before it is asked for, and may raise. Raises `Failure` also for more than
    `most` redirects, a circle of them, and one that leads where nothing may be fetched.
    """
    met = [url]
    while True:
        reply = await ask_for(met[-1])
        if reply.status not in REDIRECT_STATUS:
            return reply, met[-1]
        further = _read_location(met[-1], reply.location or "", allow_hosts)
        if further in met:
            raise Failure(fail(met[0], "It redirects in a circle. Open it in a browser and give where that ends."))
        if len(met) > most:
            raise Failure(fail(met[0], f"It redirects more than {most} times. Give the address where that ends."))
        meet(further)
        met.append(further)


def _read_location(url: str, location: str, allow_hosts: frozenset[str]) -> str:
    if not location.strip():
        raise Failure(fail(url, "It redirects to nowhere. Check the address."))
    try:
        return check_address(str(httpx.URL(url).join(location.strip())), allow_hosts)
    except RefusedAddress as refused:
        raise Failure(explain_refusal(refused)) from None
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise Failure(fail(url, "It redirects to what is no address. Check the address.")) from None
