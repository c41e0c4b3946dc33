"""Who was hit, which data were disclosed, and how many were affected."""

from typing import Any

from schemas import Count, DataItem, read_vocabulary
from store.exports.veris_mapping import Mapping
from store.exports.veris_terms import choose_terms, find_words, is_shared, last, read_rules, rule_of, unknowns
from store.sectors import find_sector
from store.summaries import choose_count

_GOVERNMENT = "92"  # NAICS


def map_victim(mapping: Mapping) -> None:
    """Say who was hit: the first victim, the others as secondary."""
    victim = unknowns("victim")
    names = mapping.names("victim")
    sector = next(filter(None, map(find_sector, names)), None)
    if sector:
        victim["industry"] = read_vocabulary("sectors")[sector].naics
        victim["government"] = ["Unknown" if victim["industry"] == _GOVERNMENT else "NA"]
    if names:
        victim["victim_id"] = names[0]
    elif described := [one.name for one in mapping.event.organisations if one.role == "victim"]:
        victim["notes"] = "; ".join(described)
    if others := names[1:]:
        victim["secondary"] = {"victim_id": others, "amount": len(others)}
        mapping.lose("organisations.victim", "; ".join(others), "victims")
    mapping.incident["victim"] = victim
    _map_counts(mapping)
    for role in ("authority", "discloser"):
        for one in mapping.event.organisations:
            if one.role == role:
                mapping.lose(f"organisations.{role}", one.name, "role")


def map_attribute(mapping: Mapping) -> None:
    """Say what was lost: of the data, whether they were disclosed and of which kinds; availability and integrity."""
    attribute = mapping.incident.setdefault("attribute", {})
    confidentiality = attribute.setdefault("confidentiality", {})
    statuses = [item.status for item in mapping.event.data]
    leading = next((status for status in read_vocabulary("data_statuses") if status in statuses), None)
    confidentiality["data_disclosure"] = last(choose_terms("data_statuses", leading)[0]) if leading else "Unknown"
    if leading in ("exposed", "possible"):
        _map_data(mapping, [item for item in mapping.event.data if item.status == leading], confidentiality)
    elif leading and (total := confidentiality.pop("data_total", None)) is not None:
        mapping.lose("affected", total, "undisclosed")
    negated = [item.category for item in mapping.event.data if item.status == "not_exposed"]
    if negated:
        confidentiality["notes"] = f"Said not to be exposed: {', '.join(dict.fromkeys(negated))}"
    for item in mapping.event.data:
        if item.status == "not_exposed":
            mapping.lose(f"data.{item.category}", item.status, "negated")
        elif item.status != leading:
            mapping.lose(f"data.{item.category}", item.status, "possible")
    _add_implied(mapping, attribute)


def _map_data(mapping: Mapping, items: list[DataItem], confidentiality: dict[str, Any]) -> None:
    varieties: list[str] = []
    for item in items:
        term = choose_terms("data_categories", item.category, item.evidence.quote)[0]
        varieties.append(last(term))
        if is_shared("data_categories", term):
            mapping.lose(f"data.{item.category}", varieties[-1], "category")
    confidentiality["data"] = [{"variety": variety} for variety in dict.fromkeys(varieties)]
    total = confidentiality.get("data_total")
    if total is not None and len(confidentiality["data"]) == 1:
        confidentiality["data"][0]["amount"] = total


def _add_implied(mapping: Mapping, attribute: dict[str, Any]) -> None:
    """What the cause says of integrity and availability."""
    cause = mapping.event.cause
    terms = [*rule_of("causes", cause).get("also", ()), *read_vocabulary("causes")[cause].veris]
    for term in terms:
        root, kind, *rest = term.split(".")
        if root == "attribute":
            attribute.setdefault(kind, {"variety": []})["variety"].append(rest[-1])


def _map_counts(mapping: Mapping) -> None:
    places: dict[str, list[Count]] = {}
    for count in mapping.event.affected:
        places.setdefault(read_rules()["units"][count.unit], []).append(count)
    for place, counts in places.items():
        chosen = choose_count(counts)
        for count in counts:
            if count is not chosen:
                mapping.lose(f"affected.{count.unit}", word_count(count), "further_count")
        if chosen:
            _put_count(mapping, place, chosen)
    told = " ; ".join(one.evidence.quote for one in mapping.event.affected if one.unit == "people")
    if victims := find_words(read_rules()["data_victims"], told):
        mapping.incident.setdefault("attribute", {}).setdefault("confidentiality", {})["data_victim"] = victims


def _put_count(mapping: Mapping, place: str, count: Count) -> None:
    name, told = f"affected.{count.unit}", word_count(count)
    if count.scope != "total":
        mapping.lose(name, told, "subset")
        return
    if count.min is None:
        mapping.lose(name, told, "at_most")
        return
    *branches, leaf = place.split(".")
    node = mapping.incident
    for branch in branches:
        node = node.setdefault(branch, {})
    node[leaf] = max(count.min, node.get(leaf, 0))
    if count.approx:
        mapping.lose(name, told, "approximate")
    if count.min != count.max:
        mapping.lose(name, told, "range")
    mapping.lose(name, count.unit, "unit")


def word_count(count: Count) -> str:
    """`5000`, `~5000` (about), `5000..` (at least), `..5000` (at most), `5000..6000`, as corrections write them."""
    bounds = str(count.min) if count.min == count.max else f"{_word(count.min)}..{_word(count.max)}"
    return f"{'~' if count.approx else ''}{bounds}"


def _word(bound: int | None) -> str:
    return "" if bound is None else str(bound)
