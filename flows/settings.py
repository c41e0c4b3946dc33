"""What the user sets: `breachwire.toml`, with variables of the environment over it.

Every setting has a value where none is given. A faulty one is told with all the others, before anything is done.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from flows.export_commands import Format
from flows.places import LOCAL_FOLDER
from schemas.schedules import Cron, Overlap, TimeZone
from schemas.settings import FetchSettings

SETTINGS_VARIABLE = "BREACHWIRE_SETTINGS"
PREFIX = "BREACHWIRE_"


class BadSettings(Exception):
    """Settings that cannot be meant; the message names each with what is wrong with it."""


class ArchiveSettings(BaseModel):
    """How long pages are kept: the oldest go first where they take more than `max_gb`, and after `max_days`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_gb: Annotated[float, Field(gt=0)] | None = None
    max_days: Annotated[int, Field(gt=0)] | None = None


class ScheduleSettings(BaseModel):
    """When all sources are read that have no schedule of their own; without `cron`, only when it is asked for.

    `timezone` is that of all schedules; without, the machine's. A run that meets another on its store waits for up to
    `longest_wait_seconds`, or is skipped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cron: Cron | None = None
    timezone: TimeZone | None = None
    overlap: Overlap = Overlap.WAIT
    longest_wait_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 43_200.0


def _check_whole(path: Path) -> Path:
    whole = path.expanduser()
    if not whole.is_absolute():
        raise ValueError("write the whole path, from / or ~ on; a schedule runs in no folder of yours")
    return whole


class PublishSettings(BaseModel):
    """The folder that all events are exported to whenever they are published, and in which formats."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Annotated[Path, AfterValidator(_check_whole)] | None = None
    formats: Annotated[tuple[Format, ...], Field(min_length=1)] = (Format.CSV,)


def _check_webhook(address: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^\s/]+\S*", address.get_secret_value()):
        raise ValueError("give an address that begins with https:// or http://")
    return address


class NotifySettings(BaseModel):
    """Who is told of a run that failed and of sources that fell silent.

    The `command` gets the notice as JSON on its standard input. To the `webhook` it is posted; the host of one in a
    private network stands in `allow_hosts` of [fetching]. Neither may take longer than `timeout_seconds`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Annotated[str, Field(min_length=1)] | None = None
    webhook: Annotated[SecretStr, AfterValidator(_check_webhook)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30.0


class LogFormat(StrEnum):
    """What lines on standard error look like where it is no terminal."""

    TEXT = "text"
    JSON = "json"


class LogSettings(BaseModel):
    """What is written on standard error while a run goes on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: LogFormat = LogFormat.TEXT


class Settings(BaseSettings):
    """All settings; a section of the file is a section here, and `BREACHWIRE_SECTION__NAME` in the environment."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )

    fetching: FetchSettings = FetchSettings()
    archive: ArchiveSettings = ArchiveSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    publish: PublishSettings = PublishSettings()
    notify: NotifySettings = NotifySettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the constructor is given: the file's values with the environment's over them."""
        return (init_settings,)


class Setting(NamedTuple):
    """One setting in force: its name (`fetching.contact`), its value, and where that comes from."""

    name: str
    value: Any
    origin: str


def find_settings_file() -> Path:
    """The user's file: what BREACHWIRE_SETTINGS names, else `data/local/breachwire.toml`. It need not be there."""
    return Path(os.environ.get(SETTINGS_VARIABLE) or LOCAL_FOLDER / "breachwire.toml")


@cache
def read_settings(file: Path | None = None) -> Settings:
    """The settings in force. Raises `BadSettings`, with every fault in its message."""
    path = file or find_settings_file()
    try:
        return Settings(**_overlay(_read_file(path), _read_environment()))
    except ValidationError as error:
        raise BadSettings("\n".join(["These settings cannot be used:", *_word_faults(error, path)])) from None


def list_settings(file: Path | None = None) -> Iterator[Setting]:
    """Every setting with where it comes from. Raises `BadSettings`."""
    path = file or find_settings_file()
    settings, in_file, in_environment = read_settings(file), _read_file(path), _read_environment()
    for section in Settings.model_fields:
        for name, value in getattr(settings, section):
            if name in in_environment.get(section, {}):
                origin = _name_variable(section, name)
            else:
                origin = str(path) if name in in_file.get(section, {}) else "default"
            yield Setting(f"{section}.{name}", value, origin)


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        if os.environ.get(SETTINGS_VARIABLE):
            raise BadSettings(f"There is no file {path}, which {SETTINGS_VARIABLE} names.")
        return {}
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, ValueError) as error:
        raise BadSettings(f"{path} cannot be read ({error}); correct it, or take it away.") from None


def _read_environment() -> dict[str, Any]:
    return EnvSettingsSource(Settings)()


def _overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    both = {name for name in below.keys() & above.keys() if isinstance(below[name], dict)}
    return below | above | {name: below[name] | above[name] for name in both}


def _name_variable(*names: str) -> str:
    return PREFIX + "__".join(names).upper()


def _word_faults(error: ValidationError, path: Path) -> Iterator[str]:
    in_environment = _read_environment()
    for fault in error.errors():
        section, *rest = [str(part) for part in fault["loc"]]
        name = ".".join([section, *rest])
        is_variable = bool(rest) and rest[0] in in_environment.get(section, {})
        where = _name_variable(section, rest[0]) if is_variable else f"{name} in {path}"
        unknown = fault["type"] == "extra_forbidden"
        told = "there is no such setting; `breachwire config` lists them" if unknown else fault["msg"]
        yield f"  {where}: {told[0].lower()}{told[1:].rstrip('.')}."
