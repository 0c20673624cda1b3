# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of a change, and those that take it back, for whatever makes the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config import ifupdown_files, network_forwarding
from ansible_collections.xlops.xen.plugins.module_utils._config.ifupdown_files import ovs_words
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Link, Network
from ansible_collections.xlops.xen.plugins.module_utils._config.networkmanager_files import profile_id
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import described
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import (
    Interface,
    Seen,
    Step,
    Steps,
    need,
    try_,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_units import NAT_SERVICE
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    BOND,
    BRIDGE,
    IFUPDOWN,
    INTERFACE,
    NETWORKD,
    NETWORKMANAGER,
    OPENVSWITCH,
    VLAN,
)

# What a link stands on comes up before it. NetworkManager wants a port to come up with its master.
ORDER = (INTERFACE, BOND, VLAN, BRIDGE, OPENVSWITCH)
NMCLI = ("nmcli", "--wait", "45")

Texts = Mapping[str, "str | None"]


@dataclass(frozen=True)
class _Change:
    network: Network
    seen: Seen
    touched: tuple[str, ...]  # interfaces whose description changes, or that run otherwise than declared
    new: tuple[str, ...]  # links that are not there yet
    gone: tuple[str, ...]  # links that go
    anew: tuple[str, ...]  # links that can be changed only by making them anew
    free: tuple[str, ...] = ()  # interfaces that are there, and that files of ours describe no more

    @property
    def links(self) -> list[Link]:
        """The links to bring up, each after those it stands on."""
        found = [link for link in self.network.links if link.name in self.touched]
        return sorted(found, key=lambda link: ORDER.index(link.kind))

    @property
    def there(self) -> list[str]:
        """Interfaces that are touched and were there before."""
        return [name for name in self.touched if name in self.seen.interfaces]


@dataclass(frozen=True)
class Difference:
    """What is declared and what is there. ``astray`` are interfaces that run otherwise than declared, ``gone`` those
    that were made by files of ours which go.
    """

    network: Network
    seen: Seen
    backend: str
    before: Texts
    after: Texts
    astray: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def steps(difference: Difference) -> Steps:
    change = _change(difference)
    found = BY_BACKEND[difference.backend](change)
    common = _forwarding(change, difference.after)
    guests = tuple(_guests(change))
    switch = tuple(_switch(change)) if difference.backend != IFUPDOWN else ()
    undone = tuple(_switch_undone(change))
    return Steps(
        found.before,
        (*switch, *found.apply, *common.apply, *guests),
        (*found.leave, *undone),
        (*found.back, *common.back, *guests),
        found.last,
        undone,
    )


def _change(one: Difference) -> _Change:
    network = one.network
    known = {*network.names, *network.ports}
    names = [*(described(path, one.backend) for path in one.after), *one.astray]
    if one.backend == IFUPDOWN and ifupdown_files.MAIN in one.after:
        former = ifupdown_files.read_stanzas(one.before[ifupdown_files.MAIN] or "")
        names += [stanza.name for stanza in former if stanza.name in known]
    anew = tuple(
        link.name
        for link in network.links
        if link.kind in (BOND, VLAN)
        and link.name in one.seen.interfaces
        and _made_otherwise(link.name, one.before, one.after)
    )
    for link in network.links:  # a link that is made takes its ports; of one that changes they stay
        made = link.name in anew or link.name not in one.seen.interfaces
        if link.name in names and (made or one.backend == IFUPDOWN):
            names += link.ports
        if link.name in names and made and link.parent:
            names.append(link.parent)  # whose description has networkd make it
        if one.backend == IFUPDOWN and any(port in names for port in link.ports):
            names.append(link.name)  # whose stanza is what puts them into it
    return _Change(
        network,
        one.seen,
        tuple(name for name in dict.fromkeys(names) if name in known),
        tuple(link.name for link in network.links if link.virtual and link.name not in one.seen.interfaces),
        one.gone,
        anew,
        tuple(
            name
            for name in dict.fromkeys(names)
            if name not in known and name not in one.gone and name in one.seen.interfaces
        ),
    )


def _made_otherwise(name: str, before: Texts, after: Texts) -> bool:
    return any(path.endswith(f"-{name}.netdev") and before[path] is not None for path in after)


def _networkd(change: _Change) -> Steps:
    """networkd makes what is missing, and sets what it has a new description of; it never takes away nor changes what a
    netdev file made (systemd 244 and later). A bridge goes when its ports have left: one that vanished below them would
    have networkd try in vain to put them back, and give them up.
    """
    live = [
        try_("ip", "link", "set", "dev", link.name, "type", "bridge", *_bridge_words(link))
        for link in change.links
        if link.kind == BRIDGE and link.name in change.seen.interfaces
    ]
    # It makes a link again only when it has heard that the former one went.
    anew = [*_deleted(change.anew), try_("sleep", "1")] if change.anew else []
    # What no file gives a master keeps the one it has. Another file may describe it from now on, or none.
    freed = [try_("networkctl", "reconfigure", name) for name in change.free]
    free = [*(try_("ip", "link", "set", "dev", name, "nomaster") for name in change.free), *freed]
    reload = need("networkctl", "reload")
    there = [name for name in change.there if name not in change.anew]
    again = [need("networkctl", "reconfigure", *there)] if there else []
    return Steps(
        apply=(*anew, *live, reload, *free, *again, *_deleted(change.gone)),
        leave=tuple(anew),
        back=(reload, *again, *freed, *_deleted(change.new)),
        last=(try_("systemctl", "restart", "systemd-networkd.service"), *_deleted(change.new)),
    )


def _deleted(names: tuple[str, ...]) -> list[Step]:
    return [try_("ip", "link", "delete", "dev", name) for name in names]


def _bridge_words(link: Link) -> list[str]:
    """Without STP its delay has no effect, and Linux refuses one of 0 as long as STP is on."""
    return ["stp_state", str(int(link.stp)), "vlan_filtering", str(int(link.vlan_aware))]


def _ifupdown(change: _Change) -> Steps:
    """What is up by its former description goes down by it, and up by the new one."""
    former = {
        stanza.name
        for path, text in change.seen.files.items()
        if path.startswith(ifupdown_files.MAIN)
        for stanza in ifupdown_files.read_stanzas(text)
    }
    downward = [name for name in reversed([*_rising(change), *change.gone]) if name in former]
    upward = [link.name for link in change.links]
    deleted = [try_("ip", "link", "delete", "dev", name) for name in change.gone]
    return Steps(
        before=tuple(try_("ifdown", "--force", name) for name in downward),
        apply=(
            *deleted,
            *(need("ifup", name) for name in upward if not _with_its_switch(change, name)),
            # ifup ends with 0 also where it could not make a VLAN, or has not the scripts that make a bridge.
            *(need("ip", "link", "show", "dev", name) for name in upward),
        ),
        leave=(
            *(try_("ifdown", "--force", name) for name in reversed(upward)),
            *(try_("ip", "link", "delete", "dev", name) for name in change.new if name not in _switches(change)),
        ),
        back=tuple(need("ifup", "--force", name) for name in reversed(downward)),
        last=(try_("systemctl", "restart", "networking.service"),),
    )


def _rising(change: _Change) -> list[str]:
    """All that is touched, each after what it stands on."""
    named = [link.name for link in change.links]
    return [*(name for name in change.touched if name not in named), *named]


def _with_its_switch(change: _Change, name: str) -> bool:
    master = change.network.master(name)
    return master is not None and master.kind == OPENVSWITCH


def _networkmanager(change: _Change) -> Steps:
    ports = [name for name in _rising(change) if change.network.master(name) is not None]
    others = [link.name for link in reversed(change.links) if link.name not in ports]
    reload = need("nmcli", "connection", "reload")
    former = dict.fromkeys(
        change.seen.profiles[name] for name in (*change.there, *change.gone) if name in change.seen.profiles
    )
    return Steps(
        apply=(
            *(try_("ip", "link", "delete", "dev", name) for name in change.anew),
            reload,
            *(need(*NMCLI, "connection", "up", profile_id(name)) for name in (*ports, *others)),
        ),
        leave=tuple(try_("nmcli", "device", "delete", name) for name in change.new),
        back=(reload, *(try_(*NMCLI, "connection", "up", "uuid", one) for one in former)),
        last=(try_("systemctl", "restart", "NetworkManager.service"),),
    )


BY_BACKEND: Mapping[str, Callable[[_Change], Steps]] = {
    NETWORKD: _networkd,
    IFUPDOWN: _ifupdown,
    NETWORKMANAGER: _networkmanager,
}


def _forwarding(change: _Change, after: Texts) -> Steps:
    apply, back = [], []
    if network_forwarding.SYSCTL_PATH in after:
        if after[network_forwarding.SYSCTL_PATH] is not None:
            apply.append(need("sysctl", "-q", "-p", network_forwarding.SYSCTL_PATH))
        back += [try_("sysctl", "-q", "-w", f"{key}={value}") for key, value in sorted(change.seen.settings.items())]
    if network_forwarding.NFT_PATH in after:
        # Without its file the unit does nothing but to take its table away.
        apply.append(need("systemctl", "restart", NAT_SERVICE))
        back.append(try_("systemctl", "restart", NAT_SERVICE))
    return Steps(apply=tuple(apply), back=tuple(back))


def _guests(change: _Change) -> Iterator[Step]:
    """The interfaces of guests that are in a bridge now, which it may lose where it is made anew."""
    for link in change.links:
        here = change.seen.interfaces.get(link.name, Interface())
        if link.kind == BRIDGE:
            for port in here.ports:
                if port.startswith(("vif", "tap")):
                    yield try_("ip", "link", "set", "dev", port, "master", link.name)


def _switches(change: _Change) -> list[str]:
    return [link.name for link in change.network.links if link.kind == OPENVSWITCH]


def _switch(change: _Change) -> Iterator[Step]:
    """Open vSwitch keeps its bridges in a database of its own, over boots too."""
    for link in change.links:
        if link.kind != OPENVSWITCH:
            continue
        yield need("ovs-vsctl", "--may-exist", "add-br", link.name)
        # With the MAC address of its uplink, so that neighbours and reservations stay.
        mac = link.mac or change.seen.interfaces.get(change.network.first_port(link), Interface()).mac
        if mac:
            yield need("ovs-vsctl", "set", "bridge", link.name, f"other-config:hwaddr={mac}")
        for port in link.ports:
            yield need("ovs-vsctl", "--may-exist", "add-port", link.name, port)
        for trunk in link.trunks:
            words = ovs_words(trunk)
            unset = [one for one in ("tag", "trunks", "vlan_mode") if not any(w.startswith(f"{one}=") for w in words)]
            if unset:
                yield need("ovs-vsctl", "clear", "port", trunk.port, *unset)
            yield need("ovs-vsctl", "set", "port", trunk.port, *words)


def _switch_undone(change: _Change) -> Iterator[Step]:
    for link in change.network.links:
        if link.kind != OPENVSWITCH:
            continue
        if link.name in change.new:
            yield try_("ovs-vsctl", "--if-exists", "del-br", link.name)
            continue
        for port in link.ports:
            if change.seen.ovs_ports.get(port) != link.name:
                yield try_("ovs-vsctl", "--if-exists", "del-port", link.name, port)
