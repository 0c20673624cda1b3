# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest as it runs: some keys `xl list -l` tells as they were when it was made, and other tables as they are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config import affinity
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference, compare
from ansible_collections.xlops.xen.plugins.module_utils._config.dependencies import THIS_DOMAIN
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import (
    HARD,
    LOSES_FOREIGN_DISKS,
    POOL,
    SCHEDULE,
    SCHEDULES,
    SOFT,
    Elsewhere,
    stored_keys,
    told_elsewhere,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_usb import without_implied
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import Running

Json = Mapping[str, Any]

SCHEDULER = (*SCHEDULE, "sched")
# What libxl makes of a file without virtual CPUs, and keeps no note of. Pins are written with a number of them, and a
# guest that is pinned later, or no more, is otherwise declared without.
VCPUS_OF_ALL = {("b_info", "max_vcpus"): 1, ("b_info", "avail_vcpus"): [0]}


def as_it_runs(domain: Domain, declared: Iterable[str], seen: Observation) -> Json | None:
    """libxl's JSON of a domain, what is declared or stored there replaced by what is."""
    if domain.config is None:
        return None
    keys = {*declared, *stored_keys(domain.config, seen.release)}
    config: Json = domain.config
    for key, row in told_elsewhere(keys, seen.release).items():
        value = _value(key, row, domain, seen)
        if value is not None:
            config = _with(config, row.path, value)
    return _with_foreign_disks(config, domain) if seen.release <= LOSES_FOREIGN_DISKS else config


def _with_foreign_disks(config: Json, domain: Domain) -> Json:
    """With the disks that xl leaves out. Of one that was taken away by hand nothing tells, and it counts as there."""
    listed = {disk.get("vdev") for disk in config.get("disks", ())}
    stored = domain.made_of.get("disks", ()) if "backend_dom" in (domain.stored or "") else ()
    foreign = [disk for disk in stored if _is_foreign(disk) and disk.get("vdev") not in listed]
    return {**config, "disks": [*config.get("disks", ()), *foreign]} if foreign else config


def _is_foreign(disk: Json) -> bool:
    return disk.get("backend_domname") not in THIS_DOMAIN or disk.get("backend_domid", 0) != 0


def differences(
    model: Mapping[str, Any], wanted: Json, other: Json, seen: Observation, former: Container[str] = ()
) -> list[Difference]:
    """What is not in another configuration as it is wanted, and what is there and not wanted."""
    other = without_implied(model, wanted, other)
    wanted, other = _counted(wanted, other), _counted(other, wanted)
    return compare(model, seen.release, comparable(wanted, seen), comparable(other, seen), True, former)


def _counted(config: Json, beside: Json) -> Json:
    """With the virtual CPUs that are not said, where those beside it are as many."""
    for path, value in VCPUS_OF_ALL.items():
        if found(config, path) is None and found(beside, path) == value:
            config = _with(config, path, value)
    return config


def running_view(domain: Domain, declared: Iterable[str], seen: Observation) -> Running | None:
    """A domain as the changes to it need to know it; None where xl cannot read it."""
    config = as_it_runs(domain, declared, seen)
    if config is None:
        return None
    pool = seen.pools.get(domain.domid, "")
    scheduler = seen.schedulers.get(pool) or found(config, SCHEDULER) or seen.info.get("xen_scheduler", "")
    return Running(
        domain.domid,
        seen.release,
        config,
        str(scheduler),
        seen.default_pool,
        seen.schedulers,
        stored=domain.made_of,
        declared=frozenset(declared),
    )


def _value(key: str, row: Elsewhere, domain: Domain, seen: Observation) -> Any:
    """What the tables say, as libxl's JSON would; None where they do not have the domain."""
    if key == "pool":
        return seen.pools.get(domain.domid)
    rows = seen.vcpus.get(domain.domid)
    if row.table == SCHEDULES:
        return seen.schedules.get(domain.domid, {}).get(row.path[-1])
    if not rows:
        return None
    if key == "vcpus":
        return [row.vcpu for row in rows if row.cpu is not None]
    return [_cpus(row.hard if key == "cpus" else row.soft, seen) for row in sorted(rows, key=lambda row: row.vcpu)]


def _cpus(listed: str, seen: Observation) -> list[int]:
    return [] if listed == "none" else affinity.cpu_set(listed, seen.facts)


def _with(config: Json, path: tuple[str, ...], value: Any) -> Json:
    """A copy in which the value stands at the path."""
    step, rest = path[0], path[1:]
    inner = config.get(step)
    return {**config, step: _with(inner if isinstance(inner, Mapping) else {}, rest, value) if rest else value}


def comparable(config: Json, seen: Observation) -> Json:
    """Without what says nothing: CPUs that the host does not have or that xl does not tell of, pins to all CPUs, the
    pool that all are in. And with a pin for each virtual CPU, of which the last ones need not be given. Who prefers no
    CPU that there is prefers none, to every scheduler of Xen.
    """
    if found(config, POOL) == seen.default_pool:
        config = _with(config, POOL, None)
    highest = seen.told_cpus
    vcpus = found(config, ("b_info", "max_vcpus"))
    for path in (HARD, SOFT):
        sets = found(config, path)
        if isinstance(sets, list) and highest is not None:
            everywhere = list(range(highest))
            of_none = everywhere if path == SOFT else []
            there = [[cpu for cpu in cpus if cpu < highest] or of_none for cpus in sets]
            missing = vcpus - len(there) if isinstance(vcpus, int) else 0
            there += [everywhere for _vcpu in range(missing)]
            free = all(len(cpus) == highest for cpus in there)
            config = _with(config, path, None if free else there)
    return config
