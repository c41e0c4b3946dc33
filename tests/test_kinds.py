"""Each kind of source, by golden pairs: `tests/kinds/CODE/CASE/` holds an entry (`source.toml`), what lies beside it,
the site that it asks (`site/`), and what is found (`expected.json`).

A file `NAME.to-gz` is compressed for the test, a `NAME.warc.txt` becomes a gzip WARC. `python -m tests.test_kinds`
writes the expectations anew; look at what it changed.
"""

import gzip
import json
import os
import shutil
import sys
from collections.abc import Container
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from schemas import Page, Problem, read_vocabulary
from sources import Consumed, Found, Means, discover_source, read_sources
from sources.kinds import KINDS
from tests.serving import HOST, serve
from tests.warcs import pack, read_recipe

PAIRS = Path(__file__).parent / "kinds"
CASES = sorted(path.parent for path in PAIRS.glob("*/*/source.toml"))
CONSUMING = [case for case in CASES if '"consumed"' in (case / "expected.json").read_text("utf-8")]
LONG_AGO = 1_700_000_000


@pytest.mark.parametrize("code", list(read_vocabulary("source_kinds")))
def test_every_kind_of_the_vocabulary_is_registered_and_has_a_golden_pair(code: str) -> None:
    assert code in KINDS
    assert [case for case in CASES if case.parent.name == code], f"add a case to tests/kinds/{code}"


def test_no_kind_is_registered_that_the_vocabulary_does_not_know() -> None:
    assert set(KINDS) == set(read_vocabulary("source_kinds"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_what_a_source_gives_is_what_its_golden_pair_says(case: Path, tmp_path: Path) -> None:
    assert try_case(case, tmp_path) == json.loads((case / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CONSUMING, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_what_was_consumed_is_not_given_again(case: Path, tmp_path: Path) -> None:
    first = try_case(case, tmp_path)
    consumed = {one["consumed"] for one in first if "consumed" in one}
    again = try_case(case, tmp_path, consumed)
    assert [one for one in again if "page" in one] == []
    assert len(again) < len(first)


def try_case(case: Path, folder: Path, consumed: Container[str] = ()) -> list[dict[str, Any]]:
    """What the case's source gives, laid out in `folder`; `consumed` are keys that were consumed before."""
    if not any(folder.iterdir()):
        lay_out(case, folder)
    files = {f"/{path.relative_to(folder / 'site')}": path.read_bytes() for path in (folder / "site").rglob("*.*")}
    with serve(files) as site, site.open_fetcher() as fetcher:

        def shorten(text: str) -> str:
            return text.replace(site.root, f"http://{HOST}").replace(f"{folder}/", "")

        entry = (case / "source.toml").read_text("utf-8").replace("{root}", site.root)
        (folder / "source.toml").write_text(entry, "utf-8")
        (source,), problems = read_sources([folder / "source.toml"])
        assert not problems
        means = Means(fetcher, lambda key, validator: shorten(key) in consumed)
        told = [_tell(found) for found in discover_source(source, means)]
    shortened: list[dict[str, Any]] = json.loads(shorten(json.dumps(told, ensure_ascii=False)))
    return shortened


def lay_out(case: Path, folder: Path) -> None:
    """Copy the case, make what can't be kept as text, and let all of it be old enough to be settled."""
    shutil.copytree(case, folder, dirs_exist_ok=True)
    for path in sorted(folder.rglob("*.*")):
        if path.name.endswith(".to-gz"):
            path.with_suffix(".gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
            path.unlink()
        elif path.name.endswith(".warc.txt"):
            path.with_suffix(".gz").write_bytes(pack(read_recipe(path.read_text("utf-8"))))
            path.unlink()
    for path in folder.rglob("*.*"):
        os.utime(path, (LONG_AGO, LONG_AGO))


def _tell(found: Found) -> dict[str, Any]:
    if isinstance(found, Problem):
        return {"problem": found.code, "at": found.reference, "detail": found.detail}
    if isinstance(found, Consumed):
        return {"consumed": found.key}
    if isinstance(found, Page):
        told = found.model_dump(mode="json", exclude={"reference", "content"}, exclude_defaults=True)
        return {"page": found.reference, **told, "content": found.content.decode("utf-8")}
    told = {name: getattr(found, name) for name in ("published", "published_source", "updated", "outlet", "source")}
    kind = {} if found.kind == "url" else {"kind": found.kind.value}
    return {"reference": str(found), **kind, **{name: str(value) for name, value in told.items() if value}}


def write_expectations() -> None:
    """Write what each case gives now as what is expected."""
    for case in sorted(path.parent for path in PAIRS.glob("*/*/source.toml")):
        with TemporaryDirectory() as folder:
            told = try_case(case, Path(folder).resolve())
        (case / "expected.json").write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(case.relative_to(PAIRS), len(told), file=sys.stderr)


if __name__ == "__main__":
    write_expectations()
