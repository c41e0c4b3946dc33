"""Tables on screens of all widths: nothing is cut off."""

import io

import pytest
from rich.console import Console

from flows.tables import lay_out_events, print_rows

LONG = "abcdefghijklmnopqrstuvwxyz0123456789"
EVENT = (
    "Orchard Dental",
    "accidental_disclosure",
    None,
    None,
    None,
    None,
    5000,
    None,
    False,
    "people",
    "names",
    None,
    "health",
)


def make_screen(width: int) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None, highlight=False)


def read(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def squeeze(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_an_event_fits_the_screen_whole(width: int) -> None:
    console = make_screen(width)
    console.print(lay_out_events([EVENT], width=width))
    printed = read(console)
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= width
    for word in ("Orchard", "Dental", "accidental", "disclosure", "least", "5,000", "names", "health"):
        assert word in printed


def test_many_columns_stand_under_one_another_on_a_screen() -> None:
    columns = [f"column_{number}" for number in range(30)]
    console = make_screen(80)
    print_rows(console, columns, [[LONG] * 30, [None] * 30])
    printed = read(console)
    assert printed.count(LONG) == 30
    assert "Row 1" in printed
    assert "Row 2" in printed


def test_long_words_are_folded_not_cut_off() -> None:
    console = make_screen(20)
    print_rows(console, ["word"], [[LONG * 2]])
    assert LONG * 2 in squeeze(read(console))
    assert "…" not in read(console)
