# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    DomainRow,
    PoolRow,
    ScheduleRow,
    VcpuRow,
    parse_cpupool_cpus,
    parse_cpupool_list,
    parse_info,
    parse_list,
    parse_numa,
    parse_pools,
    parse_schedule,
    parse_topology,
    parse_vcpu_list,
)
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

HEADER = "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"


def row(name: str, rest: str = "    7    32     1     -b----       0.0") -> str:
    return f"{name:<40} {rest}\n"


def test_a_plain_list_is_read() -> None:
    assert parse_list(stdout("4.5.0/xl-list.txt")) == [
        DomainRow("Domain-0", 0, 1024, 2, "r-----", 142.4),
        DomainRow("pv1", 1, 192, 1, "r-----", 2.3),
    ]


@pytest.mark.parametrize("release", ["4.5.0", "4.17"])
def test_a_verbose_list_has_uuids(release: str) -> None:
    rows = parse_list(stdout(f"{release}/xl-list-v.txt"))
    assert rows[0].uuid == "00000000-0000-0000-0000-000000000000"
    assert len(rows[1].uuid) == 36
    assert rows[1].reason is None


def test_a_husk_says_so() -> None:
    text = HEADER + row(
        "old", "    7     0     1     ---s--       0.0 93862e3b-4492-479e-a3b2-8d891664cdfc        0                -"
    )
    (husk,) = parse_list(text)
    assert husk.shut_down
    assert not husk.paused
    assert not husk.dying
    assert husk.reason == 0


@pytest.mark.parametrize(
    "name",
    [
        "a name with blanks",
        "tab\tinside",
        "x" * 200,
        "pretender                                    3    32     1     -b----       0.0",
        "line\nbreak",
        "(null)",
        "%s\x1b[2J",
    ],
)
def test_a_hostile_name_is_a_name_and_nothing_else(name: str) -> None:
    rows = parse_list(HEADER + row("first") + row(name) + row("last"))
    assert [(one.name, one.domid) for one in rows] == [("first", 7), (name, 7), ("last", 7)]


@pytest.mark.parametrize("text", ["", "xl: cannot connect\n", HEADER + "half a row\n", HEADER + row("a")[:50]])
def test_a_list_that_is_cut_off_is_an_error(text: str) -> None:
    with pytest.raises(ConfigError, match="the output of xl list cannot be read"):
        parse_list(text)


def test_vcpus_are_read_with_their_affinity() -> None:
    rows = parse_vcpu_list(stdout("4.17/xl-vcpu-list.txt"))
    assert rows[-1] == VcpuRow("pvnet", 2, 1, None, "--p", 0.0, "all", "1")
    assert rows[0].cpu == 1
    assert len(parse_vcpu_list(stdout("4.5.0/xl-vcpu-list.txt"))) == 3


def test_cpupools_are_read() -> None:
    assert parse_cpupool_list(stdout("4.17/xl-cpupool-list.txt")) == [PoolRow("Pool-0", 2, "credit2", 3)]
    assert parse_cpupool_cpus(stdout("4.5.0/xl-cpupool-list-c.txt"), ["Pool-0"]) == {"Pool-0": [0, 1]}


@pytest.mark.parametrize(
    ("name", "cpus"),
    [("computers-of-rack-a", 128), ("computers-of-rack-07", 128), ("computers-of-rack-07", 1000), ("x" * 63, 256)],
)
def test_the_name_of_a_pool_may_touch_the_number_of_its_cpus(name: str, cpus: int) -> None:
    rows = ((name, cpus, "credit2", 2), ("small", 12, "null", 0))
    printed = (f"{name:<19}{cpus:3} {sched:>9}       y       {domains:4}\n" for name, cpus, sched, domains in rows)
    text = f"{'Name':<19}CPUs   Sched     Active   Domain count\n{''.join(printed)}"
    assert parse_cpupool_list(text) == [PoolRow(*row) for row in rows]


def test_the_cpus_of_a_pool_are_told_however_long_its_name_is() -> None:
    pools = {"Pool-0": [0], "empty": [], "nineteen-letters-01": [2, 3], "a pool of the 2nd rack": []}
    text = "Name               CPU list\n" + "".join(
        f"{name:<19}{','.join(map(str, cpus))}\n" for name, cpus in pools.items()
    )
    assert parse_cpupool_cpus(text, pools) == pools


@pytest.mark.parametrize("names", [["Pool-0"], ["Pool-0", "other"], ["Pool-0", "new", "newer"]])
def test_pools_that_came_or_went_between_two_tables_are_no_pools_without_cpus(names: list[str]) -> None:
    with pytest.raises(ConfigError, match="cpupool-list -c"):
        parse_cpupool_cpus("Name               CPU list\nPool-0             0\nnew                1\n", names)


@pytest.mark.parametrize(
    "recording", ["4.5.0/xl-info.txt", "4.5.0/xl-info-n.txt", "4.17/xl-info.txt", "4.17/xl-info-n.txt"]
)
def test_the_facts_of_a_host_are_read(recording: str) -> None:
    info = parse_info(stdout(recording))
    assert info["xen_version"].startswith(recording.split("/")[0])
    assert info["max_cpu_id"] == "1"
    assert int(info["free_memory"]) > 0
    assert info["xen_commandline"].startswith("console=com1")
    assert list(info)[-1] == "xend_config_format"


def test_the_tables_of_a_host_are_read() -> None:
    text = stdout("4.17/xl-info-n.txt")
    assert parse_topology(text) == [
        {"cpu": 0, "core": 0, "socket": 0, "node": 0},
        {"cpu": 1, "core": 1, "socket": 0, "node": 0},
    ]
    assert parse_numa(text) == [{"node": 0, "memory": 6144, "free": 3028, "distances": [10]}]
    assert parse_numa(stdout("4.17/xl-info.txt")) == []


def test_pools_are_told_by_domain_however_long_their_names_are() -> None:
    text = HEADER.replace("\n", "      Cpupool\n") + (
        row("Domain-0", "    0  1024     2     r-----     309.7          Pool-0")
        + row("a guest", "    3    32     1     -b----       0.0a pool with a long name")
    )
    assert parse_pools(text) == {0: "Pool-0", 3: "a pool with a long name"}


@pytest.mark.parametrize(("transcript", "last"), [("4.5.0/xl-sched-credit", 1), ("4.17/xl-sched-credit2", 2)])
def test_what_a_scheduler_gives_is_told_by_domain(transcript: str, last: int) -> None:
    rows = parse_schedule(stdout(f"{transcript}.txt"))
    assert rows[0] == ScheduleRow(0, "Pool-0", {"weight": 256, "cap": 0})
    assert rows[-1].domid == last


def test_each_scheduler_has_columns_of_its_own() -> None:
    text = """\
Cpupool rt: sched=RTDS
Name                                ID    Period    Budget  Extratime
three 1 2 3                          4     10000      4000        yes
"""
    assert parse_schedule(text) == [ScheduleRow(4, "rt", {"period": 10000, "budget": 4000, "extratime": 1})]


def test_a_line_of_no_scheduler_is_an_error() -> None:
    with pytest.raises(ConfigError, match="sched"):
        parse_schedule("Cpupool Pool-0: x\nsomething else\n")
