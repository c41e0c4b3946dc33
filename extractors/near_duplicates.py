"""Articles that repeat another's text: found by the hashes of their word sequences, then compared word by word.

The signature of a text is its winnowed fingerprints (Schleimer, Wilkerson and Aiken, SIGMOD 2003): of the hashes of all
sequences of four words, the least of each window. Two texts that share a passage of 19 words share a fingerprint,
whatever stands around it, so that a copy cut to a third is found as surely as a whole one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from rensa import RMinHash

from extractors.comparing import split_words

VERSION = b"\x01"  # of what a signature is made of; another is not compared with it
_SEQUENCE = 4  # words
_WINDOW = 16  # sequences
_FINGERPRINT = np.dtype("<u4")
_LEAST_SHARED = 0.2  # share of an article's fingerprints that a candidate holds
_MOST_HOLDERS = 100  # what more texts than this have in common is furniture
_MOST_CANDIDATES = 5
_LOADED_AT_ONCE = 10_000
_MOST_PENDING = 500_000  # fingerprints kept apart until they are sorted in


def sign(text: str) -> bytes:
    """The signature of a text: the same on every machine. Some 190 bytes for 400 words."""
    words = split_words(text)
    sequences = [" ".join(words[at : at + _SEQUENCE]) for at in range(max(1, len(words) - _SEQUENCE + 1))]
    hashes = np.array(RMinHash.hash_token_sets([sequences])[0], dtype=np.uint64) >> np.uint64(32)
    least = hashes.min(keepdims=True)
    if len(hashes) > _WINDOW:
        least = sliding_window_view(hashes, _WINDOW).min(axis=1)
    return VERSION + np.unique(least).astype(_FINGERPRINT).tobytes()


class CopyIndex:
    """Which articles share passages: of those that are no copies, 8 bytes a fingerprint are held."""

    def __init__(self, signatures: Iterable[tuple[str, bytes]] = ()) -> None:
        """An index of the articles whose ids and signatures are given, a million of them in seconds.

        The order in which articles are given and added is that in which one can be the original of another.
        """
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._left: set[int] = set()
        # Each entry is a fingerprint (upper half) and the number of the article that has it (lower half).
        self._entries: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._pending: defaultdict[int, list[int]] = defaultdict(list)
        self._pending_number = 0
        self._load(signatures)

    def __len__(self) -> int:
        return len(self._ids) - len(self._left)

    @property
    def size(self) -> int:
        """How many bytes the sorted fingerprints take."""
        return self._entries.nbytes

    def add(self, article_id: str, signature: bytes) -> None:
        """Add an article that is no copy, or what it says now of one that is there."""
        number = self._number(article_id)
        self._left.discard(number)
        for fingerprint in _read(signature).tolist():
            self._pending[fingerprint].append(number)
            self._pending_number += 1
        if self._pending_number > _MOST_PENDING:
            entries = [fingerprint << 32 | at for fingerprint, numbers in self._pending.items() for at in numbers]
            self._append(np.array(entries, np.uint64))
            self._entries.sort()
            self._pending.clear()
            self._pending_number = 0

    def discard(self, article_id: str) -> None:
        """Take out an article that turned out to be a copy; nothing where it is not there."""
        if article_id in self._numbers:
            self._left.add(self._numbers[article_id])

    def find_candidates(self, article_id: str, signature: bytes) -> list[str]:
        """The articles that share most with the one of this id and signature, at most five, the most alike first.

        Of those that are equally alike, the one that was added first comes first. For an article that is there
        already only those before it are looked at, so that no two can be copies of each other.
        """
        fingerprints = _read(signature)
        own = self._numbers.get(article_id, len(self._ids))
        shared = Counter(at for at in self._find_holders(fingerprints) if at < own and at not in self._left)
        least = max(1, _LEAST_SHARED * len(fingerprints))
        alike = sorted((-number, at) for at, number in shared.items() if number >= least)
        return [self._ids[at] for _, at in alike[:_MOST_CANDIDATES]]

    def _number(self, article_id: str) -> int:
        number = self._numbers.setdefault(article_id, len(self._ids))
        if number == len(self._ids):
            self._ids.append(article_id)
        return number

    def _find_holders(self, fingerprints: NDArray[np.uint64]) -> Iterator[int]:
        starts = np.searchsorted(self._entries, fingerprints << np.uint64(32))
        ends = np.searchsorted(self._entries, (fingerprints + np.uint64(1)) << np.uint64(32))
        for fingerprint, start, end in zip(fingerprints.tolist(), starts.tolist(), ends.tolist(), strict=True):
            pending = self._pending.get(fingerprint, ())
            if 0 < end - start + len(pending) <= _MOST_HOLDERS:
                yield from (self._entries[start:end] & np.uint64(0xFFFFFFFF)).tolist()
                yield from pending

    def _load(self, signatures: Iterable[tuple[str, bytes]]) -> None:
        given = iter(signatures)
        while chunk := list(islice(given, _LOADED_AT_ONCE)):
            known = [(article_id, one[len(VERSION) :]) for article_id, one in chunk if one.startswith(VERSION)]
            fingerprints = np.frombuffer(b"".join(one for _, one in known), _FINGERPRINT).astype(np.uint64)
            numbers = np.array([self._number(article_id) for article_id, _ in known], np.uint64)
            lengths = [len(one) // _FINGERPRINT.itemsize for _, one in known]
            self._append(fingerprints << np.uint64(32) | np.repeat(numbers, lengths))
        self._entries.sort()

    def _append(self, entries: NDArray[np.uint64]) -> None:
        # In place: a second array of a million articles would take as much memory again.
        held = len(self._entries)
        self._entries.resize(held + len(entries), refcheck=False)
        self._entries[held:] = entries


def _read(signature: bytes) -> NDArray[np.uint64]:
    """The fingerprints; none of a signature that another version made."""
    if not signature.startswith(VERSION):
        return np.empty(0, np.uint64)
    return np.frombuffer(signature, _FINGERPRINT, offset=len(VERSION)).astype(np.uint64)
