"""The address of an article: how it is shown, and what makes two addresses one article's."""

import re
import tomllib
from functools import cache, lru_cache
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from schemas.vocabularies import DATA_FOLDER

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT = "!#$%&'()*+,/:;=?@[]~"  # what `quote` leaves alone, beside letters and figures
_CACHED = 10_000


def normalise_url(url: str | None) -> str | None:
    """The form in which an http(s) address is shown, or None where `url` is none.

    Scheme and host go to lower case; a default port, the fragment and parameters that only tell how the reader came
    (`data/rules/urls.toml`) are dropped. Path and remaining query stay as they are, in their order.
    """
    parts = _split(url)
    if parts is None:
        return None
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


@lru_cache(maxsize=_CACHED)  # an article is asked for its identity many times
def identify_url(url: str) -> str:
    """The one address that stands for all spellings of an article's, from which its identity is made.

    Of http and https, with and without www., mobile and AMP hosts, AMP paths, parameters and caches, tracking
    parameters, a slash at the end, the order of the parameters and the escapes, one spelling is left. It need not
    lead anywhere. What is no http(s) address is given back as it is.
    """
    parts = _split(_unwrap(url))
    if parts is None:
        return url.strip()
    pairs = [pair for pair in parts.query.split("&") if pair and not (_is_tracking(pair) or _is_amp(pair))]
    query = "&".join(sorted(_unify_escapes(pair) for pair in pairs))
    return urlunsplit(("https", _identify_host(parts.netloc), _identify_path(parts.path), query, ""))


def _split(url: str | None) -> SplitResult | None:
    """The parts of an http(s) address, scheme and place in lower case, without user name and default port."""
    try:
        parts = urlsplit((url or "").strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host or any(character.isspace() for character in host):
        return None
    place = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORTS[scheme]:
        place = f"{place}:{port}"
    return parts._replace(scheme=scheme, netloc=place)


def _unwrap(url: str) -> str:
    """The address that an AMP cache or viewer shows; `url` itself where it is none of one."""
    rules = _read_rules()
    for shape in rules["amp_caches"]:
        if match := re.fullmatch(shape, url.strip()):
            return f"https://{match[1]}"
    return url


def _identify_host(place: str) -> str:
    """The place without the labels that name a way of showing, as far as they are not its own name."""
    rules = _read_rules()
    host, colon, port = place.partition(":") if not place.startswith("[") else (place, "", "")
    labels = _to_ascii(host.rstrip(".")).split(".")
    own = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in rules["second_level"] else 2
    front = [label for label in labels[:-own] if label not in rules["host_labels"]]
    return ".".join([*front, *labels[-own:]]) + colon + port


def _to_ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _identify_path(path: str) -> str:
    """The path without what says that it is the AMP page of another."""
    rules = _read_rules()
    segments = _unify_escapes(path).strip("/").split("/")
    if len(segments) > 1 and segments[-1].lower() in rules["amp_last_segments"]:
        segments.pop()
    if len(segments) > 1 and segments[0].lower() in rules["amp_first_segments"]:
        segments.pop(0)
    segments[-1] = re.sub(rules["amp_ending"], r"\1", segments[-1])
    return "/" + "/".join(segments)


def _unify_escapes(words: str) -> str:
    def unify(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return quote(_ESCAPE.sub(unify, words), safe=_KEPT, errors="replace")


def _is_tracking(pair: str) -> bool:
    rules = _read_rules()
    name = pair.partition("=")[0].lower()
    return name in rules["tracking_parameters"] or name.startswith(tuple(rules["tracking_prefixes"]))


def _is_amp(pair: str) -> bool:
    rules = _read_rules()
    name = pair.partition("=")[0].lower()
    return name in rules["amp_parameters"] or pair.lower() in rules["amp_pairs"]


@cache
def _read_rules() -> dict[str, Any]:
    with (DATA_FOLDER / "rules" / "urls.toml").open("rb") as file:
        return tomllib.load(file)
