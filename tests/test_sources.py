"""What `discover` finds among folders, files and lists, and what `read_page` makes of it."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from schemas import MediaType, Page, Problem
from sources import Reference, ReferenceKind, discover, read_page, read_pages
from sources.files import MOST_BYTES


def _discover(*inputs: object) -> list[Reference | Problem]:
    return list(discover([str(entry) for entry in inputs]))


def _read(path: Path) -> Page | Problem:
    (found,) = _discover(path)
    return read_page(found) if isinstance(found, Reference) else found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", ReferenceKind.HTML),
        ("a.HTM", ReferenceKind.HTML),
        ("a.txt", ReferenceKind.TEXT),
        ("a.jsonl", ReferenceKind.RECORD),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_kind_follows_from_the_name(tmp_path: Path, name: str, kind: ReferenceKind, packed: bool) -> None:
    content = b'{"text": "x"}\n'
    path = tmp_path / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    (found,) = _discover(path)
    assert isinstance(found, Reference)
    assert found.kind is kind
    page = read_page(found)
    assert isinstance(page, Page)
    assert page.content == content


def test_folder_is_walked_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.html", ".hidden.txt", "picture.png", "sub/c.htm", ".git/d.txt", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("It was told.")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [str(found) for found in _discover(tmp_path)] == [
        str(tmp_path / name) for name in ("a.html", "b.txt", "sub/c.htm")
    ]


def test_folder_without_articles_is_said(tmp_path: Path) -> None:
    (found,) = _discover(tmp_path)
    assert isinstance(found, Problem)
    assert found.code == "not_found"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("missing.txt", "not_found"),
        ("www.news.example/story", "not_found"),
        ("report.pdf", "unsupported_file"),
        ("ftp://host.example/a.html", "unsupported_file"),
        ("bad\0name.txt", "not_found"),
        ("n" * 5000 + ".txt", "not_found"),
    ],
)
def test_what_cannot_be_read_is_a_problem(tmp_path: Path, named: str, code: str) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4")
    (found,) = _discover(named if "://" in named else f"{tmp_path}/{named}")
    assert isinstance(found, Problem)
    assert found.code == code
    assert found.detail.endswith(".")


@pytest.mark.parametrize("named", ["", " ", "\n"])
def test_empty_path_is_not_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    (tmp_path / "a.txt").write_text("It was told.")
    monkeypatch.chdir(tmp_path)
    (found,) = discover([named])
    assert isinstance(found, Problem)
    assert (found.code, found.detail[:18]) == ("not_found", "The path is empty.")


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (found,) = _discover("/dev/zero")
    assert isinstance(found, Problem)
    assert found.code == "unsupported_file"


def test_each_reference_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It was told.")
    assert len(_discover(tmp_path, tmp_path / "a.txt", tmp_path)) == 1


def test_list_file_of_addresses(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("# to read\nhttps://news.example/1\n\nHTTP://news.example/2\nhttps://news.example/1\n")
    found = _discover(listed)
    assert [str(reference) for reference in found] == ["https://news.example/1", "HTTP://news.example/2"]
    assert all(isinstance(reference, Reference) and reference.kind is ReferenceKind.URL for reference in found)


def test_list_as_windows_saves_it(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_bytes(b"\xef\xbb\xbf# to read\r\nhttps://news.example/1\r\n\r\n")
    assert [str(reference) for reference in _discover(listed)] == ["https://news.example/1"]


def test_slip_in_a_list_is_told_with_its_line(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_text("https://news.example/1\n\nnews.example/2\nhttps://news.example/3\n")
    first, slip, third = _discover(listed)
    assert isinstance(slip, Problem)
    assert (slip.code, slip.reference) == ("not_found", f"{listed}:3")
    assert "'news.example/2' is not an http(s) address" in slip.detail
    assert [str(first), str(third)] == ["https://news.example/1", "https://news.example/3"]


def test_list_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "list.txt.gz").write_bytes(gzip.compress(b"https://news.example/1\n" * 4000, mtime=0)[:-9])
    reference, problem = _discover(tmp_path / "list.txt.gz")
    assert str(reference) == "https://news.example/1"
    assert isinstance(problem, Problem)
    assert problem.code == "unreadable"


@pytest.mark.parametrize(
    "content",
    [
        "# only a comment\n",
        "https://news.example/1 told it first\n",
        "https://news.example/1\n\nAn article that was copied with its address.\n",
        "",
        "An article.\n",
    ],
)
def test_text_that_is_no_list(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.txt").write_text(content)
    (found,) = _discover(tmp_path / "a.txt")
    assert isinstance(found, Reference)
    assert found.kind is ReferenceKind.TEXT


def test_records_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"n": 1}\n\n{"n": 2}\n', mtime=0) + b"\x1f\x8b\x08 broken")
    found = discover([str(path)])
    first, second, third = found
    assert (str(first), str(second)) == (f"{path}:1", f"{path}:3")
    page = read_page(first) if isinstance(first, Reference) else first
    assert isinstance(page, Page)
    assert (page.media_type, page.content) == (MediaType.RECORD, b'{"n": 1}\n')
    assert isinstance(third, Problem)
    assert (third.code, third.reference) == ("unreadable", f"{path}:4")


def test_line_too_long_does_not_end_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x" * (MOST_BYTES + 10) + b"\n{}\n")
    problem, reference = _discover(path)
    assert isinstance(problem, Problem)
    assert problem.code == "too_large"
    assert str(reference) == f"{path}:2"


def test_broken_empty_and_exploding_files(tmp_path: Path) -> None:
    rows = {
        "cut.html.gz": (gzip.compress(b"<p>" + bytes(range(256)) * 40, mtime=0)[:-20], "unreadable"),
        "not.html.gz": (b"no gzip at all", "unreadable"),
        "empty.html": (b"", "empty_page"),
        "empty.jsonl": (b"\n\n", "empty_page"),
        "bomb.html.gz": (gzip.compress(b"a" * (MOST_BYTES + 1), mtime=0), "too_large"),
        "cut.txt.gz": (gzip.compress(b"It was told.\n" * 400, mtime=0)[:-9], "unreadable"),
    }
    for name, (content, code) in rows.items():
        (tmp_path / name).write_bytes(content)
        problem = _read(tmp_path / name)
        assert isinstance(problem, Problem), name
        assert problem.code == code, name


def test_date_given_by_the_user_is_set_on_every_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It was told.")
    pages = list(read_pages(discover([str(tmp_path), "missing.txt"]), published=date(2024, 5, 6)))
    assert isinstance(pages[0], Page)
    assert pages[0].published == date(2024, 5, 6)
    assert isinstance(pages[1], Problem)


def test_file_gone_in_between(tmp_path: Path) -> None:
    problem = read_page(Reference(ReferenceKind.TEXT, str(tmp_path / "gone.txt")))
    assert isinstance(problem, Problem)
    assert problem.code == "not_found"


def test_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    try:
        path.write_text("It was told.")
    except OSError:
        pytest.skip("this file system wants UTF-8 names")
    page = _read(path)
    assert isinstance(page, Page)
    assert page.reference.endswith("caf\ufffd.txt")
