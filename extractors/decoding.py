"""From the bytes of a page to its characters."""

import codecs
import re

from trafilatura.utils import detect_encoding

from extractors.refusals import Refusal

_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_META_WINDOW = 4096
_SAMPLE = 4_900
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]+")
_CONTROL_BYTES = bytes([*range(0x00, 0x09), *range(0x0E, 0x20), 0x7F])
_NOT_TEXT_SHARE = 0.01
# Labels that the web uses for a wider encoding than they name: the WHATWG's rule.
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030"}
_LIKE_WESTERN = frozenset({"cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859_4", "iso8859_9", "iso8859_13"})
# Python's other codecs are no encodings of pages, and some take quadratic time.
_PAGE_ENCODING = re.compile(r"(utf|iso8859|iso2022|cp|koi8|mac|gb|big5|shift|euc|ascii|tis|hz|johab)", re.IGNORECASE)


def decode_page(content: bytes, charset: str | None = None) -> str:
    """The characters of `content`; `charset` is what the server called its encoding, or None.

    UTF-8 that holds together is believed before any label, for it is never so by
    chance; then the server's label, then the page's own, then a guess by
    charset-normalizer. Control characters and NULs that remain are dropped. Raises
    `Refusal` (`unreadable`) where more than 1 % of the characters are none.
    """
    text = _decode(content, charset)
    clean = _CONTROLS.sub("", text) if _has_controls(text) else text
    broken = len(text) - len(clean) + clean.count("\ufffd")
    if broken > _NOT_TEXT_SHARE * len(text):
        raise Refusal("unreadable", f"{broken} of {len(text)} characters are not text. Save the page again as UTF-8.")
    return clean


def _decode(content: bytes, charset: str | None) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    text = _decode_strictly(content, "utf-8")
    if text is not None:
        return text
    declared = _META_CHARSET.search(content[:_META_WINDOW])
    labels = [charset, declared[1].decode("ascii") if declared else None]
    for label in filter(None, labels):
        text = _decode_strictly(content, _widen(label))
        if text is not None:
            return text
    return _decode_damaged(content)


def _has_controls(text: str) -> bool:
    """Whether there are control characters at all, which in UTF-8 are bytes of their own: many times as quick to say as
    to look for them with a regular expression, on pages of half a megabyte."""
    encoded = text.encode("utf-8", "surrogatepass")
    return len(encoded.translate(None, _CONTROL_BYTES)) != len(encoded)


def _decode_damaged(content: bytes) -> str:
    """Decode what is neither UTF-8 nor what it calls itself: broken UTF-8 if most holds together, else a guess."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(len(run) for run in re.findall(r"[^\x00-\x7f\ufffd]+", text))
    if whole >= broken:
        return text
    # Guessing is slow on long input, and its ends tell as much as the whole.
    guesses = detect_encoding(content[:_SAMPLE] + content[-_SAMPLE:])
    # A few accents don't tell these apart, and pages in English that don't say are the West's.
    if guesses and guesses[0] in _LIKE_WESTERN:
        guesses = ["cp1252", *guesses]
    for encoding in guesses:
        guess = _decode_strictly(content, encoding)
        if guess is not None:
            return guess
    return text


def _decode_strictly(content: bytes, encoding: str) -> str | None:
    """Decode `content`, or None where it is not `encoding`; a last character that was cut off is left out."""
    if not _PAGE_ENCODING.match(encoding):
        return None
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content)
    except (LookupError, ValueError):
        return None


def _widen(label: str) -> str:
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return label
    return _WIDER.get(name, name)
