# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tables of xl that tell what `xl list -l` does not: virtual CPUs, pools, what schedulers give to domains."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    VcpuRow,
    parse_cpupool_list,
    parse_pools,
    parse_schedule,
    parse_vcpu_list,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import POOLS, SCHEDULES, VCPUS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# `xl list -c`; before, only the tables of the schedulers say who is in which pool.
LISTS_POOLS = Release(4, 6)

# The schedulers whose domains xl has a command to list; null and arinc653 have none.
LISTED = ("credit", "credit2", "rtds", "sedf")


def read_tables(xl: Xl, wanted: set[str], release: Release) -> dict[str, Any]:
    """The fields of an observation that come from these tables, each of which is one process or two."""
    read: dict[str, Any] = {}
    if VCPUS in wanted:
        read["vcpus"] = _by_domain(parse_vcpu_list(xl.vcpus()))
    if POOLS in wanted:
        read["schedulers"] = {row.name: row.sched for row in parse_cpupool_list(xl.cpupools())}
        in_use = set(read["schedulers"].values())
        if SCHEDULES in wanted or release < LISTS_POOLS:
            rows = [row for name in LISTED if name in in_use for row in parse_schedule(xl.schedule(name))]
            read["schedules"] = {row.domid: row.parameters for row in rows}
            read["pools"] = {row.domid: row.pool for row in rows}
        else:
            read["pools"] = parse_pools(xl.list_pools())
    return read


def _by_domain(rows: list[VcpuRow]) -> dict[int, list[VcpuRow]]:
    domains: dict[int, list[VcpuRow]] = {}
    for row in rows:
        domains.setdefault(row.domid, []).append(row)
    return domains
