"""Keeps to robots.txt (RFC 9309): what may be fetched, and with what pause between."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from protego import Protego

from schemas import FetchSettings, Problem
from sources.addresses import RefusedAddress, check_address
from sources.fetching.asking import Asker, follow
from sources.fetching.exchange import NOT_MODIFIED, PRODUCT, TRANSIENT_STATUS, Failure, Reply, Wish, show_address
from sources.fetching.hosts import Hosts, Now, shorten_reason, tell_now
from sources.fetching.memory import Kind, Memory

MOST_BYTES = 500 * 1024
_MOST_REDIRECTS = 5
_LONGEST_USE = timedelta(hours=24)
_NO_RULES = b""


@dataclass(frozen=True)
class _Rules:
    rules: Protego
    fetched_at: datetime


class Robots:
    """The rules of all origins that are asked, fetched when they are first needed and a day later again.

    An answer 4xx means that there are none; a server in trouble, that nothing may be fetched now (an older copy is
    used, where there is one).
    """

    def __init__(
        self, asker: Asker, hosts: Hosts, memory: Memory, settings: FetchSettings, allow_hosts: frozenset[str],
        now: Now = tell_now,
    ) -> None:  # fmt: skip
        self._asker = asker
        self._hosts = hosts
        self._memory = memory
        self._settings = settings
        self._allow_hosts = allow_hosts
        self._now = now
        self._known: dict[str, _Rules] = {}
        self._under_way: dict[str, asyncio.Task[_Rules]] = {}

    async def check(self, url: str) -> None:
        """Raise a `Failure` where `url` may not be fetched; set the pause that its host wishes for."""
        self._hosts.find(url).check_rest()
        try:
            rules = (await self._find_rules(url)).rules
        except Failure as failure:
            if failure.problem.code == "refused_address":
                raise Failure(
                    failure.problem.model_copy(update={"reference": show_address(url)}), is_noted=False
                ) from None
            raise
        if not rules.can_fetch(url, PRODUCT):
            advice = "Save the page with your browser and give the file."
            detail = f"The site's robots.txt asks programs not to fetch it. {advice}"
            raise Failure(Problem(code="robots_refuse", reference=show_address(url), detail=detail))
        self._obey_delay(url, rules)

    def _obey_delay(self, url: str, rules: Protego) -> None:
        host = self._hosts.find(url)
        rate = rules.request_rate(PRODUCT)
        wished = max(rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        if wished > self._settings.longest_delay_seconds:
            detail = (
                f"Its robots.txt asks for {wished:g} seconds between two requests, more than the "
                f"{self._settings.longest_delay_seconds:g} of longest_delay_seconds. Raise that, or leave the host out."
            )
            raise Failure(Problem(code="robots_refuse", reference=host.name, detail=detail), is_noted=False)
        host.delay = max(host.delay, wished)

    async def _find_rules(self, url: str) -> _Rules:
        address = httpx.URL(url).copy_with(raw_path=b"/robots.txt", fragment=None)
        place = str(address)
        known = self._known.get(place)
        if known and self._is_fresh(known.fetched_at):
            return known
        task = self._under_way.get(place)
        if task is None:
            task = self._under_way[place] = asyncio.create_task(self._read_rules(place))
            task.add_done_callback(lambda done: self._end(place, done))
        rules = await asyncio.shield(task)  # others wait for it, too
        self._known[place] = rules
        return rules

    def _end(self, place: str, task: asyncio.Task[_Rules]) -> None:
        self._under_way.pop(place, None)
        if not task.cancelled():
            task.exception()  # whoever waited has met it; nobody may have

    async def _read_rules(self, place: str) -> _Rules:
        kept = self._memory.find(Kind.ROBOTS, place)
        if kept and kept.content is not None and kept.fetched_at and self._is_fresh(kept.fetched_at):
            return _Rules(_parse(kept.content), kept.fetched_at)
        conditions = kept.ask_if_changed() if kept and kept.content is not None else {}
        try:
            reply = await self._ask(place, conditions)
        except Failure as failure:
            if _means_none(failure):
                reply = Reply(status=failure.status or 0, content=_NO_RULES)
            elif kept and kept.content is not None:
                return _Rules(_parse(kept.content), self._now())
            else:
                raise self._explain(place, failure) from failure
        if reply.status == NOT_MODIFIED and kept and kept.content is not None:
            self._memory.note_unchanged(Kind.ROBOTS, place, self._now())
            return _Rules(_parse(kept.content), self._now())
        self._memory.save_content(Kind.ROBOTS, place, reply.content, reply.headers, self._now(), place)
        return _Rules(_parse(reply.content), self._now())

    async def _ask(self, place: str, conditions: dict[str, str]) -> Reply:
        wish = Wish({"Accept": "text/plain,*/*;q=0.5", **conditions}, MOST_BYTES, cuts=True)
        try:
            checked = check_address(place, self._allow_hosts)
        except RefusedAddress as refused:
            raise AssertionError("the origin of an address that was checked") from refused
        reply, _ = await follow(
            checked, lambda url: self._asker.ask(url, wish), lambda _: None, most=_MOST_REDIRECTS,
            allow_hosts=self._allow_hosts,
        )  # fmt: skip
        return reply

    def _explain(self, place: str, failure: Failure) -> Failure:
        """A host whose rules can't be had is left alone: none of its addresses may be fetched now."""
        if not failure.is_noted:
            return failure
        host = self._hosts.find(place)
        if not host.is_resting():
            host.begin_rest(f"Its robots.txt could not be read: {shorten_reason(failure.problem)}")
        return host.explain_rest()

    def _is_fresh(self, fetched_at: datetime) -> bool:
        return self._now() - fetched_at < _LONGEST_USE


def _means_none(failure: Failure) -> bool:
    """Whether there are no rules: the server says so, or redirects without end."""
    if failure.status is None:
        return failure.problem.code == "fetch_failed" and not failure.is_transient
    return 400 <= failure.status < 500 and failure.status not in TRANSIENT_STATUS


def _parse(content: bytes) -> Protego:
    return Protego.parse(content.decode("utf-8-sig", "replace"))
