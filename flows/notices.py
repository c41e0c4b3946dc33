"""Tells the user's command or webhook what needs a look: a run that failed, a source that fell silent.

It never makes a run fail: what goes wrong with it is told to the run's observer.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from typing import Any

from flows.observer import observer
from flows.settings import BadSettings, read_settings
from flows.wording import count_things
from schemas import Problem, Run
from sources import post


def notify_failure(run: Run, error: BaseException) -> None:
    """Tell that a run failed, and what stopped it."""
    _notify("run_failed", f"breachwire's run ({run.flow}) failed: {type(error).__name__}: {error}", run)


def notify_killed(run: Run, killed: Sequence[str]) -> None:
    """Tell that earlier runs were killed, and that `run` does what they left."""
    if killed:
        are = "was" if len(killed) == 1 else "were"
        sentence = f"{count_things(len(killed), 'run')} of breachwire {are} killed; this one does the rest."
        _notify("runs_killed", sentence, run, killed=list(killed))


def notify_silent(run: Run, silent: Sequence[Problem]) -> None:
    """Tell which sources give much less than their entries expect."""
    if silent:
        named = ", ".join(problem.reference for problem in silent)
        sentence = f"{count_things(len(silent), 'source')} of breachwire fell silent: {named}. See `breachwire status`."
        _notify("silent_sources", sentence, run, sources=[problem.reference for problem in silent])


def _notify(event: str, sentence: str, run: Run, **more: Any) -> None:
    try:
        settings = read_settings()
    except BadSettings:  # that is what the run failed of
        return
    told = {
        "event": event,
        "text": sentence,  # so that chats show it as it is
        "run": run.model_dump(mode="json", exclude={"versions", "process"}),
        **more,
    }
    content, seconds = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), settings.notify.timeout_seconds
    failed = []
    if settings.notify.command:
        failed.append(("command", _run_command(settings.notify.command, content, sentence, seconds)))
    if settings.notify.webhook:
        url = settings.notify.webhook.get_secret_value()
        failed.append(("webhook", post(url, content, "application/json", seconds, settings.fetching)))
    for means, why in failed:
        if why:
            observer.get().tell(f"Nobody was notified by the {means}: {why}. See [notify] in `breachwire config`.")


def _run_command(command: str, content: bytes, sentence: str, seconds: float) -> str | None:
    """Run the command with the notice on its standard input; None where it did well, else why not."""
    try:
        done = subprocess.run(
            shlex.split(command),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env={**os.environ, "BREACHWIRE_NOTICE": sentence.replace("\0", " ")},
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {seconds:g} seconds"
    except (OSError, ValueError) as error:
        return f"it can't be run ({error})"
    return f"it ended with code {done.returncode}" if done.returncode else None
