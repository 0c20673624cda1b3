# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logical volumes that role xen_storage makes, with the modules of community.general and a stand-in for LVM."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.unit.roles.plays import of_role, tasks

PROGRAM = pathlib.Path(__file__).with_name("lvm_program")
PROGRAMS = ("lvm", "vgs", "pvs", "lvs", "lvcreate", "lvextend", "lvremove", "lvchange")
GIB = 1 << 30
POOLS = [
    {"name": "fast", "type": "lvm", "vg": "vg0"},
    {"name": "thin", "type": "lvm", "vg": "vg0", "thin_pool": "thin", "thin_pool_size": "2G"},
]


@pytest.fixture
def world(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).symlink_to(PROGRAM)
    found = tmp_path / "world"
    found.write_text(json.dumps({"size": 10 * GIB, "volumes": {}, "calls": []}))
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LVM_WORLD", str(found))
    return found


def made(tmp_path: pathlib.Path, disks: list[dict[str, Any]], *arguments: str) -> str:
    listed = [of_role("xen_storage", one) for one in ("plan", "pools", "disks")]
    return tasks(tmp_path, listed, {"xen_storage_pools": POOLS, "xen_storage_disks": disks}, *arguments)


def calls(world: pathlib.Path) -> list[str]:
    """What was changed since it was asked last."""
    said = json.loads(world.read_text())
    world.write_text(json.dumps({**said, "calls": []}))
    return [" ".join(call) for call in said["calls"] if call[0] != "lvchange"]


def test_volumes_are_made_grow_and_go(tmp_path: pathlib.Path, world: pathlib.Path) -> None:
    disks: list[dict[str, Any]] = [
        {"name": "thick", "pool": "fast", "size": "1G"},
        {"name": "slim", "pool": "thin", "size": "20G"},
        {"vg": "vg0", "lv": "odd", "size": "1025K"},
    ]
    said = made(tmp_path, disks, "--check")
    assert "create thin pool vg0/thin, 2G" in said and "create /dev/vg0/odd, 4M" in said
    assert calls(world) == []
    assert "failed=0" in made(tmp_path, disks)
    assert calls(world) == [
        f"lvcreate --yes -L {2 * GIB}b -T vg0/thin",
        f"lvcreate --yes -n thick -L {GIB}b vg0",
        f"lvcreate --yes -n slim -V {20 * GIB}b -T vg0/thin",
        f"lvcreate --yes -n odd -L {4 << 20}b vg0",
    ]
    said = made(tmp_path, disks)
    assert "changed=0" in said and "failed=0" in said
    grown = [{**disks[0], "size": "2G"}, {"name": "slim", "pool": "thin", "state": "absent", "delete_data": True}]
    assert "failed=0" in made(tmp_path, grown)
    assert calls(world) == [f"lvextend -L {2 * GIB}b vg0/thick", "lvremove --force vg0/slim"]


def test_nothing_is_done_where_one_volume_is_wrong(tmp_path: pathlib.Path, world: pathlib.Path) -> None:
    said = json.loads(world.read_text())
    said["volumes"] = {"a": {"size": 2 * GIB, "thin": False, "attr": "-wi-a-----"}}
    world.write_text(json.dumps(said))
    wrong = [
        {"name": "a", "pool": "fast", "size": "1G"},
        {"name": "b", "pool": "fast", "size": "20G"},
        {"name": "a", "pool": "thin", "size": "1G"},
    ]
    text = made(tmp_path, wrong[:2])
    assert "a (number 1): /dev/vg0/a has" in text and "A volume is never shrunk" in text
    assert "volume group vg0: the disks in it need 20G more, and 8G are free" in text
    assert "number 1 is the same logical volume" in made(tmp_path, [wrong[0], wrong[2]])
    assert calls(world) == []
