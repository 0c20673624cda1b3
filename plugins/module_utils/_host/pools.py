# SPDX-License-Identifier: GPL-3.0-or-later
"""CPUs, cpupools and domains of a host, and what domains have by their schedulers, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    PoolRow,
    ScheduleRow,
    VcpuRow,
    parse_cpupool_cpus,
    parse_cpupool_list,
    parse_info,
    parse_schedule,
    parse_topology,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host, nodes_of, release_of
from ansible_collections.xlops.xen.plugins.module_utils._host.tables import read_tables, schedule_tables
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import Pool, Seen
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import POOLS, VCPUS
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import HostCpus
from ansible_collections.xlops.xen.plugins.module_utils._plan.live_values import SETS_EACH_VCPU
from ansible_collections.xlops.xen.plugins.module_utils._plan.moving import Shares
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import TELLS_ALL_CPUS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release


def read_host(host: Host) -> tuple[Release, HostCpus]:
    information = host.xl.info()
    numbers = frozenset(row["cpu"] for row in parse_topology(information))
    if not numbers:
        raise HostError("xl info -n does not say which CPUs there are: look at its output")
    release = release_of(parse_info(information))
    told = len(numbers) if release < TELLS_ALL_CPUS else None  # those online, which are in the table
    return release, HostCpus(numbers, nodes_of(information), told)


def read_pools(host: Host, release: Release, cpus: HostCpus, inside: Seen | None = None) -> Seen:
    """The pools: two processes; and which domains are in them, unless that is known: two more, and more on Xen 4.5."""
    try:
        rows = parse_cpupool_list(host.xl.cpupools())
        numbers = parse_cpupool_cpus(host.xl.cpupools(cpus=True), [row.name for row in rows])
        places = inside.places if inside else read_tables(host.xl, {POOLS}, release)["pools"]
    except ConfigError as fault:
        raise HostError(str(fault)) from None
    return Seen(
        release,
        cpus,
        {row.name: Pool(row.sched, frozenset(numbers[row.name])) for row in rows},
        {row.name: row.domains for row in rows},
        places,
        inside.names if inside else {row.domid: row.name for row in host.table.rows()},
    )


@dataclass(frozen=True)
class Schedules:
    """What the tables of schedulers say: their texts by scheduler, and of each domain and each virtual CPU of it."""

    texts: Mapping[str, str]
    parameters: Mapping[int, Mapping[str, int]]
    real_time: Mapping[int, Mapping[int, Mapping[str, int]]]


def read_schedules(host: Host, seen: Seen) -> Schedules:
    """A process for each scheduler in use, and one more where RTDS has single virtual CPUs."""
    try:
        texts = schedule_tables(
            host.xl,
            [PoolRow(name, len(pool.cpus), pool.sched, seen.counts.get(name, 0)) for name, pool in seen.pools.items()],
        )
        single = "rtds" in texts and seen.release >= SETS_EACH_VCPU
        rows = [row for text in texts.values() for row in parse_schedule(text)]
        real_time = parse_schedule(host.xl.schedule("rtds", vcpus=True) if single else texts.get("rtds", ""))
    except ConfigError as fault:
        raise HostError(str(fault)) from None
    return Schedules(texts, {row.domid: row.parameters for row in rows}, _by_vcpu(real_time))


def _by_vcpu(rows: Sequence[ScheduleRow]) -> dict[int, dict[int, dict[str, int]]]:
    """Up to Xen 4.6 a domain has one row, which counts for all its virtual CPUs."""
    found: dict[int, dict[int, dict[str, int]]] = {}
    for row in rows:
        numbers = dict(row.parameters)
        found.setdefault(row.domid, {})[numbers.pop("vcpu", 0)] = numbers
    return found


def read_vcpus(host: Host, release: Release) -> Mapping[int, Sequence[VcpuRow]]:
    try:
        found: Mapping[int, Sequence[VcpuRow]] = read_tables(host.xl, {VCPUS}, release)["vcpus"]
    except ConfigError as fault:
        raise HostError(str(fault)) from None
    return found


def with_shares(host: Host, seen: Seen) -> Seen:
    """With what domains have by their schedulers, and are pinned to, for they lose it when they are moved."""
    schedules, vcpus = read_schedules(host, seen), read_vcpus(host, seen.release)
    had = seen.host.had
    shares = {
        domid: Shares(
            tuple((had(row.hard), had(row.soft)) for row in sorted(vcpus.get(domid, ()), key=lambda row: row.vcpu)),
            schedules.parameters.get(domid, {}),
            schedules.real_time.get(domid, {}),
        )
        for domid in seen.names
    }
    return replace(seen, shares=shares)


def pools_report(seen: Seen) -> dict[str, Any]:
    """The pools as results have them."""
    return {
        name: {"cpus": sorted(pool.cpus), "scheduler": pool.sched, "domains": seen.counts.get(name, 0)}
        for name, pool in seen.pools.items()
    }
