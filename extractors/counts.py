"""Quantities: finds numbers in English text, in digits or words, with the bounds that the words around them give.

Knows nothing of breaches, nor of what is counted. The grammar that it accepts:

| what | as in |
| --- | --- |
| digits | "80,000", "1 200 000", "1.200.000", "12,34,567", "2.3 million", "2.3m", "8bn", "10k", "4.1 lakh", "3 crore" |
| words | "twelve", "twenty-one", "ten thousand", "a dozen", "half a million", "two hundred and fifty thousand" |
| vague | "dozens", "hundreds of thousands", "several hundred", "a few thousand", "in the low thousands": no maximum |
| at least | "more than 3,700", "over a thousand", "at least 100", "300 or more", "10,000+": no maximum |
| at most | "up to 500", "as many as half a million"; "fewer than 500" is at most 499: no minimum |
| about | "around 80,000", "some 3,300", "nearly 100,000", "just under 34 million", "40 or so": `approx` |
| ranges | "between 5 and 10 million", "from 50 to 60", "50-60", "eleven or twelve" |
| shares | "a third of its 12,000 staff", "10 per cent of 5,000": the number that it makes, `approx` |

Bounds are inclusive whole numbers, as annotators give them: "more than 50" is at least 50. Money, percentages, "1 in
5", ages, durations, days and years, versions, telephone numbers and sizes of data are not returned; neither is an
"unknown number of", which `find_unknowns` finds. The wordings are data (`data/rules/counts.toml`).
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any, NamedTuple

from extractors.letters import lower
from extractors.rules import read_rules


class Quantity(NamedTuple):
    """The quantity `text[start_char:end_char]`: inclusive bounds (null for an open side), and whether approximate.

    `superseded` is one that was said before it was known better ("it first said 5,000", "up from 5,000"), `is_part` one
    that is told as a part of another ("including 40 children").
    """

    start_char: int
    end_char: int
    min: int | None
    max: int | None
    approx: bool
    superseded: bool = False
    is_part: bool = False


class _Qualifier(NamedTuple):
    bounds: str = "exact"
    approx: bool = False
    before_years: bool = True


class _Grammar(NamedTuple):
    pattern: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    refused_before: re.Pattern[str]
    refused_after: re.Pattern[str]
    refused: re.Pattern[str]
    month_before: re.Pattern[str]
    month_after: re.Pattern[str]
    qualifiers: dict[str, _Qualifier]
    values: dict[str, float]
    small: list[str]
    share: re.Pattern[str]
    shares: dict[str, str]
    openings: re.Pattern[str]


_UNQUALIFIED = _Qualifier()
_OPEN_WORDS = ("several", "a few")
_LARGEST_AGE, _LAST_DAY = 120, 31
LARGEST, LONGEST_NUMBER = 2**53, 60  # what is larger, or longer in characters, is a serial number or no number at all
CHARACTERS_BEFORE = 30  # in which the words that bear on a number are looked for
_SINCE = re.compile(r"\b(?:since|until|from|in|by)\s+$", re.IGNORECASE)
_NAME_BEFORE_AGE = re.compile(r"[A-Z][\w'’.-]*, $")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|per)")
_NUMBER_WORD = re.compile(r"\d+|one|two|three|four|five|six|seven|eight|nine|ten")
CHARACTERS_TOLD = 90  # in which words that a number is superseded are looked for
_RANGE_OPENS = re.compile(r"\b(?:between|from)\s+$", re.IGNORECASE)


def find_quantities(text: str) -> list[Quantity]:
    """The quantities of `text` in reading order, each with the words that bound it ("more than 3,700")."""
    grammar = _read_grammar()
    found: list[Quantity] = []
    for match in _match_numbers(grammar, text):
        if found and match.start() < found[-1].end_char:
            continue
        qualifier = _search_before(grammar.before, text, match.start())
        if not _is_count(grammar, text, match, qualifier):
            continue
        quantity = _take_share(grammar, text, _bound(grammar, text, match, qualifier))
        if max(quantity.min or 0, quantity.max or 0) <= LARGEST:
            found.append(quantity)
    return [_read_around(text, one) for one in _join_ranges(grammar, text, found)]


def _match_numbers(grammar: _Grammar, text: str) -> Iterator[re.Match[str]]:
    """The numbers, looked for only where a word begins that may begin one: ten times as fast as at every character."""
    read_to = 0
    for opening in grammar.openings.finditer(lower(text)):
        match = grammar.pattern.match(text, opening.start()) if opening.start() >= read_to else None
        if match:
            read_to = match.end()
            yield match


def find_unknowns(text: str) -> list[tuple[int, int]]:
    """Where `text` says that a number is not known or not told ("an unknown number of", "did not say how many")."""
    return [match.span() for match in _told("unknown").finditer(text)]


@cache
def _told(name: str) -> re.Pattern[str]:
    return re.compile(read_rules("counts")["told"][name], re.IGNORECASE)


def _read_around(text: str, one: Quantity) -> Quantity:
    before = text[max(0, one.start_char - CHARACTERS_TOLD) : one.start_char]
    after = text[one.end_char : one.end_char + CHARACTERS_TOLD]
    superseded = _told("superseded_before").search(before) or _told("superseded_after").match(after)
    return one._replace(superseded=bool(superseded), is_part=bool(_told("part_before").search(before)))


def _search_before(pattern: re.Pattern[str], text: str, end: int) -> re.Match[str] | None:
    return pattern.search(text, max(0, end - CHARACTERS_BEFORE), end)


@cache
def _read_grammar() -> _Grammar:
    rules = read_rules("counts")
    parts: dict[str, str] = rules["parts"]
    return _Grammar(
        pattern=re.compile(rf"(?<![\w.,:/$£€¥₹#+-])(?:{_number_pattern(parts)})(?!\w)", re.IGNORECASE),
        before=re.compile(
            rf"\b(?P<words>{_spell(rules['qualifiers'])})\s+(?:in\s+)?(?:the\s+|a\s+|an\s+)?(?:low\s+|high\s+)?$",
            re.IGNORECASE,
        ),
        after=re.compile(_spell(rules["qualifiers_after"]), re.IGNORECASE),
        refused_before=re.compile(
            rf"(?:{parts['not_a_count_before']})\s?$|(?:{parts['telephone_before']})[ -]?$", re.I
        ),
        refused_after=re.compile(
            rf"(?:\s?(?:to|or|and|-|–)\s(?:{parts['digits']}|{parts['small']}))?[\s-]?(?:{parts['not_a_count_after']})",
            re.I,
        ),
        refused=re.compile(parts["telephone"]),
        month_before=re.compile(rf"\b{parts['month']}\s$"),
        month_after=re.compile(rf"\s(?:of\s)?{parts['month']}\b"),
        qualifiers=_qualifiers(rules["qualifiers"]) | _qualifiers(rules["qualifiers_after"]),
        values=rules["values"],
        small=parts["small"].split("|"),
        share=re.compile(rf"\b(?P<share>{parts['share']}|{'|'.join(rules['shares'])}){parts['of']}$", re.IGNORECASE),
        shares=rules["shares"],
        openings=re.compile(rf"\b(?:{parts['openings']}|{parts['small']})\b|\d+"),
    )


def _number_pattern(parts: dict[str, str]) -> str:
    small, multiple, digits = parts["small"], parts["multiple"], parts["digits"]
    words = small.split("|")
    below_hundred = rf"(?:(?:{'|'.join(words[19:])})[- ](?:{'|'.join(words[:9])})|{small})"
    head = rf"{below_hundred}|half[ -]an?|a quarter of a|a mere|an?|several|a few|a couple of"
    return (
        rf"(?P<vague>{parts['vague']}(?: of (?:{parts['vague']}))?)(?= \w|[,.;”\"’]|$)"
        rf"|(?:(?P<low>{digits})\s?[-–—]\s?)?(?P<digits>{digits})"
        rf"(?:(?P<abbreviation>{parts['abbreviation']})\b|[- ]?(?P<multiples>(?:{multiple})(?: (?:{multiple}))?)\b)?"
        rf"|(?<!between )(?P<hundreds>{small}) hundred and (?P<more>{below_hundred}) (?P<scale>thousand|million)\b"
        rf"|(?P<head>{head})[ -](?P<multiples2>(?:{multiple})(?: (?:{multiple}))?)\b"
        rf"(?: and (?P<rest>{below_hundred})\b(?![ -](?:{multiple})))?"
        rf"|(?P<small>{below_hundred})\b"
    )


def _spell(rules: list[dict[str, Any]]) -> str:
    words = [word for rule in rules for word in rule["words"]]
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _qualifiers(rules: list[dict[str, Any]]) -> dict[str, _Qualifier]:
    return {
        word: _Qualifier(rule["bounds"], rule["approx"], rule.get("before_years", False))
        for rule in rules
        for word in rule["words"]
    }


def _is_count(grammar: _Grammar, text: str, match: re.Match[str], qualifier: re.Match[str] | None) -> bool:
    if (
        len(match[0]) > LONGEST_NUMBER
        or grammar.refused_after.match(text, match.end())
        or grammar.refused.fullmatch(match[0])
    ):
        return False
    if _search_before(grammar.refused_before, text, match.start()):
        return False
    if match["multiples"] or match["abbreviation"] or not (match["digits"] or match["small"]):
        return True
    return not (_is_year(grammar, text, match, qualifier) or _is_day_or_age(grammar, text, match))


def _is_year(grammar: _Grammar, text: str, match: re.Match[str], qualifier: re.Match[str] | None) -> bool:
    if not re.fullmatch(r"(?:19|20)\d\d", match["digits"] or ""):
        return False
    if not qualifier or grammar.qualifiers[qualifier["words"].lower()].before_years:
        return True
    return bool(_search_before(_SINCE, text, qualifier.start()))


def _is_day_or_age(grammar: _Grammar, text: str, match: re.Match[str]) -> bool:
    """True for the 3 of "May 3" and of "3 May", the 47 of "Dana Wirth, 47, said"; and for a fraction: no people."""
    if match["small"]:
        return False
    number = match["digits"]
    if not number.isdigit():
        return "." in number and "," not in number and not _DOTTED.fullmatch(number)
    if int(number) <= _LAST_DAY and (
        _search_before(grammar.month_before, text, match.start()) or grammar.month_after.match(text, match.end())
    ):
        return True
    is_apposed = text[match.end() : match.end() + 1] == "," and _search_before(_NAME_BEFORE_AGE, text, match.start())
    return int(number) <= _LARGEST_AGE and bool(is_apposed)


def _value(grammar: _Grammar, match: re.Match[str]) -> int:
    if match["vague"]:
        return round(prod(grammar.values[word] for word in match["vague"].lower().split(" of ")))
    if match["hundreds"]:
        number = _word_value(grammar, match["hundreds"]) * 100 + _word_value(grammar, match["more"])
        return round(number * grammar.values[match["scale"].lower()])
    if match["digits"]:
        return round(_digit_value(match["digits"]) * _scale(grammar, match))
    rest = _word_value(grammar, match["rest"]) if match["rest"] else 0
    return round(_word_value(grammar, match["head"] or match["small"]) * _scale(grammar, match) + rest)


def _scale(grammar: _Grammar, match: re.Match[str]) -> float:
    words = match["abbreviation"] or match["multiples"] or match["multiples2"] or ""
    return prod(grammar.values[word.removesuffix("s")] for word in words.lower().split())


def _digit_value(digits: str) -> float:
    if _DOTTED.fullmatch(digits):
        digits = digits.replace(".", "")
    return float(re.sub(r"[,\s]", "", digits))


def _word_value(grammar: _Grammar, words: str) -> float:
    if words.lower() in grammar.values:
        return grammar.values[words.lower()]
    return sum(_small_value(grammar, word) for word in re.split(r"[- ]", words.lower()))


def _small_value(grammar: _Grammar, word: str) -> int:
    index = grammar.small.index(word) + 1
    return index if index <= 20 else (index - 18) * 10


def _bound(grammar: _Grammar, text: str, match: re.Match[str], qualifier: re.Match[str] | None) -> Quantity:
    after = grammar.after.match(text, match.end())
    said = [
        grammar.qualifiers[found.lower()] for found in (qualifier and qualifier["words"], after and after[0]) if found
    ]
    bounds = next((one.bounds for one in said if one.bounds != "exact"), "exact")
    if match["vague"] or (match["head"] or "").lower() in _OPEN_WORDS:
        bounds = "least" if bounds not in ("most", "below") else bounds
    low, high = _bounds_of(grammar, match)
    if bounds == "below":
        high = max(high - 1, 0)
    return Quantity(
        start_char=qualifier.start() if qualifier else match.start(),
        end_char=after.end() if after else match.end(),
        min=None if bounds in ("most", "below") else low,
        max=None if bounds == "least" else high,
        approx=any(one.approx for one in said),
    )


def _bounds_of(grammar: _Grammar, match: re.Match[str]) -> tuple[int, int]:
    """The bounds of a plain number, twice the same, or of "50-60", "1.2-1.5 million"."""
    high = _value(grammar, match)
    if not match["low"]:
        return high, high
    low = _digit_value(match["low"])
    return round(low * _scale(grammar, match) if low < 1000 else low), high


def _take_share(grammar: _Grammar, text: str, whole: Quantity) -> Quantity:
    """The 4,000 of "a third of its 12,000 staff"; the quantity itself where no share of it is told."""
    told = _search_before(grammar.share, text, whole.start_char)
    share = _read_share(grammar, told["share"].lower()) if told else None
    if not told or share is None:
        return whole
    qualifier = _search_before(grammar.before, text, told.start())
    bounds = grammar.qualifiers[qualifier["words"].lower()].bounds if qualifier else "exact"
    low, high = (None if bound is None else round(bound * share) for bound in (whole.min, whole.max))
    start_char = qualifier.start() if qualifier else told.start()
    return Quantity(
        start_char=start_char,
        end_char=whole.end_char,
        min=None if bounds in ("most", "below") else low,
        max=None if bounds == "least" else high,
        approx=True,
    )


def _read_share(grammar: _Grammar, words: str) -> Fraction | None:
    if words in grammar.shares:
        return Fraction(grammar.shares[words])
    percentage = _PERCENTAGE.match(words)
    if percentage:
        return Fraction(percentage[1]) / 100
    numbers = [int(word) if word.isdigit() else _small_value(grammar, word) for word in _NUMBER_WORD.findall(words)]
    return Fraction(*numbers) if len(numbers) == 2 and numbers[1] else None


def _join_ranges(grammar: _Grammar, text: str, found: list[Quantity]) -> list[Quantity]:
    """Join "between 5 and 10 million" and "five to ten" into one quantity each."""
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
    between = text[first.end_char : second.start_char].strip()
    opening = _search_before(_RANGE_OPENS, text, first.start_char)
    joins = between in ("-", "–", "—", "to", "or") or (opening and between == "and")
    is_upward = opening and not between and second.min is None  # between 5,000 up to 6,000
    if not (joins or is_upward) or not first.min or not second.max:
        return None
    low, number = first.min, text[second.start_char : second.end_char]
    scale = re.search(r"(hundred|thousand|million|billion|lakh|crore|bn|m|k)$", number, re.IGNORECASE)
    if scale and low < 1000 and text[first.end_char - 1].isdigit():
        low = round(low * grammar.values[scale[1].lower()])
    start = opening.start() if opening else first.start_char
    is_approx = first.approx or second.approx
    return Quantity(start, second.end_char, low, second.max, is_approx) if low <= second.max else None
