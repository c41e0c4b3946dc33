"""Keeps Prefect from calling home and from writing to the user's home; imported before Prefect, which reads it then.

Only defaults are set: what the user has in the environment stays.
"""

import os
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent

DEFAULTS = {
    "DO_NOT_TRACK": "1",  # events sent from the client
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",  # events sent from a server started in this environment
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "PREFECT_CLI_PROMPT": "false",
}

for _name, _value in DEFAULTS.items():
    os.environ.setdefault(_name, _value)

# Importing Prefect makes its home folder. Who has one already may keep the address of a server there.
if not (Path.home() / ".prefect").exists():
    os.environ.setdefault("PREFECT_HOME", str(_CHECKOUT / "data" / "local" / "prefect"))
