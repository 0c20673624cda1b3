# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tables of xl are read for what `xl list -l` does not tell, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host.tables import read_tables
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import tables_for
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

POOLS = """\
Name               CPUs   Sched     Active   Domain count
Pool-0               2   credit       y          2
fixed                1   arinc653     y          1
"""


class Xl:
    """The tables as they were recorded, and which of them were read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def vcpus(self) -> str:
        self.read.append("vcpu-list")
        return stdout("4.17/xl-vcpu-list.txt")

    def cpupools(self) -> str:
        self.read.append("cpupool-list")
        return POOLS

    def list_pools(self) -> str:
        self.read.append("list -c")
        return (
            "Name                                        ID   Mem VCPUs\tState\tTime(s)         Cpupool\n"
            "Domain-0                                     0  1024     2     r-----     309.7          Pool-0\n"
        )

    def schedule(self, scheduler: str) -> str:
        self.read.append(f"sched-{scheduler}")
        return stdout("4.5.0/xl-sched-credit.txt")


@pytest.mark.parametrize(
    ("release", "keys", "expected"),
    [
        ("4.17", ["memory", "vcpus", "cpu_weight"], []),
        ("4.17", ["cpus"], ["vcpu-list"]),
        ("4.17", ["cpus", "pool", "cap"], ["vcpu-list", "cpupool-list", "list -c"]),
        ("4.8", ["cpus", "pool", "cap"], ["vcpu-list", "cpupool-list", "sched-credit"]),
        ("4.8", ["pool"], ["cpupool-list", "list -c"]),
        ("4.5", ["vcpus", "pool"], ["vcpu-list", "cpupool-list", "sched-credit"]),
    ],
)
def test_no_more_is_read_than_is_asked_for(release: str, keys: list[str], expected: list[str]) -> None:
    xl: Any = Xl()
    read_tables(xl, tables_for(keys, [], Release.parse(release)), Release.parse(release))
    assert xl.read == expected


def test_what_a_guest_was_made_with_is_asked_for() -> None:
    config = {"b_info": {"vcpu_soft_affinity": [[0]], "avail_vcpus": [0]}, "c_info": {"pool_name": "slow"}}
    assert tables_for([], [config], Release(4, 17)) == tables_for(["cpus_soft", "pool"], [], Release(4, 17))


def test_pools_and_schedules_come_by_domain() -> None:
    xl: Any = Xl()
    old = read_tables(xl, tables_for(["cap"], [], Release(4, 5)), Release(4, 5))
    assert (old["pools"][1], old["schedules"][1]) == ("Pool-0", {"weight": 256, "cap": 0})
    assert old["schedulers"] == {"Pool-0": "credit", "fixed": "arinc653"}
    new = read_tables(xl, tables_for(["pool", "cpus"], [], Release(4, 17)), Release(4, 17))
    assert new["pools"] == {0: "Pool-0"}
    assert {row.domid for row in new["vcpus"][0]} == {0}
