"""The sources that a researcher follows."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.base import Contract
from schemas.schedules import Cron
from schemas.vocabularies import CodeOf

SourceKindCode = Annotated[str, CodeOf("source_kinds")]
SourceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class Source(Contract):
    """Where articles come from: a feed, a sitemap, a list of addresses, a folder, an archive.

    `location` is an address or a path. `outlet`, `country` (ISO 3166-1, two letters) and `language` (ISO 639-1) hold
    for all its articles; without, each page says its own. `articles_per_day` is how many it is expected to give.
    `include` and `exclude` are regular expressions that are searched for in an address; `since` leaves out what is
    known to have been published before. `first_look` is false for a source whose every article is to be read.
    `schedule` (a cron line, in the time zone of the settings) is when it is read, where that is not with all others.
    """

    name: SourceName
    kind: SourceKindCode
    location: str
    outlet: str | None = None
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None = None
    articles_per_day: Annotated[float, Field(ge=0)] | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    since: date | None = None
    first_look: bool = True
    enabled: bool = True
    schedule: Cron | None = None
