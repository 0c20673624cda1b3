# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that grew, one that is gone, and a seed with other contents."""

from __future__ import annotations

import json

MIB = 1 << 20
SIZES = {"thick": 64 * MIB, "slim": 2048 * MIB, "thin": 256 * MIB}


def test_volumes_grew_and_one_is_gone(host):
    printed = host.check_output("lvs --reportformat json --units b --nosuffix -o lv_name,lv_size vgtest")
    rows = json.loads(printed)["report"][0]["lv"]
    assert {row["lv_name"]: int(row["lv_size"]) for row in rows} == SIZES


def test_images_grew(host):
    assert host.file("/srv/xen/images/plain.img").size == 64 * MIB
    info = json.loads(host.check_output("qemu-img info --output=json -f qcow2 /srv/xen/images/cow.qcow2"))
    assert info["virtual-size"] == 64 * MIB


def test_the_seed_has_the_new_contents(host):
    assert host.run("grep --text --quiet 'hostname: web2' /srv/xen/images/web1-seed.iso").rc == 0
