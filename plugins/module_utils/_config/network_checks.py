# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a network as declared, whatever the host is. Every fault is told, not the first one alone."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Link, Network
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    BOND,
    BOND_MODES,
    BRIDGE,
    INTERFACE,
    IPV6_MTU,
    LONGEST_NAME,
    MIIMON,
    MTU,
    NAT,
    OPENVSWITCH,
    VLAN,
    VLAN_IDS,
)

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
MAC = re.compile(r"[0-9a-f][02468ace](:[0-9a-f]{2}){5}")
VLANS = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")

# Names that the kernel, ifupdown, networkd or nmcli give a meaning of their own.
RESERVED = ("lo", "all", "default", "none")
# Names that xl gives to what guests have on the host.
OF_GUESTS = re.compile(r"(vif|tap)\d+\.\d+.*")

Found = Iterator[Finding]


def check_network(network: Network) -> list[Finding]:
    """Every fault of the declaration."""
    found = [finding for link in network.links for check in EACH for finding in check(link)]
    return [*found, *(finding for link in network.links for check in AMONG for finding in check(link, network))]


def fault(link: Link, option: str, message: str, remedy: str = "") -> Finding:
    name = shown(link.name)
    return Finding(
        ERROR, f"{link.kind} {name}: {message}", key=f"{link.position}.{option}".strip("."), remedy=remedy or None
    )


def name_fault(name: str) -> str:
    """Why something is no name of an interface, empty where it is one."""
    if len(name) > LONGEST_NAME:
        return f"{shown(name)} has {len(name)} characters, and Linux takes at most {LONGEST_NAME}"
    if not NAME.fullmatch(name) or name in RESERVED:
        return f"{shown(name)} is no name of an interface: it takes letters, digits, dots, dashes and underscores"
    if OF_GUESTS.fullmatch(name):
        return f"{shown(name)} is a name that xl gives to the interface of a guest"
    return ""


def _names(link: Link) -> Found:
    wrong = name_fault(link.name)
    if wrong:
        yield fault(link, "name", wrong)
    for number, port in enumerate(link.ports):
        wrong = name_fault(port)
        if wrong:
            yield fault(link, f"ports[{number}]", wrong)
        if port in link.ports[:number]:
            yield fault(link, f"ports[{number}]", f"the port {shown(port)} is there twice")
        if port == link.name:
            yield fault(link, f"ports[{number}]", "it is a port of itself")


def _addresses(link: Link) -> Found:
    families: set[int] = set()
    for number, text in enumerate(link.addresses):
        try:
            address = ipaddress.ip_interface(text)
        except ValueError:
            address = None
        if address is None or "/" not in text or "%" in text:
            yield fault(
                link,
                f"addresses[{number}]",
                f"{shown(text)} is no IP address with a prefix length",
                "write it as 192.0.2.10/24 or 2001:db8::10/64",
            )
            continue
        families.add(address.version)
        if address.network.prefixlen < address.max_prefixlen - 1 and address.ip == address.network.network_address:
            yield fault(link, f"addresses[{number}]", f"{text} is the address of a network, not one of a host")
    yield from _gateways(link, families)
    for number, text in enumerate(link.dns):
        if _version(text) is None:
            yield fault(link, f"dns[{number}]", f"{shown(text)} is no IP address")


def _gateways(link: Link, families: set[int]) -> Found:
    seen = set()
    for number, text in enumerate(link.gateways):
        option, version = f"gateways[{number}]", _version(text)
        if version is None:
            yield fault(link, option, f"{shown(text)} is no IP address")
        elif version in seen:
            yield fault(link, option, f"it has two default gateways for IPv{version}", "declare the other as a route")
        elif version not in families:
            remedy = "with DHCP the gateway comes with the lease" if link.dhcp else "declare one in addresses"
            yield fault(link, option, f"the gateway {text} needs an IPv{version} address of the link", remedy)
        seen.add(version)
    for number, route in enumerate(link.routes):
        to, via = _network_version(route.to), _version(route.via)
        if to is None:
            yield fault(link, f"routes[{number}].to", f"{shown(route.to)} is no network such as 10.0.0.0/8")
        if via is None:
            yield fault(link, f"routes[{number}].via", f"{shown(route.via)} is no IP address")
        elif to is not None and to != via:
            yield fault(link, f"routes[{number}].via", f"{route.via} is not of the family of {route.to}")


def _version(text: str) -> int | None:
    try:
        return None if "%" in text else ipaddress.ip_address(text).version
    except ValueError:
        return None


def _network_version(text: str) -> int | None:
    try:
        return ipaddress.ip_network(text).version
    except ValueError:
        return None


def _values(link: Link) -> Found:
    if link.mtu is not None and not MTU[0] <= link.mtu <= MTU[1]:
        yield fault(link, "mtu", f"{link.mtu} is out of range: it takes {MTU[0]} to {MTU[1]} bytes")
    elif link.mtu is not None and link.mtu < IPV6_MTU and any(":" in one for one in link.addresses):
        yield fault(link, "mtu", f"IPv6 needs {IPV6_MTU} bytes, and it has {link.mtu}")
    if link.mac and not MAC.fullmatch(link.mac):
        yield fault(link, "mac", f"{shown(link.mac)} is no MAC address of one station, such as 52:54:00:12:34:56")
    if link.kind == VLAN and not VLAN_IDS[0] <= link.vlan_id <= VLAN_IDS[1]:
        yield fault(link, "id", f"the VLAN {link.vlan_id} is out of range: it takes {VLAN_IDS[0]} to {VLAN_IDS[1]}")
    if link.forward == NAT and not any(":" not in one for one in link.addresses):
        yield fault(link, "forward", "NAT needs an IPv4 address of the link, whose subnet is translated")


def _bonds(link: Link) -> Found:
    if link.kind != BOND:
        return
    mode = link.bond["mode"]
    if mode not in BOND_MODES:
        yield fault(link, "mode", f"{shown(mode)} is no mode of bonding: it takes {', '.join(BOND_MODES)}")
        return
    if not link.ports:
        yield fault(link, "ports", "a bond needs at least one port")
    if not MIIMON[0] <= link.bond["miimon"] <= MIIMON[1]:
        yield fault(link, "miimon", f"{link.bond['miimon']} is out of range: {MIIMON[0]} to {MIIMON[1]} milliseconds")
    for key in ("primary", "lacp_rate", "xmit_hash_policy"):
        if key in link.bond and key not in BOND_MODES[mode]:
            having = ", ".join(one for one, keys in BOND_MODES.items() if key in keys)
            yield fault(link, key, f"the mode {mode} has no {key}", f"it goes with {having}")
    primary = link.bond.get("primary")
    if primary and primary not in link.ports:
        yield fault(link, "primary", f"{shown(primary)} is none of its ports")


def _bridges(link: Link) -> Found:
    if link.kind not in (BRIDGE, OPENVSWITCH):
        return
    if not link.ports and not link.isolated:
        yield fault(link, "ports", "it holds no uplink", "name one, or say isolated: true for guests alone")
    if link.ports and link.isolated:
        yield fault(link, "isolated", f"it is isolated, and has the uplink {', '.join(link.ports)}")
    if link.kind == OPENVSWITCH and link.vlan_aware:
        yield fault(link, "vlan_aware", "Open vSwitch always is", "leave it out")
    if link.kind == BRIDGE and link.trunks and not link.vlan_aware:
        yield fault(link, "trunks", "a bridge tells VLANs apart only with vlan_aware: true")
    for number, trunk in enumerate(link.trunks):
        option = f"trunks[{number}]"
        if trunk.port not in (*link.ports, link.name):
            yield fault(link, f"{option}.port", f"{shown(trunk.port)} is neither one of its ports nor itself")
        if trunk.port in [one.port for one in link.trunks[:number]]:
            yield fault(link, f"{option}.port", f"{shown(trunk.port)} is there twice")
        if not trunk.vlans and trunk.untagged is None:
            yield fault(link, option, "it has neither vlans nor untagged")
        for text in (*trunk.vlans, *([] if trunk.untagged is None else [str(trunk.untagged)])):
            if not _vlan_range(text):
                yield fault(
                    link,
                    f"{option}.vlans",
                    f"{shown(text)} is no VLAN",
                    f"it takes {VLAN_IDS[0]} to {VLAN_IDS[1]}, or a range such as 10-20",
                )


def _vlan_range(text: str) -> bool:
    found = VLANS.fullmatch(text)
    if not found:
        return False
    first, last = int(found[1]), int(found[2] or found[1])
    return VLAN_IDS[0] <= first <= last <= VLAN_IDS[1]


def _owners(link: Link, network: Network) -> Found:
    """What two links cannot both have."""
    before = network.links[: network.links.index(link)]
    for other in before:
        if other.name == link.name:
            yield fault(link, "name", f"{other.position} has the same name")
        for number, port in enumerate(link.ports):
            if port in other.ports:
                yield fault(
                    link,
                    f"ports[{number}]",
                    f"{shown(port)} is already a port of {other.kind} {shown(other.name)}",
                    "an interface can be in one alone",
                )
        both = [one for one in link.addresses if one in other.addresses]
        if both:
            yield fault(link, "addresses", f"{shown(other.name)} has the same address {both[0]}")
        if {_version(one) for one in link.gateways} & {_version(one) for one in other.gateways} - {None}:
            yield fault(link, "gateways", f"{shown(other.name)} has the default gateway already")
        if link.kind == other.kind == VLAN and (link.parent, link.vlan_id) == (other.parent, other.vlan_id):
            yield fault(link, "id", f"{shown(other.name)} is the same VLAN of {shown(link.parent)}")


def _structure(link: Link, network: Network) -> Found:
    for number, name in enumerate(link.ports):
        port = network.link(name)
        if port is None or port is link:
            continue
        if port.kind in (BRIDGE, OPENVSWITCH):
            yield fault(link, f"ports[{number}]", f"{shown(name)} is a bridge itself")
        elif link.kind == BOND and port.kind != INTERFACE:
            yield fault(link, f"ports[{number}]", f"{shown(name)} is a {port.kind}, and a bond takes network cards")
        if port.reachable:
            yield fault(
                link,
                f"ports[{number}]",
                f"{shown(name)} has addresses of its own, which a port must not have",
                f"declare them of {link.name}",
            )
    if link.kind == VLAN:
        if network.link(link.parent) is None and link.parent not in network.ports:
            yield fault(
                link, "parent", f"{shown(link.parent)} is not declared", f"add {{name: {link.parent}}} to interfaces"
            )
        elif _circular(link, network):
            yield fault(link, "parent", "it goes round in a circle")
    for name in (*link.ports, link.parent):
        below = network.link(name)
        if below is not None and below is not link and link.mtu and below.mtu and below.mtu < link.mtu:
            yield fault(link, "mtu", f"{link.mtu} is more than the {below.mtu} of {shown(name)} below it")


def _circular(link: Link, network: Network) -> bool:
    seen, waiting = set(), [link.name]
    while waiting:
        name = waiting.pop()
        here = network.link(name)
        if name in seen or here is None:
            continue
        seen.add(name)
        below = [*here.ports, *([here.parent] if here.parent else [])]
        if link.name in below:
            return True
        waiting += below
    return False


EACH: tuple[Callable[[Link], Found], ...] = (_names, _addresses, _values, _bonds, _bridges)
AMONG: tuple[Callable[[Link, Network], Found], ...] = (_owners, _structure)
