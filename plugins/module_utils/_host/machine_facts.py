# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is to know of a Xen host: hypervisor, toolstacks, memory, CPUs, pools, services."""

from __future__ import annotations

import glob
import os
from dataclasses import asdict
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_log import parse_hypervisor_log
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    parse_cpupool_cpus,
    parse_cpupool_list,
    parse_info,
    parse_numa,
    parse_topology,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.device_tree import board_facts
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import entries
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host, release_of
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.preconditions import (
    explain_silence,
    find_program,
    linked_release,
    running_release,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.psr_hardware import host_report
from ansible_collections.xlops.xen.plugins.module_utils._host.systemd import show
from ansible_collections.xlops.xen.plugins.module_utils._host.toolstack_services import RESOURCES, SERVICES
from ansible_collections.xlops.xen.plugins.module_utils._plan.memory import dom0_gives_way

Report = dict[str, Any]

UNITS = ("proc-xen.mount", *SERVICES, "xencommons.service")

NUMBERS = {
    "memory": ("total_memory", "free_memory", "sharing_freed_memory", "sharing_used_memory", "outstanding_claims"),
    "cpus": ("nr_cpus", "max_cpu_id", "nr_nodes", "cores_per_socket", "threads_per_core", "free_cpus"),
}


# What `xl getenforce` prints; its exit code is what it found, so that 1 is no failure.
ENFORCEMENT = {"Enforcing": "enforcing", "Permissive": "permissive", "Flask XSM Disabled": "disabled"}


def machine_facts(host: Host, psr: bool = False, features: bool = False, xsm: bool = False) -> Report:
    """Four processes: three of xl, one of systemctl. More with ``psr``, which tells of caches, ``features``, ``xsm``.

    An xl of another release than the hypervisor's may fail at everything: then there is what is known without it.
    """
    try:
        facts = _own_facts(host)
        try:
            facts.update(_xl_facts(host, psr))
        except HostError as silence:
            facts["xen_release"] = running_release(host.paths)
            if not _skew(facts):
                raise explain_silence(host.paths, silence, host.xl.path) from None
    except ConfigError as fault:
        raise HostError(str(fault)) from None
    if features and "info" in facts:
        facts["features"] = parse_hypervisor_log(host.xl.log())
    if xsm and "info" in facts:
        facts["xsm"] = ENFORCEMENT.get(host.xl.ask("getenforce").output.strip())
    return {**facts, "skew": _skew(facts)}


def _own_facts(host: Host) -> Report:
    return {
        "toolstacks": installed_toolstacks(host.paths),
        "toolstack": linked_release(host.xl.path) or None,
        "hypervisors": sorted(os.path.basename(path) for path in glob.glob(f"{host.paths.boot}/xen-*.gz")),
        "kernel": os.uname().release,
        "board": board_facts(host.paths),
        "xl_conf": asdict(host.xl_conf()),
        "services": _services(host.paths),
        "psr": None,
        "features": None,
        "xsm": None,
    }


def _xl_facts(host: Host, psr: bool) -> Report:
    information = host.xl.info()
    pools, pool_cpus = host.xl.cpupools(), host.xl.cpupools(cpus=True)
    info = parse_info(information)
    command_line = info.get("xen_commandline", "")
    return {
        "xen_release": str(release_of(info)),
        "xen_version": info.get("xen_version"),
        "xen_commandline": command_line,
        "xen_caps": info.get("xen_caps", "").split(),
        "virt_caps": info.get("virt_caps", "").split(),
        "scheduler": info.get("xen_scheduler"),
        "dom0_gives_way": dom0_gives_way(host.xl_conf().autoballoon, command_line, release_of(info)),
        **{group: {key: _number(info.get(key)) for key in keys} for group, keys in NUMBERS.items()},
        "topology": parse_topology(information),
        "numa": parse_numa(information),
        "cpupools": _pools(pools, pool_cpus),
        "psr": host_report(host.xl, release_of(info)) if psr else None,
        "info": info,
    }


def _skew(facts: Report) -> bool:
    """By the xl that is used; where that is a wrapper, which chooses, by those that it could choose from."""
    running, used = facts["xen_release"], facts["toolstack"]
    if not running:
        return False
    return used != running if used else bool(facts["toolstacks"]) and running not in facts["toolstacks"]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.lstrip("-").isdigit() else None


def _pools(table: str, cpus: str) -> Report:
    pools = parse_cpupool_list(table)
    numbers = parse_cpupool_cpus(cpus, [pool.name for pool in pools])
    return {pool.name: {"cpus": numbers[pool.name], "scheduler": pool.sched, "domains": pool.domains} for pool in pools}


def installed_toolstacks(paths: Paths) -> list[str]:
    """The releases of the xl programs on the host, by the libxl each is linked to. A wrapper script has none."""
    candidates = [f"{directory}/xl" for pattern in paths.private_bin for directory in glob.glob(pattern)]
    found = find_program("xl")
    releases = {linked_release(path) for path in [*candidates, *([found] if found else [])]}
    return sorted(release for release in releases if release)


def _services(paths: Paths) -> Report:
    """The units of the toolstack that the host has, and those that keep resources, with their state.

    Empty without systemd.
    """
    if find_program("systemctl") is None:
        return {}
    resources = [name for name in entries(paths.wanted_units) if name.startswith(RESOURCES)]
    shown = show(["LoadState", "ActiveState", "SubState", "UnitFileState"], [*UNITS, *resources])
    return {
        unit: {
            "active": block.get("ActiveState"),
            "sub": block.get("SubState"),
            "enabled": block.get("UnitFileState") or None,
        }
        for unit, block in shown.items()
        if block.get("LoadState") == "loaded"
    }
