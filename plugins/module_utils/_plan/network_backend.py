# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the network of a host, and whether a declared one can be made there. Every reason against it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ansible_collections.xlops.xen.plugins.module_utils._config import (
    ifupdown_files,
    networkd_files,
    networkmanager_files,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.ifupdown_files import Stanza, read_stanzas
from ansible_collections.xlops.xen.plugins.module_utils._config.network_checks import fault
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Link, Network
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import (
    RENDER,
    described,
    is_ours,
    left_over,
    removed,
    wanted_files,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Interface, Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    BACKENDS,
    BRIDGE,
    IFUPDOWN,
    INTERFACE,
    NETWORKD,
    NETWORKMANAGER,
    OPENVSWITCH,
    VLAN,
)

TITLES = {NETWORKD: "systemd-networkd", IFUPDOWN: "ifupdown", NETWORKMANAGER: "NetworkManager"}

Found = Iterator[Finding]


def owners(seen: Seen) -> dict[str, dict[str, str]]:
    """By backend that runs, the interfaces that it has, with where it says so."""
    stanzas = {stanza.name: where for stanza, where in _stanzas(seen)}
    said: dict[str, Mapping[str, str]] = {
        NETWORKD: {name: file for name, file in seen.networkd.items() if file},
        IFUPDOWN: stanzas,
        NETWORKMANAGER: seen.profiles,
    }
    return {
        backend: {name: where for name, where in said[backend].items() if name != "lo"}
        for backend in BACKENDS
        if backend in seen.running
    }


def _stanzas(seen: Seen) -> Iterator[tuple[Stanza, str]]:
    for path, text in seen.files.items():
        if path == ifupdown_files.MAIN or path.startswith(f"{ifupdown_files.DIRECTORY}/"):
            for stanza in read_stanzas(text):
                yield stanza, f"{path}:{stanza.line}"


def choose(network: Network, seen: Seen) -> str:
    """What has the declared interfaces; else what has most of the host's. Empty where nothing is known."""
    having = owners(seen)
    names = {*network.names, *network.ports}
    ranked = sorted(having, key=lambda one: (-len(names & set(having[one])), -len(having[one]), BACKENDS.index(one)))
    return ranked[0] if ranked else ""


def faults(network: Network, seen: Seen, backend: str) -> list[Finding]:
    """Everything that speaks against this network on this host."""
    if backend not in seen.running:
        running = ", ".join(TITLES[one] for one in BACKENDS if one in seen.running)
        message = f"{TITLES.get(backend, 'nothing that is known')} does not make the network of this host"
        return [Finding(ERROR, message, key="backend", remedy=f"it is made by {running}" if running else None)]
    return [finding for check in CHECKS for finding in check(network, seen, backend)]


def _interfaces(network: Network, seen: Seen, _backend: str) -> Found:
    there = ", ".join(name for name in sorted(seen.interfaces) if not name.startswith(("vif", "tap", "lo")))
    for link in network.links:
        here = seen.interfaces.get(link.name)
        if link.kind == INTERFACE and here is None:
            yield fault(link, "name", f"the host has no such interface, but {there}")
        elif link.virtual and here is not None and here.kind != link.kind:
            what = f"a {here.kind}" if here.kind else "an interface of its own"
            yield fault(link, "name", f"{shown(link.name)} is {what} on this host", "choose another name")
        for number, port in enumerate(link.ports):
            if port not in seen.interfaces and network.link(port) is None:
                yield fault(link, f"ports[{number}]", f"the host has no interface {shown(port)}, but {there}")


def _masters(network: Network, seen: Seen, backend: str) -> Found:
    """Who has a port now, and does not give it away."""
    going = removed(seen, wanted_files(network, seen, backend), network)
    for link in network.links:
        for number, port in enumerate(link.ports):
            master = seen.ovs_ports.get(port) or seen.interfaces.get(port, Interface()).master
            if not master or master == link.name or master in going:
                continue
            other = network.link(master)
            if other is None or port in other.ports:
                yield fault(
                    link,
                    f"ports[{number}]",
                    f"{shown(port)} is a port of {shown(master)}, which is not declared",
                    "an interface can be in one alone: declare that one too, or remove it first",
                )


def _removals(network: Network, seen: Seen, backend: str) -> Found:
    going = removed(seen, wanted_files(network, seen, backend), network)
    for name in going:
        guests = [port for port in seen.interfaces[name].ports if port.startswith(("vif", "tap"))]
        if guests:
            yield Finding(
                ERROR,
                f"the bridge {shown(name)} is declared no more, and guests are on it with {', '.join(guests)}",
                key="bridges",
                remedy="declare it, or stop or move these guests first",
            )
        elif seen.interfaces[name].kind == OPENVSWITCH:
            yield Finding(
                ERROR,
                f"the bridge {shown(name)} of Open vSwitch is declared no more, and how it was made is not known",
                key="bridges",
                remedy=f"remove it by hand, with ovs-vsctl del-br {name}",
            )


def _lifelines(network: Network, seen: Seen, backend: str) -> Found:
    """The interface over which the host is reached must keep an address, or get one elsewhere on the same wire."""
    wanted = wanted_files(network, seen, backend)
    gone = {described(path, one) for path in left_over(wanted, seen) for one in RENDER}
    touched = {*network.names, *network.ports, *gone} - {""}
    for line in seen.lifelines:
        wires = _wires(line, seen)
        hit = touched & {line, *wires}
        if not hit:
            continue
        bearers = [link for link in network.links if link.reachable]
        if not any(link.name == line or network.first_port(link) in wires for link in bearers):
            link = next((one for one in network.links if {one.name, *one.ports} & hit), None)
            message = (
                f"the host is reached over {shown(line)}, and no link on that wire has dhcp or addresses: it would be "
                "cut off"
            )
            yield fault(link, "addresses", message) if link else Finding(ERROR, message, key="bridges")


def _wires(name: str, seen: Seen) -> set[str]:
    """The network cards below an interface."""
    here = seen.interfaces.get(name, Interface())
    ports = [*here.ports, *(port for port, bridge in seen.ovs_ports.items() if bridge == name)]
    cards = [port for port in ports if not port.startswith(("vif", "tap"))]
    return {one for card in cards for one in _wires(card, seen)} or {name}


def _carried(network: Network, seen: Seen, backend: str) -> Found:
    """networkd makes a VLAN by a line in the file of what carries it; a file of ours has those that are declared."""
    if backend != NETWORKD:
        return
    for name, here in seen.interfaces.items():
        for carrier in here.lower if here.kind == VLAN and name not in network.names else ():
            if carrier in network.names or carrier in network.ports:
                yield _of(
                    network,
                    carrier,
                    f"{shown(carrier)} carries the VLAN {shown(name)}, which is not declared: no boot would make it",
                    "declare it in vlans too",
                )


def _two_owners(network: Network, seen: Seen, backend: str) -> Found:
    """An interface that something else makes too."""
    having = owners(seen)
    for name in (*network.names, *network.ports):
        for other, interfaces in having.items():
            if other == backend or name not in interfaces:
                continue
            if other == IFUPDOWN and all(one.method == "manual" for one, _path in _stanzas(seen) if one.name == name):
                continue
            yield _of(
                network,
                name,
                f"{shown(name)} has two owners, {TITLES[backend]} and {TITLES[other]} ({interfaces[name]})",
                "leave it to one of them",
            )


def _of(network: Network, name: str, message: str, remedy: str) -> Finding:
    link = network.link(name)
    if link is not None:
        return fault(link, "name", message, remedy)
    master = network.master(name)
    return fault(master, "ports", message, remedy) if master else Finding(ERROR, message, remedy=remedy)


def _files(network: Network, seen: Seen, backend: str) -> Found:
    """A file that somebody else wrote under a name of ours."""
    for path in wanted_files(network, seen, backend):
        text = seen.files.get(path)
        if path != ifupdown_files.MAIN and text is not None and not is_ours(text):
            yield Finding(
                ERROR,
                f"{path} is there, and somebody else wrote it",
                key="backend",
                remedy="two owners of one file undo each other's work: rename it so that it sorts after ours, such as "
                "50-NAME, for the host to keep a description, or take it out of the declaration",
            )


def _rivals(network: Network, seen: Seen, backend: str) -> Found:
    """Another file for the same interface, which would win over ours or add to it."""
    yield from RIVALS[backend](network, seen)


def _of_networkd(network: Network, seen: Seen) -> Found:
    for name in (*network.names, *network.ports):
        file = seen.networkd.get(name, "")
        own = networkd_files.path(name, "network")
        base = file.rsplit("/", 1)[-1]
        if file and file != own and base < own.rsplit("/", 1)[-1]:
            yield _of(
                network,
                name,
                f"networkd configures {shown(name)} by {file}, and takes the first one by name",
                f"give it a name that sorts after {own.rsplit('/', 1)[-1]}, such as 50-{name}.network",
            )


def _of_ifupdown(network: Network, seen: Seen) -> Found:
    main = seen.files.get(ifupdown_files.MAIN, "")
    if network.links and not ifupdown_files.reads_directory(main):
        yield Finding(
            ERROR,
            f"{ifupdown_files.MAIN} does not read {ifupdown_files.DIRECTORY}, where links are described",
            key="backend",
            remedy=f'add the line "source {ifupdown_files.DIRECTORY}/*" to it',
        )
    for stanza, where in _stanzas(seen):
        name, path = stanza.name, where.rpartition(":")[0]
        if name not in network.names and name not in network.ports:
            continue
        if path == ifupdown_files.path(name):
            continue
        elsewhere = path != ifupdown_files.MAIN
        if elsewhere and (stanza.method != "manual" or network.link(name) is not None):
            yield _of(
                network,
                name,
                f"{where} has a stanza of {shown(name)} too",
                "two owners of one interface undo each other's work: remove that one",
            )
        elif stanza.alias and stanza.method != "manual":
            yield _of(
                network,
                name,
                f"the stanza of {shown(name + stanza.alias)} in {where} gives it one more address, which would go",
                "remove that stanza, and declare its address of the link that takes it",
            )
        elif stanza.commands:
            yield _of(
                network,
                name,
                f"the stanza of {shown(name)} in {where} has commands, which would run all the same: "
                + "; ".join(stanza.commands),
                "remove them there; what the host still needs goes to a script in /etc/network/if-up.d",
            )


def _of_networkmanager(network: Network, seen: Seen) -> Found:
    for link in network.links:
        if link.kind == OPENVSWITCH:
            yield fault(
                link,
                "kind",
                "bridges of Open vSwitch are made with systemd-networkd and ifupdown, and this host has NetworkManager",
            )
    for path, text in seen.files.items():
        if not path.startswith(f"{networkmanager_files.DIRECTORY}/") or is_ours(text):
            continue
        said = dict(line.partition("=")[::2] for line in text.splitlines())
        name = said.get("interface-name", "")
        mine = network.link(name)
        priority = said.get("autoconnect-priority", "0")
        eager = priority.lstrip("-").isdigit() and int(priority) >= networkmanager_files.PRIORITY
        if (mine is not None and mine.virtual) or (eager and name in (*network.names, *network.ports)):
            yield _of(
                network,
                name,
                f"{path} is a profile of {shown(name)} too",
                "two owners of one interface undo each other's work: remove that one",
            )


RIVALS: Mapping[str, Callable[[Network, Seen], Found]] = {
    NETWORKD: _of_networkd,
    IFUPDOWN: _of_ifupdown,
    NETWORKMANAGER: _of_networkmanager,
}
CHECKS: tuple[Callable[[Network, Seen, str], Found], ...] = (
    _interfaces,
    _masters,
    _removals,
    _lifelines,
    _carried,
    _two_owners,
    _files,
    _rivals,
)


def moved_addresses(network: Network, seen: Seen) -> list[str]:
    """Addresses of a lifeline that no link is declared with, one sentence each: the session over them is lost."""
    asked = any(link.dhcp for link in network.links)
    kept = {address.partition("/")[0] for link in network.links for address in link.addresses}
    touched = {*network.names, *network.ports}
    return [
        f"{address} of {name} is declared of no link: sessions over it end, and the controller must reach the host "
        "by another address to confirm"
        for name in seen.lifelines
        if name in touched
        for here in [seen.interfaces.get(name, Interface())]
        for address in here.addresses
        if not address.startswith("fe80:")
        and address.partition("/")[0] not in kept
        and not (asked and address in here.leased)
    ]


def vif_findings(network: Network, seen: Seen, bridge: str, script: str, scripts: Mapping[str, bool]) -> list[str]:
    """What xl.conf says of guests' interfaces, held against the network: one sentence for each thing that does not fit.

    ``scripts`` are the hotplug scripts of the host, by name, with whether each can be run.
    """
    found = []
    base = script.rsplit("/", 1)[-1] or "vif-bridge"
    if scripts and base not in scripts and "/" not in script:
        found.append(f"xl.conf has vif.default.script {script}, and there is no such script")
    elif scripts.get(base) is False:
        found.append(f"the hotplug script {base} may not be executed")
    kind = _kind(bridge, network, seen)
    if not bridge or base not in BRIDGE_SCRIPTS:
        return found
    if not kind:
        found.append(f"xl.conf has vif.default.bridge {bridge}, and there is no such bridge, declared or there")
    elif kind not in BRIDGE_SCRIPTS[base]:
        fitting = next(name for name, kinds in BRIDGE_SCRIPTS.items() if kind in kinds)
        found.append(
            f"guests' interfaces come to {bridge}, a bridge of kind {kind}, by the script {base}, which needs "
            f"{' or '.join(BRIDGE_SCRIPTS[base])}: set vif.default.script to {fitting}"
        )
    return found


# Hotplug scripts of Xen that put an interface into a bridge, with the kinds of bridges that they know. vif-route and
# vif-nat put it into none. vif-openvswitch comes with Xen 4.3.
BRIDGE_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "vif-bridge": (BRIDGE,),
    "vif-openvswitch": (OPENVSWITCH,),
}


def _kind(name: str, network: Network, seen: Seen) -> str:
    link: Link | None = network.link(name)
    return link.kind if link is not None else seen.interfaces.get(name, Interface()).kind
