"""Whether a text is English, by its commonest words: no model, no list of other languages."""

import re

from extractors.rules import read_rules

_WORD = re.compile(r"[^\W\d_]+")


def is_english(text: str, stated: str | None = None) -> bool:
    """Say whether `text` is English; `stated`, a tag such as `en-GB`, decides only where the words leave it open.

    What a page states about its language is often the default of its template:
    Zulu and Swahili newspapers say `en-US`.
    """
    rules = read_rules("english")
    share = measure_english(text)
    if rules["foreign_share"] <= share < rules["english_share"]:
        return stated is None or stated.lower().startswith("en")
    return bool(share >= rules["english_share"])


def measure_english(text: str) -> float:
    """The share, 0 to 1, of the words of `text` that are common English function words; 0 where it has no words."""
    known = frozenset(read_rules("english")["words"])
    words = _WORD.findall(text.lower())
    return sum(word in known for word in words) / len(words) if words else 0.0
