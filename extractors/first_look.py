"""The first look: whether the raw bytes of a page can be about a data-security incident at all."""

import codecs
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

import hyperscan

from extractors.rules import read_rules

# A space of a stem, as pages write it: also as a hyphen, and as a non-breaking space in UTF-8, Latin-1, HTML and JSON.
_SPACE = rb"(?:[\s\x2d]|\xc2?\xa0|&nbsp;|&#160;|&#xa0;|\\u00a0){1,9}"
_SCRIPT_BEGINS, _SCRIPT_ENDS = rb"<script", rb"</script"
_SHORTEST_STORY = 1_000  # bytes between headline and last paragraph: less is no article
_FORM_TAGS = (b"<label", b"<button", b"<option")
_LONGEST_LINK = 600  # how far back from a word the tag of its link is looked for, in bytes
_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Stem(NamedTuple):
    """The beginning of a word or of a phrase, and what it counts; furniture stands on every page."""

    text: str
    weight: int
    is_furniture: bool


class FirstLook:
    """A cheap test on bytes, at the speed of the disk; compiled once, and safe to share among threads."""

    def __init__(self, rules: dict[str, Any]) -> None:
        """`rules` is the content of `data/rules/first_look.toml`. Raises `hyperscan.error` where a stem is none."""
        self.threshold: int = rules["threshold"]
        self.stretch_bytes: int = rules["stretch_bytes"]
        self.furniture_limit: int = rules["furniture_limit"]
        self.stems = list(read_stems(rules))
        self._stems = _compile([write_pattern(stem.text) for stem in self.stems] + [_SCRIPT_BEGINS, _SCRIPT_ENDS])
        self._headline = _compile([rb"<h1"])
        self._lock = threading.Lock()  # a scan needs the one scratch space of its database

    def lets_through(self, content: bytes) -> bool:
        """Whether a page of these bytes (HTML, JSON or text) is worth reading.

        Of a web page counts what stands between the first `<h1` and the last `</p>`, outside of scripts, tags, forms
        and links: of 48 news pages measured, 46 have their article there, in 31 % of the bytes. A page without such
        a story counts as a whole, scripts too, for some have their text nowhere else.
        """
        content = _decode_utf_16(content)
        with self._lock:
            begin, end = self._find_headline(content), content.rfind(b"</p>")
            has_story = 0 <= begin < end - _SHORTEST_STORY
            begin, end = (begin, end) if has_story else (0, len(content))
            tally = _Tally(self, content, begin, counts_scripts=not has_story)
            with suppress(hyperscan.ScanTerminated):
                self._stems.scan(content[begin:end], match_event_handler=tally.take)
        return tally.is_enough

    def _find_headline(self, content: bytes) -> int:
        """Where the first `<h1` ends, or -1; three times as fast as `bytes.find`, which was half of the first look."""
        ends: list[int] = []

        def stop(_id: int, _start: int, end: int, _flags: int, _context: object) -> bool:
            ends.append(end)
            return True

        with suppress(hyperscan.ScanTerminated):
            self._headline.scan(content, match_event_handler=stop)
        return ends[0] if ends else -1


class _Tally:
    """Adds up the stems of one page as they are found; `is_enough` once one stretch reaches the threshold."""

    def __init__(self, look: FirstLook, content: bytes, offset: int, *, counts_scripts: bool) -> None:
        """The search begins at `offset` of `content`."""
        self.is_enough = False
        self._look, self._content, self._offset, self._counts_scripts = look, content, offset, counts_scripts
        self._script_begins, self._script_ends = len(look.stems), len(look.stems) + 1
        self._is_in_script = False
        self._recent: deque[tuple[int, int]] = deque()  # place and stem, within the stretch that ends here
        self._times = [0] * len(look.stems)
        self._weights = [0, 0]  # of the stems of the stretch, each once: what tells an incident, and furniture

    def take(self, stem: int, _start: int, end: int, _flags: int, _context: object) -> bool:
        """Count the stem that ends at `end`; True stops the search."""
        if stem >= self._script_begins:
            self._is_in_script = stem == self._script_begins and not self._counts_scripts
        elif not self._is_in_script and not self._is_aside(self._offset + end):
            self._forget(end - self._look.stretch_bytes)
            self._recent.append((end, stem))
            self._times[stem] += 1
            if self._times[stem] == 1:
                self._weigh(stem, 1)
                telling, furniture = self._weights
                self.is_enough = telling + min(furniture, self._look.furniture_limit) >= self._look.threshold
        return self.is_enough

    def _forget(self, before: int) -> None:
        while self._recent and self._recent[0][0] < before:
            _, stem = self._recent.popleft()
            self._times[stem] -= 1
            if not self._times[stem]:
                self._weigh(stem, -1)

    def _weigh(self, stem: int, sign: int) -> None:
        _, weight, is_furniture = self._look.stems[stem]
        self._weights[is_furniture] += sign * weight

    def _is_aside(self, end: int) -> bool:
        """Addresses, forms, and the headlines of other stories tell nothing of this one."""
        content, begin = self._content, max(self._offset, end - _LONGEST_LINK)
        tag = content.rfind(b"<", begin, end)
        if tag < 0:
            return False
        if tag > content.rfind(b">", begin, end) or content.startswith(_FORM_TAGS, tag):
            return True
        return content.rfind(b"<a ", begin, end) > content.rfind(b"</a", begin, end)


def _compile(patterns: list[bytes]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=patterns, ids=list(range(len(patterns))), flags=hyperscan.HS_FLAG_CASELESS)
    return database


def read_stems(rules: dict[str, Any]) -> Iterator[Stem]:
    """The stems of all groups with their weights."""
    for group, weights in rules.items():
        if isinstance(weights, dict):
            for weight, stems in weights.items():
                yield from (Stem(stem, int(weight), group == "furniture") for stem in stems)


def write_pattern(stem: str) -> bytes:
    """The regular expression that finds the stem at the beginning of a word."""
    return rb"\b" + _SPACE.join(word.encode("ascii") for word in stem.split(" "))


@cache
def load_first_look() -> FirstLook:
    """The one first look of this process, with the stems of `data/rules/first_look.toml`."""
    return FirstLook(read_rules("first_look"))


def is_worth_reading(content: bytes) -> bool:
    """Whether the bytes of a page can be about a data-security incident: HTML, JSON or text, in any encoding."""
    return load_first_look().lets_through(content)


def _decode_utf_16(content: bytes) -> bytes:
    for mark, encoding in _UTF_16:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace").encode()
    return content
