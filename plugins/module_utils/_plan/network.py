# SPDX-License-Identifier: GPL-3.0-or-later
"""(declared network, what is there) -> files as they shall be, what puts them into effect, and what takes them back."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Network
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_files import left_over, removed, wanted_files
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Interface, Seen, Steps
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_steps import Difference, steps
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import BRIDGE, OPENVSWITCH


@dataclass(frozen=True)
class Plan:
    """``before`` and ``after`` have the files that differ, None where there is none."""

    backend: str
    before: Mapping[str, str | None] = field(default_factory=dict)
    after: Mapping[str, str | None] = field(default_factory=dict)
    drift: tuple[str, ...] = ()
    steps: Steps = field(default_factory=Steps)

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.drift)


def plan(network: Network, seen: Seen, backend: str) -> Plan:
    wanted = wanted_files(network, seen, backend)
    after: dict[str, str | None] = {path: text for path, text in wanted.items() if seen.files.get(path) != text}
    after.update(dict.fromkeys(left_over(wanted, seen)))
    before = {path: seen.files.get(path) for path in after}
    astray = drift(network, seen)
    if not after and not astray:
        return Plan(backend)
    gone = removed(seen, wanted, network)
    return Plan(
        backend,
        before,
        after,
        tuple(sentence for sentences in astray.values() for sentence in sentences),
        steps(Difference(network, seen, backend, before, after, tuple(astray), tuple(gone))),
    )


def drift(network: Network, seen: Seen) -> dict[str, list[str]]:
    """What runs otherwise than declared, although the files may say the right thing: sentences by interface."""
    found: dict[str, list[str]] = {}
    for link in network.links:
        here = seen.interfaces.get(link.name)
        if here is None:
            found.setdefault(link.name, []).append(f"there is no {link.kind} {link.name}")
            continue
        for port in link.ports:
            if not _has(seen, link.name, link.kind, port):
                found.setdefault(port, []).append(f"the {link.kind} {link.name} runs without {port}")
        addresses = [one for one in link.addresses if ipaddress.ip_interface(one).with_prefixlen not in here.addresses]
        if addresses and network.master(link.name) is None:
            found.setdefault(link.name, []).append(f"{link.name} runs without the address {', '.join(addresses)}")
        if link.gateways and seen.default_routes is not None and link.name not in seen.default_routes:
            found.setdefault(link.name, []).append(f"{link.name} runs without the gateway {', '.join(link.gateways)}")
        if link.kind == BRIDGE and here.stp and (here.stp != "0") != link.stp:
            found.setdefault(link.name, []).append(f"the bridge {link.name} runs with{'out' * link.stp} STP")
    return found


def _has(seen: Seen, name: str, kind: str, port: str) -> bool:
    if kind == OPENVSWITCH:
        return seen.ovs_ports.get(port) == name
    return port in seen.interfaces[name].ports or seen.interfaces.get(port, Interface()).master == name
