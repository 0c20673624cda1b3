# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks, interfaces and devices passed through, as xm writes them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_devices import (
    read_xm_pci,
    read_xm_vfb,
    read_xm_vif,
)
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_disks import read_xm_disk
from ansible_collections.xlops.xen.plugins.module_utils._config.xm_rows import DECISION, DROPPED, Refused
from ansible_collections.xlops.xen.tests.unit.xm.guests import HVM, PV, imported, row_of

RAW = {"vdev": "xvda", "format": "raw", "access": "rw"}


@pytest.mark.parametrize(
    ("text", "disk"),
    [
        ("phy:/dev/vg/a,xvda,w", {**RAW, "target": "/dev/vg/a"}),
        ("phy:vg/a,xvda,w", {**RAW, "target": "/dev/vg/a"}),
        ("phy:sda3,xvda,r", {**RAW, "target": "/dev/sda3", "access": "ro"}),
        ("phy:/dev/vg/a, xvda, w!", {**RAW, "target": "/dev/vg/a"}),
        ("file:/srv/a.img,xvda,w", {**RAW, "target": "/srv/a.img"}),
        ("file:///srv/a.img,xvda,w", {**RAW, "target": "/srv/a.img"}),
        ("tap:aio:/srv/a.img,xvda,w", {**RAW, "target": "/srv/a.img"}),
        ("tap2:tapdisk:aio:/srv/a.img,xvda,w", {**RAW, "target": "/srv/a.img"}),
        ("tap:sync:/srv/a.img,xvda,w", {**RAW, "target": "/srv/a.img"}),
        ("tap:qcow:/srv/a.qcow,xvda,w", {**RAW, "target": "/srv/a.qcow", "format": "qcow"}),
        ("tap:qcow2:/srv/a.qcow2,xvda,w", {**RAW, "target": "/srv/a.qcow2", "format": "qcow2"}),
        ("tap2:vhd:/srv/a.vhd,xvda,w", {**RAW, "target": "/srv/a.vhd", "format": "vhd"}),
        ("drbd:web,xvda,w", {"vdev": "xvda", "target": "web", "script": "block-drbd", "access": "rw"}),
        (
            "nbd:10.0.0.1 2000,xvda,w",
            {"vdev": "xvda", "target": "10.0.0.1 2000", "script": "block-nbd", "access": "rw"},
        ),
        ("iscsi:iqn.a:b,xvda,w", {"vdev": "xvda", "target": "iqn.a:b", "script": "block-iscsi", "access": "rw"}),
        ("phy:/dev/a,ioemu:hda,w", {**RAW, "target": "/dev/a", "vdev": "hda"}),
        ("phy:/dev/a,/dev/sda1,w", {**RAW, "target": "/dev/a", "vdev": "sda1"}),
        ("phy:/dev/a,hda:disk,w", {**RAW, "target": "/dev/a", "vdev": "hda"}),
        (",hdc:cdrom,r", {"vdev": "hdc", "devtype": "cdrom", "access": "ro"}),
        (
            "file:/srv/a.iso,hdc:cdrom,r",
            {"vdev": "hdc", "devtype": "cdrom", "access": "ro", "target": "/srv/a.iso", "format": "raw"},
        ),
        ("phy:/dev/a,xvda,w,storage", {**RAW, "target": "/dev/a", "backend": "storage"}),
        ("phy:/dev/a,xvda,w,0,x86_32-abi", {**RAW, "target": "/dev/a"}),
        ("phy:/dev/a,0x301,w", {**RAW, "target": "/dev/a", "vdev": "0x301"}),
    ],
)
def test_a_disk(text: str, disk: dict[str, Any]) -> None:
    assert read_xm_disk(text)[0] == disk


@pytest.mark.parametrize(
    "text",
    [
        *("", "phy:/dev/a,xvda", "phy:/dev/a,xvda,w,0,x,y", "/dev/a,xvda,w", "phy:,xvda,w", ",xvda,w", "phy:/dev/a,,w"),
        *(
            "phy:/dev/a,xvda,rw",
            "phy:/dev/a,xvda:tape,w",
            "tap:vmdk:/a,xvda,w",
            "tap:ram:/a,xvda,w",
            "file:a.img,xvda,w",
        ),
        *("tap:aio:a,xvda,w", "Ph y:/dev/a,xvda,w", "tap:,xvda,w"),
    ],
)
def test_no_disk(text: str) -> None:
    with pytest.raises(Refused, match=r".{10}"):
        read_xm_disk(text)


@pytest.mark.parametrize(
    ("text", "guest", "vif"),
    [
        ("", "pv", {}),
        (" mac=00:16:3E:01:02:03 , bridge = xenbr0 ", "pv", {"mac": "00:16:3E:01:02:03", "bridge": "xenbr0"}),
        ("type=ioemu,bridge=b", "hvm", {"type": "ioemu", "bridge": "b"}),
        ("type=ioemu,bridge=b", "pv", {"bridge": "b"}),
        ("type=netfront", "hvm", {"type": "vif"}),
        ("type=netfront", "pv", {}),
        (
            "ip=10.0.0.1 10.0.0.2,script=vif-route,vifname=web,backend=net,model=e1000",
            "hvm",
            {"ip": "10.0.0.1 10.0.0.2", "script": "vif-route", "vifname": "web", "backend": "net", "model": "e1000"},
        ),
        ("rate=10Mb/s@50ms", "pv", {"rate": "10Mb/s@50ms"}),
        ("rate=010Mb/s@020ms", "pv", {"rate": "10Mb/s@20ms"}),
        ("rate=09b/s", "pv", {}),  # not a byte in an interval
        ("rate=08Kb/s", "pv", {"rate": "8Kb/s"}),
        ("rate=10Mb/s@20m", "pv", {}),  # xl alone does without the s
        ("rate=1000GB/s", "pv", {}),
        ("rate=0Mb/s", "pv", {}),
        ("rate=fast", "pv", {}),
        ("accel=sfc,policy=p,label=l,backend=0", "pv", {}),
    ],
)
def test_an_interface(text: str, guest: str, vif: dict[str, Any]) -> None:
    assert read_xm_vif(text, guest)[0] == vif


@pytest.mark.parametrize(
    ("rate", "remarks"),
    [
        ("10Mb/s", []),
        ("010Mb/s", ['rate="010Mb/s" is decimal to xm, and octal to xl with a zero in front']),
        ("10Mb/s@20m", ['rate="10Mb/s@20m" is no rate; xm took it for no limit']),
    ],
)
def test_what_became_of_a_rate_is_said(rate: str, remarks: list[str]) -> None:
    assert read_xm_vif(f"rate={rate}", "pv")[1] == remarks


@pytest.mark.parametrize("text", ["bridge", "colour=red", "mac=1,,"])
def test_no_interface(text: str) -> None:
    with pytest.raises(Refused):
        read_xm_vif(text, "pv")


def test_a_framebuffer_of_xen_3_0() -> None:
    assert read_xm_vfb("type=vnc,vncdisplay=3,videoram=8")[0] == {"vnc": True, "vncdisplay": 3}


@pytest.mark.parametrize("text", ["vnc=yes", "vncdisplay=one", "colour=1", "vnc"])
def test_no_framebuffer(text: str) -> None:
    with pytest.raises(Refused):
        read_xm_vfb(text)


@pytest.mark.parametrize(
    ("text", "device"),
    [
        ("0000:01:00.0", {"bdf": "0000:01:00.0"}),
        ("1:0.7", {"bdf": "0000:01:00.7"}),
        ("01,00,0", {"bdf": "0000:01:00.0"}),
        ("0001:02:03.*", {"bdf": "0001:02:03.*"}),
        (
            "01:00.0@1f,msitranslate=1,power_mgmt=no",
            {"bdf": "0000:01:00.0", "vslot": 31, "msitranslate": True, "power_mgmt": False},
        ),
    ],
)
def test_a_pci_device(text: str, device: dict[str, Any]) -> None:
    assert read_xm_pci(text)[0] == device


@pytest.mark.parametrize("text", ["", "eth0", "01:00.0-3", "01:00.0,colour=1", "01:00.0,msitranslate=2", "01:00.8"])
def test_no_pci_device(text: str) -> None:
    with pytest.raises(Refused):
        read_xm_pci(text)


def test_one_bad_item_does_not_take_the_others_along() -> None:
    guest = imported(f"{PV}disk = ['phy:/dev/a,xvda,w', 'phy:' + volume + ',xvdb,w', 'tap:vmdk:/c,xvdc,w', 7]\n")
    assert [disk["vdev"] for disk in guest.model["disk"]] == ["xvda"]
    assert [row_of(guest, f"disk[{index}]").action for index in (1, 2, 3)] == [DECISION] * 3
    assert "volume is not set in the file" in row_of(guest, "disk[1]").reason


def test_disks_of_one_name_are_one_decision_and_take_no_others_along() -> None:
    guest = imported(
        f"{HVM}disk = ['phy:/dev/x,sde,w', 'phy:/dev/a,hda,w', 'phy:/dev/b,hdb,w', 'file:/x.iso,hdc:cdrom,r', "
        "'file:/y.iso,hdc:cdrom,r', 'file:/z.iso,hdc:cdrom,r']\n"
    )
    assert [disk["vdev"] for disk in guest.model["disk"]] == ["sde", "hda", "hdb"]
    first, *waiting = [row_of(guest, f"disk[{index}]") for index in (3, 4, 5)]
    assert (first.action, first.reason.partition(",")[0]) == (DECISION, 'vdev: the device "hdc" is there 3 times')
    assert [(row.action, row.loss, row.new) for row in waiting] == [(DROPPED, True, "")] * 2
    assert {row.reason for row in waiting} == {"it waits for what is decided about disk[3]"}
    assert guest.config.count("hdc") == 1  # in the decision


def test_a_decision_about_a_device_has_one_number_that_of_the_file() -> None:
    guest = imported(f"{PV}disk = ['nonsense', 'phy:/dev/x,sdzzzz,w']\n")
    row = row_of(guest, "disk[1]")
    assert row.action == DECISION
    assert row.reason.startswith('vdev: "sdzzzz" is the name of no disk')


def test_an_interface_without_a_bridge_asks() -> None:
    guest = imported(f"{PV}vif = ['']\n")
    assert guest.model["vif"] == [{}]
    assert "xl takes that of xl.conf" in row_of(guest, "vif").reason


def test_a_device_that_is_nothing_without_what_is_wrong_goes_as_a_whole() -> None:
    guest = imported(f"{PV}pci = ['01:2f.0@1', '01:00.0']\n")
    assert guest.model["pci"] == [{"bdf": "0000:01:00.0"}]
    assert guest.decisions == 1
    assert row_of(guest, "pci[0]").reason.startswith("bdf: ")


def test_a_bad_mac_is_left_out_and_asked_for() -> None:
    guest = imported(f"{HVM}vif = ['mac=00:16:3e,bridge=b']\n")
    assert guest.model["vif"] == [{"bridge": "b"}]
    assert row_of(guest, "vif[0]").action == DECISION


def test_no_disk_becomes_writable_for_what_is_wrong_with_it() -> None:
    guest = imported(f'{HVM}disk = ["phy:/dev/a,hda,w", "phy:/dev/shared,hdb,r", "phy:/dev/b,xvda,r"]\n')
    assert [(disk["target"], disk["access"]) for disk in guest.model["disk"]] == [("/dev/a", "rw")]
    assert "/dev/shared" not in "\n".join(line for line in guest.config.splitlines() if not line.startswith("#"))
    (read_only, twice) = [row for row in guest.rows if row.action == DECISION and row.key.startswith("disk")]
    assert "cannot be read-only" in read_only.reason
    assert "it is missing" not in twice.reason
