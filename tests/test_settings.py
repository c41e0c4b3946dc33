"""Settings: the file, the environment over it, and every fault told at once."""

import json
from pathlib import Path

import pytest

from flows import settings
from flows.settings import BadSettings, Settings, list_settings, read_settings

FILE = """
[fetching]
contact = "desk@university.example"
allow_hosts = ["intranet.example"]
delay_seconds = 2.5

[archive]
max_gb = 20
"""


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    path = tmp_path / "breachwire.toml"
    monkeypatch.setattr(settings, "LOCAL_FOLDER", tmp_path)
    read_settings.cache_clear()
    yield path
    read_settings.cache_clear()


def test_without_a_file_every_setting_has_its_value():
    assert read_settings() == Settings()
    assert {setting.origin for setting in list_settings()} == {"default"}


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(file, monkeypatch):
    file.write_text(FILE)
    monkeypatch.setenv("BREACHWIRE_FETCHING__DELAY_SECONDS", "4")
    monkeypatch.setenv("BREACHWIRE_ARCHIVE__MAX_DAYS", "365")
    found = {one.name: (one.value, one.origin) for one in list_settings()}
    assert found["fetching.contact"] == ("desk@university.example", str(file))
    assert found["fetching.allow_hosts"] == (frozenset({"intranet.example"}), str(file))
    assert found["fetching.delay_seconds"] == (4.0, "BREACHWIRE_FETCHING__DELAY_SECONDS")
    assert found["archive.max_gb"] == (20.0, str(file))
    assert found["archive.max_days"] == (365, "BREACHWIRE_ARCHIVE__MAX_DAYS")
    assert found["fetching.most_redirects"] == (5, "default")


def test_all_faults_are_told_at_once_each_with_its_place(file, monkeypatch):
    file.write_text('[fetching]\ncontact = "nobody"\nspeed = 9\n[archives]\nmax_gb = 1\n[archive]\nmax_gb = -1\n')
    monkeypatch.setenv("BREACHWIRE_FETCHING__ATTEMPTS", "many")
    with pytest.raises(BadSettings) as refused:
        read_settings()
    first, *faults = str(refused.value).splitlines()
    assert first == "These settings cannot be used:"
    assert sorted(line.split(": ")[0].strip() for line in faults) == [
        "BREACHWIRE_FETCHING__ATTEMPTS",
        f"archive.max_gb in {file}",
        f"archives in {file}",
        f"fetching.contact in {file}",
        f"fetching.speed in {file}",
    ]
    assert "there is no such setting" in str(refused.value)


def test_a_file_that_is_no_toml_and_one_that_is_named_and_missing_are_told(file, monkeypatch):
    file.write_text("[fetching\n")
    with pytest.raises(BadSettings, match="cannot be read"):
        read_settings()
    monkeypatch.setenv("BREACHWIRE_SETTINGS", str(file.with_name("other.toml")))
    with pytest.raises(BadSettings, match=r"other\.toml, which BREACHWIRE_SETTINGS names"):
        list(list_settings())


def test_the_command_shows_values_and_where_they_come_from(file, breachwire):
    file.write_text(FILE)
    rows = [json.loads(line) for line in breachwire("config", "--json").out.splitlines()]
    assert {"name": "archive.max_gb", "value": 20.0, "origin": str(file)} in rows
    shown = breachwire("config").out
    assert "fetching.contact" in shown
    assert "desk@university.example" in shown
    assert breachwire("config", "--where").out.strip() == str(file)


def test_the_command_fails_in_one_sentence_a_fault(file, breachwire):
    file.write_text("[archive]\nmax_days = 0\n")
    answer = breachwire("config")
    assert answer.code == 1
    assert "archive.max_days" in answer.err
    assert "Traceback" not in answer.err


def test_schedule_and_publishing_are_checked_with_all_other_settings(file, monkeypatch):
    file.write_text(
        '[schedule]\ncron = "0 6 * *"\ntimezone = "Mars/Olympus"\noverlap = "perhaps"\n'
        '[publish]\nfolder = "exports"\nformats = ["csv", "pdf"]\n'
    )
    with pytest.raises(BadSettings) as refused:
        read_settings()
    told = str(refused.value)
    for name in ("schedule.cron", "schedule.timezone", "schedule.overlap", "publish.folder", "publish.formats.1"):
        assert f"  {name} in {file}: " in told
    assert "five fields" in told
    assert "IANA" in told


def test_schedule_and_publishing_can_be_set_by_file_and_environment(file, monkeypatch):
    file.write_text('[schedule]\ncron = "0 6 * * *"\n[publish]\nfolder = "~/exports"\nformats = ["csv", "tables"]\n')
    monkeypatch.setenv("BREACHWIRE_SCHEDULE__TIMEZONE", "Europe/London")
    monkeypatch.setenv("BREACHWIRE_SCHEDULE__OVERLAP", "skip")
    found = read_settings()
    assert (found.schedule.cron, found.schedule.timezone, found.schedule.overlap) == (
        "0 6 * * *",
        "Europe/London",
        "skip",
    )
    assert found.publish.folder == Path.home() / "exports"
    assert found.publish.formats == ("csv", "tables")
