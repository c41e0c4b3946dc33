"""The JSON Schema of Event, for programs that read what `breachwire extract --json` prints.

`python -m schemas.json_schema` writes it to `schemas/event.schema.json`; a test fails while that file is not current.
"""

import json
from pathlib import Path

from schemas.events import Event

SCHEMA_PATH = Path(__file__).with_name("event.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def render_schema() -> str:
    """The schema of an Event as it is written: every field is there, and every code is one of its vocabulary."""
    schema = {"$schema": DIALECT, **Event.model_json_schema(mode="serialization")}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the schema beside this module."""
    SCHEMA_PATH.write_text(render_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
