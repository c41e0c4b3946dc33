"""Names for sources and outlets, from a site's address and what it calls itself."""

import re
from urllib.parse import urlsplit

from sources.kinds.documents import parse_web_page
from sources.rules import read_source_rules

_SEPARATORS = re.compile(r"\s+[-–—|»:·]+\s+|\s*[|»]\s*|:\s+")
_LONGEST_NAME = 64
_SHORTEST_LIKENESS = 3


def make_name(location: str) -> str:
    """A name for the source at an address: of its host, in the letters that names have."""
    host = urlsplit(location).netloc.rpartition("@")[2].lower()
    return shape_name(host if _is_number(host) else _take_off(host))


def shape_name(text: str) -> str:
    """`text` in the letters that the name of a source has; `source` where nothing of it is left."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:_LONGEST_NAME].strip("-")
    return name or "source"


def read_site_name(content: bytes) -> str:
    """What a web page calls its site by its mark-up (og:site_name); empty where it says nothing."""
    tree = parse_web_page(content)
    metas = () if tree is None else tree.iter("meta")
    named = [meta.get("content") or "" for meta in metas if (meta.get("property") or "").lower() == "og:site_name"]
    return " ".join(named[0].split())[:100] if named else ""


def choose_outlet(title: str, location: str) -> str:
    """The part of a feed's title that is like the name of its host; empty where none is: the outlet of a source holds
    for all its articles, so that a wrong one does more harm than none.
    """
    host = re.sub(r"[^a-z0-9]", "", urlsplit(location).netloc.lower())
    label = make_name(location).replace("-", "")
    parts = [part for part in _SEPARATORS.split(" ".join(title.split())) if part]
    return max((part for part in parts if _is_alike(part, host, label)), key=len, default="")


def _is_alike(part: str, host: str, label: str) -> bool:
    bare = re.sub(r"[^a-z0-9]", "", part.lower())
    return len(bare) >= _SHORTEST_LIKENESS and (bare in host or (len(label) >= _SHORTEST_LIKENESS and label in bare))


def _take_off(host: str) -> str:
    """The host without what only says that it is one: `www.` in front, `.com` and `.co.uk` at the end, the port."""
    labels = host.partition(":")[0].split(".")
    beginnings = {beginning.rstrip(".") for beginning in read_source_rules()["host_beginnings"]}
    while len(labels) > 2 and labels[0] in beginnings:
        labels.pop(0)
    labels = labels[:-1] or labels
    if len(labels) > 1 and len(labels[-1]) <= 3 and len(host.partition(":")[0].rpartition(".")[2]) == 2:
        labels.pop()
    return "-".join(labels)


def _is_number(host: str) -> bool:
    return not re.search("[a-z]", host)
