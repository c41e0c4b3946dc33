"""What a source gives: its kind's findings, filtered, each address once, with the source's name on all of them."""

from collections.abc import Iterator
from dataclasses import replace

from schemas import Page, Problem, Source
from schemas.addresses import identify_url
from sources.filters import BadFilter, Filter
from sources.kinds import KINDS, Found, Means
from sources.references import Reference, ReferenceKind


def discover_source(source: Source, means: Means) -> Iterator[Found]:
    """Yield what is new in a source: references to fetch or read, pages of archives and records, what is consumed.

    What goes wrong is a Problem among them; it raises nothing. The name of the source is on everything, its outlet on
    all articles; a fragment is taken off an address, and each address comes once. A source that holds no article, or
    whose filters leave none, gives one `empty_source`; one with nothing new gives nothing.
    """
    try:
        chosen = Filter(source)
    except BadFilter as error:
        yield Problem(code="bad_source", reference=source.name, detail=f"{error}. Correct the source's entry.")
        return
    means = means if source.first_look else replace(means, look=None)
    given = 0
    for found in _drop_repeated(_discover_safely(source, means)):
        if isinstance(found, (Reference, Page)):
            if not chosen.lets_through(found):
                continue
            given += 1
            found = _sign(found, source)
        yield found
    if chosen.left_out and not given:
        detail = f"Its filters leave out all {chosen.left_out:,} articles that it gave. Correct them in its entry."
        yield Problem(code="empty_source", reference=source.name, detail=detail)


def _discover_safely(source: Source, means: Means) -> Iterator[Found]:
    try:
        yield from KINDS[source.kind].discover(source, means)
    except Exception as error:  # one source must not end the run
        told = f"{type(error).__name__}: {error}"[:200].rstrip(".")
        detail = f"The source {source.name} broke off ({told}). What it gave before was used; report this."
        yield Problem(code="unreadable", reference=source.location, detail=detail)


def _drop_repeated(found: Iterator[Found]) -> Iterator[Found]:
    """All that was found, addresses without their fragments and no article's twice, however it is spelled; pages of
    archives may repeat theirs."""
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Reference) and one.kind is ReferenceKind.URL:
            one = replace(one, location=one.location.partition("#")[0])
            identity = identify_url(one.location)
            if identity in seen:
                continue
            seen.add(identity)
        yield one


def _sign(found: Reference | Page, source: Source) -> Reference | Page:
    outlet = source.outlet or found.outlet
    if isinstance(found, Reference):
        return replace(found, source=source.name, outlet=outlet, first_look=source.first_look)
    return found.model_copy(update={"source": source.name, "outlet": outlet, "first_look": source.first_look})
