# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of a host, read: its interfaces, what makes them, and the files that describe them."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config import (
    ifupdown_files,
    network_forwarding,
    networkd_files,
    networkmanager_files,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.network_model import Network
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import entries, read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import plain
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import find_program
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished, run
from ansible_collections.xlops.xen.plugins.module_utils._host.ssh_session import reached_at
from ansible_collections.xlops.xen.plugins.module_utils._plan.network_seen import Interface, Seen
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import (
    BRIDGE,
    IFUPDOWN,
    NETWORKD,
    NETWORKMANAGER,
    OPENVSWITCH,
)

LIMIT = 30.0
# In the kernel's tables a default route is all zeros; that of lo says that there is none.
NO_DEFAULT6, LOOPBACK = "0" * 32, "lo"
LOWER = "lower_"  # of links in sysfs to what an interface stands on
SERVICES = {NETWORKD: "systemd-networkd.service", NETWORKMANAGER: "NetworkManager.service"}
# Files that the kernel's settings are kept in, by what they concern.
PLACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (networkd_files.DIRECTORY, re.compile(rf"{networkd_files.PREFIX}.+\.(network|netdev)")),
    (ifupdown_files.DIRECTORY, re.compile(r"[^.].*")),
    (networkmanager_files.DIRECTORY, re.compile(r"[^.].*\.nmconnection")),
)
SINGLE = (ifupdown_files.MAIN, network_forwarding.SYSCTL_PATH, network_forwarding.NFT_PATH)


@dataclass(frozen=True)
class NetworkReader:
    paths: Paths

    def seen(self, network: Network) -> Seen:
        files = dict(self._files())
        running = frozenset(self._running(files))
        switches = self._switches()
        interfaces = dict(self._interfaces(switches))
        default_routes = self._default_routes()
        return Seen(
            interfaces,
            files,
            running,
            dict(self._networkd()) if NETWORKD in running else {},
            dict(self._profiles()) if NETWORKMANAGER in running else {},
            tuple(sorted({*default_routes, *self._session(interfaces)})),
            dict(self._settings(network, files.get(network_forwarding.SYSCTL_PATH, ""))),
            {port: bridge for bridge, ports in switches.items() for port in ports},
            frozenset(default_routes),
        )

    def _files(self) -> Iterator[tuple[str, str]]:
        for directory, pattern in PLACES:
            for entry in entries(f"{self.paths.root}{directory}"):
                if pattern.fullmatch(entry):
                    yield from self._file(f"{directory}/{entry}")
        for path in SINGLE:
            yield from self._file(path)

    def _file(self, path: str) -> Iterator[tuple[str, str]]:
        text = read_text(f"{self.paths.root}{path}")
        if text is not None:
            yield path, text

    def _running(self, files: dict[str, str]) -> Iterator[str]:
        program = find_program("systemctl")
        if program is not None:
            said = run([program, "is-active", *SERVICES.values()], LIMIT).output.split()
            for backend, state in zip(SERVICES, said):
                if state == "active":
                    yield backend
        stanzas = (
            stanza.name
            for path, text in files.items()
            if path == ifupdown_files.MAIN or path.startswith(f"{ifupdown_files.DIRECTORY}/")
            for stanza in ifupdown_files.read_stanzas(text)
        )
        if find_program("ifup") is not None and any(name != LOOPBACK for name in stanzas):
            yield IFUPDOWN

    def _interfaces(self, switches: dict[str, list[str]]) -> Iterator[tuple[str, Interface]]:
        addresses = self._addresses()
        for name in entries(self.paths.networks):
            place = f"{self.paths.networks}/{name}"
            if not os.path.isdir(place):  # such as bonding_masters
                continue
            slaves = (read_text(f"{place}/bonding/slaves") or "").split()
            master = os.path.basename(os.path.realpath(f"{place}/master")) if os.path.lexists(f"{place}/master") else ""
            yield (
                name,
                Interface(
                    OPENVSWITCH if name in switches else self._kind(place),
                    # Of a port of a bond, its own and not the bond's.
                    (read_text(f"{place}/bonding_slave/perm_hwaddr") or read_text(f"{place}/address") or "").strip(),
                    master,
                    tuple(switches.get(name) or entries(f"{place}/brif") or slaves),
                    tuple(address for address, _leased in addresses.get(name, ())),
                    tuple(address for address, leased in addresses.get(name, ()) if leased),
                    tuple(entry[len(LOWER) :] for entry in entries(place) if entry.startswith(LOWER)),
                    (read_text(f"{place}/bridge/stp_state") or "").strip(),
                ),
            )

    @staticmethod
    def _kind(place: str) -> str:
        if os.path.isdir(f"{place}/bridge"):
            return BRIDGE
        found = re.search(r"^DEVTYPE=(\w+)$", read_text(f"{place}/uevent") or "", re.MULTILINE)
        return found[1] if found and found[1] in ("bridge", "bond", "vlan") else ""

    def _addresses(self) -> dict[str, list[tuple[str, bool]]]:
        """By interface, each address with whether it is leased for a time."""
        said = _call("ip", "-json", "address", "show")
        try:
            rows = json.loads(said.output or "[]") if said.ok else None
        except ValueError:
            rows = None
        if not isinstance(rows, list):
            raise HostError(
                f"ip -json address show does not tell the addresses of this host: {plain(said.errors)[:300]}"
            )
        return {row["ifname"]: list(_with_prefix(row.get("addr_info", ()))) for row in rows if row.get("ifname")}

    def _networkd(self) -> Iterator[tuple[str, str]]:
        """The file that configures each interface. networkctl tells it from systemd 249 on."""
        with suppress(ValueError):
            rows = json.loads(_call("networkctl", "--json=short", "list").output or "{}").get("Interfaces", [])
            yield from ((row["Name"], row["NetworkFile"]) for row in rows if row.get("NetworkFile"))

    @staticmethod
    def _profiles() -> Iterator[tuple[str, str]]:
        said = _call("nmcli", "--terse", "--fields", "UUID,DEVICE", "connection", "show", "--active")
        for line in said.output.splitlines():
            uuid, _colon, device = line.partition(":")
            if device:
                yield device.replace("\\:", ":"), uuid

    @staticmethod
    def _switches() -> dict[str, list[str]]:
        program = find_program("ovs-vsctl")
        if program is None:
            return {}
        bridges = run([program, "--timeout=10", "list-br"], LIMIT)
        return {
            bridge: run([program, "--timeout=10", "list-ports", bridge], LIMIT).output.split()
            for bridge in (bridges.output.split() if bridges.ok else ())
        }

    def _session(self, interfaces: dict[str, Interface]) -> Iterator[str]:
        """The interface with the address that this run's own connection came to."""
        address = reached_at(self.paths.processes)
        for name, here in interfaces.items():
            if address and any(one.split("/")[0] == address for one in here.addresses):
                yield name

    def _default_routes(self) -> set[str]:
        found = set()
        for path in self.paths.routes:
            for line in (read_text(path) or "").splitlines():
                words = line.split()
                if len(words) > 9 and words[0] == NO_DEFAULT6 and words[1] == "00":
                    found.add(words[9])
                elif len(words) > 7 and words[1] == "00000000" and words[7] == "00000000":
                    found.add(words[0])
        return found - {LOOPBACK}

    def _settings(self, network: Network, text: str) -> Iterator[tuple[str, str]]:
        former = [line.partition(" =")[0] for line in text.splitlines() if line.startswith("net/")]
        for key in dict.fromkeys([*former, *network_forwarding.kernel_settings(network)]):
            value = read_text(f"{self.paths.root}/proc/sys/{key}")
            if value is not None:
                yield key, value.strip()

    def scripts(self) -> dict[str, bool]:
        """The hotplug scripts of interfaces, with whether each can be run."""
        return {
            name: os.access(f"{self.paths.scripts_dir}/{name}", os.X_OK)
            for name in entries(self.paths.scripts_dir)
            if name.startswith("vif-")
        }

    def lacks_brctl(self) -> bool:
        """Whether vif-bridge runs a program that is not there. From Xen 4.14 on it does without."""
        text = read_text(f"{self.paths.scripts_dir}/vif-bridge") or ""
        return "brctl" in text and "which brctl" not in text and find_program("brctl") is None


def _call(program: str, *arguments: str) -> Finished:
    found = find_program(program)
    if found is None:
        raise HostError(f"the host has no program {program}, which tells of its network")
    return run([found, *arguments], LIMIT)


def _with_prefix(rows: Iterable[dict[str, object]]) -> Iterator[tuple[str, bool]]:
    for row in rows:
        with suppress(ValueError):
            address = ipaddress.ip_interface(f"{row.get('local')}/{row.get('prefixlen')}").with_prefixlen
            yield address, row.get("dynamic") is True
