"""Finds the feed or the sitemap of a site, or the kind of source that a path is, and makes entries of them."""

from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

from schemas import Problem, Source
from sources.contents import Form, describe_content, recognise_form
from sources.credentials import hide_credentials
from sources.fetching.answers import Fetched
from sources.finding_paths import find_local_source
from sources.kinds.documents import find_titled_feeds
from sources.kinds.feed import read_feed, read_head
from sources.kinds.means import Fetcher
from sources.kinds.sitemap import list_sitemaps, read_sitemap, unpack
from sources.kinds.warc import is_archive_name
from sources.locations import has_credentials, has_scheme, is_address
from sources.naming import choose_outlet, make_name, read_site_name
from sources.references import Reference
from sources.rules import read_source_rules

_ACCEPT = "application/rss+xml,application/atom+xml,text/html;q=0.9,application/xml;q=0.9,*/*;q=0.5"
_MOST_TRIED = 5
_MOST_ROBOTS = 100_000  # bytes
_FEWEST_DATED = 3


def find_source(location: str, fetcher: Fetcher) -> list[Source] | Problem:
    """The entries that could be made of an address or a path, the best first; or the Problem why there is none.

    An address is asked first for itself; of a web page the feeds that it names, then those in common places, then
    the sitemaps that robots.txt names, then those in common places. How many articles a day an entry expects is
    estimated from the dates that the feed or sitemap gives. A path is known by what it holds.
    """
    if has_credentials(location):
        detail = "The address holds a user's name or password, which are kept nowhere. Give it without."
        return Problem(code="refused_address", reference=hide_credentials(location), detail=detail)
    if not is_address(location):
        if has_scheme(location):
            detail = "It is no http(s) address. Give one, or a path."
            return Problem(code="unsupported_file", reference=location, detail=detail)
        return find_local_source(location)
    if is_archive_name(urlsplit(location).path):
        return [Source(name=make_name(location), kind="warc", location=location)]
    answer = fetcher.fetch(location, accept=_ACCEPT)
    return answer if isinstance(answer, Problem) else _Search(answer, fetcher).find()


class _Search:
    """One look for the sources of a site, beginning with what its address gave."""

    def __init__(self, answer: Fetched, fetcher: Fetcher) -> None:
        self._answer, self._fetcher = answer, fetcher
        self._site = read_site_name(answer.content) if recognise_form(answer.content) is Form.WEB_PAGE else ""

    def find(self) -> list[Source] | Problem:
        own = self._make(self._answer)
        if own:
            return [own]
        for addresses, most in self._list_places():
            if found := self._try(addresses, most):
                return found
        told = describe_content(self._answer.content, self._answer.headers)
        detail = (
            f"This is {told}, and neither a feed nor a sitemap was found on its site. "
            "Look for the address of its feed in a browser, and give that."
        )
        return Problem(code="not_found", reference=self._answer.url, detail=detail)

    def _list_places(self) -> Iterator[tuple[list[str], int]]:
        """Addresses to try, the likeliest first, with how many sources to be content with."""
        page, rules = self._answer, read_source_rules()
        if recognise_form(page.content) is Form.WEB_PAGE:
            named = find_titled_feeds(page.content, page.final_url)
            yield [address for address, title in named if not _is_for_comments(address, title)], _MOST_TRIED
        yield [urljoin(page.final_url, place) for place in rules["common_feeds"]], 1
        # The sitemaps of the news come first, as their names tell.
        yield (
            sorted(self._read_robots(), key=lambda address: "news" not in urlsplit(address).path.lower())[:_MOST_TRIED],
            1,
        )
        yield [urljoin(page.final_url, place) for place in rules["common_sitemaps"]], 1

    def _read_robots(self) -> list[str]:
        """The sitemaps that the site's robots.txt names."""
        answer = self._fetcher.fetch(urljoin(self._answer.final_url, "/robots.txt"), accept="text/plain,*/*;q=0.5")
        if isinstance(answer, Problem):
            return []
        pairs = [line.partition(":") for line in answer.content[:_MOST_ROBOTS].decode("utf-8", "replace").splitlines()]
        return [value.strip() for key, _, value in pairs if key.strip().lower() == "sitemap" and is_address(value)]

    def _try(self, addresses: list[str], most: int) -> list[Source]:
        found: list[Source] = []
        for address in addresses[: max(most, _MOST_TRIED + 1)]:
            answer = self._fetcher.fetch(address, accept=_ACCEPT)
            if not isinstance(answer, Problem) and (source := self._make(answer)):
                found.append(source)
            if len(found) == most:
                break
        return found

    def _make(self, answer: Fetched) -> Source | None:
        """The entry of an answer that is a feed, a sitemap or a list and holds articles."""
        content = unpack(answer)
        form = Form.BINARY if isinstance(content, Problem) else recognise_form(content)
        title, language = "", None
        if form in (Form.FEED, Form.JSON_FEED):
            kind, found = "feed", list(read_feed(answer))
            title, language = read_head(answer)
            if _is_for_comments(answer.final_url, title):
                return None
        elif form is Form.SITEMAP:
            kind, found = "sitemap", [] if list_sitemaps(answer) else list(read_sitemap(answer))
        elif form is Form.ADDRESSES:
            kind, found = "urls", []
        else:
            return None
        references = [one for one in found if isinstance(one, Reference)]
        if found and not references:
            return None
        return Source(
            name=make_name(answer.final_url),
            kind=kind,
            location=answer.final_url,
            outlet=self._site or choose_outlet(title, answer.final_url) or None,
            language=language,
            articles_per_day=estimate_rate(references),
        )


def estimate_rate(references: Iterable[Reference]) -> float | None:
    """How many articles a day were published, by the days that are stated; None where too few are."""
    days: list[date] = sorted(one.published for one in references if one.published)
    if len(days) < _FEWEST_DATED:
        return None
    span = (days[-1] - days[0]).days
    return round((len(days) - 1) / span, 1) if span else float(len(days))


def _is_for_comments(address: str, title: str) -> bool:
    words: list[str] = read_source_rules()["comment_feeds"]
    return any(word in address.lower() or word in title.lower() for word in words)
