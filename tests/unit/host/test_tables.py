# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tables of xl are read for what `xl list -l` does not tell, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._host import tables
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.tables import read_tables
from ansible_collections.xlops.xen.plugins.module_utils._plan.elsewhere import tables_for
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

POOLS = """\
Name               CPUs   Sched     Active   Domain count
Pool-0               2   credit       y          2
fixed                1   arinc653     y          1
"""


WITHOUT_FIXED = POOLS.replace("fixed                1   arinc653     y          1\n", "")


class Xl:
    """The tables as they were recorded, and which of them were read."""

    def __init__(self, pools: str = POOLS) -> None:
        self.read: list[str] = []
        self.pools = pools
        self.short = 0

    def vcpus(self) -> str:
        self.read.append("vcpu-list")
        return stdout("4.17/xl-vcpu-list.txt")

    def cpupools(self) -> str:
        self.read.append("cpupool-list")
        return self.pools

    def list_pools(self) -> str:
        self.read.append("list -c")
        return (
            "Name                                        ID   Mem VCPUs\tState\tTime(s)         Cpupool\n"
            "Domain-0                                     0  1024     2     r-----     309.7          Pool-0\n"
        )

    def schedule(self, scheduler: str) -> str:
        self.read.append(f"sched-{scheduler}")
        text = stdout("4.5.0/xl-sched-credit.txt")
        self.short -= 1
        return text if self.short < 0 else "".join(text.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    ("release", "keys", "expected"),
    [
        ("4.17", ["memory", "vcpus", "cpu_weight"], []),
        ("4.17", ["cpus"], ["vcpu-list"]),
        ("4.17", ["cpus", "pool", "cap"], ["vcpu-list", "cpupool-list", "list -c"]),
        ("4.8", ["cpus", "pool", "cap"], ["vcpu-list", "cpupool-list", "sched-credit", "list -c"]),
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


def test_a_run_that_changes_nothing_needs_no_table_more_than_it_did() -> None:
    xl: Any = Xl(WITHOUT_FIXED)
    found = read_tables(xl, tables_for(["cpus", "pool", "cap"], [], Release(4, 8)), Release(4, 8))
    assert xl.read == ["vcpu-list", "cpupool-list", "sched-credit"]
    assert found["pools"] == {0: "Pool-0", 1: "Pool-0"}


def test_the_pool_of_a_domain_that_no_table_of_a_scheduler_has_is_known_all_the_same() -> None:
    xl: Any = Xl()
    assert read_tables(xl, tables_for(["cap"], [], Release(4, 8)), Release(4, 8))["pools"] == {0: "Pool-0"}


def test_a_table_that_ends_early_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "POLL", 0)
    xl: Any = Xl(WITHOUT_FIXED)
    xl.short = 2
    found = read_tables(xl, tables_for(["cap"], [], Release(4, 5)), Release(4, 5))
    assert sorted(found["schedules"]) == [0, 1]
    assert xl.read.count("sched-credit") == 3


def test_a_table_that_stays_short_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "POLL", 0)
    xl: Any = Xl(WITHOUT_FIXED)
    xl.short = 100
    with pytest.raises(HostError, match="xl sched-credit lists fewer domains than xl cpupool-list counts"):
        read_tables(xl, tables_for(["cap"], [], Release(4, 5)), Release(4, 5))
