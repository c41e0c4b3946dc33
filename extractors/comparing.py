"""Whether a text repeats another: which words are its own, and whether they tell anything."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from extractors.rules import read_rules, read_words

_WORD = re.compile(r"\w+(?:[.,'’:-]\w+)*")
_SENTENCE_END = re.compile(r"[.!?…]['\"”’)]*\s*$")
_COUNTED = re.compile(r"^(?=.*\d).*\b[a-z]{4,}\b|^[\W\d]*\d[\W\d]*$")
_BREAK = re.compile(r"[.!?:;…“\"(]")
_SHARED = 3  # words in a row that two texts must have in common to share them
_REACH = 6  # words of the original that an edit may have left out


class _Word(NamedTuple):
    """A word as it is compared, as it is written, whether a sentence begins with it, the line it stands in, and whether
    it belongs to a dateline."""

    key: str
    written: str
    begins: bool
    line: int
    in_dateline: bool


def split_words(text: str) -> list[str]:
    """The words of a text as they are compared: in lower case, numbers without commas, names without dots."""
    return [_fold(match[0]) for match in _WORD.finditer(text)]


def is_copy(text: str, original: str) -> bool:
    """Whether `text` (headline, newline, body) repeats `original` and tells nothing beside it.

    Its own words are few, and there is no number, name or contrary among its edits, and nothing of an incident in the
    passages that it adds (`data/rules/copies.toml`); the outlet's furniture does not count. How much of the original it
    leaves out is all the same. False wherever there is doubt.
    """
    words, lines = _read_words(text), text.split("\n")
    theirs = split_words(original)
    places = {tuple(theirs[at : at + _SHARED]): at for at in range(len(theirs) - _SHARED, -1, -1)}
    spans = [tuple(word.key for word in words[at : at + _SHARED]) in places for at in range(len(words) - _SHARED + 1)]
    shared = [any(spans[max(0, at - _SHARED + 1) : at + 1]) for at in range(len(words))]
    furniture = set(_find_furniture(words, shared, lines))
    is_text = [not (word.in_dateline or word.line in furniture) for word in words]
    runs = list(_list_own_runs(words, [is_shared or not its for is_shared, its in zip(shared, is_text, strict=True)]))
    if sum(map(len, runs)) > read_rules("copies")["most_own"] * sum(is_text) or not any(shared):
        return False
    known = set(theirs)
    if any(_tells_more([words[at] for at in run], known) for run in _join_passages(words, runs)):
        return False
    return not _drops_negation(words, shared, spans, theirs, places)


def _fold(word: str) -> str:
    key = word.lower().replace("’", "'")
    return key.replace(",", "") if key[0].isdigit() else key.replace(".", "")


def _read_words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for number, line in enumerate(text.split("\n")):
        datelines = [found.end() for pattern in _patterns("datelines") if (found := pattern.match(line))]
        end = 0
        for match in _WORD.finditer(line):
            begins = end == 0 or bool(_BREAK.search(line, end, match.start()))
            words.append(_Word(_fold(match[0]), match[0], begins, number, match.start() < max(datelines, default=0)))
            end = match.end()
    return words


def _find_furniture(words: Sequence[_Word], shared: Sequence[bool], lines: Sequence[str]) -> Iterator[int]:
    """The lines after the headline that are mostly the article's own and that an outlet puts around any article."""
    numbers: dict[int, list[bool]] = {}
    for word, is_shared in zip(words, shared, strict=True):
        numbers.setdefault(word.line, []).append(is_shared)
    for line, found in numbers.items():
        if line and 2 * sum(found) < len(found) and _is_furniture(lines[line].strip()):
            yield line


def _is_furniture(line: str) -> bool:
    rules, number = read_rules("copies"), len(line.split())
    if number <= rules["furniture_words"] and any(pattern.search(line) for pattern in _patterns("furniture")):
        return True
    is_label = number <= rules["label_words"] and not _SENTENCE_END.search(line) and not _COUNTED.search(line)
    return is_label and not _has_stem(split_words(line), rules["telling_stems"])


def _list_own_runs(words: Sequence[_Word], shared: Sequence[bool]) -> Iterator[list[int]]:
    """The places of words that are not shared, run by run; a run ends with its line."""
    run: list[int] = []
    for at, is_shared in enumerate(shared):
        if run and (is_shared or words[at].line != words[run[-1]].line):
            yield run
            run = []
        if not is_shared:
            run.append(at)
    if run:
        yield run


def _join_passages(words: Sequence[_Word], runs: Sequence[list[int]]) -> list[list[int]]:
    """The runs, those near a passage joined with it, and the few shared words in between too."""
    rules = read_rules("copies")
    joined: list[list[int]] = []
    for run in runs:
        before = joined[-1] if joined else []
        is_near = bool(before) and run[0] - before[-1] - 1 <= rules["passage_gap"]
        has_passage = max(len(before), len(run)) >= rules["passage_words"]
        if is_near and has_passage and words[before[0]].line == words[run[0]].line:
            before += range(before[-1] + 1, run[-1] + 1)
        else:
            joined.append(list(run))
    return joined


def _tells_more(run: Sequence[_Word], known: Collection[str]) -> bool:
    """Whether words of its own tell what the original, whose words are `known`, does not."""
    rules = read_rules("copies")
    new = [word for word in run if word.key not in known]
    if any(word.key in rules["numbers"] or any(map(str.isdigit, word.key)) for word in new):
        return True
    if run[0].line == 0:
        return False  # a headline says in other words what stands below it
    names = {word.key for word in new if _is_name(word)}
    if len(run) >= rules["passage_words"]:
        return len(names) >= rules["passage_names"] or _has_stem([word.key for word in run], rules["telling_stems"])
    is_contrary = any(word.key in rules["negations"] or word.key.endswith("n't") for word in run)
    return is_contrary or bool(names) or _has_stem([word.key for word in new], rules["data_stems"])


def _has_stem(keys: Sequence[str], stems: Sequence[str]) -> bool:
    return any(key.startswith(tuple(stems)) for key in keys)


def _is_name(word: _Word) -> bool:
    if not word.written[0].isupper() or word.key in read_rules("copies")["no_names"]:
        return False
    common = read_words("common_words")
    return word.key.removesuffix("'s") not in common


def _drops_negation(
    words: Sequence[_Word],
    shared: Sequence[bool],
    spans: Sequence[bool],
    theirs: Sequence[str],
    places: dict[tuple[str, ...], int],
) -> bool:
    """Whether words follow on each other within a sentence between which the original has a "not"."""
    rules = read_rules("copies")
    for before, after in pairwise(range(len(words))):
        is_seam = shared[before] and shared[after] and not any(spans[max(0, after - _SHARED + 1) : after])
        if not is_seam or words[after].begins or before < _SHARED - 1:
            continue
        place = places.get(tuple(word.key for word in words[before - _SHARED + 1 : after]))
        if place is None:
            continue
        following = theirs[place + _SHARED : place + _SHARED + _REACH]
        left_out = following[: following.index(words[after].key)] if words[after].key in following else []
        if any(word in rules["negations"] or word.endswith("n't") for word in left_out):
            return True
    return False


@cache
def _patterns(name: str) -> list[re.Pattern[str]]:
    rules: dict[str, Any] = read_rules("copies")
    return [re.compile(pattern) for pattern in rules[name]]
