# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_scheduler against the stand-in."""

from __future__ import annotations

from typing import Any

import pytest

READINGS = ("info", "list", "vcpu-list", "cpupool-list")


@pytest.fixture
def host(bench: Any) -> Any:
    bench.set(cpus=4)
    bench.change("Domain-0", config={"b_info": {"max_vcpus": 2, "avail_vcpus": [0, 1]}})
    return bench


def scheduler(host: Any, name: str, release: str = "4.17.5") -> None:
    host.set(release=release, pools=[{"name": "Pool-0", "sched": name, "cpus": [0, 1, 2, 3]}])


def changing(host: Any) -> list[str]:
    calls = (call for call in host.calls() if call[0] not in READINGS)
    return [" ".join(call) for call in calls if len(call) > 1 and call[1:] != ["-v", "all"]]


def dom0(**keys: Any) -> dict[str, Any]:
    return {"domains": [{"name": "Domain-0", **keys}]}


@pytest.mark.parametrize(
    ("sched", "release", "order", "commands"),
    [
        ("credit2", "4.17.5", dom0(weight=512), ["sched-credit2 -d 0 -w 512"]),
        (
            "credit",
            "4.17.5",
            {"pools": [{"tslice_ms": 5, "migration_delay_us": 100}]},
            ["sched-credit -s -p Pool-0 -t 5 -m 100"],
        ),
        ("credit2", "4.17.5", {"pools": [{"ratelimit_us": 2000}]}, ["sched-credit2 -s -p Pool-0 -r 2000"]),
        (
            "rtds",
            "4.17.5",
            dom0(extratime=False, vcpu_params=[{"vcpu": 1, "period": 20000, "extratime": True}]),
            ["sched-rtds -d 0 -v 0 -p 10000 -b 4000 -e 0", "sched-rtds -d 0 -v 1 -p 20000 -b 4000 -e 1"],
        ),
        ("rtds", "4.5.0", dom0(period=20000), ["sched-rtds -d 0 -p 20000 -b 4000"]),
        ("sedf", "4.5.0", dom0(period=50, slice=20), ["sched-sedf -d 0 -p 50 -s 20"]),
        ("credit2", "4.5.0", dom0(cpus="0-1", cpus_soft="0"), ["vcpu-pin 0 all 0-1 0"]),
        ("credit2", "4.17.5", dom0(cpus=["0", "1"]), ["vcpu-pin 0 0 0 -", "vcpu-pin 0 1 1 -"]),
        ("credit2", "4.17.5", dom0(vcpus=1), ["vcpu-set -i 0 1"]),
    ],
)
def test_a_parameter_is_set_once(
    host: Any, sched: str, release: str, order: dict[str, Any], commands: list[str]
) -> None:
    scheduler(host, sched, release)
    foreseen = host.run("xl_scheduler", check=True, **order)
    assert changing(host) == []
    made = host.run("xl_scheduler", **order)
    assert changing(host) == commands
    assert foreseen == made | {"invocation": foreseen["invocation"]}
    assert made["changed"]
    again = host.run("xl_scheduler", **order)
    assert not again["changed"]
    assert again["domains"] == made["domains"]
    assert not host.run("xl_scheduler", check=True, **order)["changed"]
    assert changing(host) == []


def test_what_cannot_be_is_said_before_anything_is_done(host: Any) -> None:
    for check in (True, False):
        refused = host.run("xl_scheduler", check=check, domains=[{"name": "Domain-0", "cap": 5, "weight": 70000}])
        assert refused["msg"] == 'weight: domain "Domain-0": 70000 is out of range (Xen 4.17); give 1 to 65535.'
    assert changing(host) == []


def test_a_guest_is_pinned_within_its_pool(host: Any) -> None:
    host.set(
        pools=[
            {"name": "Pool-0", "sched": "credit2", "cpus": [0, 1]},
            {"name": "rt", "sched": "credit2", "cpus": [2, 3]},
        ]
    )
    assert "none of the CPUs 0-1 of its cpupool" in host.run("xl_scheduler", **dom0(cpus="2"))["msg"]


def test_what_the_guests_own_declaration_has_is_left_to_it(host: Any) -> None:
    host.domains(host.guest(cpu_weight=300, cap=20))
    refused = host.run("xl_scheduler", domains=[{"name": "web1", "weight": 400}])
    assert "the guest's own declaration has cpu_weight" in refused["msg"]
    assert host.run("xl_scheduler", domains=[{"name": "web1", "cpus": "1"}])["changed"]


def test_what_has_no_effect_is_found_and_all_is_undone(host: Any) -> None:
    host.set(faults={"vcpu-pin": {"code": 0, "errors": "libxl: error: no\n"}})
    failed = host.run("xl_scheduler", **dom0(weight=512, cpus="0"))
    assert 'domain "Domain-0" has cpus all instead of 0' in failed["msg"]
    assert failed["msg"].endswith("What was done was undone")
    assert changing(host)[-1] == "vcpu-pin 0 all all -"
    assert host.domain("Domain-0")["sched"] == {"weight": 256, "cap": 0}


def test_a_command_that_fails_undoes_the_others(host: Any) -> None:
    host.set(faults={"sched-credit2 -d": {"code": 1, "errors": "libxl: error: out of range\n", "once": True}})
    failed = host.run("xl_scheduler", **dom0(weight=512, cpus="0"))
    assert "out of range" in failed["msg"]
    assert failed["msg"].endswith("What was done was undone")
    assert host.run("xl_scheduler", check=True, **dom0(cpus="all"))["changed"] is False


def test_virtual_cpus_that_do_not_go_are_reported(host: Any) -> None:
    host.set(faults={"vcpu-set": {"code": 0}})
    assert "has vcpus 2 instead of 1" in host.run("xl_scheduler", **dom0(vcpus=1), settle_timeout=2)["msg"]
