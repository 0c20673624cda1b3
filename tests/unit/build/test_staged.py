# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staged files become one tree, and one tree becomes the same archive each time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.package import tar
from ansible_collections.xlops.xen.plugins.module_utils._build.staged import assemble, described, differences

EPOCH = 1421280000


def stage(root: Path) -> list[str]:
    """Two stages with what real ones have: links, aliases, caches, odd rights."""
    for path, text in (
        ("a/boot/xen-4.5.0.gz", "hypervisor"),
        ("b/usr/sbin/xl", "xl"),
        ("b/usr/lib/python/grub.py", "grub"),
        ("b/usr/lib/python/grub.pyc", "time"),
        ("b/var/run/xen/keep", ""),
        ("b/etc/xen/xl.conf", "#"),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "a/boot/xen.gz").symlink_to("xen-4.5.0.gz")
    (root / "b/usr/sbin/xm").symlink_to("xl")
    (root / "b/usr/sbin/xl").chmod(0o4775)
    (root / "b/etc/xen/xl.conf").chmod(0o666)
    return [str(root / "a"), str(root / "b")]


def test_what_is_made_at_boot_and_what_names_no_version_is_left_out(tmp_path: Path) -> None:
    assemble(stage(tmp_path), str(tmp_path / "root"), EPOCH)
    assert [one["path"] for one in described(str(tmp_path / "root"))] == [
        "/boot/xen-4.5.0.gz", "/etc/xen/xl.conf", "/usr/lib/python/grub.py", "/usr/sbin/xl", "/usr/sbin/xm",
    ]  # fmt: skip
    assert not (tmp_path / "root/var/run").exists()


def test_rights_are_plain_and_times_are_one(tmp_path: Path) -> None:
    assemble(stage(tmp_path), str(tmp_path / "root"), EPOCH)
    modes = {one["path"]: one.get("mode") for one in described(str(tmp_path / "root"))}
    assert (modes["/usr/sbin/xl"], modes["/etc/xen/xl.conf"]) == ("0755", "0644")
    assert {os.lstat(path).st_mtime for path in (tmp_path / "root").rglob("*")} == {EPOCH}


def test_a_link_out_of_the_tree_is_kept_and_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    staged = stage(tmp_path)
    (tmp_path / "b/etc/shadow").symlink_to(secret)
    assemble(staged, str(tmp_path / "root"), EPOCH)
    assert {"path": "/etc/shadow", "link": str(secret)} in described(str(tmp_path / "root"))
    assert secret.stat().st_mtime != EPOCH


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    staged = stage(tmp_path)
    os.mkfifo(tmp_path / "b/etc/fifo")
    with pytest.raises(BuildError, match="neither a file nor a directory nor a link"):
        assemble(staged, str(tmp_path / "root"), EPOCH)


def test_the_same_tree_gives_the_same_archive(tmp_path: Path) -> None:
    archives = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assemble(stage(tmp_path / name), str(tmp_path / name / "root"), EPOCH)
        tar(str(tmp_path / name / "root"), str(tmp_path / name / "archive"), EPOCH)
        archives.append((tmp_path / name / "archive").read_bytes())
        time.sleep(1.01)
    assert archives[0] == archives[1]


def test_files_that_differ_are_named(tmp_path: Path) -> None:
    before = [{"path": "/a", "sha256": "1"}, {"path": "/b", "sha256": "1"}, {"path": "/c", "link": "a"}]
    after = [{"path": "/a", "sha256": "2"}, {"path": "/b", "sha256": "1"}, {"path": "/d", "link": "a"}]
    assert differences(before, after) == ["/a", "/c", "/d"]
