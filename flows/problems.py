"""What could not be read: the problems in the store, the pages that are set aside, and how they are tried again."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from flows.places import find_memory
from flows.poison import describe_aside, list_aside
from schemas import Problem
from sources import Attempts, Kind, Memory
from sources.files import show_path
from sources.locations import is_address
from store import open_store

_PROBLEMS = "SELECT problem_code, reference, detail, run_id, loaded_at FROM problems"
_ORDER = "ORDER BY loaded_at DESC, problem_code, reference, problem_id"
_BEGUN = "SELECT run_id, started_at FROM runs ORDER BY started_at DESC, run_id"


class Listed(NamedTuple):
    """A problem, the run that met it first (null for a page that is set aside) and when (UTC)."""

    problem: Problem
    run_id: str | None
    met_at: datetime
    is_set_aside: bool = False


class Released(NamedTuple):
    """How many pages and failed addresses are tried again, and the addresses that a run has to be given for it."""

    pages: int
    failed: int
    addresses: list[str]


def list_problems(
    store: Path, since: str | None = None, codes: Sequence[str] = (), *, every: bool = False
) -> list[Listed]:
    """The pages that are set aside, then the problems that the last run met first, the latest first.

    With `since` (the id of a run, or its beginning) those of that run and the later ones, with `codes` those of these
    kinds, of all runs, as with `every`. Raises `LookupError` where there is no such run.
    """
    with open_store(store) as opened:
        begun = opened.rows(_BEGUN)[1]
        rows = opened.rows(f"{_PROBLEMS} {_ORDER}")[1]
    wanted = None if (codes or every) and not since else _choose_runs(begun, since)
    aside = [Listed(describe_aside(one.reference), None, one.since, is_set_aside=True) for one in list_aside(store)]
    known = {one.problem.reference for one in aside}
    found = [
        Listed(Problem(code=code, reference=reference, detail=detail), run_id, met_at.replace(tzinfo=UTC))
        for code, reference, detail, run_id, met_at in rows
        if (wanted is None or run_id in wanted) and (not codes or code in codes)
        if not (code == "set_aside" and reference in known)
    ]
    return aside + found


def release(store: Path, references: Sequence[str] = ()) -> Released:
    """Have pages that are set aside tried again by the next run, and forget that addresses failed.

    Without `references`, all of them. Raises `LookupError` for a reference that is neither set aside nor an address.
    """
    with Memory(find_memory(store)) as memory:
        attempts = Attempts(memory)
        aside = attempts.list_set_aside()
        if not references:
            attempts.release([one.page_hash for one in aside])
            return Released(len(aside), memory.forget_failed(), [])
        hashes, addresses = [], []
        for reference in references:
            names = {reference} if is_address(reference) else {reference, show_path(Path(reference))}
            if found := [one.page_hash for one in aside if one.reference in names]:
                hashes += found
            elif is_address(reference):
                memory.forget(Kind.ARTICLE, reference)
                addresses.append(reference)
            else:
                advice = "`breachwire problems` lists those that are; `breachwire run PATH` reads a file again"
                raise LookupError(f"{reference} is not set aside; {advice}.")
        attempts.release(hashes)
    return Released(len(hashes), len(addresses), addresses)


def _choose_runs(begun: Sequence[tuple[str, datetime]], since: str | None) -> set[str]:
    if since is None:
        return {run_id for run_id, _ in begun[:1]}
    found = [place for place, (run_id, _) in enumerate(begun) if run_id.startswith(since)]
    if len(found) != 1:
        told = "There is no run" if not found else "Several runs have an id that begins with"
        raise LookupError(f"{told} {since}; `breachwire runs --json` tells the ids.")
    return {run_id for run_id, _ in begun[: found[0] + 1]}
