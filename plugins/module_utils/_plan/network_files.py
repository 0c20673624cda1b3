# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files a declared network has on a host, and which of those that are there are ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ansible_collections.xlops.xen.plugins.module_utils._config import (
    ifupdown_files,
    network_forwarding,
    networkd_files,
    networkmanager_files,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import MARK, Network
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Interface, Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    BOND,
    BRIDGE,
    IFUPDOWN,
    NETWORKD,
    NETWORKMANAGER,
    OPENVSWITCH,
    VLAN,
)

Render = Callable[[Network, Mapping[str, str]], "dict[str, str]"]
RENDER: Mapping[str, tuple[Render, str, str, int]] = {
    NETWORKD: (networkd_files.render, networkd_files.DIRECTORY, networkd_files.PREFIX, networkd_files.MODE),
    IFUPDOWN: (ifupdown_files.render, ifupdown_files.DIRECTORY, "", ifupdown_files.MODE),
    NETWORKMANAGER: (
        networkmanager_files.render,
        networkmanager_files.DIRECTORY,
        networkmanager_files.PREFIX,
        networkmanager_files.MODE,
    ),
}


def mode_of(path: str) -> int:
    return networkmanager_files.MODE if path.startswith(f"{networkmanager_files.DIRECTORY}/") else 0o644


def is_ours(text: str) -> bool:
    return text.startswith(f"{MARK}\n")


def wanted_files(network: Network, seen: Seen, backend: str) -> dict[str, str]:
    """Every file that the declaration has, by its path."""
    render = RENDER[backend][0]
    macs = {name: one.mac for name, one in seen.interfaces.items()}
    files = {**render(network, macs), **network_forwarding.render(network)}
    if backend == IFUPDOWN and network.links:
        main = seen.files.get(ifupdown_files.MAIN, "")
        quiet = ifupdown_files.left_alone(main, [*network.names, *network.ports])
        if quiet != main:
            files[ifupdown_files.MAIN] = quiet
    return files


def described(path: str, backend: str) -> str:
    """The interface that a file of the backend is of, by its name; empty where it is another's."""
    _render, directory, prefix, _mode = RENDER[backend]
    base = path[len(directory) + 1 :]
    if not path.startswith(f"{directory}/{prefix}") or "/" in base:
        return ""
    name = base[len(prefix) :]
    for ending in {NETWORKD: (".network", ".netdev"), NETWORKMANAGER: (".nmconnection",)}.get(backend, ("",)):
        if name.endswith(ending):
            return name[: len(name) - len(ending)]
    return ""


def left_over(wanted: Mapping[str, str], seen: Seen) -> list[str]:
    """Files of ours that are declared no more, whatever backend they are of."""
    return sorted(path for path, text in seen.files.items() if is_ours(text) and path not in wanted)


def removed(seen: Seen, wanted: Mapping[str, str], network: Network) -> list[str]:
    """Interfaces that were made by files of ours which go."""
    names = []
    for path in left_over(wanted, seen):
        for backend in RENDER:
            name = described(path, backend)
            if name and name not in network.names and name not in network.ports and name not in names:
                names.append(name)
    return [name for name in names if seen.interfaces.get(name, Interface()).kind in (BRIDGE, BOND, VLAN)]


def packages(network: Network, backend: str) -> list[str]:
    """What Debian has the programs in that the declaration needs."""
    kinds = {link.kind for link in network.links}
    needed: Sequence[tuple[bool, str]] = (
        (backend == IFUPDOWN and BRIDGE in kinds, "bridge-utils"),
        (backend == IFUPDOWN and BOND in kinds, "ifenslave"),
        (OPENVSWITCH in kinds, "openvswitch-switch"),
        (bool(network.nat), "nftables"),
        (network.forwarding or any(link.proxy_arp for link in network.links), "procps"),
    )
    return [name for wanted, name in needed if wanted]
