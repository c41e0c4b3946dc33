"""What the country of an outlet says of how it writes dates."""

import re
from urllib.parse import urlsplit

from extractors.rules import read_rules

_REGION = re.compile(r"^[a-z]{2,3}[-_](?:[A-Za-z]{4}[-_])?([A-Za-z]{2})$")


def writes_day_first(url: str | None, language: str | None = None, country: str | None = None) -> bool | None:
    """Whether the outlet writes 4 May as "04/05": by its `country` where that is said ("GB"), by its address
    ("….co.uk"), else by the region of its language tag ("en-GB"); None where none of them tells a country, or one that
    writes both ways."""
    host = urlsplit(url).hostname if url else None
    region = _REGION.match(language or "")
    places = ((country or "").lower(), host.rpartition(".")[2] if host else "", region[1].lower() if region else "")
    for place in places:
        for order, countries in read_rules("countries").items():
            if place in countries:
                return bool(order == "day_first")
    return None
