"""When what was last started that came to its end: a small file beside the store, so that a missed time is noticed."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

DAILY = "daily"  # the name under which the flow `daily` is remembered; a source is under its own


def find_last_starts(store: Path) -> Path:
    """The file that belongs to a store."""
    return store.with_suffix(".starts.json")


def read_last_starts(store: Path) -> dict[str, datetime]:
    """The last start of each name, in UTC. A file that is damaged holds none: at worst a run comes once more."""
    try:
        content = json.loads(find_last_starts(store).read_bytes())
        return {str(name): datetime.fromisoformat(moment).astimezone(UTC) for name, moment in content.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remember_starts(store: Path, names: Sequence[str], moment: datetime) -> None:
    """Note that these were started at a moment, and are done. Call it only in one's turn. Raises `OSError`."""
    if not names:
        return
    known = read_last_starts(store) | dict.fromkeys(names, moment.astimezone(UTC))
    file = find_last_starts(store)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(json.dumps({name: known[name].isoformat() for name in sorted(known)}, indent=1) + "\n", "utf-8")
    part.replace(file)
