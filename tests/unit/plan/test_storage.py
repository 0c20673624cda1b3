# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done for storage, and what never is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_checks import check_storage
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import read_storage
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage import Plan, plan_storage
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_packages import packages
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_seen import Device, Entry, Group, Seen, Volume
from hypothesis import given
from hypothesis import strategies as st

MIB, GIB = 1 << 20, 1 << 30
Said = dict[str, Any]

VG: Said = {"name": "fast", "type": "lvm", "vg": "vg0", "devices": ["/dev/vdb"]}
THIN: Said = {**VG, "thin_pool": "t", "thin_pool_size": "1G"}
TANK: Said = {"name": "tank", "type": "zfs", "dataset": "tank/xen", "devices": ["/dev/vdc"]}
RAW: Said = {"path": "/a.img", "size": "2G"}
LV: Said = {"vg": "vg0", "lv": "a", "size": "2G"}
QCOW2: Said = {"path": "/a.qcow2", "format": "qcow2", "size": "2G"}
GONE: Said = {"path": "/a.img", "state": "absent", "delete_data": True}
SEED: Said = {"path": "/a.iso", "cloud_init": {"user_data": "#cloud-config"}}
EMPTY = Device(True, "/dev/vdb")
GROUP = Group(4 * MIB, 10 * GIB, ("/dev/vdb",))


def planned(said: Said, **seen: Any) -> Plan:
    storage = read_storage(said)
    assert not check_storage(storage)
    return plan_storage(storage, Seen(**seen))


def file(size: int, form: str = "", **more: Any) -> dict[str, Entry]:
    path = {"qcow2": "/a.qcow2"}.get(form, "/a.img")
    return {path: Entry("file", size, size, form, **more)}


@pytest.mark.parametrize(
    ("disk", "seen", "action"),
    [
        (RAW, {}, "create"),
        (RAW, {"entries": file(2 * GIB)}, "nothing"),
        (RAW, {"entries": file(GIB)}, "grow"),
        (RAW, {"entries": file(GIB, user="guest")}, "grow"),
        (QCOW2, {"entries": file(2 * GIB, "qcow2")}, "nothing"),
        (QCOW2, {"entries": file(GIB, "qcow2")}, "grow"),
        (LV, {"groups": {"vg0": GROUP}}, "create"),
        (LV, {"groups": {"vg0": GROUP}, "volumes": {("vg0", "a"): Volume(2 * GIB)}}, "nothing"),
        ({**LV, "size": "2047M"}, {"groups": {"vg0": GROUP}, "volumes": {("vg0", "a"): Volume(2 * GIB)}}, "nothing"),
        (LV, {"groups": {"vg0": GROUP}, "volumes": {("vg0", "a"): Volume(GIB, "guest")}}, "grow"),
        ({**LV, "size": "50%FREE"}, {"groups": {"vg0": GROUP}, "volumes": {("vg0", "a"): Volume(GIB)}}, "ensure"),
        (GONE, {}, "nothing"),
        (GONE, {"entries": file(GIB)}, "remove"),
        (SEED, {}, "create"),
    ],
)
def test_what_is_done_for_a_disk(disk: Said, seen: Said, action: str) -> None:
    plan = planned({"disks": [disk]}, **seen)
    assert not plan.findings, plan.findings
    assert plan.disks[0]["action"] == action
    assert bool(plan.steps) == (action not in ("nothing", "ensure"))


@pytest.mark.parametrize(
    ("disk", "seen", "words"),
    [
        (RAW, {"entries": file(3 * GIB)}, "(3G), more than the declared 2G. An image is never shrunk"),
        (QCOW2, {"entries": file(3 * GIB, "qcow2")}, "never shrunk"),
        (LV, {"groups": {"vg0": GROUP}, "volumes": {("vg0", "a"): Volume(3 * GIB)}}, "A volume is never shrunk"),
        (QCOW2, {"entries": file(GIB, "qcow2", user="guest web1")}, "grows only while nobody uses it"),
        (QCOW2, {"entries": {"/a.qcow2": Entry("file", GIB)}}, "is no image of that format"),
        (RAW, {"entries": {"/a.img": Entry("directory")}}, "is a directory, not an image file"),
        (RAW, {"entries": {"/a.img": Entry("block device", GIB)}}, "is a block device, not an image file"),
        (LV, {}, "there is no volume group vg0"),
        (LV, {"groups": {"vg0": Group(4 * MIB, GIB)}}, "need 2G more, and 1G are free"),
        (LV, {"groups": {"vg0": GROUP}, "volumes": {("vg0", "a"): Volume(GIB, pool=True)}}, "is a thin pool"),
        (GONE, {"entries": file(GIB, user='guest "web1"')}, 'is in use by guest "web1", and is not deleted'),
        (GONE, {"entries": file(GIB), "unreadable": "xl hangs"}, "nobody knows which guests run"),
        (SEED, {"entries": {"/a.iso": Entry("file", 9)}}, "no seed that was made here"),
        (SEED, {"entries": {"/a.iso": Entry("file", 9, digest="0", user="guest web1")}}, "stop the guest first"),
        ({**RAW, "template": "/t"}, {}, "its template /t is not there"),
        ({**RAW, "template": "/t"}, {"entries": {"/t": Entry("file", 3 * GIB, 3 * GIB)}}, "declare at least that"),
        (
            {**RAW, "template": "/t", "template_format": "qcow2"},
            {"entries": {"/t": Entry("file", 9)}},
            "is no image of",
        ),
    ],
)
def test_what_is_refused(disk: Said, seen: Said, words: str) -> None:
    plan = planned({"disks": [disk]}, **seen)
    assert [one for one in plan.findings.disks if words in one], plan.findings.disks


def test_a_seed_is_written_anew_when_its_contents_change() -> None:
    digest = read_storage({"disks": [SEED]}).disks[0].digest
    for seen, action in ((digest, "nothing"), (64 * "0", "rewrite")):
        assert (
            planned({"disks": [SEED]}, entries={"/a.iso": Entry("file", 9, digest=seen)}).disks[0]["action"] == action
        )


def test_a_raw_template_stays_raw_whatever_a_guest_wrote_into_it() -> None:
    disk = {**RAW, "template": "/t"}
    plan = planned({"disks": [disk]}, entries={"/t": Entry("file", 9 * GIB, GIB, "qcow2")})
    assert not plan.findings
    assert plan.disks[0]["template_format"] == "raw"


def test_a_template_may_be_a_disk_that_comes_before() -> None:
    first, second = {"path": "/t", "size": "1G"}, {**RAW, "template": "/t"}
    assert not planned({"disks": [first, second]}).findings
    assert planned({"disks": [second, first]}).findings


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (Device(False), "does not exist"),
        (Device(False, "/dev/vdb"), "is no block device"),
        (Device(True, "/dev/vdb", ("ext4",)), "holds data (ext4), and is not overwritten"),
        (Device(True, "/dev/vdb", ("gpt", "PMBR")), "holds data (gpt, PMBR)"),
        (Device(True, "/dev/vdb", ("LVM2_member",), "vg1"), "belongs to volume group vg1"),
        (Device(True, "/dev/vdb", ("zfs_member",)), "holds data (zfs_member)"),
        (Device(True, "/dev/vdb", busy=True), "is in use"),
    ],
)
def test_a_device_with_anything_on_it_is_refused(device: Device, words: str) -> None:
    for pool in (VG, {**TANK, "devices": ["/dev/vdb"]}):
        plan = planned({"pools": [pool]}, devices={"/dev/vdb": device})
        assert [one for one in plan.findings.pools if words in one], plan.findings.pools


def test_a_device_that_a_dead_run_has_prepared_is_taken() -> None:
    plan = planned({"pools": [VG]}, devices={"/dev/vdb": Device(True, "/dev/vdb", ("LVM2_member",))})
    assert not plan.findings
    assert plan.steps == ["create volume group vg0 with /dev/vdb"]


def test_pools_are_made_once() -> None:
    disks = [{"pool": "fast", "name": "a", "size": "1G"}]
    plan = planned({"pools": [VG, {**THIN, "name": "thin"}], "disks": disks}, devices={"/dev/vdb": EMPTY})
    assert not plan.findings
    assert plan.steps == [
        "create volume group vg0 with /dev/vdb",
        "create thin pool vg0/t, 1G",
        "create /dev/vg0/a, 1G",
    ]
    there = {
        "devices": {"/dev/vdb": EMPTY},
        "groups": {"vg0": GROUP},
        "volumes": {("vg0", "t"): Volume(GIB, pool=True)},
    }
    assert planned({"pools": [THIN]}, **there).steps == []
    larger = planned({"pools": [{**THIN, "thin_pool_size": "2G"}]}, **there)
    assert larger.steps == ["grow thin pool vg0/t from 1G to 2G"]
    assert "never shrunk" in planned({"pools": [{**THIN, "thin_pool_size": "1M"}]}, **there).findings.pools[0]


def test_a_group_gets_the_devices_that_it_lacks() -> None:
    devices = {"/dev/vdb": EMPTY, "/dev/vdc": Device(True, "/dev/vdc")}
    plan = planned({"pools": [{**VG, "devices": ["/dev/vdb", "/dev/vdc"]}]}, devices=devices, groups={"vg0": GROUP})
    assert plan.steps == ["extend volume group vg0 with /dev/vdc"]


def test_zfs() -> None:
    disk = {"pool": "tank", "name": "a", "size": "1025K"}
    new = planned({"pools": [TANK], "disks": [disk]}, devices={"/dev/vdc": Device(True, "/dev/vdc")})
    assert new.steps == [
        "create pool tank of ZFS with /dev/vdc",
        "create dataset tank/xen",
        "create /dev/zvol/tank/xen/a, 2M",
    ]
    there: dict[str, Volume | None] = {"tank": None, "tank/xen": None, "tank/xen/a": Volume(2 * MIB)}
    assert planned({"pools": [TANK], "disks": [disk]}, datasets=there).steps == []
    smaller = planned({"pools": [TANK], "disks": [{**disk, "size": "1M"}]}, datasets=there)
    assert "never shrunk" in smaller.findings.disks[0]
    assert (
        "is a filesystem"
        in planned({"pools": [TANK], "disks": [disk]}, datasets={**there, "tank/xen/a": None}).findings.disks[0]
    )


@pytest.mark.parametrize(
    ("said", "needed"),
    [
        ({"disks": [RAW]}, []),
        ({"disks": [QCOW2]}, ["qemu-utils"]),
        ({"disks": [{"path": "/a.img", "template": "/t"}]}, []),
        ({"disks": [{**RAW, "template": "/t", "template_format": "qcow2"}]}, ["qemu-utils"]),
        ({"disks": [SEED]}, ["xorriso"]),
        ({"pools": [THIN]}, ["lvm2", "thin-provisioning-tools"]),
        ({"pools": [TANK]}, ["zfsutils-linux"]),
        ({"pools": [{"name": "n", "type": "directory", "path": "/n", "mount": {"source": "s:/e", "fstype": "nfs4"}}]},
         ["nfs-common"]),
        ({"templates": [{"name": "d", "path": "/d", "bootstrap": {"suite": "bookworm", "size": "1G"}}]},
         ["e2fsprogs", "mmdebstrap"]),
    ],
)  # fmt: skip
def test_packages(said: Said, needed: list[str]) -> None:
    seen = {"devices": {"/dev/vdb": EMPTY, "/dev/vdc": EMPTY}}
    assert packages(read_storage(said), planned(said, **seen)) == needed


@given(st.integers(1, 1 << 40), st.integers(1, 1 << 40), st.sampled_from(["file", "lv"]))
def test_no_plan_makes_a_disk_smaller(there: int, declared: int, kind: str) -> None:
    disk: Said = {**(RAW if kind == "file" else LV), "size": f"{declared}B"}
    group = Group(4 * MIB, 1 << 60)
    there = there if kind == "file" else -(-there // group.extent) * group.extent
    seen: Said = {"entries": file(there)} if kind == "file" else {"volumes": {("vg0", "a"): Volume(there)}}
    plan = planned({"disks": [disk]}, groups={"vg0": group}, **seen)
    (row,) = plan.disks
    assert row["action"] in ("grow", "nothing")
    assert row["action"] == "nothing" or row["size"] > there
    assert bool(plan.findings) == (row["size"] < there)


def test_what_comes_with_a_mount_or_a_login_is_not_asked_for_before() -> None:
    pool, disk = {**VG, "devices": ["/dev/disk/by-path/ip-a"]}, {"path": "/nas/a.qcow2", "backing": "/nas/base"}
    assert planned({"pools": [pool], "disks": [disk]}).findings
    assert not planned({"pools": [pool], "disks": [disk], "arriving": ["/nas/", "/dev/disk/by-path/ip-"]}).findings
