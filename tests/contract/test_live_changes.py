# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be changed about a running guest is changed at once, looked at, and taken back where a change fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.running_config import everything

MEMORY = {"memory": 64, "maxmem": 128}
VCPUS = {"vcpus": 1, "maxvcpus": 2}
POOLS = [{"name": "Pool-0", "sched": "credit2", "cpus": [0]}, {"name": "apart", "sched": "credit2", "cpus": [1]}]
VIF = {"mac": "00:16:3e:00:00:09", "bridge": "xenbr0"}

CHANGES = [
    ({**MEMORY}, {"memory": 96}, ["mem-set 1 96m"]),
    ({**VCPUS}, {"vcpus": 2}, ["vcpu-set -i 1 2"]),
    ({**VCPUS, "cpus": "0"}, {"cpus": "1"}, ["vcpu-pin 1 all 1 -"]),
    ({**VCPUS, "cpus": "0"}, {"cpus": None}, ["vcpu-pin 1 all all -"]),
    ({**VCPUS}, {"cpus": "0"}, ["vcpu-pin 1 all 0 -"]),
    ({}, {"cpus": "0"}, ["vcpu-pin 1 all 0 -"]),
    ({"cpus": "0"}, {"cpus": None}, ["vcpu-pin 1 all all -"]),
    ({}, {"cpu_weight": 512}, ["sched-credit2 -d 1 -w 512"]),
]
NAMES = [
    "memory",
    "vcpus",
    "another pin",
    "no pin any more",
    "a first pin",
    "a pin of a guest without a number",
    "none of it",
    "weight",
]


@pytest.mark.parametrize(("before", "after", "commands"), CHANGES, ids=NAMES)
def test_a_change_is_made_once(bench: Any, before: dict[str, Any], after: dict[str, Any], commands: list[str]) -> None:
    bench.domains(bench.guest(**before))
    wanted = bench.guest(**{key: value for key, value in {**before, **after}.items() if value is not None})
    check = bench.domains(wanted, check=True)["domains"]["web1"]
    run = bench.domains(wanted)["domains"]["web1"]
    assert run["actions"] == check["actions"] == ["write", "stage", "alter"]
    assert run["commands"] == check["commands"] == [f"xl {command}" for command in commands]
    assert [one["impact"] for one in run["differences"]] == ["live"]
    assert run["pending"] == []
    again = bench.domains(wanted)
    assert (again["changed"], again["domains"]["web1"]["pending"]) == (False, [])


def test_who_prefers_a_cpu_that_is_not_there_prefers_none(bench: Any) -> None:
    bench.set(by_schema=True)
    bench.domains(bench.guest(**VCPUS, cpus_soft=["7", "0"]))
    other = bench.guest(**VCPUS, cpus_soft=["0", "7"])
    assert bench.domains(other)["domains"]["web1"]["commands"] == ["xl vcpu-pin 1 0 - 0; xl vcpu-pin 1 1 - 0-1"]
    assert not bench.domains(other)["changed"]


@pytest.fixture
def disk(tmp_path: Path) -> dict[str, str]:
    image = tmp_path / "disk.img"
    image.touch()
    return {"vdev": "xvdb", "target": str(image), "format": "raw"}


def test_a_disk_and_an_interface_come_and_go(bench: Any, disk: dict[str, str]) -> None:
    bench.domains(bench.guest(disk=[], vif=[]))
    come = bench.domains(bench.guest(disk=[disk], vif=[VIF]))["domains"]["web1"]
    assert come["commands"] == [
        f"xl block-attach 1 vdev=xvdb,format=raw,access=rw,devtype=disk,target={disk['target']}",
        "xl network-attach 1 mac=00:16:3e:00:00:09 bridge=xenbr0",
    ]
    assert not bench.domains(bench.guest(disk=[disk], vif=[VIF]))["changed"]
    gone = bench.domains(bench.guest(disk=[], vif=[]))["domains"]["web1"]
    assert gone["commands"] == ["xl block-detach 1 xvdb", "xl network-detach 1 00:16:3e:00:00:09"]
    assert not bench.domains(bench.guest(disk=[], vif=[]))["changed"]


def test_the_medium_of_a_drive_changes_and_goes(bench: Any, tmp_path: Path) -> None:
    bench.set(by_schema=True)
    media = [tmp_path / "first.iso", tmp_path / "second.iso"]
    for medium in media:
        medium.touch()
    drive = {"vdev": "xvdd", "format": "raw", "access": "ro", "devtype": "cdrom"}
    first, second, empty = (
        bench.guest(type="hvm", disk=[{**drive, **medium}])
        for medium in ({"target": str(media[0])}, {"target": str(media[1])}, {})
    )
    bench.domains(first)
    for guest, command in (
        (second, f"cd-insert 1 xvdd {media[1]}"),
        (empty, "cd-eject 1 xvdd"),
        (first, f"cd-insert 1 xvdd {media[0]}"),
    ):
        run = bench.domains(guest)["domains"]["web1"]
        assert (run["error"], run["commands"], run["pending"]) == (None, [f"xl {command}"], [])
        assert not bench.domains(guest)["changed"]


def hvm(bench: Any, **keys: Any) -> dict[str, Any]:
    bench.set(by_schema=True)
    guest = bench.guest(type="hvm", **keys)
    del guest["kernel"]
    return guest


def test_the_memory_of_an_hvm_guest_is_read_back_as_it_was_declared(bench: Any) -> None:
    """libxl adds 1 MiB to what it tells of a guest that was made with less than its maxmem."""
    bench.domains(hvm(bench, **MEMORY))
    run = bench.domains(hvm(bench, **{**MEMORY, "memory": 96}))
    assert not run.get("failed"), run
    assert run["domains"]["web1"]["commands"] == ["xl mem-set 1 97280k"]
    assert not bench.domains(hvm(bench, **{**MEMORY, "memory": 96}))["changed"]


def test_an_hvm_guest_gets_virtual_cpus_and_keeps_them(bench: Any) -> None:
    bench.domains(hvm(bench, **VCPUS))
    run = bench.domains(hvm(bench, **{**VCPUS, "vcpus": 2}))["domains"]["web1"]
    assert (run["error"], run["commands"]) == (None, ["xl vcpu-set -i 1 2"])
    run = bench.domains(hvm(bench, **VCPUS))["domains"]["web1"]
    assert (run["error"], run["commands"]) == (None, [])
    assert "xl takes no virtual CPU from a running HVM guest" in run["pending"][0]["how"]
    assert not bench.domains(hvm(bench, **VCPUS))["changed"]


def test_what_cannot_be_taken_back_is_said_to_stay(bench: Any) -> None:
    bench.domains(hvm(bench, **VCPUS, vif=[]))
    bench.set(faults={"network-attach": {"code": 1, "errors": "libxl_device_nic_add failed.\n"}})
    more = hvm(bench, **{**VCPUS, "vcpus": 2}, vif=[VIF])
    report = bench.domains(more)["domains"]["web1"]
    assert "vcpus stays as it is now, for xl cannot take it back" in report["error"]
    assert (report["actions"], report["changed"]) == (["alter"], True)


def test_an_interface_comes_to_an_hvm_guest_without_the_emulated_card(bench: Any) -> None:
    bench.set(release="4.5.0")
    bench.domains(hvm(bench, vif=[]))
    run = bench.domains(hvm(bench, vif=[VIF]))["domains"]["web1"]
    assert (run["error"], run["pending"]) == (None, [])
    assert not bench.domains(hvm(bench, vif=[VIF]))["changed"]


def test_another_pool_costs_neither_pin_nor_weight(bench: Any) -> None:
    bench.set(by_schema=True, pools=POOLS)
    shares = {**VCPUS, "cpus": "1", "cpu_weight": 512}
    bench.domains(bench.guest(**shares))
    run = bench.domains(bench.guest(**shares, pool="apart"))["domains"]["web1"]
    assert run["commands"] == ["xl cpupool-migrate 1 apart; xl vcpu-pin 1 all 1 -; xl sched-credit2 -d 1 -w 512"]
    assert (run["error"], run["pending"]) == (None, [])
    bench.calls()
    assert not bench.domains(bench.guest(**shares, pool="apart"))["changed"]
    assert len(bench.calls()) <= 6


def test_a_pin_that_another_pool_has_cost_is_a_failure(bench: Any) -> None:
    bench.set(by_schema=True, pools=POOLS)
    bench.domains(bench.guest(**VCPUS, cpus="1"))
    bench.set(faults={"vcpu-pin": {"code": 0}})
    failed = bench.domains(bench.guest(**VCPUS, cpus="1", pool="apart"))
    assert "cpus is null after xl cpupool-migrate 1 apart; xl vcpu-pin 1 all 1 -" in failed["msg"]


def test_virtual_cpus_that_take_their_time_are_waited_for(bench: Any) -> None:
    """Up to Xen 4.7 they are told as the guest's kernel has them by now."""
    bench.set(release="4.5.0", slow_vcpus=2)
    bench.domains(bench.guest(**VCPUS))
    run = bench.domains(bench.guest(**{**VCPUS, "vcpus": 2}))["domains"]["web1"]
    assert (run["error"], run["pending"]) == (None, [])


def test_a_pin_that_was_never_there_at_a_boot_goes_when_it_is_declared_no_more(bench: Any) -> None:
    bench.domains(bench.guest(**VCPUS))
    bench.domains(bench.guest(**VCPUS, cpus="1"))
    run = bench.domains(bench.guest(**VCPUS))["domains"]["web1"]
    assert run["commands"] == ["xl vcpu-pin 1 all all -"]
    assert not bench.domains(bench.guest(**VCPUS))["changed"]


def test_devices_of_which_one_has_to_wait_wait_together(bench: Any, disk: dict[str, str]) -> None:
    bench.domains(bench.guest(disk=[disk]))
    other = {**disk, "vdev": "xvdc"}
    result = bench.domains(bench.guest(disk=[{**disk, "access": "ro"}, other]))
    assert not result.get("failed"), result
    run = result["domains"]["web1"]
    assert run["actions"] == ["write", "stage"]
    assert {one["key"]: one["impact"] for one in run["pending"]} == {
        "disk[xvdb]": "next_boot",
        "disk[xvdc]": "next_boot",
    }


def test_what_a_device_needs_is_looked_for_first(bench: Any) -> None:
    bench.domains(bench.guest(**MEMORY, vif=[]))
    result = bench.domains(bench.guest(**{**MEMORY, "memory": 96}, disk=[{"vdev": "xvdb", "target": "/nowhere"}]))
    assert "disk[xvdb].target: /nowhere cannot be used" in result["msg"]
    assert bench.domain("web1")["memory"] == 64


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"kernel": "/nowhere"}, "kernel: /nowhere cannot be used, no such file or directory; have it on the host"),
        (
            {"vif": [{"bridge": "xenbr9"}]},
            "vif[0].bridge: the host has no bridge xenbr9; it has xenbr0: name one, or make it with role xen_network",
        ),
        ({"disk": [{"vdev": "xvda", "target": "/nowhere"}]}, "disk[xvda].target: /nowhere cannot be used"),
    ],
)
def test_what_the_next_boot_would_lack_is_refused_while_the_guest_runs(
    bench: Any, disk: dict[str, str], keys: dict[str, Any], message: str
) -> None:
    """It is not staged: the guest would be gone after its own reboot."""
    running = bench.guest(vif=[{"bridge": "xenbr0"}], disk=[{**disk, "vdev": "xvda"}])
    bench.domains(running)
    before = everything(bench)
    result = bench.domains({**running, **keys})
    assert message in result["msg"]
    assert result["domains"]["web1"]["actions"] == []
    assert everything(bench) == before
    assert not bench.domains(running)["changed"]


def test_a_command_without_effect_is_a_failure_that_says_so(bench: Any) -> None:
    bench.domains(bench.guest(**MEMORY))
    bench.set(faults={"mem-set": {"code": 0}})
    result = bench.domains(bench.guest(**{**MEMORY, "memory": 96}))
    assert "memory is still 64 after xl mem-set 1 96m" in result["msg"]
    assert "memory = 64" in bench.files()["web1.cfg"][0]


def test_what_was_changed_is_taken_back_when_a_later_change_fails(bench: Any) -> None:
    bench.domains(bench.guest(**MEMORY, vif=[]))
    bench.set(faults={"network-attach": {"code": 1, "errors": "libxl_device_nic_add failed.\n"}})
    result = bench.domains(bench.guest(**{**MEMORY, "memory": 96}, vif=[VIF]))
    assert "network-attach" in result["msg"]
    assert result["domains"]["web1"]["actions"] == []
    assert bench.domain("web1")["memory"] == 64
    assert "memory = 64" in bench.files()["web1.cfg"][0]
