# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools and disks as they were declared first."""

from __future__ import annotations

import json

import pytest

MIB = 1 << 20
SIZES = {"thick": 32 * MIB, "copied": 32 * MIB, "slim": 1024 * MIB, "thin": 256 * MIB}


def test_volumes_have_their_sizes(host):
    printed = host.check_output("lvs --reportformat json --units b --nosuffix -o lv_name,lv_size vgtest")
    rows = json.loads(printed)["report"][0]["lv"]
    assert {row["lv_name"]: int(row["lv_size"]) for row in rows} == SIZES


def test_a_thin_volume_is_in_its_pool(host):
    assert host.check_output("lvs --noheadings -o pool_lv vgtest/slim").strip() == "thin"


@pytest.mark.parametrize("disk", ["/dev/vgtest/copied"])
def test_a_copy_begins_as_its_template(host, disk):
    assert host.check_output("head --bytes=15 %s", disk) == "pattern pattern"


def test_images_are_readable_by_root_alone(host):
    for name in ("plain.img", "cow.qcow2", "web1-seed.iso"):
        file = host.file(f"/srv/xen/images/{name}")
        assert (file.user, file.mode) == ("root", 0o600)


def test_images_have_their_sizes(host):
    assert host.file("/srv/xen/images/plain.img").size == 32 * MIB
    info = json.loads(host.check_output("qemu-img info --output=json -f qcow2 /srv/xen/images/cow.qcow2"))
    assert info["virtual-size"] == 32 * MIB


def test_the_seed_is_found_by_its_label(host):
    assert host.check_output("blkid -p -s LABEL -o value /srv/xen/images/web1-seed.iso").strip() == "CIDATA"


def test_nothing_unfinished_is_left(host):
    assert host.check_output("find /srv/xen -name '*.new'") == ""
