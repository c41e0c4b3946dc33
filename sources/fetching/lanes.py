"""Orders what is to be fetched so that many hosts are asked at the same time, and none has a crowd before its door."""

from collections import Counter, OrderedDict, deque
from typing import Generic, TypeVar
from urllib.parse import urlsplit

_AT_A_HOST = 2  # one that is asked, and the next, so that no time is lost between

T = TypeVar("T")


class Lanes(Generic[T]):
    """What waits, a lane a host; hosts are served in turn. Its length is how much waits."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[T]] = OrderedDict()
        self._under_way: Counter[str] = Counter()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, url: str, item: T) -> None:
        """Let `item` wait in the lane of the host of `url`."""
        self._waiting.setdefault(_find_host(url), deque()).append(item)
        self._length += 1

    def take(self) -> T | None:
        """The next whose host has room, which is then under way until it must `leave`; None where there is none."""
        for host in self._waiting:
            if self._under_way[host] < _AT_A_HOST:
                return self._take_from(host)
        return None

    def leave(self, url: str) -> None:
        """Note that something of the host of `url` is under way no more."""
        host = _find_host(url)
        self._under_way[host] -= 1
        if not self._under_way[host]:
            del self._under_way[host]

    def _take_from(self, host: str) -> T:
        lane = self._waiting[host]
        item = lane.popleft()
        self._under_way[host] += 1
        self._length -= 1
        if lane:
            self._waiting.move_to_end(host)
        else:
            del self._waiting[host]
        return item


def _find_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""
