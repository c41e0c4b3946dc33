"""Reads CASIE's articles: the labels of its spans (triggers by type, arguments by type and role) over tokens."""

import json
from pathlib import Path
from typing import Any

from spacy.tokens import Doc

TYPES = ("Databreach", "DiscoverVulnerability", "PatchVulnerability", "Phishing", "Ransom")
ROLES = {
    "Databreach": "Attack-Pattern Attacker Compromised-Data Damage-Amount Number-of-Data Number-of-Victim Place Purpose"
    " Time Tool Victim",
    "DiscoverVulnerability": "CVE Capabilities Discoverer Supported_Platform Time Vulnerability Vulnerable_System"
    " Vulnerable_System_Owner Vulnerable_System_Version",
    "PatchVulnerability": "CVE Issues-Addressed Patch Patch-Number Releaser Supported_Platform Time Vulnerability"
    " Vulnerable_System Vulnerable_System_Version",
    "Phishing": "Attack-Pattern Attacker Damage-Amount Place Purpose Time Tool Trusted-Entity Victim",
    "Ransom": "Attack-Pattern Attacker Damage-Amount Payment-Method Place Price Time Tool Victim",
}
Band = tuple[int, int, int]  # first token, last token, index in `BANDS`
BANDS = ("none", *TYPES, *(f"{kind}/{role}" for kind in TYPES for role in ROLES[kind].split()))


def read_casie(path: Path) -> list[dict[str, Any]]:
    """The articles of a CASIE file, a JSON object a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def text_of(record: dict[str, Any]) -> str:
    """Title, line break, text: as an article of ours; offsets of CASIE's count in the text alone."""
    return f"{record.get('title') or ''}\n{record['text']}"


def offset_of(record: dict[str, Any]) -> int:
    return len(record.get("title") or "") + 1


def label_casie(doc: Doc, record: dict[str, Any]) -> list[Band]:
    """The labelled spans of a doc of `text_of(record)`; what does not fall on tokens is widened to them."""
    shift = offset_of(record)
    told: set[Band] = set()

    def add(start: int, end: int, name: str) -> None:
        span = doc.char_span(start + shift, end + shift, alignment_mode="expand")
        if span is not None and name in BANDS:
            told.add((span.start, span.end - 1, BANDS.index(name)))

    for mention in record["mentions"]:
        add(mention["start"], mention["end"], mention["type"])
        for argument in mention.get("arguments", []):
            add(argument["start"], argument["end"], f"{mention['type']}/{argument['role']}")
    return sorted(told)
