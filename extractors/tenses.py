"""Whether the words around an expression say that it lies ahead of the article or behind it."""

import re
from functools import cache

from extractors.rules import read_rules

CHARACTERS_BEFORE, CHARACTERS_AFTER = 90, 60
_SENTENCE_END = re.compile(r"[;\n]|[.!?][”\"'’)\]]*\s+(?=[A-Z“\"'(])")


def lies_ahead(text: str, start_char: int, end_char: int) -> bool | None:
    """True for "will write by [Friday]", False for "wrote on [Friday]": the nearest verb of the sentence before the
    expression decides, else the first behind it; None where there is none. "Would" says neither: it is told of the past
    ("said that it would meet on Saturday") as often as of what lies ahead."""
    before = _SENTENCE_END.split(text[max(0, start_char - CHARACTERS_BEFORE) : start_char])[-1]
    told = [match.lastgroup == "ahead" for match in _cues().finditer(before)]
    if told:
        return told[-1]
    after = _SENTENCE_END.split(text[end_char : end_char + CHARACTERS_AFTER])[0]
    if after.startswith(("'s", "’s")):  # what becomes of "Friday's attack" says nothing of Friday
        return None
    first = _cues().search(after)
    return first.lastgroup == "ahead" if first else None


@cache
def _cues() -> re.Pattern[str]:
    cues = read_rules("times")["tense"]
    return re.compile(rf"\b(?:(?P<ahead>{cues['ahead']})|(?P<behind>{cues['behind']}))", re.IGNORECASE)
