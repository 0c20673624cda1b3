# SPDX-License-Identifier: GPL-3.0-or-later
"""A declared network as stanzas of ifupdown, see interfaces(5) and bridge-utils-interfaces(5); and those of others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import (
    Lines,
    Link,
    Network,
    Route,
    Trunk,
    file_text,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import BOND, BRIDGE, OPENVSWITCH, VLAN

MAIN = "/etc/network/interfaces"
DIRECTORY = "/etc/network/interfaces.d"
MODE = 0o644

SOURCE = re.compile(r"\s*source(?:-directory)?\s+(?:/etc/network/)?interfaces\.d/?\*?\s*")
STANZA = re.compile(r"\s*iface\s+(?P<name>\S+?)(?P<alias>:\S+)?\s+inet6?\s+(?P<method>\S+)")
STANZA_START = re.compile(r"\s*(iface|auto|allow-\S+|mapping|source|source-directory|no-auto-down|no-scripts)\s")
COMMAND = re.compile(r"\s*(pre-up|up|post-up|down|pre-down|post-down)\s")


@dataclass(frozen=True)
class Stanza:
    """One ``iface`` of a file. ``line`` counts from 1; ``commands`` are its lines that run programs; ``alias`` is ":1"
    of "eth0:1", which gives eth0 one more address.
    """

    name: str
    method: str
    line: int
    commands: tuple[str, ...] = ()
    alias: str = ""


def read_stanzas(text: str) -> list[Stanza]:
    """The stanzas of a file of ifupdown."""
    found: list[Stanza] = []
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        stanza = STANZA.match(line)
        if stanza:
            found.append(Stanza(stanza["name"], stanza["method"], number, alias=stanza["alias"] or ""))
            inside = True
        elif STANZA_START.match(line):
            inside = False
        elif inside and COMMAND.match(line):
            last = found[-1]
            found[-1] = replace(last, commands=(*last.commands, line.strip()))
    return found


def reads_directory(text: str) -> bool:
    """Whether the main file has those of the directory read."""
    return any(SOURCE.fullmatch(line) for line in text.splitlines())


def left_alone(text: str, names: Collection[str]) -> str:
    """The main file with these interfaces without addresses: only the method of a stanza changes, so that all it says
    stays to be read, and is without effect.
    """
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        stanza = STANZA.match(line)
        if stanza and stanza["name"] in names:
            lines[number] = f"{line[: stanza.start('method')]}manual{line[stanza.end('method') :]}"
    return "".join(lines)


def render(network: Network, macs: Mapping[str, str]) -> dict[str, str]:
    """The texts by their paths. ``macs`` has the MAC addresses of network cards."""
    files = {path(link.name): file_text(_link(link, network, macs)) for link in network.links}
    for port in network.ports:
        master = network.master(port)
        if master is not None and master.kind == OPENVSWITCH:
            files[path(port)] = file_text(_switched(port, master, network))
    return files


def path(name: str) -> str:
    return f"{DIRECTORY}/{name}"


def _link(link: Link, network: Network, macs: Mapping[str, str]) -> Lines:
    master = network.master(link.name)
    if master is not None and master.kind == OPENVSWITCH:
        yield from _switched(link.name, master, network, _made(link, network, macs))
        return
    yield f"auto {link.name}"
    yield f"iface {link.name} inet {'dhcp' if link.dhcp else 'manual'}"
    yield from _made(link, network, macs)
    yield from _settled(link)
    for family in ("inet", "inet6"):
        addresses = [one for one in link.addresses if _family(one) == family]
        gateways = [one for one in link.gateways if _family(one) == family]
        routes = [_route(one, link) for one in link.routes if _family(one.to) == family]
        if not addresses:
            yield from routes
        for address in addresses:
            yield from ("", f"iface {link.name} {family} static", f"    address {address}")
            if address == addresses[0]:
                yield from (f"    gateway {one}" for one in gateways)
                yield from routes
    if link.kind == VLAN:
        # Of the last stanza: each takes its address away first. Names with a dot ifupdown makes and removes itself.
        yield f"    post-down ip link delete dev {link.name} 2>/dev/null || true"


def _family(text: str) -> str:
    return "inet6" if ":" in text else "inet"


def _route(route: Route, link: Link) -> str:
    family = "-6 " if ":" in route.to else ""
    return f"    post-up ip {family}route replace {route.to} via {route.via} dev {link.name}"


def _made(link: Link, network: Network, macs: Mapping[str, str]) -> Lines:
    """What makes the link."""
    mac = link.mac or macs.get(network.first_port(link), "")
    if link.kind == BRIDGE:
        yield f"    bridge_ports {' '.join(link.ports) or 'none'}"
        yield f"    bridge_stp {'on' if link.stp else 'off'}"
        if not link.stp:
            yield "    bridge_fd 0"
        # A port that came up before has taken IPv6 addresses of its own; down it loses them, and comes up without.
        yield from (f"    pre-up ip link set dev {port} down" for port in link.ports if network.link(port) is None)
        if mac:
            yield f"    bridge_hw {mac}"
    elif link.kind == OPENVSWITCH:
        yield "    ovs_type OVSBridge"
        if link.ports:
            yield f"    ovs_ports {' '.join(link.ports)}"
        if mac:
            yield f"    ovs_extra set bridge {link.name} other-config:hwaddr={mac}"
    elif link.kind == BOND:
        yield f"    bond-slaves {' '.join(link.ports)}"
        yield from (f"    bond-{key.replace('_', '-')} {value}" for key, value in link.bond.items())
        if mac:
            yield f"    hwaddress {mac}"
    elif link.kind == VLAN:
        yield f"    vlan-raw-device {link.parent}"
        yield (
            f"    pre-up ip link show dev {link.name} >/dev/null 2>&1 || "
            f"ip link add link {link.parent} name {link.name} type vlan id {link.vlan_id}"
        )


def _settled(link: Link) -> Lines:
    """What is said of the link when it is there."""
    if link.mtu:
        for port in link.ports:
            yield f"    pre-up ip link set dev {port} mtu {link.mtu}"
        yield f"    post-up ip link set dev {link.name} mtu {link.mtu}"
    if link.kind != OPENVSWITCH:
        yield f"    post-up ip link set dev {link.name} up"
    if link.kind == BRIDGE and link.vlan_aware:
        yield f"    post-up ip link set dev {link.name} type bridge vlan_filtering 1"
        for trunk in link.trunks:
            yield from _bridge_vlans(trunk, link)
    if link.dns:
        yield f"    dns-nameservers {' '.join(link.dns)}"


def _bridge_vlans(trunk: Trunk, bridge: Link) -> Lines:
    itself = " self" if trunk.port == bridge.name else ""
    for vlans in trunk.vlans:
        yield f"    post-up bridge vlan add dev {trunk.port} vid {vlans}{itself}"
    if trunk.untagged is not None:
        yield f"    post-up bridge vlan add dev {trunk.port} vid {trunk.untagged} pvid untagged{itself}"


def _switched(port: str, master: Link, network: Network, made: Lines = ()) -> Lines:
    """A port of Open vSwitch, whose bridge makes it."""
    trunk, mtu = network.trunk(port), network.mtu(port)
    yield f"allow-{master.name} {port}"
    yield f"iface {port} inet manual"
    yield from made
    yield f"    ovs_bridge {master.name}"
    yield "    ovs_type OVSPort"
    if trunk is not None:
        yield f"    ovs_options {' '.join(ovs_words(trunk))}"
    if mtu:
        yield f"    ovs_mtu {mtu}"


def ovs_words(trunk: Trunk) -> list[str]:
    """The columns of a port in Open vSwitch's database; it wants each VLAN by itself."""
    words = []
    if trunk.untagged is not None:
        words += [f"tag={trunk.untagged}", f"vlan_mode={'native-untagged' if trunk.vlans else 'access'}"]
    if trunk.vlans:
        words.append(f"trunks={','.join(each for vlans in trunk.vlans for each in _each(vlans))}")
    return words


def _each(vlans: str) -> list[str]:
    first, _dash, last = vlans.partition("-")
    return [str(number) for number in range(int(first), int(last or first) + 1)]
