"""Reads the XML of feeds and sitemaps, which anyone may have written: no DTD, no entities, nothing from elsewhere.

What is parsed is never what came, but a text made of it: decoded here, looked through, without all that stands in
front of the root element, and written as UTF-8. So it does not matter which encoding a parser would have seen in it.
"""

import codecs
import re
import tomllib
from collections import Counter
from functools import cache
from html import unescape
from typing import Any

from lxml import etree

from schemas.vocabularies import DATA_FOLDER

XmlElement = Any  # an lxml.etree element, for which there are no types

_RULES = DATA_FOLDER / "rules" / "xml.toml"
_ENCODING = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{1,40})[\"']", re.IGNORECASE)
_BLANK = re.compile(r"[\s\ufeff]*")
_ASIDE = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_PLAIN_DOCTYPE = re.compile(
    r"""<!DOCTYPE\s+[^\s<>\[\]"']+\s*(?:PUBLIC\s+(?:"[^"<>]*"|'[^'<>]*')\s*(?:"[^"<>]*"|'[^'<>]*')?\s*)?>""",
    re.IGNORECASE,
)
_NAME = r"[A-Za-z_:\u0080-\U0010ffff][^\s/<>=\"']*+"
_ROOT = re.compile(f"<({_NAME})")
# Each alternative ends at the next `<` at the latest, or ends the search, so that the time is linear.
_MARKUP = re.compile(
    rf"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|(?P<broken><[!?])
    |</(?P<end>{_NAME})
    |<(?P<start>{_NAME})(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+(?P<closed>>)?""",
    re.DOTALL | re.VERBOSE,
)


_LEAST_MENDED = 0.9
"""The share of the elements that mending must keep; where libxml2 gives up, it says nothing and drops the rest."""

_ADVICE = "Use another feed of the site, or its sitemap."


class BadXml(Exception):
    """The content can't be read as XML; the sentence says what was found instead."""


class UnsafeXml(BadXml):
    """The content holds what no feed needs and an attack does; the sentence names it."""


def parse_xml(content: bytes, charset: str | None = None) -> XmlElement:
    """The root element (lxml) of a feed or sitemap. Raises `BadXml` or `UnsafeXml`.

    XML that is a little broken is mended as well as it goes. `charset` is what the server said; it counts where the
    content itself does not say its encoding.
    """
    cleaned, elements = _clean(content, charset)
    root = _parse(cleaned, mend=False)
    if root is not None:
        return root
    root = _parse(cleaned, mend=True)
    read = 0 if root is None else sum(1 for _ in root.iter(etree.Element))
    if read < _LEAST_MENDED * elements:
        detail = f"It is broken XML: only {read:,} of its {elements:,} elements can be read. {_ADVICE}"
        raise BadXml(detail)
    return root


def check_xml(content: bytes, charset: str | None = None) -> None:
    """Raise `UnsafeXml` or `BadXml` where `clean_xml` would."""
    clean_xml(content, charset)


def clean_xml(content: bytes, charset: str | None = None) -> bytes:
    """A feed or sitemap as UTF-8 that any parser may read: the root element alone, without DTD and entities of its own.

    Give this to feedparser, in an `io.BytesIO` and without the server's headers. Raises `UnsafeXml` for declarations,
    XInclude, an encoding that is not in `data/rules/xml.toml` and too many or too deep elements, and `BadXml` for
    what is no XML, such as a web page.
    """
    return _clean(content, charset)[0]


def _clean(content: bytes, charset: str | None) -> tuple[bytes, int]:
    """The content as it may be read, and the number of its elements."""
    text = _decode(content, charset)
    begin = _find_root(text)
    elements = _count_elements(text, begin)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text[begin:].encode("utf-8", "replace"), elements


@cache
def _read_rules() -> dict[str, Any]:
    with _RULES.open("rb") as file:
        return tomllib.load(file)


def _decode(content: bytes, charset: str | None) -> str:
    text = content.decode(_find_encoding(content, charset), "replace")
    if "\0" in text:
        raise BadXml("The content holds zero bytes: it is no text in the encoding it claims to have.")
    return text


def _find_encoding(content: bytes, charset: str | None) -> str:
    """By the first bytes, else the XML declaration; else UTF-8 where it can be that, else what the server said."""
    marked = _find_marked_encoding(content[:4])
    if marked:
        return marked
    declared = _ENCODING.match(content[:400])
    if declared:
        encoding = _look_up_encoding(declared[1].decode("ascii", "replace"))
        # Of a text whose first bytes are not UTF-16 this is no more than what a program always writes.
        return "utf-8" if encoding.startswith("utf-16") else encoding
    if charset is None or _is_utf8(content):
        return "utf-8"
    return _look_up_encoding(charset)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _find_marked_encoding(begin: bytes) -> str | None:
    """The encoding that a byte order mark or the zero bytes beside a first ASCII character tell."""
    if begin.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if begin[:2] == b"\0\0" or begin[2:] == b"\0\0":
        raise UnsafeXml(f"It is written in UTF-32, which feeds are not. {_ADVICE}")
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if begin == b"\x4c\x6f\xa7\x94":
        raise UnsafeXml(f"It is written in EBCDIC, which feeds are not. {_ADVICE}")
    if len(begin) == 4 and begin.count(0) == 2:
        return "utf-16-le" if begin[0] else "utf-16-be"
    return None


def _look_up_encoding(named: str) -> str:
    try:
        encoding = codecs.lookup(named.strip()).name
    except (LookupError, ValueError):
        raise UnsafeXml(f"It is written in an unknown encoding, {named[:40]!r}. {_ADVICE}") from None
    if encoding not in _read_rules()["encodings"]:
        raise UnsafeXml(f"It is written in the encoding {encoding}, which is not read. {_ADVICE}")
    return encoding


def _find_root(text: str) -> int:
    """Where the root element begins; what stands in front may be a plain DOCTYPE, comments and instructions."""
    place = _skip(_BLANK, text, 0)
    while aside := _ASIDE.match(text, place) or _PLAIN_DOCTYPE.match(text, place):
        place = _skip(_BLANK, text, aside.end())
    if _DOCTYPE.match(text, place):
        raise UnsafeXml(f"Its DOCTYPE declares entities, or names a definition elsewhere. {_ADVICE}")
    root = _ROOT.match(text, place)
    if root is None:
        raise BadXml(_describe_start(text[place : place + 60]))
    if root[1].lower() == "html":
        raise BadXml("It is a web page, not a feed or a sitemap. Look for the address of the site's feed.")
    return place


def _skip(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _describe_start(begin: str) -> str:
    if not begin:
        return "It holds no element: it is empty, or nothing but comments."
    shown = "".join(character if character.isprintable() else " " for character in begin[:40]).strip()
    return f"It is no XML: it begins with {shown!r}. Look at the address in a browser."


def _count_elements(text: str, begin: int) -> int:
    """The number of elements; declarations outside of CDATA sections, XInclude and too many elements are refused."""
    deepest, most = _read_rules()["deepest"], _read_rules()["most_elements"]
    elements = 0
    opened = _OpenElements()
    for found in _MARKUP.finditer(text, begin):
        if found["broken"]:
            raise UnsafeXml(f"It holds a declaration in its middle, or a comment without end. {_ADVICE}")
        if found["end"]:
            opened.close(found["end"])
        elif found["start"]:
            elements += 1
            _check_inclusion(found[0])
            if not (found["closed"] and found[0].endswith("/>")):
                opened.open(found["start"])
        if elements > most:
            raise UnsafeXml(f"It holds more than {most:,} elements. {_ADVICE}")
        if len(opened.names) > deepest:
            raise UnsafeXml(f"Its elements nest more than {deepest} deep. {_ADVICE}")
    return elements


class _OpenElements:
    """The elements that are open at a place of the text."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._counts: Counter[str] = Counter()

    def open(self, name: str) -> None:
        self.names.append(name)
        self._counts[name] += 1

    def close(self, name: str) -> None:
        """Close the last element of that name, and those inside it that were never closed; none where none is open."""
        if not self._counts[name]:
            return
        closed = None
        while closed != name:
            closed = self.names.pop()
            self._counts[closed] -= 1


def _check_inclusion(tag: str) -> None:
    if "xmlns" in tag and "/xinclude" in unescape(tag).lower():
        raise UnsafeXml(f"It wants other files included (XInclude). {_ADVICE}")


def _parse(cleaned: bytes, *, mend: bool) -> XmlElement | None:
    parser = etree.XMLParser(
        recover=mend,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(cleaned, parser)
    except etree.XMLSyntaxError:
        return None
