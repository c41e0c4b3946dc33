"""VERIS: what an event becomes, what is told to be lost, and that all of it is valid."""

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from extractors import extract_events
from schemas import Event, Extraction, read_vocabulary
from store import open_store
from store.exports.losses import Loss
from store.exports.outputs import export_store
from store.exports.veris import map_event
from store.exports.veris_mapping import Source
from store.exports.veris_terms import choose_terms, find_words, last, read_rules
from tests.invented import extract, invent, invent_extractions, tell
from training.gold import read_gold

SHARED = Path(__file__).parents[1].parent / "shared"
needs_schema = pytest.mark.skipif(
    not (SHARED / "veris").is_dir(), reason="the schema of VERIS is not beside this checkout"
)
needs_gold = pytest.mark.skipif(
    not (SHARED / "gold").is_dir(), reason="the annotated articles are not beside this checkout"
)


@cache
def read_schema() -> Draft4Validator:
    schema = json.loads((SHARED / "veris" / "verisc-merged.json").read_text("utf-8"))
    Draft4Validator.check_schema(schema)
    return Draft4Validator(schema)


def convert(extraction: Extraction) -> tuple[dict[str, Any], list[Loss]]:
    """The incident and the losses of the one event of an extraction."""
    article, (event,) = extraction.article, extraction.events
    source = Source(article.title, article.outlet, article.url or article.reference, article.published, article.text)
    return map_event(event, source)


def convert_told(text: str, **told: Any) -> tuple[dict[str, Any], set[tuple[str, str, str]]]:
    """The incident of an event told in `text`, and its losses without what is lost of every event."""
    article = invent(text)
    incident, losses = convert(extract(article, tell(article, **told)))
    everywhere = {"evidence", "confidence", "prominence", "alias"}
    return incident, {(one.field, one.value, one.reason) for one in losses if one.reason not in everywhere}


# Causes: the words, the code, what the cause rests on, and the action.
ACTIONS = [
    ("Hackers got in.", "hacking", "Hackers", {"hacking": ["Unknown"]}),
    ("Hackers used SQL injection.", "hacking", "Hackers", {"hacking": ["SQLi"]}),
    ("Hackers exploited a hole, then left.", "hacking", "Hackers", {"hacking": ["Exploit vuln"]}),
    ("Hackers got in. A flaw was mended.", "hacking", "Hackers", {"hacking": ["Unknown"]}),  # another sentence
    ("A ransomware gang hit it.", "ransomware", "ransomware", {"malware": ["Ransomware"]}),
    ("Malware on the tills copied cards.", "malware", "Malware", {"malware": ["RAM scraper"]}),
    ("A trojan and a worm got in.", "malware", "trojan and a worm", {"malware": ["Trojan", "Worm"]}),
    ("They tricked a clerk.", "phishing", "tricked", {"social": ["Phishing"]}),
    ("A man posing as the chief wrote.", "phishing", "posing as", {"social": ["Pretexting"]}),
    ("A bucket was open to all.", "exposed_system", "bucket was open", {"error": ["Misconfiguration"]}),
    ("A glitch showed bills.", "exposed_system", "glitch", {"error": ["Programming error"]}),
    (
        "It released names in a reply to a freedom of information request.",
        "accidental_disclosure",
        "released",
        {"error": ["Publishing error"]},
    ),
    ("A clerk e-mailed it to others.", "accidental_disclosure", "e-mailed", {"error": ["Misdelivery"]}),
    ("It was disclosed by mistake.", "accidental_disclosure", "mistake", {"error": ["Unknown"]}),
    ("A nurse snooped.", "insider_misuse", "snooped", {"misuse": ["Privilege abuse"]}),
    ("It sold the list.", "unauthorised_sharing", "sold", {"misuse": ["Data mishandling"]}),
    ("A laptop was stolen.", "lost_or_stolen", "stolen", {"physical": ["Theft"]}),
    ("A laptop was left on a bus.", "lost_or_stolen", "left on a bus", {"error": ["Loss"]}),
    ("Files lay in a skip.", "improper_disposal", "skip", {"error": ["Disposal error"]}),
    ("A disk failed.", "system_failure", "failed", {"error": ["Malfunction"]}),
]


@pytest.mark.parametrize(("text", "cause", "words", "action"), ACTIONS)
def test_a_cause_becomes_an_action(text: str, cause: str, words: str, action: dict[str, list[str]]) -> None:
    incident, _ = convert_told(text, cause=(cause, words))
    assert {kind: told["variety"] for kind, told in incident["action"].items()} == action


def test_a_cause_that_is_not_told_is_unknown() -> None:
    incident, losses = convert_told("Something happened.")
    assert (incident["action"], incident["actor"]) == ({"unknown": {}}, {"unknown": {}})
    assert incident["discovery_method"] == {"unknown": True}
    assert losses == {("dates.occurred", "2024", "year")}


def test_words_that_do_not_tell_which_part_of_a_cause_are_told_as_lost() -> None:
    assert ("cause", "hacking", "cause") in convert_told("Hackers got in.", cause=("hacking", "Hackers"))[1]
    assert "cause" not in {reason for *_, reason in convert_told("A skip.", cause=("improper_disposal", "skip"))[1]}


# Who did it
ACTORS = [
    ("Hackers hit Oak.", "hacking", "Hackers", [], ["external"]),
    ("Hackers hit Oak at Elm.", "hacking", "Hackers", [("supplier", "Elm")], ["external", "partner"]),
    ("A bug at Oak.", "exposed_system", "bug", [], ["internal"]),
    ("A bug at Elm hit Oak.", "exposed_system", "bug", [("supplier", "Elm")], ["partner"]),
    ("A nurse snooped.", "insider_misuse", "snooped", [], ["internal"]),
    ("Ms Ray snooped.", "insider_misuse", "snooped", [("attacker", "Ms Ray")], ["internal"]),
]


@pytest.mark.parametrize(("text", "cause", "words", "organisations", "actors"), ACTORS)
def test_the_cause_and_the_supplier_tell_the_actor(
    text: str, cause: str, words: str, organisations: list[tuple[str, str]], actors: list[str]
) -> None:
    incident, losses = convert_told(text, cause=(cause, words), organisations=organisations)
    assert list(incident["actor"]) == actors
    assert (("organisations.attacker", "Ms Ray", "insider") in losses) is ("Ray" in text)


def test_a_supplier_is_a_partner_by_name_and_the_asset_is_managed_outside() -> None:
    incident, losses = convert_told(
        "Hackers hit Oak through Elm Hosting and a printer.",
        cause=("hacking", "Hackers"),
        organisations=[("victim", "Oak"), ("supplier", "Elm Hosting"), ("supplier", "a printer")],
    )
    assert incident["actor"]["partner"] == {"motive": ["Unknown"], "country": ["Unknown"], "name": ["Elm Hosting"]}
    assert incident["asset"]["management"] == ["External"]
    assert ("organisations.supplier", "a printer", "described") in losses


def test_an_attacker_is_named_and_its_words_tell_its_kind() -> None:
    incident, _ = convert_told(
        "The gang Grey Heron spread ransomware.",
        cause=("ransomware", "ransomware"),
        organisations=[("attacker", "Grey Heron")],
    )
    assert incident["actor"]["external"] == {
        "variety": ["Organized crime"],
        "motive": ["Financial"],
        "country": ["Unknown"],
        "name": ["Grey Heron"],
    }


def test_who_found_it_tells_how_it_was_discovered() -> None:
    incident, losses = convert_told("The researcher Jo Ray saw it.", organisations=[("discloser", "Jo Ray")])
    assert incident["discovery_method"] == {"external": {"variety": ["Security researcher"]}}
    assert ("organisations.discloser", "Jo Ray", "role") in losses


# Whom it hit


def test_the_name_of_the_victim_tells_its_industry() -> None:
    incident, losses = convert_told(
        "Dunford City Council and Oak Ltd.", organisations=[("victim", "Dunford City Council"), ("victim", "Oak Ltd")]
    )
    assert incident["victim"] == {
        "victim_id": "Dunford City Council",
        "industry": "92",
        "government": ["Unknown"],
        "employee_count": "Unknown",
        "country": ["Unknown"],
        "secondary": {"victim_id": ["Oak Ltd"], "amount": 1},
    }
    assert ("organisations.victim", "Oak Ltd", "victims") in losses


@pytest.mark.parametrize(("name", "industry", "government"), [("Norwood Clinic", "62", "NA"), ("Oak", "00", "Unknown")])
def test_no_government_where_the_industry_is_another(name: str, industry: str, government: str) -> None:
    victim = convert_told(f"It hit {name}.", organisations=[("victim", name)])[0]["victim"]
    assert (victim["industry"], victim["government"]) == (industry, [government])


def test_a_victim_without_a_name_is_a_note() -> None:
    victim = convert_told("It hit a bakery.", organisations=[("victim", "a bakery")])[0]["victim"]
    assert (victim.get("victim_id"), victim["notes"]) == (None, "a bakery")


# Data: words, category and status of each; whether disclosed, which varieties, and what is lost.
DATA = [
    ([], "Unknown", None, set()),
    ([("names", "names", "exposed")], "Yes", ["Personal"], {("data.names", "Personal", "category")}),
    ([("names", "health", "exposed")], "Yes", ["Medical"], set()),
    ([("API keys", "credentials", "exposed")], "Yes", ["API key"], set()),
    ([("names", "health", "possible")], "Potentially", ["Medical"], set()),
    ([("names", "health", "not_exposed")], "No", None, {("data.health", "not_exposed", "negated")}),
    (
        [
            ("names", "health", "exposed"),
            ("API keys", "credentials", "possible"),
            ("cards", "payment_cards", "not_exposed"),
        ],
        "Yes",
        ["Medical"],
        {("data.credentials", "possible", "possible"), ("data.payment_cards", "not_exposed", "negated")},
    ),
]


@pytest.mark.parametrize(("data", "disclosed", "varieties", "lost"), DATA)
def test_data_become_varieties(
    data: list[tuple[str, str, str]], disclosed: str, varieties: list[str] | None, lost: set[tuple[str, str, str]]
) -> None:
    incident, losses = convert_told("names, API keys, cards", data=data)
    told = incident["attribute"]["confidentiality"]
    assert told["data_disclosure"] == disclosed
    assert [one["variety"] for one in told.get("data", [])] == (varieties or [])
    assert {loss for loss in losses if loss[0].startswith("data")} == lost
    negated = [category for _, category, status in data if status == "not_exposed"]
    assert told.get("notes") == (f"Said not to be exposed: {', '.join(negated)}" if negated else None)


# Counts: words, least, most, unit; the amount of records, and why something is lost.
COUNTS = [
    ("5,000 users", 5000, 5000, "people", 5000, {"unit"}),
    ("about 5,000 users", 5000, 5000, "people", 5000, {"unit", "approximate"}),
    ("over 5,000 users", 5000, None, "people", 5000, {"unit", "range"}),
    ("up to 5,000 users", None, 5000, "people", None, {"at_most"}),
    ("5,000 to 6,000 files", 5000, 6000, "records", 5000, {"unit", "range"}),
    ("80 laptops", 80, 80, "devices", None, {"unit"}),
]


@pytest.mark.parametrize(("words", "least", "most", "unit", "total", "reasons"), COUNTS)
def test_a_count_becomes_an_amount(
    words: str, least: int | None, most: int | None, unit: str, total: int | None, reasons: set[str]
) -> None:
    incident, losses = convert_told(words, affected=[(words, least, most, unit)], data=[(words, "health", "exposed")])
    assert incident["attribute"]["confidentiality"].get("data_total") == total
    assert incident["attribute"]["confidentiality"]["data"][0].get("amount") == total
    assert {reason for field, _, reason in losses if field.startswith("affected")} == reasons


def test_devices_and_organisations_have_amounts_of_their_own() -> None:
    incident, _ = convert_told(
        "80 laptops of 3 firms, 500 patients",
        affected=[
            ("80 laptops", 80, 80, "devices"), ("3 firms", 3, 3, "organisations"), ("500 patients", 500, 500, "people")
        ],
    )  # fmt: skip
    assert incident["asset"]["total_amount"] == 80
    assert incident["victim"]["secondary"] == {"amount": 3}
    assert incident["attribute"]["confidentiality"]["data_victim"] == ["Patient"]


def test_of_several_counts_one_is_given() -> None:
    incident, losses = convert_told(
        "500 patients, 70 files", affected=[("500 patients", 500, 500, "people"), ("70 files", 70, 70, "records")]
    )
    assert incident["attribute"]["confidentiality"]["data_total"] == 500
    assert ("affected.records", "70", "further_count") in losses


def test_where_nothing_was_disclosed_nothing_is_counted() -> None:
    incident, losses = convert_told(
        "500 patients, no names",
        affected=[("500 patients", 500, 500, "people")],
        data=[("names", "names", "not_exposed")],
    )
    assert "data_total" not in incident["attribute"]["confidentiality"]
    assert ("affected", "500", "undisclosed") in losses


# When: first and last day; what VERIS is told of it, and whether some of it is lost.
TIMES = [
    (date(2024, 3, 6), date(2024, 3, 6), {"year": 2024, "month": 3, "day": 6}, False),
    (date(2024, 3, 1), date(2024, 3, 31), {"year": 2024, "month": 3}, False),
    (date(2024, 2, 1), date(2024, 2, 29), {"year": 2024, "month": 2}, False),
    (date(2024, 3, 4), date(2024, 3, 10), {"year": 2024, "month": 3}, True),
    (date(2024, 1, 1), date(2024, 12, 31), {"year": 2024}, False),
    (date(2024, 3, 1), date(2024, 5, 31), {"year": 2024}, True),
    (date(2023, 12, 24), date(2024, 1, 6), {"year": 2023}, True),
    (date(2022, 5, 1), None, {"year": 2022}, True),
    (None, date(2022, 5, 1), {"year": 2022}, True),
]


@pytest.mark.parametrize(("first", "final", "told", "lost"), TIMES)
def test_an_interval_becomes_as_exact_a_date_as_it_is(
    first: date | None, final: date | None, told: dict[str, int], lost: bool
) -> None:
    incident, losses = convert_told("then", dates=[("then", "occurred", first, final)])
    assert incident["timeline"] == {"incident": told}
    assert bool({reason for *_, reason in losses} & {"interval"}) is lost


@pytest.mark.parametrize(
    ("kind", "day", "year"),
    [
        ("discovered", date(2020, 1, 2), 2020),
        ("disclosed", date(2021, 1, 2), 2021),
        ("occurred", date(1949, 1, 1), 2024),
    ],
)
def test_a_year_that_is_not_told_is_that_of_what_followed(kind: str, day: date, year: int) -> None:
    incident, losses = convert_told("then", dates=[("then", kind, day, day)])
    assert incident["timeline"]["incident"] == {"year": year}
    assert ("dates.occurred", str(year), "year") in losses


# From the days on which it may have occurred to those on which it may have been discovered.
SPANS = [
    ((date(2024, 3, 1), date(2024, 3, 1)), (date(2024, 3, 5), date(2024, 3, 5)), {"unit": "Days", "value": 4}),
    ((date(2024, 3, 1), date(2024, 3, 1)), (date(2024, 3, 1), date(2024, 3, 1)), {"unit": "Days", "value": 0}),
    ((date(2024, 3, 1), date(2024, 3, 31)), (date(2024, 7, 1), date(2024, 7, 31)), {"unit": "Months"}),
    ((date(2020, 1, 1), date(2020, 12, 31)), (date(2023, 1, 1), date(2023, 12, 31)), {"unit": "Years"}),
    ((date(2024, 3, 1), date(2024, 3, 31)), (date(2024, 3, 31), date(2024, 3, 31)), {"unit": "Unknown"}),
    ((date(2024, 3, 1), None), (date(2024, 3, 31), date(2024, 3, 31)), {"unit": "Unknown"}),
    ((date(2024, 3, 9), date(2024, 3, 9)), (date(2024, 3, 1), date(2024, 3, 1)), {"unit": "Unknown"}),
]


@pytest.mark.parametrize(("occurred", "discovered", "told"), SPANS)
def test_the_time_to_discovery_is_as_exact_as_its_ends(
    occurred: tuple[date, date | None], discovered: tuple[date, date], told: dict[str, Any]
) -> None:
    incident, _ = convert_told(
        "when, then", dates=[("when", "occurred", *occurred), ("then", "discovered", *discovered)]
    )
    assert incident["timeline"]["discovery"] == told


@pytest.mark.parametrize(
    ("status", "told"), [("confirmed", "Confirmed"), ("alleged", "Suspected"), ("denied", "Suspected")]
)
def test_a_denial_is_told_to_be_lost(status: str, told: str) -> None:
    incident, losses = convert_told("It said so.", status=(status, "said so"))
    assert incident["security_incident"] == told
    assert (("status", "denied", "denied") in losses) is (status == "denied")


@pytest.mark.parametrize(
    ("confidence", "grade"), [(1.0, "High"), (0.8, "High"), (0.79, "Medium"), (0.1, "Low"), (0, "Low")]
)
def test_the_confidence_is_graded(confidence: float, grade: str) -> None:
    assert convert_told("It.", confidence=confidence)[0]["confidence"] == grade


def test_a_laptop_is_an_asset() -> None:
    incident, _ = convert_told("A laptop was stolen.", cause=("lost_or_stolen", "stolen"))
    assert incident["asset"]["assets"] == [{"variety": "U - Laptop"}]


# The report of losses


def list_quotes(event: Event) -> set[str]:
    return {f"{evidence.start}-{evidence.end}: {evidence.quote}" for evidence in event.all_evidence()}


def test_no_words_of_an_event_are_lost_without_being_told() -> None:
    for extraction in invent_extractions():
        for event in extraction.events:
            one = extraction.model_copy(update={"events": (event,)})
            _, losses = convert(one)
            told = " | ".join(loss.value for loss in losses)
            assert all(quote in told for quote in list_quotes(event))


def test_the_report_lies_beside_the_file_and_gives_reasons(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.duckdb", read_only=False) as store:
        store.load(invent_extractions(), [], "run 1")
        done = export_store(store, tmp_path / "events.json")
    incidents = json.loads((tmp_path / "events.json").read_text("utf-8"))
    assert len(incidents) == done.events == 5
    assert done.losses_path == tmp_path / "events.losses.csv"
    with done.losses_path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == done.losses.total()
    assert {row["event_id"] for row in rows} == {one["incident_id"] for one in incidents}
    assert {row["reason"] for row in rows} <= set(read_rules()["losses"].values())
    (alias,) = [row for row in rows if row["field"] == "organisations.victim.alias"]
    assert alias["value"].startswith("Norwood Clinic: ")
    assert alias["value"].endswith(": The clinic")


# The rules


def test_the_words_of_the_rules_choose_among_the_terms_of_the_vocabularies() -> None:
    for name in ("causes", "roles", "data_categories"):
        for code, rule in read_rules()[name].items():
            term = read_vocabulary(name)[code]
            assert set(rule.get("words", {})) <= set(term.veris), code
            otherwise = rule.get("otherwise", "")
            assert otherwise in ("", *term.veris) or otherwise.lower().endswith("unknown") or not term.veris, code


def test_every_code_has_a_term() -> None:
    for name in ("causes", "data_categories", "statuses", "data_statuses"):
        assert all(choose_terms(name, code) for code in read_vocabulary(name)), name
    assert set(read_rules()["units"]) == set(read_vocabulary("units"))


def test_the_page_names_every_cause_action_and_loss() -> None:
    page = (Path(__file__).parents[1] / "docs" / "veris.md").read_text("utf-8")
    for cause in read_vocabulary("causes"):
        assert f"| {cause.replace('_', ' ')} |" in page, cause
        for term in [*read_rules()["causes"].get(cause, {}).get("words", {}), *choose_terms("causes", cause)]:
            assert cause == "unknown" or f"`{last(term)}`" in page, term
    _, _, lost = page.partition("## What is lost")
    assert [reason for reason in read_rules()["losses"] if reason.replace("_", " ") not in lost] == []


def test_the_first_text_that_tells_anything_decides() -> None:
    words = {"one": ["cat*"], "two": ["dog"]}
    assert find_words(words, "a dogma", "CATS, a dog", "dog") == ["one", "two"]
    assert find_words(words, "concatenate", "") == []


# Valid


@needs_schema
def test_every_term_that_the_rules_can_give_is_valid() -> None:
    invalid = []
    for name in ("causes", "roles", "data_categories"):
        for code, rule in read_rules()[name].items():
            for term in [*rule.get("words", {}), *filter(None, [rule.get("otherwise")]), *rule.get("also", ())]:
                invalid += [] if is_term(term) else [(code, term)]
    assets = {variety for words in read_rules()["assets"].values() for variety in words}
    invalid += [("assets", one) for one in assets if not is_term(f"asset.assets.variety.{one}")]
    assert invalid == []


def is_term(path: str) -> bool:
    node = read_schema().schema
    *branches, value = path.split(".")
    for branch in branches:
        node = node.get("items", node)["properties"][branch]
    node = node.get("items", node)
    return value in node["enum"] if "enum" in node else value in node["properties"]


@needs_schema
@pytest.mark.parametrize(("text", "cause", "words", "action"), ACTIONS)
def test_every_action_is_valid(text: str, cause: str, words: str, action: dict[str, list[str]]) -> None:
    incident, _ = convert_told(text, cause=(cause, words), organisations=[("supplier", text.split()[0])])
    read_schema().validate(incident)


@needs_schema
def test_what_was_invented_to_be_hard_is_valid(tmp_path: Path) -> None:
    assert_valid(invent_extractions(), tmp_path)


@needs_schema
@needs_gold
def test_the_events_of_annotated_articles_are_valid(tmp_path: Path) -> None:
    articles = [gold.article for gold in [*read_gold(SHARED / "gold", "seed"), *read_gold(SHARED / "gold", "dev")[::6]]]
    incidents = assert_valid(extract_events(articles), tmp_path)
    assert len(incidents) >= 20
    police = next(one for one in incidents if "Northern Ireland" in one["victim"].get("victim_id", ""))
    assert police["action"]["error"]["variety"] == ["Publishing error"]
    capital = next(one for one in incidents if "Metropolitan Police" in one["victim"].get("victim_id", ""))
    assert capital["victim"]["industry"] == "92"


def assert_valid(extractions: list[Extraction], folder: Path) -> list[dict[str, Any]]:
    """All events of the extractions as VERIS incidents, each of them valid."""
    with open_store(folder / "store.duckdb", read_only=False) as store:
        store.load(extractions, [], "run 1")
        assert export_store(store, folder / "events.json").events == sum(len(one.events) for one in extractions)
    incidents: list[dict[str, Any]] = json.loads((folder / "events.json").read_text("utf-8"))
    wrong = {one["incident_id"]: [error.message for error in read_schema().iter_errors(one)] for one in incidents}
    assert {key: errors for key, errors in wrong.items() if errors} == {}
    return incidents
