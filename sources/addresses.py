"""Checks the addresses of pages before anything is asked for."""

import re
from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

import httpx

from schemas import Problem
from sources.credentials import hide_credentials
from sources.files import show_path
from sources.networks import name_forbidden_network, read_network_rules

LONGEST_ADDRESS = 4_000
"""The longest address that is fetched, in characters; those of articles have some hundred."""

_LONGEST_SHOWN = 500
_PARTS = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?://(?P<authority>[^/?#]*))?(?P<rest>.*)", re.DOTALL)
_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{0,5}))?")
_NAME = re.compile(r"(?!.{254})(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


class RefusalKind(StrEnum):
    """Why an address is not fetched."""

    SCHEME = "scheme"  # not http or https
    LENGTH = "length"
    CHARACTERS = "characters"  # a backslash, white space, control or invisible characters
    CREDENTIALS = "credentials"  # a user name or a password in front of the host
    HOST = "host"  # none, or one that is no name
    NOTATION = "notation"  # an IP address in a notation that hides it
    PORT = "port"
    NETWORK = "network"  # it leads into a network that is not of the internet


class RefusedAddress(Exception):
    """An address that is not fetched: `url` without credentials, the `kind` of reason, and `detail` for people."""

    def __init__(self, url: str, kind: RefusalKind, detail: str) -> None:
        self.url = _show(hide_credentials(url))
        self.kind = kind
        self.detail = detail
        super().__init__(f"{self.url}: {detail}")


class _Refusal(Exception):
    """Within this module: what is wrong with a part of an address."""

    def __init__(self, kind: RefusalKind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class _Authority(NamedTuple):
    host: str  # in lower case and ASCII, IPv6 in brackets
    port: int | None
    odd: str | None  # how the host hides an IP address, for people


def check_address(url: str, allow_hosts: frozenset[str] = frozenset()) -> str:
    """The address to fetch: `url` as httpx writes it, without fragment. Raises `RefusedAddress`.

    Looks at the address alone and asks no name server; where a name leads is for the transport of `sources.guard`,
    which checks again. `allow_hosts` (see `read_allow_hosts`) are hosts that the user means: they may be of any
    network, at any port, and written as they are named there.
    """
    try:
        return _check(url.strip(" \t\r\n"), allow_hosts)
    except _Refusal as refusal:
        raise RefusedAddress(url, refusal.kind, refusal.detail) from None


def read_allow_hosts(named: Iterable[str]) -> frozenset[str]:
    """Host names as `check_address` takes them: `host` or `host:port` in lower case, an IPv6 address in brackets.

    Raises `ValueError` with a sentence where one is no host, such as a whole address.
    """
    hosts = frozenset(name.strip().lower() for name in named)
    for host in hosts:
        if not host or not _PORT.fullmatch(host) or re.search(r"[/\\@?#\s]", host):
            raise ValueError(f"{host!r} is no host. Give the name alone, as news.example or localhost:8000.")
    return hosts


def is_allowed(host: str, port: int | None, allow_hosts: frozenset[str]) -> bool:
    """Whether the user allows `host` by name, at `port` or at any; an IPv6 address with brackets or without."""
    written = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return written in allow_hosts or (port is not None and f"{written}:{port}" in allow_hosts)


def is_ip_address(text: str) -> bool:
    """Whether `text` is an IP address in its usual notation, an IPv6 address without brackets."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def explain_refusal(refused: RefusedAddress) -> Problem:
    """The problem (`refused_address`) of an address that is not fetched."""
    return Problem(code="refused_address", reference=refused.url, detail=refused.detail)


def _check(url: str, allow_hosts: frozenset[str]) -> str:
    if len(url) > LONGEST_ADDRESS:
        detail = (
            f"The address has {len(url):,} characters, more than {LONGEST_ADDRESS:,}. Give the article's short one."
        )
        raise _Refusal(RefusalKind.LENGTH, detail)
    parts = _PARTS.fullmatch(url)
    assert parts is not None, "it matches anything"
    _check_characters(url)
    scheme = (parts["scheme"] or "").lower()
    if scheme not in ("http", "https"):
        raise _Refusal(RefusalKind.SCHEME, f"{_name_scheme(scheme)}. Give one that begins with http:// or https://.")
    authority = _read_authority(parts["authority"] or "")
    default = 443 if scheme == "https" else 80
    if not is_allowed(authority.host, authority.port or default, allow_hosts):
        _check_host(authority)
    return _normalise(f"{scheme}://{parts['authority']}{parts['rest']}", authority.host)


def _name_scheme(scheme: str) -> str:
    return f"Addresses of the kind {scheme[:20]}: are not fetched" if scheme else "It is no http(s) address"


def _check_characters(url: str) -> None:
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    if _CONTROL.search(url) or "\\" in place:
        detail = "The address holds a backslash or a control character. Copy it again from the browser's address line."
        raise _Refusal(RefusalKind.CHARACTERS, detail)


def _read_authority(authority: str) -> _Authority:
    if "@" in authority:
        detail = "The address holds a user name or a password. Leave out what stands before the @, and the @."
        raise _Refusal(RefusalKind.CREDENTIALS, detail)
    if not all(character.isprintable() and not character.isspace() for character in authority):
        detail = "The host's name holds white space or an invisible character. Type the address anew."
        raise _Refusal(RefusalKind.CHARACTERS, detail)
    parts = _PORT.fullmatch(authority)
    if parts is None:
        raise _Refusal(RefusalKind.PORT, "What follows the host's name is no port. Check the address.")
    port = int(parts["port"]) if parts["port"] else None
    if port is not None and port > 65535:
        raise _Refusal(RefusalKind.PORT, f"There is no port {port}. Check the address.")
    return _read_host(parts["host"], port)


def _read_host(written: str, port: int | None) -> _Authority:
    if not written:
        raise _Refusal(RefusalKind.HOST, "The address names no host. Check it.")
    host = _encode_host(written.lower())
    if host.startswith("["):
        return _Authority(host, port, _find_odd_ipv6(host[1:-1]))
    if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        return _Authority(host, port, None if is_ip_address(host) and written == host else "IPv4")
    return _Authority(host.removesuffix("."), port, None)


def _encode_host(host: str) -> str:
    """The host in ASCII; its dots, too, may be others than `.` before."""
    if host.isascii():
        return host
    try:
        return httpx.URL(f"http://{host}/").raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError):
        detail = "The host's name holds characters that no name can have. Check the address."
        raise _Refusal(RefusalKind.HOST, detail) from None


def _find_odd_ipv6(address: str) -> str | None:
    if ":" not in address or "%" in address or not is_ip_address(address):
        return "IPv6"
    return "IPv6" if IPv6Address(address) in read_network_rules().translated else None


def _check_host(authority: _Authority) -> None:
    """Refuse a host that the user did not allow by name."""
    host, port, odd = authority
    if odd:
        detail = f"{host} is an {odd} address in a notation that hides it. Give the site's name. {_ADVICE}"
        raise _Refusal(RefusalKind.NOTATION, detail)
    if is_ip_address(host.strip("[]")):
        _check_ip_address(host.strip("[]"))
    else:
        _check_name(host)
    if port in read_network_rules().other_ports:
        raise _Refusal(RefusalKind.PORT, f"Port {port} is one of another service, not of web pages. {_ADVICE}")


_ADVICE = "Name the host in allow_hosts where you mean it."


def _check_ip_address(host: str) -> None:
    if network := name_forbidden_network(host):
        raise _Refusal(RefusalKind.NETWORK, describe_network(host, network))


def describe_network(address: str, network: str) -> str:
    """A sentence on an IP address that is not asked for, and what to do."""
    return f"It leads to {address}: {network}. {_ADVICE}"


def _check_name(host: str) -> None:
    for local in read_network_rules().local_names:
        if host == local or host.endswith(f".{local}"):
            detail = f"{host} is a name for machines of a local network. {_ADVICE}"
            raise _Refusal(RefusalKind.NETWORK, detail)
    if not _NAME.fullmatch(host):
        raise _Refusal(RefusalKind.HOST, f"{host[:80]!r} is not the full name of a host. {_ADVICE}")


def _normalise(url: str, host: str) -> str:
    """The address as httpx reads it; where it reads another host than was checked, there is none."""
    try:
        parsed = httpx.URL(url).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError) as error:
        detail = f"The address can't be read ({str(error).rstrip('.')}). Check it."
        raise _Refusal(RefusalKind.HOST, detail) from None
    read = parsed.raw_host.decode("ascii")
    _check_punycode(parsed)
    if read.removesuffix(".") != host.strip("[]").removesuffix("."):
        raise _Refusal(RefusalKind.HOST, "The host's name can be read in two ways. Check the address.")
    return str(parsed.copy_with(host=read.removesuffix(".")) if read.endswith(".") else parsed)


def _check_punycode(url: httpx.URL) -> None:
    try:
        _ = url.host  # httpx decodes it, here or later in the middle of a request
    except UnicodeError:
        detail = "The host's name is not what it says (its xn-- part can't be decoded). Check the address."
        raise _Refusal(RefusalKind.HOST, detail) from None


def _show(url: str) -> str:
    shown = show_path(url)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
