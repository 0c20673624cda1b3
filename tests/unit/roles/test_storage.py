# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Disks that role xen_storage makes of files, with the real programs, and that its options are those of the module."""

from __future__ import annotations

import json
import pathlib
import re
import stat
import subprocess
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._schema.storage_spec import STORAGE
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, play, tasks

SPEC = yaml.safe_load((ROOT / "roles/xen_storage/meta/argument_specs.yml").read_text())["argument_specs"]["main"]
SECRET = "correct-horse-battery"
MIB = 1 << 20


def bare(options: dict[str, Any]) -> dict[str, Any]:
    """Without words for readers."""
    return {
        name: {key: bare(value) if key == "options" else value for key, value in option.items() if key != "description"}
        for name, option in options.items()
    }


@pytest.mark.parametrize("option", ["pools", "templates", "disks"])
def test_options_of_the_role_are_those_of_the_module(option: str) -> None:
    assert bare({option: SPEC["options"][f"xen_storage_{option}"]}) == bare({option: STORAGE[option]})


def made(tmp_path: pathlib.Path, disks: list[dict[str, Any]], *arguments: str) -> str:
    """What is said of the disks, made in a pool that is a directory."""
    variables = {
        "xen_storage_pools": [{"name": "images", "type": "directory", "path": str(tmp_path / "pool")}],
        "xen_storage_disks": disks,
    }
    listed = [of_role("xen_storage", one) for one in ("plan", "pools", "disks")]
    return tasks(tmp_path, listed, variables, *arguments)


def changes(said: str) -> int:
    found = re.search(r"changed=([0-9]+)", said)
    assert found and "failed=0" in said, said
    return int(found[1])


def info(path: pathlib.Path) -> dict[str, Any]:
    printed = subprocess.run(["qemu-img", "info", "--output=json", str(path)], check=True, capture_output=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def test_disks_are_made_grow_and_go(tmp_path: pathlib.Path) -> None:
    template = tmp_path / "template.img"
    template.write_bytes(b"system" + bytes(MIB - 6))
    pool = tmp_path / "pool"
    disks: list[dict[str, Any]] = [
        {"name": "empty", "pool": "images", "size": "2M"},
        {"name": "copy", "pool": "images", "size": "2M", "template": str(template)},
        {"name": "cow", "pool": "images", "size": "2M", "format": "qcow2", "template": str(template),
         "template_format": "raw"},
        {"name": "seed", "pool": "images", "cloud_init": {"user_data": f"#cloud-config\npassword: {SECRET}\n"}},
    ]  # fmt: skip
    said = made(tmp_path, disks, "--check")
    assert changes(said) and f"create {pool}/cow.qcow2 from {template}, 2M" in said
    assert not pool.exists()
    said = made(tmp_path, disks, "-vv")
    assert changes(said) and SECRET not in said
    assert (pool / "empty.img").stat().st_size == (pool / "copy.img").stat().st_size == 2 * MIB
    assert (pool / "copy.img").read_bytes()[:MIB] == template.read_bytes()
    assert (info(pool / "cow.qcow2")["format"], info(pool / "cow.qcow2")["virtual-size"]) == ("qcow2", 2 * MIB)
    assert {stat.S_IMODE(path.stat().st_mode) for path in pool.iterdir()} == {0o600}
    assert SECRET.encode() in (pool / "seed.iso").read_bytes()
    assert changes(made(tmp_path, disks)) == 0
    assert changes(made(tmp_path, disks, "--check")) == 0

    grown = [{**disk, "size": "3M"} if "size" in disk else disk for disk in disks[:3]]
    gone = {"name": "seed", "pool": "images", "format": "raw", "state": "absent", "delete_data": True}
    gone = {"path": str(pool / "seed.iso"), **{key: gone[key] for key in ("state", "delete_data")}}
    assert changes(made(tmp_path, [*grown, gone])) == 4
    assert [(pool / name).stat().st_size for name in ("empty.img", "copy.img")] == [3 * MIB, 3 * MIB]
    assert (pool / "copy.img").read_bytes()[:MIB] == template.read_bytes()
    assert info(pool / "cow.qcow2")["virtual-size"] == 3 * MIB
    assert not (pool / "seed.iso").exists()


def test_a_smaller_size_changes_nothing_at_all(tmp_path: pathlib.Path) -> None:
    (tmp_path / "pool").mkdir()
    image = tmp_path / "pool/a.img"
    image.write_bytes(bytes(2 * MIB))
    disks = [{"name": "new", "pool": "images", "size": "1M"}, {"name": "a", "pool": "images", "size": "1M"}]
    said = made(tmp_path, disks)
    assert f"a (number 2): {image} has {2 * MIB} bytes (2M), more than the declared 1M" in said
    assert "failed=1" in said
    assert [path.name for path in image.parent.iterdir()] == ["a.img"]
    assert image.stat().st_size == 2 * MIB


def test_what_a_dead_run_left_is_no_disk(tmp_path: pathlib.Path) -> None:
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool/a.img.new").write_bytes(b"half")
    (tmp_path / "t").write_bytes(b"whole")
    assert changes(made(tmp_path, [{"name": "a", "pool": "images", "template": str(tmp_path / "t")}]))
    assert (tmp_path / "pool/a.img").read_bytes() == b"whole"
    assert [path.name for path in (tmp_path / "pool").iterdir()] == ["a.img"]


def test_storage_of_other_machines_is_checked(tmp_path: pathlib.Path) -> None:
    hosts = [{"name": f"xen{number}", "disk": "/dev/vg0/a", "address": f"192.0.2.{number}:7789"} for number in (1, 2)]
    variables = {
        "xen_storage_iscsi": [
            {"portal": "192.0.2.1", "target": "iqn.2026-01.org.example:good"},
            {"portal": "192.0.2.1", "target": "guests", "user": "me"},
        ],
        "xen_storage_drbd": [
            {"name": "a", "minor": 0, "hosts": hosts[:1]},
            {"name": "b", "minor": 0, "hosts": [hosts[0], {**hosts[1], "disk": "/dev/x; y", "address": "xen2"}]},
        ],
    }
    said = play(tmp_path, "xen_storage", "preconditions", variables)
    for words in (
        "number 2 (guests): its target is",
        "number 2 (guests): user and password go together",
        "xen_storage_drbd a: it has 1 hosts",
        "another resource has the minor 0",
        "xen_storage_drbd b: an address takes",
        "xen_storage_drbd b: a disk takes",
    ):
        assert words in said, said
