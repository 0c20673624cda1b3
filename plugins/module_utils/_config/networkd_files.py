# SPDX-License-Identifier: GPL-3.0-or-later
"""A declared network as files of systemd-networkd, see systemd.netdev(5) and systemd.network(5)."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import (
    Lines,
    Link,
    Network,
    Trunk,
    file_text,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import BOND, BRIDGE, OPENVSWITCH, VLAN

DIRECTORY = "/etc/systemd/network"
PREFIX = "05-xen-"  # before the files of netplan (10-) and cloud-init
MODE = 0o644


def render(network: Network, macs: Mapping[str, str]) -> dict[str, str]:
    """The texts by their paths. ``macs`` has the MAC addresses of network cards."""
    files = {}
    for link in network.links:
        if link.kind in (BRIDGE, BOND, VLAN):
            files[path(link.name, "netdev")] = file_text(_netdev(link, network, macs))
        files[path(link.name, "network")] = file_text(_network(link.name, link, network))
    for port in network.ports:
        files[path(port, "network")] = file_text(_network(port, None, network))
    return files


def path(name: str, ending: str) -> str:
    return f"{DIRECTORY}/{PREFIX}{name}.{ending}"


def _netdev(link: Link, network: Network, macs: Mapping[str, str]) -> Lines:
    mac = link.mac or (macs.get(network.first_port(link), "") if link.kind != VLAN else "")
    yield "[NetDev]"
    yield f"Name={link.name}"
    yield f"Kind={link.kind}"
    if mac:
        yield f"MACAddress={mac}"
    if link.mtu:
        yield f"MTUBytes={link.mtu}"
    yield ""
    if link.kind == BRIDGE:
        yield "[Bridge]"
        yield f"STP={_yes(link.stp)}"
        if not link.stp:
            yield "ForwardDelaySec=0"
        yield f"VLANFiltering={_yes(link.vlan_aware)}"
    elif link.kind == BOND:
        yield "[Bond]"
        yield f"Mode={link.bond['mode']}"
        yield f"MIIMonitorSec={link.bond['miimon']}ms"
        if "lacp_rate" in link.bond:
            yield f"LACPTransmitRate={link.bond['lacp_rate']}"
        if "xmit_hash_policy" in link.bond:
            yield f"TransmitHashPolicy={link.bond['xmit_hash_policy']}"
    else:
        yield "[VLAN]"
        yield f"Id={link.vlan_id}"


def _network(name: str, link: Link | None, network: Network) -> Lines:
    master, mtu = network.master(name), network.mtu(name)
    yield "[Match]"
    yield f"Name={name}"
    addressed = link is not None and master is None and link.reachable
    # networkd-wait-online waits for addresses, for two minutes of each boot where there are none to come.
    said = [f"MTUBytes={mtu}"] if mtu else []
    if not addressed or (link is not None and link.isolated):
        said.append("RequiredForOnline=no")
    if said:
        yield from ("", "[Link]", *said)
    yield from ("", "[Network]")
    if master is not None and master.kind != OPENVSWITCH:
        yield f"{'Bond' if master.kind == BOND else 'Bridge'}={master.name}"
        if master.bond.get("primary") == name:
            yield "PrimarySlave=yes"
    for vlan in network.vlans_of(name):
        yield f"VLAN={vlan}"
    if not addressed:
        yield "DHCP=no"
        yield "LinkLocalAddressing=no"
        yield "IPv6AcceptRA=no"
    if link is not None:
        if addressed:
            yield f"DHCP={_yes(link.dhcp)}"
        yield from _addresses(link)
    trunk = network.trunk(name)
    if trunk is not None and _filters(name, link, master):
        yield from _bridge_vlans(trunk)


def _addresses(link: Link) -> Lines:
    yield from (f"Address={one}" for one in link.addresses)
    yield from (f"Gateway={one}" for one in link.gateways)
    yield from (f"DNS={one}" for one in link.dns)
    if link.isolated or link.kind == OPENVSWITCH:
        yield "ConfigureWithoutCarrier=yes"
    for route in link.routes:
        yield from ("", "[Route]", f"Destination={route.to}", f"Gateway={route.via}")


def _filters(name: str, link: Link | None, master: Link | None) -> bool:
    """Whether it is a VLAN-aware bridge of Linux, or in one."""
    bridge = link if link is not None and link.kind == BRIDGE else master
    return bridge is not None and bridge.kind == BRIDGE


def _bridge_vlans(trunk: Trunk) -> Lines:
    for vlans in trunk.vlans:
        yield from ("", "[BridgeVLAN]", f"VLAN={vlans}")
    if trunk.untagged is not None:
        yield from (
            "",
            "[BridgeVLAN]",
            f"VLAN={trunk.untagged}",
            f"PVID={trunk.untagged}",
            f"EgressUntagged={trunk.untagged}",
        )


def _yes(value: bool) -> str:
    return "yes" if value else "no"
