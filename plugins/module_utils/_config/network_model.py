# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's network as declared, typed. Whether it can be is the business of network_checks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    BOND,
    BRIDGE,
    INTERFACE,
    LINUX,
    NAT,
    NONE,
    VLAN,
)

MARK = "# Managed by xlops.xen"

Lines = Iterable[str]


def file_text(lines: Lines) -> str:
    """The text of a file that is ours."""
    return "\n".join([MARK, *lines]) + "\n"


@dataclass(frozen=True)
class Trunk:
    """Which VLANs a port of a VLAN-aware bridge carries. ``untagged`` is the one of packets without a tag."""

    port: str
    vlans: tuple[str, ...] = ()
    untagged: int | None = None


@dataclass(frozen=True)
class Route:
    to: str
    via: str


@dataclass(frozen=True)
class Link:
    """One link. ``position`` is where it is declared, as ``bridges[0]``."""

    name: str
    kind: str
    position: str = ""
    ports: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    dhcp: bool = False
    gateways: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    mtu: int | None = None
    forward: str = NONE
    proxy_arp: bool = False
    mac: str = ""
    isolated: bool = False
    stp: bool = False
    vlan_aware: bool = False
    trunks: tuple[Trunk, ...] = ()
    bond: Mapping[str, Any] = field(default_factory=dict)  # mode, miimon, and what goes with the mode
    parent: str = ""
    vlan_id: int = 0

    @property
    def virtual(self) -> bool:
        """Whether it is there because it is declared."""
        return self.kind != INTERFACE

    @property
    def reachable(self) -> bool:
        """Whether the host has, or asks for, an address there."""
        return self.dhcp or bool(self.addresses)

    @property
    def subnets(self) -> list[str]:
        """The IPv4 networks of its addresses, for NAT."""
        found = (ipaddress.ip_interface(address) for address in self.addresses)
        return [str(one.network) for one in found if one.version == 4]


@dataclass(frozen=True)
class Network:
    """All links. A port that is no link itself is an interface without an address."""

    links: tuple[Link, ...] = ()

    def link(self, name: str) -> Link | None:
        return next((link for link in self.links if link.name == name), None)

    @property
    def names(self) -> list[str]:
        return [link.name for link in self.links]

    @property
    def ports(self) -> list[str]:
        """Those that are no links themselves, each once."""
        named = dict.fromkeys(port for link in self.links for port in link.ports)
        return [port for port in named if self.link(port) is None]

    def master(self, name: str) -> Link | None:
        """The link that has this one as a port."""
        return next((link for link in self.links if name in link.ports), None)

    def vlans_of(self, name: str) -> list[str]:
        return [link.name for link in self.links if link.kind == VLAN and link.parent == name]

    def trunk(self, port: str) -> Trunk | None:
        return next((trunk for link in self.links for trunk in link.trunks if trunk.port == port), None)

    def mtu(self, port: str) -> int | None:
        """Of a port that says nothing, that of the link which has it."""
        here, master = self.link(port), self.master(port)
        return here.mtu if here is not None and here.mtu else master.mtu if master is not None else None

    def first_port(self, link: Link) -> str:
        """The network card whose MAC address a link has, empty where it has none."""
        seen: set[str] = set()
        name = link.name
        while name not in seen:
            seen.add(name)
            here = self.link(name)
            if here is None or here.kind == INTERFACE:
                return name
            below = here.ports or ((here.parent,) if here.parent else ())
            if not below:
                return ""
            name = below[0]
        return ""

    @property
    def nat(self) -> list[Link]:
        return [link for link in self.links if link.forward == NAT]

    @property
    def forwarding(self) -> bool:
        return any(link.forward != NONE for link in self.links)


def read_network(params: Mapping[str, Any]) -> Network:
    """The declaration, from options of the forms of network_spec."""
    return Network(
        (
            *(_bridge(*one) for one in _each(params, "bridges")),
            *(_bond(*one) for one in _each(params, "bonds")),
            *(_vlan(*one) for one in _each(params, "vlans")),
            *(Link(kind=INTERFACE, **_common(*one)) for one in _each(params, "interfaces")),
        )
    )


def _each(params: Mapping[str, Any], option: str) -> Iterable[tuple[Mapping[str, Any], str]]:
    return ((one, f"{option}[{number}]") for number, one in enumerate(params.get(option) or ()))


def _common(one: Mapping[str, Any], position: str) -> dict[str, Any]:
    return {
        "name": one["name"],
        "position": position,
        "ports": _texts(one, "ports"),
        "addresses": _texts(one, "addresses"),
        "dhcp": bool(one.get("dhcp")),
        "gateways": _texts(one, "gateways"),
        "dns": _texts(one, "dns"),
        "routes": tuple(Route(route["to"], route["via"]) for route in one.get("routes") or ()),
        "mtu": one.get("mtu"),
        "forward": one.get("forward") or NONE,
        "proxy_arp": bool(one.get("proxy_arp")),
        "mac": (one.get("mac") or "").lower(),
    }


def _texts(one: Mapping[str, Any], option: str) -> tuple[str, ...]:
    return tuple(str(text) for text in one.get(option) or ())


def _bridge(one: Mapping[str, Any], position: str) -> Link:
    trunks = (Trunk(trunk["port"], _texts(trunk, "vlans"), trunk.get("untagged")) for trunk in one.get("trunks") or ())
    kind = one.get("kind") or LINUX
    return Link(
        kind=BRIDGE if kind == LINUX else kind,
        isolated=bool(one.get("isolated")),
        stp=bool(one.get("stp")),
        vlan_aware=bool(one.get("vlan_aware")),
        trunks=tuple(trunks),
        **_common(one, position),
    )


def _bond(one: Mapping[str, Any], position: str) -> Link:
    said = {
        "mode": one.get("mode") or "active-backup",
        "miimon": 100 if one.get("miimon") is None else one["miimon"],
        **{key: one[key] for key in ("primary", "lacp_rate", "xmit_hash_policy") if one.get(key)},
    }
    return Link(kind=BOND, bond=said, **_common(one, position))


def _vlan(one: Mapping[str, Any], position: str) -> Link:
    return Link(kind=VLAN, parent=one["parent"], vlan_id=one["id"], **_common(one, position))
