"""An event as an incident of VERIS, the Vocabulary for Event Recording and Incident Sharing.

What maps to what is told by the `veris` terms of the vocabularies and by `data/rules/veris.toml`; `docs/veris.md` says
it for people. Nothing is asserted that the article does not tell: VERIS's "Unknown" stands for it.
"""

from typing import Any

from schemas import Event
from store.exports.losses import Loss, list_lost_everywhere
from store.exports.veris_mapping import Mapping, Source
from store.exports.veris_terms import choose_terms, find_words, is_told, last, read_rules, rule_of, unknowns
from store.exports.veris_time import map_timeline
from store.exports.veris_victims import map_attribute, map_victim


def map_event(event: Event, source: Source) -> tuple[dict[str, Any], list[Loss]]:
    """The incident for an event, valid against the schema of VERIS, and what it does not hold of the event."""
    mapping = Mapping(event, source)
    mapping.incident |= {
        "schema_version": read_rules()["schema_version"],
        "schema_name": "verisc",
        "incident_id": event.event_id,
        "source_id": "breachwire",
        "reference": source.url,
        "summary": ", ".join(filter(None, (source.title, source.outlet, str(source.published or "")))),
        "security_incident": last(choose_terms("statuses", event.status)[0]),
        "confidence": _grade(event.confidence),
    }
    if event.status == "denied":
        mapping.lose("status", event.status, "denied")
    map_timeline(mapping)
    map_victim(mapping)
    kinds = _map_action(mapping)
    _map_actors(mapping, kinds)
    _map_asset(mapping)
    map_attribute(mapping)
    _map_discovery(mapping)
    return mapping.incident, [*mapping.losses, *list_lost_everywhere(event)]


def _grade(confidence: float) -> str:
    grades: dict[str, float] = read_rules()["confidence"]
    return next(grade for grade, least in grades.items() if confidence >= least)


def _map_action(mapping: Mapping) -> list[str]:
    """Say what was done; returns the kinds of action."""
    cause, told = mapping.event.cause, mapping.told_at(mapping.event.cause_evidence)
    if not is_told("causes", cause, *told):
        mapping.lose("cause", cause, "cause")
    action = mapping.incident.setdefault("action", {})
    for term in choose_terms("causes", cause, *told):
        _, kind, *rest = term.split(".")
        action.setdefault(kind, {"variety": [], **unknowns(f"action.{kind}")} if rest else {})
        if rest:
            action[kind]["variety"].append(rest[-1])
    return list(action)


def _map_actors(mapping: Mapping, kinds: list[str]) -> None:
    rules, actor = read_rules(), mapping.incident.setdefault("actor", {})
    attackers, suppliers = mapping.names("attacker"), mapping.names("supplier")
    has_supplier = any(one.role == "supplier" for one in mapping.event.organisations)
    who = {rules["actors"][kind] for kind in kinds}
    motive = rule_of("causes", mapping.event.cause).get("motive") or rules["motives"].get(kinds[0], "Unknown")
    if "external" in who or (attackers and who == {"unknown"}):
        actor["external"] = {**unknowns("actor.external"), "motive": [motive], **_describe_attackers(mapping)}
        if attackers:
            actor["external"]["name"] = attackers
    elif attackers:
        mapping.lose("organisations.attacker", "; ".join(attackers), "insider")
    # A mistake or an abuse at a supplier is the supplier's: nobody of the victim did it.
    if "internal" in who and not has_supplier:
        actor["internal"] = {**unknowns("actor.internal"), "motive": [motive]}
    if has_supplier:
        actor["partner"] = {**unknowns("actor.partner"), **({"name": suppliers} if suppliers else {})}
    if not actor:
        actor["unknown"] = {}


def _describe_attackers(mapping: Mapping) -> dict[str, Any]:
    event = mapping.event
    names = " ; ".join(one.name for one in event.organisations if one.role == "attacker")
    told = [mapping.told_at(one.evidence)[1] for one in event.organisations if one.role == "attacker"]
    terms = choose_terms("roles", "attacker", names, " ".join(told), *mapping.told_at(event.cause_evidence))
    return {"variety": [last(term) for term in terms]}


def _map_asset(mapping: Mapping) -> None:
    asset = mapping.incident["asset"] = {**mapping.incident.get("asset", {}), **unknowns("asset")}
    told = mapping.told_at(mapping.event.cause_evidence)
    found = find_words(read_rules()["assets"].get(mapping.event.cause, {}), *told)
    if found:
        asset["assets"] = [{"variety": variety} for variety in found]
    if any(one.role == "supplier" for one in mapping.event.organisations):
        asset["management"] = [last(term) for term in choose_terms("roles", "supplier")]


def _map_discovery(mapping: Mapping) -> None:
    disclosers = [one for one in mapping.event.organisations if one.role == "discloser"]
    if not disclosers:
        mapping.incident["discovery_method"] = {"unknown": True}
        return
    sentences = [mapping.told_at(one.evidence)[1] for one in disclosers]
    terms = choose_terms("roles", "discloser", " ; ".join(one.name for one in disclosers), " ".join(sentences))
    mapping.incident["discovery_method"] = {"external": {"variety": [last(term) for term in terms]}}
