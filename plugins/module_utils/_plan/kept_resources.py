# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools, assignable devices, and what schedulers are told, as units say them again when the host boots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import (
    ABSENT,
    PRESENT,
    SEVERAL_CPUS,
    Seen,
    Wanted,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import Cpus, cpus_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept import (
    PCI,
    SCHEDULERS,
    Line,
    Resource,
    guest_resource,
    pools_resource,
    resource,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.pci_assignable import Observed
from ansible_collections.xlops.xen.plugins.module_utils._plan.pci_assignable import Wanted as WantedDevice
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import KeptCommands

FIRST = "0"  # the number of the pool with which the hypervisor boots, under whatever name
FIRST_NAME = "Pool-0"
POOL, DEVICE = "pool", "device"
KINDS = {"pool": "scheduler", "domain": "domain"}  # what units are called by, of what schedulers are told about

LEFT = "they may have left the first pool already"
THERE = "it is there already where the unit is started again"
OTHERS = "the other pools shall be made nevertheless, and the check at the end finds it"
GUEST_RUNS = "the guest shall run nevertheless, and systemd would stop it"


def pool_resources(wanted: Wanted, seen: Seen, persistent: bool) -> list[Resource]:
    """What becomes of the units with a pool, as it is after the run."""
    name, former = wanted.name, wanted.renamed_from
    if wanted.state == ABSENT:
        return _without(name)
    gone = _without(former) if former is not None and former not in seen.pools else []
    lines = _pool_lines(wanted, seen) if persistent else []
    return [*gone, pools_resource(name, {POOL: lines})]


def _without(pool: str) -> list[Resource]:
    return [pools_resource(pool, None), resource(SCHEDULERS, KINDS["pool"], pool, None)]


def _pool_lines(wanted: Wanted, seen: Seen) -> list[Line]:
    """Made with its CPUs at once, so that a pool which cannot have them is missing, and the check at the end fails."""
    name, pool = wanted.name, seen.pools[wanted.name]
    check = Line(("cpupool-list", name), check=True)
    if name == seen.first:
        renamed = [Line(("cpupool-rename", FIRST, name), OTHERS), check] if name != FIRST_NAME else []
        surplus = seen.host.numbers - pool.cpus if wanted.cpus is not None else frozenset()
        return [*_each("cpupool-cpu-remove", FIRST, surplus, seen, LEFT), *renamed]
    make = ("cpupool-create", f'name="{name}"', f'sched="{pool.sched}"')
    leave = _each("cpupool-cpu-remove", FIRST, pool.cpus, seen, LEFT)
    if seen.release >= SEVERAL_CPUS and pool.cpus:
        return [*leave, Line((*make, f'cpus="{cpus_text(pool.cpus)}"'), THERE), check]
    return [*leave, Line(make, THERE), *_each("cpupool-cpu-add", name, pool.cpus, seen, THERE), check]


def _each(command: str, pool: str, cpus: Cpus, seen: Seen, expected: str) -> list[Line]:
    listed = [cpus_text(cpus)] if seen.release >= SEVERAL_CPUS and cpus else map(str, sorted(cpus))
    return [Line((command, pool, one), expected) for one in listed]


def device_resources(wanted: Sequence[WantedDevice], seen: Observed, persistent: bool) -> list[Resource]:
    found = []
    for one in wanted:
        device = seen.devices.get(one.address)
        name = one.name if one.name is not None else device.name if device else ""
        label = ("-n", name) if name else ()
        kept = persistent and one.state == PRESENT
        line = Line(("pci-assignable-add", *label, one.address))
        found.append(resource(PCI, PCI, one.address, {DEVICE: [line] if kept else []}))
    return found


def scheduler_resources(
    kept: Mapping[tuple[str, str], KeptCommands], persistent: bool, unstarted: Sequence[str] = ()
) -> list[Resource]:
    """By kind and name of what is declared: a guest's are said whenever its unit starts it, all others at boot.

    ``unstarted``: guests that no unit starts.
    """
    found = []
    for (kind, name), one in kept.items():
        says = persistent and not (one.guest and name in unstarted)
        expected = GUEST_RUNS if one.guest else ""
        sections = {
            key: [Line(command, expected) for command in commands] if says else []
            for key, commands in one.commands.items()
        }
        made = guest_resource(name, sections) if one.guest else resource(SCHEDULERS, KINDS[kind], name, sections)
        found.append(made)
    return found
