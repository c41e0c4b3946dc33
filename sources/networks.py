"""Which addresses of the network are no machine of the internet: `data/rules/network.toml` and Python's ipaddress."""

import tomllib
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from schemas.vocabularies import DATA_FOLDER

_RULES = DATA_FOLDER / "rules" / "network.toml"


@dataclass(frozen=True)
class NetworkRules:
    """The content of `data/rules/network.toml`: networks with what they are called, names in lower case, ports."""

    networks: tuple[tuple[IPv4Network | IPv6Network, str], ...]
    translated: IPv6Network
    global_unicast: IPv6Network
    local_names: tuple[str, ...]
    other_ports: frozenset[int]
    secret_parameters: frozenset[str]


@cache
def read_network_rules() -> NetworkRules:
    """The rules of the network guard; raises `OSError`, `ValueError` or `KeyError` where the file is damaged."""
    with _RULES.open("rb") as file:
        content = tomllib.load(file)
    return NetworkRules(
        networks=tuple((ip_network(row["network"]), str(row["name"])) for row in content["networks"]),
        translated=IPv6Network(content["translated"]),
        global_unicast=IPv6Network(content["global_unicast"]),
        local_names=tuple(content["local_names"]),
        other_ports=frozenset(content["other_ports"]),
        secret_parameters=frozenset(content["secret_parameters"]),
    )


def name_forbidden_network(address: str) -> str | None:
    """What a person would call the network of an IP address (`127.0.0.1`, `fe80::1%eth0`) that no news comes from.

    None for an address of the internet. An IPv4 address translated into IPv6 (64:ff9b::/96) counts as the IPv4
    address. Raises `ValueError` for what is no IP address.
    """
    found = ip_address(address.partition("%")[0])
    rules = read_network_rules()
    if isinstance(found, IPv6Address) and found in rules.translated:
        found = IPv4Address(int(found) & 0xFFFFFFFF)
    for network, name in rules.networks:
        if found.version == network.version and found in network:
            return name
    if isinstance(found, IPv6Address) and found not in rules.global_unicast:
        return "a network that is not of the internet"
    if not found.is_global or found.is_multicast or found.is_reserved or found.is_private:
        return "a network that is not of the internet"
    return None
