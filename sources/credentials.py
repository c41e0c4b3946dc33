"""Takes the secrets out of addresses that are stored, logged or shown."""

import re
from urllib.parse import unquote

from sources.networks import read_network_rules

HIDDEN = "hidden"
"""What stands in a kept address in place of a secret value."""

_START = re.compile(r"\s*(?:[a-z][a-z0-9+.-]{0,30}:)?[/\\]*", re.IGNORECASE)
_USERINFO = re.compile(r"(?P<start>[a-z][a-z0-9+.-]{0,30}:[/\\]{2})[^/\\?#\s]*@", re.IGNORECASE)
_PARAMETER = re.compile(r"(?P<start>(?:[?&#]|(?P<inner>;))(?P<name>[^=&;#?]*)=)(?(inner)[^&;#?]*|[^&;#]*)")


def hide_credentials(url: str) -> str:
    """The address as it may be stored and logged: without user name and password, with the values of secret query
    parameters (`secret_parameters` of `data/rules/network.toml`) replaced by `hidden`.

    Takes any text, also one that is no address, and never raises. The name of a parameter stays, so that two
    addresses that differ in nothing but a secret are one.
    """
    return _PARAMETER.sub(_hide_value, _USERINFO.sub(r"\g<start>", _cut_userinfo(url)))


def _cut_userinfo(url: str) -> str:
    """Without what stands before the host, also where the password holds a `/`, `?` or `#` that cuts it in two."""
    start = _START.match(url)
    assert start is not None, "it matches anything"
    rest = url[start.end() :]
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        return start[0] + authority.rpartition("@")[2] + rest[len(authority) :]
    has_port = ":" in authority and not authority.endswith("]")
    if "@" in rest and has_port and not authority.rpartition(":")[2].isdecimal():
        return start[0] + rest.rpartition("@")[2]
    return url


def _hide_value(parameter: re.Match[str]) -> str:
    name = unquote(parameter["name"]).strip().lower()
    return parameter["start"] + HIDDEN if name in read_network_rules().secret_parameters else parameter[0]
