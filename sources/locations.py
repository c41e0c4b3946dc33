"""Where a source is: at an address, or at a path."""

import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_address(location: str) -> bool:
    """Whether `location` is an http(s) address."""
    return bool(_ADDRESS.fullmatch(location.strip()))


def has_scheme(location: str) -> bool:
    """Whether `location` is an address of any kind, http(s) or not."""
    return bool(_SCHEME.match(location.strip()))


def has_credentials(location: str) -> bool:
    """Whether an address holds a user's name or a password, which are kept nowhere."""
    try:
        return has_scheme(location) and "@" in urlsplit(location.strip()).netloc
    except ValueError:
        return False
