"""Gets articles and documents within one event loop: what the memory knows is not asked for, robots.txt is kept to."""

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime

from schemas import FetchSettings, Problem
from schemas.addresses import identify_url
from sources.addresses import RefusedAddress, check_address, explain_refusal, read_allow_hosts
from sources.fetching.answers import PAGES, Fetched, Reason, Unchanged, check_media_type, read_charset
from sources.fetching.asking import Asker, follow
from sources.fetching.exchange import NOT_MODIFIED, Failure, Reply, Wish, fail, show_address
from sources.fetching.hosts import Hosts, Now, tell_now
from sources.fetching.line import Line
from sources.fetching.memory import Kind, Memory, Remembered, State, is_newer
from sources.fetching.robots import Robots


class _Met(Exception):
    """A redirect leads to an article that was had or is under way; `key` is its."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class Crawler:
    """What a `Fetcher` does in its thread; all of it belongs to one event loop. Requests go through `line`."""

    def __init__(self, line: Line, settings: FetchSettings, memory: Memory, now: Now = tell_now) -> None:
        self.line = line
        self.settings = settings
        self.memory = memory
        self.allow_hosts = read_allow_hosts(settings.allow_hosts)
        self.hosts = Hosts(settings, memory, now)
        self.asker = Asker(line, self.hosts, settings)
        self.robots = Robots(self.asker, self.hosts, memory, settings, self.allow_hosts, now)
        self._now = now
        self.left_out: Counter[str] = Counter()  # by host, how many addresses were not tried since it rests
        self._under_way: set[str] = set()
        self._had: dict[str, datetime] = {}  # since this process began, kept or not

    async def fetch_article(self, url: str, updated: datetime | None = None) -> Fetched | Unchanged | Problem:
        """An article that was not had, or was `updated` since."""
        try:
            address = check_address(url, self.allow_hosts)
        except RefusedAddress as refused:
            return explain_refusal(refused)
        shown = show_address(url)
        known = self.memory.find(Kind.ARTICLE, shown)
        unchanged = self._look_up(shown, known, updated)
        if unchanged:
            return unchanged
        return await self._fetch_new(address, shown, known, updated)

    async def fetch_document(self, url: str, accept: str) -> Fetched | Problem:
        """A feed or a sitemap as it is now; where it did not change, as it is kept."""
        try:
            address = check_address(url, self.allow_hosts)
        except RefusedAddress as refused:
            return explain_refusal(refused)
        shown = show_address(url)
        known = self.memory.find(Kind.DOCUMENT, shown)
        if known and known.problem and known.next_try_at and known.next_try_at > self._now():
            return known.problem
        conditions = known.ask_if_changed() if known and known.content is not None else {}
        try:
            reply, final = await self._follow(address, {"Accept": accept, **conditions}, lambda _: None)
            return self._take_document(shown, reply, final, known)
        except Failure as failure:
            return self._note_failure(Kind.DOCUMENT, [shown], shown, failure)

    async def ask_allowed(self, url: str, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        """The reply of `ask`, if robots.txt lets `url` be fetched. Raises `Failure`."""
        await self.robots.check(url)
        return await ask()

    def _look_up(self, shown: str, known: Remembered | None, updated: datetime | None) -> Unchanged | None:
        """Why an article need not be asked for; None where it must be."""
        key = identify_url(shown)
        if key in self._under_way:
            return Unchanged(shown, Reason.HAD)
        if known and known.next_try_at and known.next_try_at > self._now():
            return Unchanged(shown, Reason.FAILED_BEFORE, known.problem)
        times = [time for time in (known.fetched_at if known else None, self._had.get(key)) if time]
        if times and not is_newer(updated, max(times)):
            return Unchanged(shown, Reason.HAD)
        return None

    async def _fetch_new(
        self, address: str, shown: str, known: Remembered | None, updated: datetime | None
    ) -> Fetched | Unchanged | Problem:
        met = [identify_url(shown)]

        def meet(further: str) -> None:
            key = identify_url(show_address(further))
            if key in met:
                return
            if self._look_up(further, self.memory.find(Kind.ARTICLE, further), updated):
                raise _Met(key)
            met.append(key)
            self._under_way.add(key)

        self._under_way.add(met[0])
        conditions = known.ask_if_changed() if known and known.state is not State.FAILED else {}
        try:
            reply, final = await self._follow(address, {"Accept": PAGES, **conditions}, meet, is_article=True)
            return self._take_article(shown, reply, final, known, met)
        except _Met as other:
            self.memory.note_same(met, other.key)
            return Unchanged(shown, Reason.HAD)
        except Failure as failure:
            return self._note_failure(Kind.ARTICLE, met, shown, failure)
        finally:
            self._under_way.difference_update(met)

    async def _follow(
        self, address: str, headers: dict[str, str], meet: Callable[[str], None], *, is_article: bool = False
    ) -> tuple[Reply, str]:
        check = check_media_type if is_article else None
        wish = Wish(headers, self.settings.most_bytes, check=check)
        return await follow(
            address,
            lambda url: self.ask_allowed(url, lambda: self.asker.ask(url, wish)),
            meet,
            most=self.settings.most_redirects,
            allow_hosts=self.allow_hosts,
        )

    def _take_article(
        self, shown: str, reply: Reply, final: str, known: Remembered | None, met: list[str]
    ) -> Fetched | Unchanged:
        now = self._now()
        self._had.update(dict.fromkeys(met, now))
        if reply.status == NOT_MODIFIED:
            if not known:
                raise Failure(
                    fail(shown, "The server says that it did not change, but it was never had. Try again later.")
                )
            self.memory.note_unchanged(Kind.ARTICLE, shown, now)
            return Unchanged(shown, Reason.NOT_MODIFIED)
        if not reply.content:
            raise Failure(Problem(code="empty_page", reference=shown, detail="The server sent an empty page."))
        if known and known.content_hash == hashlib.sha256(reply.content).hexdigest():
            self.memory.note_unchanged(Kind.ARTICLE, shown, now)
            return Unchanged(shown, Reason.NOT_MODIFIED)
        return _make_fetched(shown, reply, final, now)

    def _take_document(self, shown: str, reply: Reply, final: str, known: Remembered | None) -> Fetched:
        now = self._now()
        if reply.status != NOT_MODIFIED:
            is_unchanged = bool(known and known.content == reply.content)
            self.memory.save_content(Kind.DOCUMENT, shown, reply.content, reply.headers, now, final)
            return _make_fetched(shown, reply, final, now, is_unchanged=is_unchanged)
        if not known or known.content is None:
            raise Failure(fail(shown, "The server says that it did not change, but it was never had. Try again later."))
        self.memory.note_unchanged(Kind.DOCUMENT, shown, now)
        headers = reply.headers | ({"content-type": known.content_type} if known.content_type else {})
        kept = Reply(reply.status, headers, known.content)
        return _make_fetched(shown, kept, known.url or final, now, is_unchanged=True)

    def _note_failure(self, kind: Kind, met: list[str], shown: str, failure: Failure) -> Problem:
        """Note a failure of `shown`, and of the addresses that it redirected to; returns its problem."""
        problem = _name_asked(failure, shown)
        if problem.code == "resting_host":
            self.left_out[problem.reference] += 1
        if failure.is_noted or len(met) > 1:  # else nobody was asked, or nobody need be asked less often
            is_transient = failure.is_transient or not failure.is_noted
            for url in met[:1] if problem.code == "robots_refuse" else met:
                self._had.pop(url, None)
                self.memory.note_failure(kind, url, problem, self._now(), is_transient=is_transient)
        return problem


def _name_asked(failure: Failure, shown: str) -> Problem:
    """The problem with the address that was asked for, also where it is that of one which it redirects to."""
    problem = failure.problem
    is_of_host = not failure.is_noted and problem.code != "refused_address"  # one for all its addresses
    if problem.reference == shown or is_of_host:
        return problem
    detail = f"It redirects to {problem.reference}. {problem.detail}"
    return problem.model_copy(update={"reference": shown, "detail": detail})


def _make_fetched(shown: str, reply: Reply, final: str, now: datetime, *, is_unchanged: bool = False) -> Fetched:
    return Fetched(
        url=shown,
        final_url=show_address(final),
        status=reply.status,
        content=reply.content,
        fetched_at=now,
        headers=reply.headers,
        charset=read_charset(reply.headers),
        is_unchanged=is_unchanged,
    )
