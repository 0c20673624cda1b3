# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the tables of xl that tell what `xl list -l` does not: virtual CPUs, pools, what schedulers give to domains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    PoolRow,
    VcpuRow,
    parse_cpupool_list,
    parse_pools,
    parse_schedule,
    parse_vcpu_list,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import POOLS, SCHEDULES, VCPUS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# `xl list -c`; before, only the tables of the schedulers say who is in which pool.
LISTS_POOLS = Release(4, 6)

# The schedulers whose domains xl has a command to list; null and arinc653 have none.
LISTED = ("credit", "credit2", "rtds", "sedf")

ATTEMPTS, POLL = 4, 0.5


def read_tables(xl: Xl, wanted: set[str], release: Release) -> dict[str, Any]:
    """The fields of an observation that come from these tables, each of which is one process or two."""
    read: dict[str, Any] = {}
    if VCPUS in wanted:
        read["vcpus"] = _by_domain(parse_vcpu_list(xl.vcpus()))
    if POOLS in wanted:
        pools = parse_cpupool_list(xl.cpupools())
        read["schedulers"] = {row.name: row.sched for row in pools}
        named: dict[int, str] = {}
        if SCHEDULES in wanted or release < LISTS_POOLS:
            rows = [row for text in schedule_tables(xl, pools).values() for row in parse_schedule(text)]
            read["schedules"] = {row.domid: row.parameters for row in rows}
            named = {row.domid: row.pool for row in rows}
        # The tables of the schedulers name all domains of their pools; where there are no others, that saves a process.
        unnamed = not named or any(row.domains for row in pools if row.sched not in LISTED)
        read["pools"] = parse_pools(xl.list_pools()) if unnamed and release >= LISTS_POOLS else named
    return read


def schedule_tables(xl: Xl, pools: Sequence[PoolRow]) -> dict[str, str]:
    """`xl sched-*` of all schedulers in use, with every domain of theirs.

    Such a table ends early and well where the parameters of one domain cannot be read, as of one that goes at that
    moment: sched_domain_output leaves out those that follow, and all further pools. `xl cpupool-list` counts them.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(POLL)
            pools = parse_cpupool_list(xl.cpupools())
        in_use = {row.sched for row in pools}
        texts = {name: xl.schedule(name) for name in LISTED if name in in_use}
        short = [name for name, text in texts.items() if len(parse_schedule(text)) < _domains(pools, name)]
        if not short:
            return texts
    raise HostError(
        f"xl sched-{short[0]} lists fewer domains than xl cpupool-list counts in its cpupools, so what it says of the "
        "others is not known; look at the output of both, and run again"
    )


def _domains(pools: Sequence[PoolRow], sched: str) -> int:
    return sum(row.domains for row in pools if row.sched == sched)


def _by_domain(rows: list[VcpuRow]) -> dict[int, list[VcpuRow]]:
    domains: dict[int, list[VcpuRow]] = {}
    for row in rows:
        domains.setdefault(row.domid, []).append(row)
    return domains
