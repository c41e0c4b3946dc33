"""What is owed to a host: one request at a time, a pause after each, and rest when it fails."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from schemas import FetchSettings, Problem
from sources.fetching.exchange import Failure
from sources.fetching.memory import Memory, Rest

Now = Callable[[], datetime]


def tell_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


@dataclass
class Host:
    """A host by its name: what may be asked of it, and when.

    `delay` is the pause after each request, in seconds. All of it is used within one event loop.
    """

    name: str
    settings: FetchSettings
    memory: Memory
    gate: asyncio.Semaphore  # shared by all hosts: how many are asked at a time
    now: Now = tell_now
    delay: float = 0.0
    failures: int = 0
    rest: Rest | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free_at: float = 0.0  # by the loop's clock

    def __post_init__(self) -> None:
        self.delay = self.settings.delay_seconds
        self.rest = self.memory.find_rest(self.name)

    @asynccontextmanager
    async def take_turn(self) -> AsyncIterator[None]:
        """Wait until the host may be asked, and keep all others from it meanwhile. Raises `Failure` where it rests."""
        self.check_rest()
        async with self._lock:
            self.check_rest()
            await asyncio.sleep(self._free_at - self._clock())
            self.check_rest()
            async with self.gate:
                try:
                    yield
                finally:
                    self._free_at = max(self._free_at, self._clock() + self.delay)

    def pause(self, seconds: float) -> None:
        """Ask nothing of the host for `seconds` from now."""
        self._free_at = max(self._free_at, self._clock() + seconds)

    def is_resting(self) -> bool:
        """Whether the host is left alone now."""
        return self.rest is not None and self.rest.until > self.now()

    def check_rest(self) -> None:
        """Raise a `Failure` (`resting_host`) where the host rests."""
        if self.is_resting():
            raise self.explain_rest()

    def count_answer(self) -> None:
        """Note that the host does its work."""
        self.failures = 0
        if self.rest and not self.is_resting():
            self.rest = None
            self.memory.end_rest(self.name)

    def count_failure(self, problem: Problem) -> None:
        """Note that the host failed; too often in a row, and it is given a rest. After one, once is too often."""
        self.failures += 1
        times = self._count_rests()
        if self.failures < self.settings.failures_to_rest and not times:
            return
        what = "once more" if times else f"{self.failures} times in a row"
        self.begin_rest(f"It failed {what}, the last time so: {shorten_reason(problem)}")

    def begin_rest(self, why: str) -> None:
        """Leave the host alone, twice as long as the last time; `why` is for people."""
        times = self._count_rests()
        doubled = self.settings.rest_seconds * 2 ** min(times, 20)
        self._rest(min(self.settings.longest_rest_seconds, doubled), why, times + 1)

    def obey_wait(self, seconds: float) -> None:
        """Leave the host alone for as long as it asked for itself."""
        self._rest(seconds, "It asked to be left alone (Retry-After)", self._count_rests())

    def explain_rest(self) -> Failure:
        """The same for every address of the host, so that a run shows it once."""
        assert self.rest is not None
        until = f"{self.rest.until:%Y-%m-%d %H:%M} UTC"
        detail = f"{self.rest.why}. It is left alone until {until}; run again after that."
        return Failure(Problem(code="resting_host", reference=self.name, detail=detail), is_noted=False)

    def _count_rests(self) -> int:
        return self.rest.times if self.rest else 0

    def _rest(self, seconds: float, why: str, times: int) -> None:
        self.rest = Rest(self.now() + timedelta(seconds=seconds), why, times)
        self.memory.begin_rest(self.name, self.rest)

    def _clock(self) -> float:
        return asyncio.get_running_loop().time()


def shorten_reason(problem: Problem) -> str:
    """The first sentence of a problem's detail, without its full stop."""
    return problem.detail.split(". ")[0].rstrip(".")


class Hosts:
    """All hosts that are asked, each made when it is first met."""

    def __init__(self, settings: FetchSettings, memory: Memory, now: Now = tell_now) -> None:
        self._settings = settings
        self._memory = memory
        self.now = now
        self._gate = asyncio.Semaphore(settings.most_hosts_at_once)
        self._hosts: dict[str, Host] = {}

    def find(self, url: str) -> Host:
        """The host of an address, whatever its port and scheme."""
        name = httpx.URL(url).host.removesuffix(".")
        if name not in self._hosts:
            self._hosts[name] = Host(name, self._settings, self._memory, self._gate, self.now)
        return self._hosts[name]
