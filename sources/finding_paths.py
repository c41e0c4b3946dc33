"""Knows the kind of source that a path is by what it holds."""

import os
from collections import Counter
from itertools import islice
from pathlib import Path

from schemas import Problem, Source
from sources.contents import Form, recognise_form
from sources.files import READ_ERRORS, explain_read_error, open_file, show_path
from sources.kinds.records import parse_record
from sources.kinds.warc import is_archive_name
from sources.naming import shape_name
from sources.references import is_known_file, is_list, walk_folder

_SAMPLE = 1_000  # files of a folder that are looked at by name
_SAMPLE_BYTES = 1_000_000


def find_local_source(location: str) -> list[Source] | Problem:
    """The entry of a file or folder, or the Problem why it can't be a source."""
    path = Path(os.path.abspath(Path(location).expanduser()))  # noqa: PTH100  a link stays one
    shown = show_path(path)
    try:
        kind = _find_kind_of_folder(path) if path.is_dir() else _find_kind_of_file(path)
    except FileNotFoundError:
        detail = "There is no such file or folder. Check the path; an address begins with http:// or https://."
        return Problem(code="not_found", reference=shown, detail=detail)
    except (*READ_ERRORS, ValueError) as error:
        return Problem(code="unreadable", reference=shown, detail=explain_read_error(error))
    if kind is None:
        what = "The folder holds nothing" if path.is_dir() else "It is nothing"
        detail = (
            f"{what} that is a source: lists of addresses, folders of articles, WARC archives, JSONL files of articles "
            "and what news-please saved are. Read a single article with `breachwire run`."
        )
        return Problem(code="unsupported_file", reference=shown, detail=detail)
    return [Source(name=shape_name(path.name.partition(".")[0]), kind=kind, location=str(path))]


def _find_kind_of_folder(path: Path) -> str | None:
    """The kind of most of the folder's files; of files of several kinds, that which reads most of them."""
    kinds: Counter[str] = Counter()
    examples: dict[str, Path] = {}
    for file in islice(walk_folder(path, lambda file: True), _SAMPLE):
        if isinstance(file, Path) and (kind := _guess_kind(file)):
            kinds[kind] += 1
            examples.setdefault(kind, file)
    if not kinds:
        return None
    ((most, _),) = kinds.most_common(1)
    if most != "json":
        return most
    return _find_kind_of_file(examples[most])


def _guess_kind(file: Path) -> str | None:
    """By the name alone."""
    name = file.name.lower().removesuffix(".gz")
    if is_archive_name(file.name):
        return "warc"
    if name.endswith((".json", ".jsonl")):
        return "json"
    return "folder" if is_known_file(file) else None


def _find_kind_of_file(path: Path) -> str | None:
    with path.open("rb") as file:
        if is_archive_name(path.name) or file.read(5) == b"WARC/":
            return "warc"
    if _guess_kind(path) == "json":
        with open_file(path) as content:
            sample = content.read(_SAMPLE_BYTES)
        record = parse_record(sample) or parse_record(sample.partition(b"\n")[0])
        if "maintext" in record:
            return "news_please"
        return "records" if "text" in record else None
    with open_file(path) as content:
        is_text = recognise_form(content.read(_SAMPLE_BYTES)) in (Form.ADDRESSES, Form.TEXT)
    return "urls" if is_text and is_list(path) else None
