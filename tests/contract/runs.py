# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that change a running guest or make it anew, with every command that they call."""

from __future__ import annotations

from typing import Any

Declared = dict[str, Any]

DISK = {"vdev": "xvdb", "format": "raw"}
VIF = {"mac": "00:16:3e:00:00:09", "bridge": "xenbr0"}
SIZES = {"maxmem": 128, "vcpus": 1, "maxvcpus": 2}
BOTH = {"disk": [DISK], "vif": [VIF]}
NEITHER: Declared = {"disk": [], "vif": []}
ANEW = {"memory": 128, "restart": "allowed", "stop_timeout": 10}

# By what a run is for: the guest before and after, and the commands of xl that the run changes something with.
RUNS: dict[str, tuple[Declared, Declared, list[str]]] = {
    "alter": (
        {**SIZES, **NEITHER, "cpus": "0"},
        {**SIZES, **BOTH, "cpus": "1", "vcpus": 2, "memory": 96, "cpu_weight": 512},
        [
            "-N create",
            "config-update",
            "vcpu-pin",
            "sched-credit2",
            "vcpu-set",
            "mem-set",
            "block-attach",
            "network-attach",
        ],
    ),
    "take away": ({**SIZES, **BOTH}, {**SIZES, **NEITHER}, ["block-detach", "network-detach"]),
    "make anew": ({}, ANEW, ["shutdown", "create"]),
    "make anew unasked": ({}, {**ANEW, "stop_timeout": 0, "destroy": "allowed"}, ["destroy"]),
    "alter and stage": (SIZES, {**SIZES, "memory": 96, "cmdline": "quiet"}, []),
}
# Readings of the second observation, which looks at what was done.
LOOKING = ("info", "list -l", "list -v", "vcpu-list")


def declared(bench: Any, keys: Declared) -> Declared:
    """With an image for each disk."""
    disks = [{**disk, "target": str(bench.root / "images/disk.img")} for disk in keys.get("disk", [])]
    guest: Declared = bench.guest(**{**keys, **({"disk": disks} if "disk" in keys else {})})
    return guest
