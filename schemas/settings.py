"""The settings of the rooms that have any."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.base import Contract

_CONTACT = re.compile(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[\w.-]+(?:/[\w./~%-]*)?", re.ASCII)
_LONGEST_CONTACT = 200


def _check_contact(contact: str) -> str:
    if len(contact) > _LONGEST_CONTACT or not _CONTACT.fullmatch(contact):
        raise ValueError("give an e-mail address (name@host.org) or the http(s) address of a page about your project")
    return contact


Contact = Annotated[str, AfterValidator(_check_contact)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Limit = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Number = Annotated[int, Field(ge=1)]


class FetchSettings(Contract):
    """How pages are fetched. All times are in seconds, all sizes in bytes.

    `contact` is told to every server, so that its keepers can write before they shut you out. `allow_hosts` may lie in
    private networks, or on this machine. `delay` lies between the end of one request to a host and the begin of the
    next; a site's own wish (Crawl-delay) wins where it is longer, and a host that wishes for more than `longest_delay`
    is left out. `connect`, `first_byte` and `whole` limit one request; `most_bytes` is counted after decompression.
    A request that may go better later is made up to `attempts` times, with `first_wait` doubled each time between, but
    nothing waits for longer than `longest_wait`. A host that fails `failures_to_rest` times in a row is left alone for
    `rest`, doubled each time up to `longest_rest`.
    """

    contact: Contact | None = None
    allow_hosts: frozenset[str] = frozenset()
    delay_seconds: Seconds = 1.0
    longest_delay_seconds: Seconds = 60.0
    connect_seconds: Limit = 10.0
    first_byte_seconds: Limit = 20.0
    whole_seconds: Limit = 60.0
    most_bytes: Number = 10_000_000
    most_redirects: Annotated[int, Field(ge=0, le=20)] = 5
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    first_wait_seconds: Seconds = 1.0
    longest_wait_seconds: Seconds = 30.0
    failures_to_rest: Number = 5
    rest_seconds: Seconds = 900.0
    longest_rest_seconds: Seconds = 86_400.0
    most_hosts_at_once: Annotated[int, Field(ge=1, le=256)] = 32
