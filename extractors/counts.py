"""Quantities: finds numbers in English text, in digits or words, with the bounds that the words around them give.

Knows nothing of breaches, nor of what is counted. Money, percentages, ages, durations, versions and sizes of data are
not returned. The wordings are data (`data/rules/counts.toml`).
"""

import re
from functools import cache
from typing import NamedTuple

from extractors.rules import read_rules


class Quantity(NamedTuple):
    """The quantity `text[start_char:end_char]`: inclusive bounds (null for an open side), and whether approximate."""

    start_char: int
    end_char: int
    min: int | None
    max: int | None
    approx: bool


class _Grammar(NamedTuple):
    pattern: re.Pattern[str]
    between: re.Pattern[str]
    qualifier: re.Pattern[str]
    refused_before: re.Pattern[str]
    refused_after: re.Pattern[str]
    bounds: dict[str, tuple[str, bool]]
    values: dict[str, int]
    small: list[str]


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of `text` in reading order, each with the words that bound it ("more than 3,700")."""
    grammar = _read_grammar()
    found: list[Quantity] = []
    for match in grammar.pattern.finditer(text):
        if found and match.start() < found[-1].end_char:
            continue
        if _is_count(grammar, text, match):
            found.append(_bound(grammar, text, match))
    return _join_ranges(grammar, text, found)


@cache
def _read_grammar() -> _Grammar:
    rules = read_rules("counts")
    parts: dict[str, str] = rules["parts"]
    small = parts["small"]
    words = rf"(?:(?:{small})(?:[- ](?:{small}))?|a|an|half a|several|a few|a couple of)"
    number = (
        rf"(?P<vague>{parts['vague']}(?: of (?:{parts['vague']}))?)(?= \w)"
        rf"|(?P<digits>{parts['digits']})"
        rf"(?:(?P<abbreviation>{parts['abbreviation']})\b|[- ]?(?P<multiple>{parts['multiple']})\b)?"
        rf"|(?P<words>{words})[ -](?P<multiple2>{parts['multiple']})\b(?: and (?P<rest>{words}))?"
        rf"|(?P<small>(?:{small})(?:-(?:{small}))?)\b"
    )
    qualifiers = {word: (rule["bounds"], rule["approx"]) for rule in rules["qualifiers"] for word in rule["words"]}
    spelled = "|".join(re.escape(word) for word in sorted(qualifiers, key=len, reverse=True))
    return _Grammar(
        pattern=re.compile(rf"(?<![\w.,$£€¥₹#-])(?:{number})(?!\w)", re.IGNORECASE),
        between=re.compile(r"\s*(?:-|–|—|to|and|or)\s*", re.IGNORECASE),
        qualifier=re.compile(rf"\b(?P<words>{spelled})\s+(?:the\s+|a\s+|an\s+)?$", re.IGNORECASE),
        refused_before=re.compile(rf"(?:{parts['not_a_count_before']})\s?$", re.IGNORECASE),
        refused_after=re.compile(rf"[\s-]?(?:{parts['not_a_count_after']})", re.IGNORECASE),
        bounds=qualifiers,
        values=rules["values"],
        small=small.split("|"),
    )


def _is_count(grammar: _Grammar, text: str, match: re.Match[str]) -> bool:
    if grammar.refused_after.match(text, match.end()):
        return False
    if grammar.refused_before.search(text, max(0, match.start() - 12), match.start()):
        return False
    digits = match["digits"] or ""
    is_year = re.fullmatch(r"(?:19|20)\d\d", digits) and not (match["multiple"] or match["abbreviation"])
    return not is_year


def _value(grammar: _Grammar, match: re.Match[str]) -> int:
    if match["vague"]:
        value = 1
        for word in match["vague"].lower().split(" of "):
            value *= grammar.values[word]
        return value
    multiple = (match["abbreviation"] or match["multiple"] or match["multiple2"] or "").lower()
    scale = grammar.values.get(multiple.removesuffix("s"), 1)
    if match["digits"]:
        return round(float(re.sub(r"[,\s]", "", match["digits"])) * scale)
    rest = _word_value(grammar, match["rest"]) if match["rest"] else 0
    return round(_word_value(grammar, match["words"] or match["small"]) * scale + rest)


def _word_value(grammar: _Grammar, words: str) -> float:
    special = {"a": 1, "an": 1, "half a": 0.5, "several": 1, "a few": 1, "a couple of": 2}
    if words.lower() in special:
        return special[words.lower()]
    return sum(_small_value(grammar, word) for word in re.split(r"[- ]", words.lower()))


def _small_value(grammar: _Grammar, word: str) -> int:
    index = grammar.small.index(word) + 1
    return index if index <= 20 else (index - 18) * 10


def _bound(grammar: _Grammar, text: str, match: re.Match[str]) -> Quantity:
    value, start = _value(grammar, match), match.start()
    qualifier = grammar.qualifier.search(text, max(0, start - 30), start)
    bounds, approx = grammar.bounds[qualifier["words"].lower()] if qualifier else ("exact", False)
    if qualifier:
        start = qualifier.start()
    is_open = match["vague"] or (match["words"] or "").lower() in ("several", "a few")
    if is_open or text[match.end() : match.end() + 8].lower().startswith((" or more", "-plus", "+")):
        bounds = "least" if bounds != "most" else bounds
    low, high = {"least": (value, None), "most": (None, value), "below": (None, value - 1)}.get(bounds, (value, value))
    return Quantity(start, match.end(), low, high, (approx and bounds != "least") or (bounds == "least" and approx))


def _join_ranges(grammar: _Grammar, text: str, found: list[Quantity]) -> list[Quantity]:
    """Join "between 5 and 10 million" and "50-60" into one quantity each."""
    joined: list[Quantity] = []
    for quantity in found:
        before = joined[-1] if joined else None
        whole = _span_range(grammar, text, before, quantity) if before else None
        if whole:
            joined[-1] = whole
        else:
            joined.append(quantity)
    return joined


def _span_range(grammar: _Grammar, text: str, first: Quantity, second: Quantity) -> Quantity | None:
    between = text[first.end_char : second.start_char]
    opening = re.search(r"\b(?:between|from)\s+$", text[: first.start_char], re.IGNORECASE)
    dashed = between.strip() in ("-", "–", "—", "to", "or")
    if not grammar.between.fullmatch(between) or not (opening or dashed) or not first.min or not second.max:
        return None
    low = first.min
    scale = re.search(
        r"(hundred|thousand|million|billion|bn|m|k)$", text[second.start_char : second.end_char], re.IGNORECASE
    )
    if scale and low < 1000 and text[first.end_char - 1].isdigit():
        low *= grammar.values[scale[1].lower()]
    start = opening.start() if opening else first.start_char
    return (
        Quantity(start, second.end_char, low, second.max, first.approx or second.approx) if low <= second.max else None
    )
