"""The address by which an article is known."""

from urllib.parse import urlsplit, urlunsplit

from extractors.rules import read_rules


def normalise_url(url: str | None) -> str | None:
    """The canonical form of an http(s) address, or None where `url` is none.

    Scheme and host go to lower case; a default port, the fragment and parameters
    that only tell how the reader came (`data/rules/urls.toml`) are dropped. Path and
    remaining query stay as they are, in their order.
    """
    try:
        parts = urlsplit((url or "").strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not host or any(character.isspace() for character in host):
        return None
    place = f"[{host}]" if ":" in host else host
    if port and port != {"http": 80, "https": 443}[scheme]:
        place = f"{place}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    return urlunsplit((scheme, place, parts.path or "/", query, ""))


def _is_tracking(pair: str) -> bool:
    rules = read_rules("urls")
    name = pair.partition("=")[0].lower()
    return name in rules["tracking_parameters"] or name.startswith(tuple(rules["tracking_prefixes"]))
