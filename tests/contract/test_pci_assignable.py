# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_pci_assignable against the stand-in, with the kernel's files in a directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.contract.units import with_systemd

NIC, DISK, UPLINK, BRIDGE = "0000:00:05.0", "0000:00:04.0", "0000:01:00.0", "0000:00:02.0"


def link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(os.path.relpath(target, path.parent))


@pytest.fixture
def host(bench: Any) -> Any:
    """A spare card, the disk of / below LVM, the card below the bridge of the default route, and its PCI bridge."""
    bench.set(virt_caps="pv hvm hap hvm_directio pv_directio shadow")
    sys, devices = bench.root / "sys", bench.root / "sys/devices/pci0000:00"
    places = {NIC: devices / NIC, DISK: devices / DISK, BRIDGE: devices / BRIDGE, UPLINK: devices / BRIDGE / UPLINK}
    for address, (driver, kind) in {
        NIC: ("e1000", "0x020000"),
        DISK: ("virtio-pci", "0x010000"),
        UPLINK: ("e1000", "0x020000"),
        BRIDGE: ("pcieport", "0x060400"),
    }.items():
        places[address].mkdir(parents=True, exist_ok=True)
        (places[address] / "class").write_text(kind + "\n")
        (sys / "bus/pci/drivers" / driver).mkdir(parents=True, exist_ok=True)
        link(sys / "bus/pci/devices" / address, places[address])
        (places[address] / "driver").symlink_to(f"../../drivers/{driver}")
    (sys / "bus/pci/drivers/pciback").mkdir()
    partition = places[DISK] / "virtio1/block/vda/vda1"
    (partition / "holders").mkdir(parents=True)
    link(sys / "class/block/vda1", partition)
    volume = sys / "devices/virtual/block/dm-0"
    (volume / "slaves").mkdir(parents=True)
    link(volume / "slaves/vda1", partition)
    link(sys / "dev/block/253:0", volume)
    link(bench.root / "net/xenbr0/brif/eth0", bench.root / "net/eth0")
    link(bench.root / "net/xenbr0/lower_eth0", bench.root / "net/eth0")
    (bench.root / "net/eth0").mkdir()
    link(bench.root / "net/eth0/device", places[UPLINK])
    (bench.root / "mountinfo").write_text(
        "22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw\n23 22 0:5 / /dev rw - devtmpfs udev rw\n"
    )
    (bench.root / "route").write_text(
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "xenbr0\t00000000\t0202000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    )
    return bench


def changing(host: Any) -> list[str]:
    return [" ".join(call) for call in host.calls() if call[0] in ("pci-assignable-add", "pci-assignable-remove")]


def driver(host: Any, address: str) -> str:
    return os.path.basename(os.readlink(host.root / "sys/bus/pci/devices" / address / "driver"))


@pytest.mark.parametrize("release", ["4.5.0", "4.17.5"])
def test_a_device_becomes_assignable_and_goes_back(host: Any, release: str) -> None:
    host.set(release=release)
    order = {"devices": [{"bdf": "00:05.0"}]}
    foreseen = host.run("xl_pci_assignable", check=True, **order)
    assert changing(host) == []
    made = host.run("xl_pci_assignable", **order)
    assert changing(host) == [f"pci-assignable-add {NIC}"]
    assert foreseen == made | {"invocation": foreseen["invocation"]}
    assert made["devices"] == {NIC: {"assignable": True, "driver": "pciback", "name": None, "guest": None}}
    assert not host.run("xl_pci_assignable", **order)["changed"]
    back = host.run("xl_pci_assignable", devices=[{"bdf": NIC, "state": "absent"}])
    assert changing(host) == [f"pci-assignable-remove -r {NIC}"]
    assert back["devices"][NIC]["driver"] == "e1000"
    assert not host.run("xl_pci_assignable", devices=[{"bdf": NIC, "state": "absent"}])["changed"]


def test_a_name_is_given_and_kept(host: Any) -> None:
    host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    named = host.run("xl_pci_assignable", devices=[{"bdf": NIC, "name": "nic1"}])
    assert named["devices"][NIC]["name"] == "nic1"
    assert not host.run("xl_pci_assignable", devices=[{"bdf": NIC, "name": "nic1"}])["changed"]
    assert not host.run("xl_pci_assignable", devices=[{"bdf": NIC}])["changed"]
    host.set(release="4.14.0")
    host.run("xl_pci_assignable", devices=[{"bdf": NIC, "state": "absent"}])
    refused = host.run("xl_pci_assignable", devices=[{"bdf": NIC, "name": "nic1"}])
    assert "have names from Xen 4.15 on" in refused["msg"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (DISK, "is in use by the host: the file system /"),
        (UPLINK, "is in use by the host: the default route (xenbr0)"),
        (BRIDGE, "is a bridge"),
        ("0000:00:1f.0", "there is no PCI device 0000:00:1f.0"),
        ("00:05", "is not the address of one PCI device"),
        ("00:05.*", "is not the address of one PCI device"),
    ],
)
def test_what_must_not_be_taken_is_not(host: Any, address: str, message: str) -> None:
    for check in (True, False):
        assert message in host.run("xl_pci_assignable", check=check, devices=[{"bdf": address}])["msg"]
    assert changing(host) == []


def test_the_host_may_lose_a_device_by_permission(host: Any) -> None:
    assert host.run("xl_pci_assignable", devices=[{"bdf": UPLINK}], used_by_host="allowed")["changed"]
    assert driver(host, UPLINK) == "pciback"


def test_without_the_disk_of_the_root_every_storage_controller_is_spared(host: Any) -> None:
    (host.root / "mountinfo").write_text("22 1 0:40 / / rw - btrfs /dev/nothing rw\n")
    refused = host.run("xl_pci_assignable", devices=[{"bdf": DISK}])
    assert "perhaps the root file system" in refused["msg"]
    assert host.run("xl_pci_assignable", devices=[{"bdf": NIC}])["changed"]


def test_part_of_another_block_device_is_in_use(host: Any) -> None:
    spare = host.root / "sys/devices/pci0000:00" / NIC / "block/sdb"
    (spare / "holders/dm-7").mkdir(parents=True)
    link(host.root / "sys/class/block/sdb", spare)
    refused = host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    assert "is in use by the host: the block device dm-7" in refused["msg"]


def test_the_driver_must_be_there(host: Any) -> None:
    (host.root / "sys/bus/pci/drivers/pciback").rmdir()
    refused = host.run("xl_pci_assignable", check=True, devices=[{"bdf": NIC}])
    assert "modprobe xen-pciback" in refused["msg"]
    assert not host.run("xl_pci_assignable", devices=[{"bdf": NIC, "state": "absent"}])["changed"]


def test_a_device_that_a_guest_has_stays_there(host: Any) -> None:
    host.domains(host.guest())
    host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    host.set(attached={NIC: "1"})
    kept = host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    assert not kept["changed"]
    assert kept["devices"][NIC]["guest"] == "web1"
    refused = host.run("xl_pci_assignable", devices=[{"bdf": NIC, "state": "absent"}])
    assert f'device {NIC} is in use by guest "web1"' in refused["msg"]


def test_an_addition_without_effect_is_a_failure(host: Any) -> None:
    host.set(faults={"pci-assignable-add": {"code": 0, "errors": "libxl: error: Couldn't bind device to pciback!\n"}})
    failed = host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    assert (
        "had not its effect: device 0000:00:05.0 is not assignable; Couldn't bind device to pciback!" in failed["msg"]
    )
    assert failed["msg"].endswith("What was done was undone")
    assert driver(host, NIC) == "e1000"


def test_a_failure_in_the_middle_gives_all_back(host: Any) -> None:
    host.set(faults={f"pci-assignable-add {UPLINK}": {"code": 1, "errors": "no\n"}})
    order = [{"bdf": NIC}, {"bdf": UPLINK}]
    failed = host.run("xl_pci_assignable", devices=order, used_by_host="allowed")
    assert failed["msg"].endswith("What was done was undone")
    drivers = host.root / "sys/bus/pci/drivers"
    assert (drivers / "e1000/bind").read_text() == NIC
    assert driver(host, UPLINK) == "e1000"


UNIT = f"xen-resource@pci:{NIC}.service"


def test_a_device_is_assignable_again_after_a_boot(host: Any) -> None:
    with_systemd(host)
    order = {"devices": [{"bdf": NIC, "name": "nic1"}]}
    foreseen = host.run("xl_pci_assignable", check=True, **order)
    assert host.unit_files() == {}
    made = host.run("xl_pci_assignable", **order)
    assert foreseen == made | {"invocation": foreseen["invocation"]}
    assert made["units"][f"{UNIT}.d/50-xlops.conf"][0].endswith(f"/xl pci-assignable-add -n nic1 {NIC}")
    assert not host.run("xl_pci_assignable", **order)["changed"]
    assert host.reboot() == {UNIT: "active"}
    assert not host.run("xl_pci_assignable", check=True, **order)["changed"]
    assert host.run("xl_pci_assignable", devices=[{"bdf": NIC, "state": "absent"}])["changed"]
    assert set(host.unit_files()) == {"xen-resource@.service", "xen-resources@.target"}


def test_a_device_that_has_moved_fails_alone(host: Any) -> None:
    with_systemd(host)
    host.run("xl_pci_assignable", devices=[{"bdf": NIC}, {"bdf": UPLINK}], used_by_host="allowed")
    host.set(faults={f"pci-assignable-add {NIC}": {"code": 1, "errors": "Couldn't lstat\n"}})
    assert host.reboot() == {UNIT: "failed", f"xen-resource@pci:{UPLINK}.service": "active"}


def test_a_device_that_is_not_to_be_kept(host: Any) -> None:
    with_systemd(host)
    host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    gone = host.run("xl_pci_assignable", persistent=False, devices=[{"bdf": NIC}])
    assert (gone["changed"], gone["commands"], gone["units"]) == (True, [], {})
    assert set(host.unit_files()) == {"xen-resource@.service", "xen-resources@.target"}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("state", "fault", "kill"),
    [
        *(("present", f"pci-assignable-add {moment}", "") for moment in ("before", "after")),
        *(("absent", f"pci-assignable-remove {moment}", "") for moment in ("before", "after")),
        *(("present", "", kill) for kill in ("replace:1", "replace:3", "symlink:1", "fsync:2")),
        *(("absent", "", kill) for kill in ("unlink:1", "unlink:2", "rmdir:1")),
    ],
)
def test_a_run_that_died_is_completed_by_the_next(host: Any, state: str, fault: str, kill: str) -> None:
    with_systemd(host)
    order = {"devices": [{"bdf": NIC, "state": state}]}
    if state == "absent":
        host.run("xl_pci_assignable", devices=[{"bdf": NIC}])
    if fault:
        command, _blank, moment = fault.partition(" ")
        host.set(faults={command: {"kills": moment, "once": True}})
    assert host.run("xl_pci_assignable", kill=kill, **order) == {}
    assert not host.run("xl_pci_assignable", **order).get("failed")
    assert not host.run("xl_pci_assignable", **order)["changed"]
    assert not (host.root / "changed-units").exists()
    assert (f"{UNIT}.d/50-xlops.conf" in host.unit_files()) == (state == "present")
    assert driver(host, NIC) == ("pciback" if state == "present" else "e1000")
