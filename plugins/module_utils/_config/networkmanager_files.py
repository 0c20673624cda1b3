# SPDX-License-Identifier: GPL-3.0-or-later
"""A declared network as connection profiles of NetworkManager, see nm-settings-keyfile(5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import (
    Lines,
    Link,
    Network,
    Trunk,
    file_text,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import BOND, BRIDGE, VLAN

DIRECTORY = "/etc/NetworkManager/system-connections"
PREFIX = "xen-"
MODE = 0o600  # NetworkManager passes over a profile that others can read

# A profile of another that fits the interface too, and connects by itself, has 0 unless it says otherwise.
PRIORITY = 100
NAMESPACE = uuid.UUID("5f2c2c1e-6f0b-4c55-9c0a-0f6c1f1f4d5e")


def render(network: Network, macs: Mapping[str, str]) -> dict[str, str]:
    """The texts by their paths. ``macs`` has the MAC addresses of network cards."""
    files = {path(link.name): file_text(_profile(link.name, link, network, macs)) for link in network.links}
    files.update({path(port): file_text(_profile(port, None, network, macs)) for port in network.ports})
    return files


def path(name: str) -> str:
    return f"{DIRECTORY}/{PREFIX}{name}.nmconnection"


def profile_id(name: str) -> str:
    return f"{PREFIX}{name}"


def _profile(name: str, link: Link | None, network: Network, macs: Mapping[str, str]) -> Lines:
    master, mtu = network.master(name), network.mtu(name)
    kind = link.kind if link is not None and link.virtual else "ethernet"
    yield "[connection]"
    yield f"id={profile_id(name)}"
    yield f"uuid={uuid.uuid5(NAMESPACE, name)}"
    yield f"type={kind}"
    yield f"interface-name={name}"
    yield "autoconnect=true"
    yield f"autoconnect-priority={PRIORITY}"
    if link is not None and link.ports:
        yield "autoconnect-slaves=1"
    if master is not None:
        yield f"master={master.name}"
        yield f"slave-type={master.kind}"
    mac = (link.mac or macs.get(network.first_port(link), "")) if link is not None and link.virtual else ""
    yield ""
    if kind != "ethernet" and (mtu or (mac and kind == BOND)):
        yield "[ethernet]"
        if mac and kind == BOND:
            yield f"cloned-mac-address={mac}"
        if mtu:
            yield f"mtu={mtu}"
        yield ""
    yield f"[{kind}]"
    yield from _kind(link, mac) if link is not None and link.virtual else ([f"mtu={mtu}"] if mtu else [])
    if master is not None:
        if master.kind == BRIDGE:
            yield from ("", "[bridge-port]")
            yield from _vlans(network.trunk(name), "vlans")
        return
    yield from _addresses(link)


def _kind(link: Link, mac: str) -> Lines:
    if link.kind == BRIDGE:
        yield f"stp={_true(link.stp)}"
        if not link.stp:
            yield "forward-delay=0"
        if mac:
            yield f"mac-address={mac}"
        yield f"vlan-filtering={_true(link.vlan_aware)}"
        yield from _vlans(next((one for one in link.trunks if one.port == link.name), None), "vlans")
    elif link.kind == BOND:
        yield from (f"{key}={value}" for key, value in link.bond.items())
    elif link.kind == VLAN:
        yield f"id={link.vlan_id}"
        yield f"parent={link.parent}"
        yield "flags=1"  # reorder_hdr, which is what ip link makes


def _vlans(trunk: Trunk | None, key: str) -> Lines:
    if trunk is None:
        return
    said = list(trunk.vlans)
    if trunk.untagged is not None:
        said.append(f"{trunk.untagged} pvid untagged")
    yield f"{key}={', '.join(said)}"


def _addresses(link: Link | None) -> Lines:
    for family, version, nobody in (("ipv4", 4, "disabled"), ("ipv6", 6, "disabled")):
        own = [one for one in link.addresses if (":" in one) == (version == 6)] if link is not None else []
        yield from ("", f"[{family}]")
        if link is not None and link.dhcp:
            yield "method=auto"
        elif own:
            yield "method=manual"
        elif link is not None and link.reachable and version == 6:
            yield "method=auto"
        else:
            yield f"method={nobody}"
        if link is None:
            continue
        yield from (f"address{number}={one}" for number, one in enumerate(own, 1))
        yield from (f"gateway={one}" for one in link.gateways if (":" in one) == (version == 6))
        servers = [one for one in link.dns if (":" in one) == (version == 6)]
        if servers:
            yield f"dns={''.join(f'{one};' for one in servers)}"
        routes = [one for one in link.routes if (":" in one.to) == (version == 6)]
        yield from (f"route{number}={one.to},{one.via}" for number, one in enumerate(routes, 1))


def _true(value: bool) -> str:
    return "true" if value else "false"
