# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that set parameters of schedulers, and what is refused, by scheduler and release."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import (
    VcpuRow,
    parse_pool_settings,
    parse_schedule,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import Pool, Seen
from ansible_collections.xlops.xen.plugins.module_utils._plan.host_cpus import HostCpus
from ansible_collections.xlops.xen.plugins.module_utils._plan.scheduled import Scheduling
from ansible_collections.xlops.xen.plugins.module_utils._plan.schedulers import plan
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release
from ansible_collections.xlops.xen.tests.unit.transcripts import stdout

HOST = HostCpus(frozenset(range(4)), ((0, 1), (2, 3)))
SETTINGS = {"tslice_ms": 30, "ratelimit_us": 1000, "migration_delay_us": 0}
NUMBERS = {
    "credit": {"weight": 256, "cap": 0},
    "credit2": {"weight": 256, "cap": 0},
    "sedf": {"period": 100, "slice": 10, "latency": 0, "extratime": 1, "weight": 0},
}


def host(
    sched: str, release: str = "4.17", hard: str = "all", cpus: tuple[int, ...] = (0, 1, 2, 3), **more: Any
) -> Scheduling:
    rows = [VcpuRow("Domain-0", 0, vcpu, vcpu, "r--", 1.0, hard, "all") for vcpu in (0, 1)]
    seen = Seen(
        Release.parse(release),
        HOST,
        {"Pool-0": Pool(sched, frozenset(cpus))},
        {"Pool-0": 1},
        {0: "Pool-0"},
        {0: "Domain-0"},
    )
    real_time = {vcpu: {"period": 10000, "budget": 4000, "extratime": 1} for vcpu in (0, 1)}
    if Release.parse(release) < Release(4, 10):
        real_time = {vcpu: {"period": 10000, "budget": 4000} for vcpu in (0, 1)}
    return Scheduling(seen, {"Pool-0": SETTINGS}, {0: NUMBERS.get(sched, {})}, {0: real_time}, {0: rows}, **more)


def dom0(**keys: Any) -> dict[str, Any]:
    return {"domains": [{"name": "Domain-0", **keys}]}


def pool(**keys: Any) -> dict[str, Any]:
    return {"pools": [{"name": "Pool-0", **keys}]}


def changes(scheduling: Scheduling, order: dict[str, Any]) -> list[Any]:
    return list(plan(order.get("pools", []), order.get("domains", []), scheduling).changes)


def texts(commands: Any) -> list[str]:
    return [" ".join(command) for command in commands]


@pytest.mark.parametrize(
    ("scheduling", "order", "commands", "undo"),
    [
        (host("credit2"), dom0(weight=256, cap=0, cpus="0-3", vcpus=2), [], []),
        (
            host("credit2"),
            dom0(weight=512, cap=150),
            ["sched-credit2 -d 0 -w 512 -c 150"],
            ["sched-credit2 -d 0 -w 256 -c 0"],
        ),
        (host("credit2"), dom0(weight=512, cap=0), ["sched-credit2 -d 0 -w 512"], ["sched-credit2 -d 0 -w 256"]),
        (host("credit", "4.5"), dom0(cap=200), ["sched-credit -d 0 -c 200"], ["sched-credit -d 0 -c 0"]),
        (
            host("credit"),
            pool(tslice_ms=5, ratelimit_us=5000),
            ["sched-credit -s -p Pool-0 -t 5 -r 5000"],
            ["sched-credit -s -p Pool-0 -t 30 -r 1000"],
        ),
        (
            host("credit2"),
            pool(ratelimit_us=0),
            ["sched-credit2 -s -p Pool-0 -r 0"],
            ["sched-credit2 -s -p Pool-0 -r 1000"],
        ),
        (
            host("rtds"),
            dom0(budget=5000),
            ["sched-rtds -d 0 -v all -p 10000 -b 5000 -e 1"],
            ["sched-rtds -d 0 -v all -p 10000 -b 4000 -e 1"],
        ),
        (
            host("rtds"),
            dom0(vcpu_params=[{"vcpu": 1, "budget": 9000}]),
            ["sched-rtds -d 0 -v 1 -p 10000 -b 9000 -e 1"],
            ["sched-rtds -d 0 -v all -p 10000 -b 4000 -e 1"],
        ),
        (
            host("rtds", "4.9"),
            dom0(period=20000),
            ["sched-rtds -d 0 -v all -p 20000 -b 4000"],
            ["sched-rtds -d 0 -v all -p 10000 -b 4000"],
        ),
        (
            host("rtds", "4.6"),
            dom0(period=20000),
            ["sched-rtds -d 0 -p 20000 -b 4000"],
            ["sched-rtds -d 0 -p 10000 -b 4000"],
        ),
        (host("sedf", "4.5"), dom0(slice=20), ["sched-sedf -d 0 -s 20"], ["sched-sedf -d 0 -p 100 -s 10 -l 0 -e 1"]),
        (host("sedf", "4.5"), dom0(weight=20), ["sched-sedf -d 0 -w 20"], ["sched-sedf -d 0 -p 100 -s 10 -l 0 -e 1"]),
        (
            host("sedf", "4.5"),
            dom0(extratime=False),
            ["sched-sedf -d 0 -e 0"],
            ["sched-sedf -d 0 -p 100 -s 10 -l 0 -e 1"],
        ),
        (host("null"), dom0(cpus="node:0"), ["vcpu-pin 0 all 0-1 -"], ["vcpu-pin 0 all all -"]),
        (
            host("null"),
            dom0(cpus=["0"], cpus_soft="all"),
            ["vcpu-pin 0 0 0 all", "vcpu-pin 0 1 all all"],
            ["vcpu-pin 0 all all all"],
        ),
        (host("null", hard="1"), dom0(cpus="all"), ["vcpu-pin 0 all all -"], ["vcpu-pin 0 all 1 -"]),
        (host("null"), dom0(vcpus=1), ["vcpu-set -i 0 1"], ["vcpu-set -i 0 2"]),
    ],
)
def test_commands(scheduling: Scheduling, order: dict[str, Any], commands: list[str], undo: list[str]) -> None:
    found = changes(scheduling, order)
    assert [text for change in found for text in texts(change.commands)] == commands
    assert [text for change in found for text in texts(change.undo)] == undo


def test_what_is_different_is_reported() -> None:
    found = plan([], dom0(weight=512, cpus="0")["domains"], host("credit2"))
    assert [row for change in found.changes for row in change.report()] == [
        {"domain": "Domain-0", "key": "cpus", "before": "all", "after": "0"},
        {"domain": "Domain-0", "key": "weight", "before": 256, "after": 512},
    ]
    assert found.before["domain"] == {"Domain-0": {"cpus": "all", "weight": 256}}
    assert found.after["domain"] == {"Domain-0": {"cpus": "0", "weight": 512}}


@pytest.mark.parametrize(
    ("scheduling", "order", "message"),
    [
        (host("credit2"), dom0(weight=70000), '"Domain-0": 70000 is out of range \\(Xen 4.17\\); give 1 to 65535'),
        (host("credit2"), dom0(cap=201), "a cap of 201 is more than its virtual CPUs can use"),
        (host("credit2", "4.9"), dom0(cap=50), "cap of the scheduler credit2 is there from Xen 4.10 on"),
        (host("credit2"), dom0(budget=50), "the scheduler credit2 has no parameter budget here"),
        (host("null"), dom0(weight=50), "the scheduler null has no parameter weight here"),
        (host("credit2"), dom0(vcpu_params=[{"vcpu": 0, "period": 50}]), "knows no single virtual CPUs"),
        (host("credit2", "4.7"), pool(ratelimit_us=2000), "is there from Xen 4.8 on"),
        (host("credit", "4.10"), pool(migration_delay_us=2000), "is there from Xen 4.11 on"),
        (host("credit"), pool(tslice_ms=0), "give 1 to 1000 ms"),
        (host("credit"), pool(ratelimit_us=50), "give 100 to 500000 us, or 0"),
        (host("credit"), pool(ratelimit_us=40000), "is longer than a time slice of 30 ms"),
        (host("credit"), {"pools": [{"name": "x", "tslice_ms": 1}]}, "there is no such cpupool"),
        (host("rtds"), dom0(budget=20000), "a budget of 20000 us and a period of 10000 us"),
        (host("rtds"), dom0(budget=9), "give 10 or more us"),
        (host("rtds", "4.9"), dom0(extratime=True), "is there from Xen 4.10 on"),
        (host("rtds", "4.5"), dom0(vcpu_params=[{"vcpu": 0, "period": 50}]), "from Xen 4.7 on"),
        (host("rtds"), dom0(vcpu_params=[{"vcpu": 9, "period": 50}]), "it has no virtual CPU 9"),
        (host("sedf", "4.5"), dom0(weight=5, period=10), "sedf takes a weight, or period"),
        (host("sedf", "4.5"), dom0(slice=200), "a slice of 200 ms is longer than a period of 100 ms"),
        (host("credit2"), dom0(cpus="4-5"), "names CPU 4-5, and the host has 0-3"),
        (host("credit2", cpus=(0, 1)), dom0(cpus="2"), "none of the CPUs 0-1 of its cpupool"),
        (host("credit2"), dom0(cpus=["0", "1", "2"]), "3 CPU lists are given, and it has 2 virtual CPUs"),
        (host("credit2"), dom0(vcpus=3), "give 1 to 2"),
        (host("credit2"), {"domains": [{"name": "nobody", "weight": 5}]}, "there is no such domain"),
        (host("credit2"), {"domains": [{"name": "a"}, {"name": "a"}]}, "is declared 2 times"),
        (
            host("credit2", files={"Domain-0": frozenset({"cpu_weight"})}),
            dom0(weight=5),
            "own declaration has cpu_weight",
        ),
    ],
)
def test_refusals(scheduling: Scheduling, order: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        changes(scheduling, order)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        (stdout("4.17/xl-sched-credit2.txt"), {"Pool-0": {"ratelimit_us": 1000}}),
        (stdout("4.5.0/xl-sched-credit.txt"), {"Pool-0": {"tslice_ms": 30, "ratelimit_us": 1000}}),
        (
            "Cpupool a b: tslice=5ms ratelimit=500us migration-delay=9us\n",
            {"a b": {"tslice_ms": 5, "ratelimit_us": 500, "migration_delay_us": 9}},
        ),
        ("Cpupool rt: sched=RTDS\nCpupool x:\nCpupool y: [sched params unavailable]\n", {"rt": {}, "x": {}, "y": {}}),
    ],
)
def test_settings_of_pools_are_read(text: str, settings: dict[str, dict[str, int]]) -> None:
    assert parse_pool_settings(text) == settings


def test_a_table_without_settings_is_read() -> None:
    text = "Cpupool Pool-0:\nName                          ID Weight\nDomain-0                       0    256\n"
    assert [(row.domid, row.pool, row.parameters) for row in parse_schedule(text)] == [(0, "Pool-0", {"weight": 256})]


def test_a_pin_that_could_not_be_read_back_is_refused() -> None:
    """Before Xen 4.12 xl prints as many bits as CPUs are online."""
    holes = host("credit2", "4.11", cpus=(0, 2, 4, 6))
    cpus = HostCpus(frozenset({0, 2, 4, 6}), ((0, 2, 4, 6),), told=4)
    holes = replace(holes, seen=replace(holes.seen, host=cpus))
    with pytest.raises(ConfigError, match=r"does not tell pins to CPU 4,6 .* \(Xen 4\.11\); name other CPUs"):
        changes(holes, dom0(cpus="4,6"))
    assert texts(changes(holes, dom0(cpus="0,2"))[0].commands) == ["vcpu-pin 0 all 0,2 -"]
    assert changes(holes, dom0(cpus="0,2,4,6")) == []
