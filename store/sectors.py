"""What kind of organisation a name tells: "Norwood Clinic" is health. The words are those of the vocabulary sectors."""

import re
from functools import cache

from schemas.vocabularies import read_vocabulary

_HEAD_ENDS = re.compile(r",|\(|\b(?:of|for|in|at|de)\b")


def find_sector(name: str) -> str | None:
    """The sector that the name's words tell; None where none does.

    English names have the telling word last ("Bank" in "Marlbury Hospital Bank"), but before "of", "for" or "in":
    a ministry of health is no hospital. Only where nothing before tells it, the words behind do.
    """
    folded = name.casefold()
    end = _HEAD_ENDS.search(folded, 1)
    head = folded[: end.end()] if end else folded
    return _find_last(head) or _find_last(folded[len(head) :])


def _find_last(words: str) -> str | None:
    pattern, codes = _phrases()
    found = pattern.findall(words)
    return codes[found[-1]] if found else None


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {phrase: code for code, term in read_vocabulary("sectors").items() for phrase in term.phrases}
    longest_first = sorted(codes, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), codes
