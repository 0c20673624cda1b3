# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which differences go away while the guest runs, by which commands, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.compare import Difference
from ansible_collections.xlops.xen.plugins.module_utils._plan.live import judged
from ansible_collections.xlops.xen.plugins.module_utils._plan.running import Running
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import LIVE, NEXT_BOOT
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

CD = {"pdev_path": "/a.iso", "vdev": "hdc", "format": "raw", "is_cdrom": 1}
ROOT = {"pdev_path": "/root.img", "vdev": "xvda", "format": "raw", "readwrite": 1}
NIC = {"devid": 0, "mac": "00:16:3e:00:00:01", "bridge": "xenbr0", "nictype": "vif"}


BALLOONED = {"b_info": {"max_memkb": 4096 * 1024, "target_memkb": 2048 * 1024}}
WHOLE = {"b_info": {"max_memkb": 4096 * 1024, "target_memkb": 4096 * 1024}}
OTHER_NIC = {"mac": "00:16:3e:00:00:02"}
STUB: dict[str, Any] = {"device_model_stubdomain": "True"}


def running(release: str = "4.17", kind: str = "pv", scheduler: str = "credit2", **b_info: Any) -> Running:
    config = {"c_info": {"type": kind}, "b_info": {"max_vcpus": 2, **b_info}, "disks": [ROOT, CD], "nics": [NIC]}
    return Running(7, Release.parse(release), config, scheduler)


def commands(guest: Running, *differences: Difference) -> list[str]:
    return [" ".join(command) for change in judged(differences, guest)[1] for command in change.commands]


def of(key: str, before: Any, after: Any, device: str | None = None) -> Difference:
    return Difference(key, before, after, LIVE, device)


@pytest.mark.parametrize(
    ("guest", "difference", "expected"),
    [
        (running(), of("memory", 64, 96), ["mem-set 7 96m"]),
        (running(), of("memory", 64, None), []),
        (replace(running(kind="hvm"), stored=BALLOONED), of("memory", 2048, 1024), ["mem-set 7 1047552k"]),
        (replace(running("4.6", "hvm"), stored=BALLOONED), of("memory", 2048, 1024), ["mem-set 7 1024m"]),
        (replace(running(kind="hvm"), stored=WHOLE), of("memory", 4096, 1024), ["mem-set 7 1024m"]),
        (replace(running(kind="pvh"), stored=BALLOONED), of("memory", 2048, 1024), ["mem-set 7 1024m"]),
        (running(kind="pvh"), of("vcpus", 2, 1), ["vcpu-set -i 7 1"]),
        (running(kind="hvm"), of("vcpus", 1, 2), ["vcpu-set -i 7 2"]),
        (running(kind="hvm"), of("vcpus", 2, 1), []),
        (
            running(kind="hvm", device_model_version="qemu_xen_traditional"),
            of("vcpus", 2, 1),
            ["vcpu-set -i 7 1"],
        ),
        (running(kind="hvm", **STUB), of("vcpus", 2, 1), ["vcpu-set -i 7 1"]),
        (running("4.21", "hvm", **STUB), of("vcpus", 2, 1), []),
        (running(kind="hvm", **STUB, device_model_version="qemu_xen"), of("vcpus", 2, 1), []),
        (running(), of("cpus", "0", ["0", "1"]), ["vcpu-pin 7 0 0 -", "vcpu-pin 7 1 1 -"]),
        (running(), of("cpus_soft", None, ["1"]), ["vcpu-pin 7 0 - 1", "vcpu-pin 7 1 - all"]),
        (running(), of("pool", "rt", None), ["cpupool-migrate 7 Pool-0"]),
        (running(scheduler="credit"), of("cap", 0, 50), ["sched-credit -d 7 -c 50"]),
        (running(scheduler="null"), of("cap", 0, 50), []),
        (running("4.9"), of("cap", 0, 50), []),
        (running("4.10"), of("cap", 0, 50), ["sched-credit2 -d 7 -c 50"]),
        (running("4.9", scheduler="credit"), of("cap", 0, 50), ["sched-credit -d 7 -c 50"]),
        (
            running("4.9", scheduler="rtds", sched_params={"period": 10000, "budget": 4000}),
            of("extratime", None, 1),
            [],
        ),
        (running("4.5", scheduler="sedf"), of("slice", 10, 20), ["sched-sedf -d 7 -s 20"]),
        (
            running(scheduler="rtds", sched_params={"period": 10000, "budget": 4000}),
            of("period", 10000, 20000),
            ["sched-rtds -d 7 -v all -p 20000 -b 4000 -e 0"],
        ),
        (
            running("4.5", scheduler="rtds", sched_params={"period": 10000, "budget": 4000}),
            of("period", 10000, 20000),
            ["sched-rtds -d 7 -p 20000 -b 4000"],
        ),
        (running(scheduler="rtds"), of("period", None, 20000), []),
        (running(), of("disk", {"vdev": "xvda"}, None, "xvda"), ["block-detach 7 xvda"]),
        (running("4.14"), of("disk", {"vdev": "xvda"}, None, "xvda"), []),
        (running(kind="hvm"), of("disk", None, {"vdev": "hdb", "target": "/b"}, "hdb"), []),
        (running(), of("disk", {"access": "rw"}, {"access": "ro"}, "xvda"), []),
        (
            running(kind="hvm"),
            of("disk", {"target": "/a.iso"}, {"target": "/b.iso"}, "hdc"),
            ["cd-insert 7 hdc /b.iso"],
        ),
        (running(kind="hvm"), of("disk", {"target": "/a.iso"}, {"target": None}, "hdc"), ["cd-eject 7 hdc"]),
        (running("4.19", "hvm", **STUB), of("disk", {"target": "/a.iso"}, {"target": "/b.iso"}, "hdc"), []),
        (
            running("4.20", "hvm", **STUB),
            of("disk", {"target": "/a.iso"}, {"target": "/b.iso"}, "hdc"),
            ["cd-insert 7 hdc /b.iso"],
        ),
        (running(kind="hvm"), of("vif", None, OTHER_NIC, "m"), ["network-attach 7 mac=00:16:3e:00:00:02 type=vif"]),
        (running(kind="pvh"), of("vif", None, OTHER_NIC, "m"), ["network-attach 7 mac=00:16:3e:00:00:02"]),
        (running(kind="hvm"), of("vif", None, {**OTHER_NIC, "type": "ioemu"}, "m"), []),
        (
            running(kind="hvm", **STUB),
            of("vif", None, {**OTHER_NIC, "type": "ioemu"}, "m"),
            ["network-attach 7 mac=00:16:3e:00:00:02 type=ioemu"],
        ),
        (running(), of("vif", {"mac": "m"}, None, NIC["mac"]), ["network-detach 7 00:16:3e:00:00:01"]),
        (running(), of("vif", {"bridge": "a"}, {"bridge": "b"}, NIC["mac"]), []),
        (
            running("4.5"),
            of("vif", None, {"mac": "00:16:3e:00:00:02", "devid": 1, "mtu": 1400}, "00:16:3e:00:00:02"),
            ["network-attach 7 mac=00:16:3e:00:00:02"],
        ),
        (running(), of("pci", None, {"bdf": "0000:03:00.0"}, "0000:03:00.0"), ["pci-attach 7 0000:03:00.0"]),
        (running(kind="pvh"), of("pci", None, {"bdf": "0000:03:00.0"}, "0000:03:00.0"), []),
    ],
)
def test_the_commands_of_a_difference(guest: Running, difference: Difference, expected: list[str]) -> None:
    assert commands(guest, difference) == expected


def test_what_was_before_is_brought_back_in_the_same_way() -> None:
    (change,) = judged([of("memory", 64, 96)], running())[1]
    assert change.undo == (("mem-set", "7", "64m"),)
    (change,) = judged([of("disk", {"vdev": "xvda"}, None, "xvda")], running())[1]
    assert change.undo == (("block-attach", "7", "vdev=xvda,format=raw,access=rw,devtype=disk,target=/root.img"),)


def test_what_xl_cannot_take_back_has_no_way_back() -> None:
    (change,) = judged([of("vcpus", 1, 2)], running(kind="hvm"))[1]
    assert change.undo == ()
    (told,) = judged([of("vcpus", 2, 1)], running(kind="hvm"))[0]
    assert (told.impact, told.how) == (NEXT_BOOT, "xl takes no virtual CPU from a running HVM guest")


def test_an_emulated_card_that_goes_comes_back_as_the_interface_that_a_running_guest_can_get() -> None:
    guest = running(kind="hvm")
    guest = replace(guest, config={**guest.config, "nics": [{**NIC, "nictype": "vif_ioemu"}]})
    (change,) = judged([of("vif", {"mac": "m"}, None, NIC["mac"])], guest)[1]
    assert [word for command in change.undo for word in command if "type" in word] == ["type=vif"]


def test_a_pool_costs_pins_and_shares_and_they_are_said_again() -> None:
    """What changes in the same run is said afterwards; on the way back all is as it was."""
    pinned = {"vcpu_hard_affinity": [[1], [1]], "vcpu_soft_affinity": [[0], [1]], "sched_params": {"weight": 512}}
    guest = replace(
        running(**pinned),
        schedulers={"slow": "credit", "Pool-0": "credit2"},
        declared=frozenset({"cpus", "cpus_soft", "cpu_weight", "pool", "memory"}),
    )
    (move, pins) = judged([of("pool", None, "slow"), of("cpus", "1", "0")], guest)[1]
    assert [" ".join(command) for command in move.commands] == [
        "cpupool-migrate 7 slow",
        "vcpu-pin 7 0 - 0",
        "vcpu-pin 7 1 - 1",
        "sched-credit -d 7 -w 512",
    ]
    assert [" ".join(command) for command in move.undo] == [
        "cpupool-migrate 7 Pool-0",
        "vcpu-pin 7 all 1 -",
        "vcpu-pin 7 0 - 0",
        "vcpu-pin 7 1 - 1",
        "sched-credit2 -d 7 -w 512",
    ]
    assert (move.also, pins.also) == (("cpus_soft", "cpu_weight"), ())


def test_what_the_scheduler_of_the_new_pool_does_not_know_is_not_said_to_it() -> None:
    guest = running(sched_params={"weight": 512, "cap": 20})
    guest = replace(guest, schedulers={"none": "null"}, declared=frozenset({"cpu_weight", "cap"}))
    assert commands(guest, of("pool", None, "none")) == ["cpupool-migrate 7 none"]


def test_what_goes_makes_room_for_what_comes_and_a_pool_comes_first() -> None:
    come = of("disk", None, {"vdev": "xvdb", "target": "/b"}, "xvdb")
    gone = of("disk", {"vdev": "xvda"}, None, "xvda")
    order = commands(running(), come, of("cpus", None, "1"), of("pool", None, "rt"), gone)
    assert order == [
        "block-detach 7 xvda",
        "cpupool-migrate 7 rt",
        "vcpu-pin 7 all 1 -",
        "block-attach 7 vdev=xvdb,target=/b",
    ]


def test_a_weight_is_set_under_the_scheduler_of_the_new_pool() -> None:
    guest = replace(running(), schedulers={"slow": "credit"})
    order = commands(guest, of("cpu_weight", 256, 512), of("pool", None, "slow"))
    assert order == ["cpupool-migrate 7 slow", "sched-credit -d 7 -w 512"]


def test_devices_of_a_class_wait_together_and_others_do_not() -> None:
    waits = of("vif", {"bridge": "a"}, {"bridge": "b"}, NIC["mac"])
    comes = of("vif", None, {"mac": "00:16:3e:00:00:02"}, "00:16:3e:00:00:02")
    found, possible = judged([waits, comes, of("memory", 64, 96)], running())
    assert [one.impact for one in found] == [NEXT_BOOT, NEXT_BOOT, LIVE]
    assert [one.difference.key for one in possible] == ["memory"]


@pytest.mark.parametrize(
    ("release", "kind", "controller", "expected"),
    [
        ("4.7", "pv", {}, ["usbctrl-attach 7 "]),
        ("4.7", "hvm", {}, []),
        ("4.7", "hvm", {"type": "pv"}, ["usbctrl-attach 7 type=pv"]),
        ("4.8", "hvm", {}, ["usbctrl-attach 7 "]),
        ("4.17", "pvh", {"type": "devicemodel"}, []),
        ("4.17", "pvh", {"type": "qusb", "ports": 4}, ["usbctrl-attach 7 type=qusb ports=4"]),
    ],
)
def test_a_controller_comes_where_a_release_and_a_type_of_guest_have_it(
    release: str, kind: str, controller: dict[str, Any], expected: list[str]
) -> None:
    found = commands(running(release, kind), of("usbctrl", None, controller, "0"))
    assert found == [command.strip() for command in expected]


def test_a_device_of_which_the_host_tells_no_port_waits() -> None:
    guest = running()
    there = {"usbctrls": [{"devid": 0}], "usbdevs": [{"type.hostdev": {"hostbus": 1, "hostaddr": 4}}]}
    guest = replace(guest, config={**guest.config, **there})
    (told,), changes = judged([of("usbdev", {"hostbus": 1, "hostaddr": 4}, None, "1:4")], guest)
    assert (changes, "does not say to which port" in told.how) == ([], True)
