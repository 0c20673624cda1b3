# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tables of xl that tell what `xl list -l` does not: virtual CPUs, pools, what schedulers give to domains."""

from __future__ import annotations

from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
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


def read_tables(xl: Xl, wanted: set[str], release: Release) -> dict[str, Any]:
    """The fields of an observation that come from these tables, each of which is one process or two."""
    read: dict[str, Any] = {}
    if VCPUS in wanted:
        rows = parse_vcpu_list(xl.vcpus())
        read["vcpus"] = {
            domid: tuple(row for row in rows if row.domid == domid) for domid in {row.domid for row in rows}
        }
    if POOLS in wanted:
        read["schedulers"] = {row.name: row.sched for row in parse_cpupool_list(xl.cpupools())}
        if release >= LISTS_POOLS:
            read["pools"] = parse_pools(xl.list_pools())
    if SCHEDULES in wanted or (POOLS in wanted and release < LISTS_POOLS):
        shown = [row for name in sorted(set(read["schedulers"].values())) for row in parse_schedule(xl.schedule(name))]
        read["schedules"] = {row.domid: row.parameters for row in shown}
        read.setdefault("pools", {row.domid: row.pool for row in shown})
    return read
