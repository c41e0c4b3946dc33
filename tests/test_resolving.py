"""How right times and quantities are resolved, on annotated text: it lies beside the checkout and not in it."""

from pathlib import Path

import pytest

from training.resolving import (
    measure_counts,
    measure_dates,
    measure_timex,
    read_value,
    resolve_by_dateparser,
    resolve_ours,
)

SHARED = Path(__file__).parents[1].parent / "shared"
GOLD, TIMEX = SHARED / "gold", SHARED / "timex"
needs_gold = pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated articles are not beside this checkout")
needs_timex = pytest.mark.skipif(not TIMEX.is_dir(), reason="the annotated times are not beside this checkout")


@needs_gold
def test_dates_given_their_expressions_are_right_and_far_oftener_than_dateparser_alone() -> None:
    ours = measure_dates(GOLD, "dev", resolve_ours)
    theirs = measure_dates(GOLD, "dev", resolve_by_dateparser)
    assert ours.right >= 0.93 * ours.number
    assert theirs.number - theirs.right >= 4 * (ours.number - ours.right)


@needs_gold
def test_counts_given_their_phrases_are_right() -> None:
    counts = measure_counts(GOLD, "dev")
    assert counts.right >= 0.97 * counts.number


@needs_timex
@pytest.mark.parametrize(
    ("name", "every", "first", "bar"),
    [("annoctr.dev", 1, 0, 0.82), ("timebank", 2, 1, 0.76), ("timebank", 1, 0, 0.75), ("aquaint", 1, 0, 0.81)],
)
def test_times_are_found_and_exactly_right(name: str, every: int, first: int, bar: float) -> None:
    assert measure_timex(TIMEX / f"{name}.jsonl", every=every, first=first).f1 >= bar


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("1998-02-13", "1998-02-13/1998-02-13"),
        ("1998-02-13T09:00", "1998-02-13/1998-02-13"),
        ("1998-02", "1998-02-01/1998-02-28"),
        ("1998-W07", "1998-02-09/1998-02-15"),
        ("1998-W07-WE", "1998-02-14/1998-02-15"),
        ("1998-Q4", "1998-10-01/1998-12-31"),
        ("1998-H2", "1998-07-01/1998-12-31"),
        ("1998-SU", "1998-06-01/1998-08-31"),
        ("1998-WI", "1998-12-01/1999-02-28"),
        ("1998", "1998-01-01/1998-12-31"),
        ("1998-XX", "1998-01-01/1998-12-31"),
        ("199", "1990-01-01/1999-12-31"),
        ("PAST_REF", None),
        ("P3D", None),
        ("1998-WXX", None),
        ("199X", None),
    ],
)
def test_values_of_annotated_times_are_read(value: str, days: str | None) -> None:
    interval = read_value(value)
    assert (interval and f"{interval[0]}/{interval[1]}") == days
