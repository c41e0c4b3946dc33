"""A list of addresses, in a file or at an address."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from schemas import Problem, Source
from sources.contents import Form, describe_content, recognise_form
from sources.files import READ_ERRORS, explain_read_error, open_file, read_lines, show_path
from sources.kinds.means import Found, Means
from sources.locations import is_address
from sources.references import read_addresses

_ACCEPT = "text/plain, */*;q=0.5"
_SAMPLE_BYTES = 64 * 1024


def discover_urls(source: Source, means: Means) -> Iterator[Found]:
    """The addresses of the list; a faulty line is a problem that names it, a file of another form is one problem."""
    if is_address(source.location):
        return _discover_remote(source.location, means)
    return _discover_local(Path(source.location))


def _discover_remote(url: str, means: Means) -> Iterator[Found]:
    answer = means.fetcher.fetch(url, accept=_ACCEPT)
    if isinstance(answer, Problem):
        yield answer
    elif problem := _find_other_content(answer.content, url, answer.headers):
        yield problem
    else:
        yield from _tell_emptiness(read_addresses(enumerate(answer.content.splitlines(), 1), url), url)


def _discover_local(path: Path) -> Iterator[Found]:
    shown = show_path(path)
    try:
        with open_file(path) as file:
            sample = file.read(_SAMPLE_BYTES)
    except FileNotFoundError:
        detail = "There is no such file. Correct the location in the source's entry."
        yield Problem(code="not_found", reference=shown, detail=detail)
        return
    except READ_ERRORS as error:
        yield Problem(code="unreadable", reference=shown, detail=explain_read_error(error))
        return
    if problem := _find_other_content(sample, shown):
        yield problem
    else:
        yield from _tell_emptiness(read_addresses(read_lines(path), shown), shown)


def _find_other_content(content: bytes, shown: str, headers: dict[str, str] | None = None) -> Problem | None:
    """The problem of a list that is something else; a text is taken for a list if one of its first lines is an
    address, so that the others are told by their numbers."""
    form = recognise_form(content)
    if form in (Form.EMPTY, Form.ADDRESSES) or (form is Form.TEXT and b"://" in content):
        return None
    found = describe_content(content, headers)
    detail = f"This is {found}, not a list of addresses. Give a text file with an http(s) address a line."
    return Problem(code="wrong_content", reference=shown, detail=detail)


def _tell_emptiness(found: Iterator[Found], shown: str) -> Iterator[Found]:
    first = next(found, None)
    if first is None:
        detail = "The list holds no address. Write an http(s) address on each line."
        yield Problem(code="empty_source", reference=shown, detail=detail)
    else:
        yield from chain([first], found)
