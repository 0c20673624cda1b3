# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of storage, and of who uses it; xl, lvs and zfs are scripts that print what the real ones would."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.storage_model import read_storage
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.storage_seen import StorageReader
from ansible_collections.xlops.xen.plugins.module_utils._host.xl import Xl
from ansible_collections.xlops.xen.plugins.module_utils._plan.storage_seen import Seen, Volume

LVM = {
    "pvs": {"pv": [{"pv_name": "/dev/null", "vg_name": "vg0"}, {"pv_name": "/dev/zero", "vg_name": ""}]},
    "vgs": {"vg": [{"vg_name": "vg0", "vg_extent_size": "4194304", "vg_free": "8388608"}]},
    "lvs": {"lv": [
        {"vg_name": "vg0", "lv_name": "a", "lv_size": "4194304", "lv_attr": "-wi-a-----"},
        {"vg_name": "vg0", "lv_name": "t", "lv_size": "4194304", "lv_attr": "twi-a-tz--"},
    ]},
}  # fmt: skip


class Bench:
    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        self.programs = root / "programs"
        self.programs.mkdir()
        (root / "capabilities").write_text("control_d\n")
        self.xl(json.dumps([]))

    def program(self, name: str, prints: str, code: int = 0) -> str:
        path = self.programs / name
        (self.programs / f"{name}.txt").write_text(prints)
        path.write_text(f"#!/bin/sh\ncat '{path}.txt'\nexit {code}\n")
        path.chmod(0o755)
        return str(path)

    def xl(self, prints: str, code: int = 0) -> None:
        self.program("xl", prints, code)

    def seen(self, **said: Any) -> Seen:
        paths = Paths(sysfs=str(self.root / "sys"), capabilities=str(self.root / "capabilities"))
        return StorageReader(paths, Xl(str(self.programs / "xl"))).seen(read_storage(said))


@pytest.fixture
def bench(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    found = Bench(tmp_path)
    monkeypatch.setenv("PATH", f"{found.programs}{os.pathsep}{os.environ['PATH']}")
    return found


def test_images_and_who_uses_them(bench: Bench) -> None:
    image, other, link = bench.root / "a.img", bench.root / "b.qcow2", bench.root / "link.img"
    image.write_bytes(b"12345")
    other.write_bytes(b"QFI\xfb\0\0\0\3" + bytes(16) + (9 << 20).to_bytes(8, "big"))
    link.symlink_to(image)
    config = {"c_info": {"name": "web1"}, "disks": [{"pdev_path": str(link)}]}
    bench.xl(json.dumps([{"domid": 3, "config": config}]))
    backing = bench.root / "sys/block/loop7/loop/backing_file"
    backing.parent.mkdir(parents=True)
    backing.write_text(f"{other}\n")
    paths = [str(image), str(other), str(bench.root), str(bench.root / "none")]
    seen = bench.seen(disks=[{"path": path, "size": "1M"} for path in paths])
    assert not seen.unreadable
    assert sorted(seen.entries) == sorted(paths[:3])
    assert (seen.entries[str(image)].size, seen.entries[str(image)].user) == (5, 'guest "web1"')
    qcow2 = seen.entries[str(other)]
    assert (qcow2.size, qcow2.raw_size, qcow2.format, qcow2.user) == (9 << 20, 32, "qcow2", "loop device /dev/loop7")
    assert seen.entries[str(bench.root)].kind == "directory"


def test_guests_that_cannot_be_listed_are_unknown_and_none_without_xen(bench: Bench) -> None:
    bench.xl("", code=1)
    assert "xl list -l" in bench.seen(disks=[]).unreadable
    (bench.root / "capabilities").unlink()
    assert bench.seen(disks=[]).unreadable == ""


def test_groups_and_volumes(bench: Bench) -> None:
    for name, part in LVM.items():
        bench.program(name, json.dumps({"report": [part]}))
    seen = bench.seen(disks=[{"vg": "vg0", "lv": "a", "size": "1M"}])
    assert (seen.groups["vg0"].extent, seen.groups["vg0"].free) == (4 << 20, 8 << 20)
    assert seen.groups["vg0"].devices == (os.path.realpath("/dev/null"),)
    assert seen.volumes == {("vg0", "a"): Volume(4 << 20), ("vg0", "t"): Volume(4 << 20, pool=True)}
    bench.program("lvs", "no such thing")
    with pytest.raises(HostError, match="what lvs printed cannot be read"):
        bench.seen(disks=[{"vg": "vg0", "lv": "a", "size": "1M"}])
    bench.program("pvs", "", code=5)
    with pytest.raises(HostError, match=r"pvs .* failed"):
        bench.seen(disks=[{"vg": "vg0", "lv": "a", "size": "1M"}])


def test_datasets(bench: Bench) -> None:
    bench.program("zfs", "tank\tfilesystem\t-\ntank/a\tvolume\t1048576\n")
    seen = bench.seen(pools=[{"name": "tank", "type": "zfs"}])
    assert seen.datasets == {"tank": None, "tank/a": Volume(1 << 20)}


def test_devices(bench: Bench) -> None:
    file = bench.root / "file"
    file.touch()
    devices = [str(file), "/dev/none-such"]
    seen = bench.seen(pools=[{"name": "tank", "type": "zfs", "devices": devices}])
    assert [(seen.devices[one].block, bool(seen.devices[one].real)) for one in devices] == [
        (False, True),
        (False, False),
    ]
