"""The command `breachwire config`: the settings in force, and where each comes from."""

from pathlib import Path
from typing import Annotated

import typer

from flows.options import JsonOption, show_examples

app = typer.Typer()


@app.command(
    epilog=show_examples(
        "breachwire config",
        "breachwire config --json",
        "BREACHWIRE_FETCHING__CONTACT=me@university.example breachwire config",
    )
)
def config(
    as_json: JsonOption = False,
    where: Annotated[bool, typer.Option("--where", help="Print only where the file of settings lies.")] = False,
) -> None:
    """Show all settings, and where each comes from.

    They are set in the file breachwire.toml, in sections: `[fetching]` and below it
    `contact = "me@university.example"`. A variable of the environment wins over the
    file, as BREACHWIRE_FETCHING__CONTACT.
    """
    import json
    import sys

    from flows.settings import find_settings_file, list_settings
    from flows.tables import make_console, print_rows

    file = find_settings_file()
    if where:
        print(file)
        return
    settings = list(list_settings())
    if as_json:
        for setting in settings:
            print(json.dumps({"name": setting.name, "value": _show(setting.value), "origin": setting.origin}))
        return
    console = make_console(sys.stdout)
    print_rows(console, ["setting", "value", "from"], [[one.name, _show(one.value), one.origin] for one in settings], 0)
    console.print(f"\n{file} {'holds yours' if file.exists() else 'is not there yet; make it to change any'}.")


def _show(value: object) -> object:
    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        return "set, and not shown"
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Path) else value
