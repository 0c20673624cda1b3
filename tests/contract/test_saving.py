# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest is saved to a file and comes back from it; it is there, or in the file, whatever goes wrong."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "save").mkdir()
    return tmp_path / "save/web1"


def save(bench: Any, path: Path, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = bench.run("xl_save", name="web1", dest=str(path), **options)
    return found


def restore(bench: Any, path: Path, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = bench.run("xl_restore", name="web1", src=str(path), **options)
    return found


def test_a_guest_is_saved_once_and_restored_once(any_bench: Any, path: Path) -> None:
    bench = any_bench
    bench.domains(bench.guest(vif=[{}]))
    before = bench.domain("web1")
    bench.calls()
    check = save(bench, path, check=True)
    assert (check["changed"], check["state"], bench.acts()) == (True, "stopped", [])
    saved = save(bench, path)
    assert (saved["changed"], saved["previous_state"], saved["state"]) == (True, "running", "stopped")
    assert (bench.names(), path.stat().st_mode & 0o777) == ([], 0o600)
    assert save(bench, path)["changed"] is False
    check = restore(bench, path, check=True)
    assert (check["changed"], check["state"], bench.names()) == (True, "running", [])
    back = restore(bench, path)
    assert (back["changed"], back["state"], back["size"]) == (True, "running", None)
    after = bench.domain("web1")
    assert (after["uuid"], after["memory"]) == (before["uuid"], before["memory"])
    assert not path.exists()
    assert bench.domains(bench.guest(vif=[{}]))["changed"] is False


def test_a_file_that_is_kept_is_not_restored_twice(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    save(bench, path)
    assert restore(bench, path, keep=True, paused=True)["state"] == "paused"
    assert restore(bench, path, keep=True)["changed"] is False
    assert path.exists()


@pytest.mark.parametrize("after", ["running", "paused"])
def test_a_checkpoint_leaves_the_guest(bench: Any, path: Path, after: str) -> None:
    bench.domains(bench.guest())
    domid = bench.domain("web1")["domid"]
    assert save(bench, path, after=after)["state"] == after
    assert bench.domain("web1")["domid"] == domid
    if after == "running":
        assert "overwrite" in save(bench, path, after=after)["msg"]
        assert save(bench, path, after=after, overwrite=True)["changed"] is True


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "paused": ({"state": "paused"}, "it is paused and cannot hear"),
    "stopped": ({"state": "stopped"}, "it is not running"),
    "nomigrate": ({"nomigrate": True}, "nomigrate"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_saved_is_refused_before_anything_is_done(bench: Any, path: Path, case: str) -> None:
    keys, said = REFUSED[case]
    bench.set(by_schema=True)
    bench.domains(bench.guest(**keys))
    bench.calls()
    for check in (True, False):
        assert said in save(bench, path, check=check)["msg"]
    assert bench.acts() == []


def test_a_guest_that_cannot_be_saved_stays_and_no_file_is_left(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"save": {"code": 1, "errors": "Failed to save domain, resuming domain\n"}})
    assert "Failed to save domain" in save(bench, path)["msg"]
    assert bench.names() == ["web1"]
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(("release", "watched"), [("4.17.5", False), ("4.20.0", True)])
def test_a_guest_that_a_save_leaves_without_its_xl_is_told(bench: Any, path: Path, release: str, watched: bool) -> None:
    bench.set(release=release)
    bench.domains(bench.guest())
    saved = save(bench, path, after="running")
    assert saved["state"] == "running"
    assert ("no xl watches domain 1 any more" in str(saved.get("warnings"))) is not watched


def test_a_save_that_fails_tells_of_the_xl_that_is_gone(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    bench.change("web1", was_suspended=True)
    time.sleep(0.5)
    bench.set(faults={"save": {"code": 1, "errors": "Failed to save domain, resuming domain\n"}})
    failed = save(bench, path)["msg"]
    assert "Failed to save domain" in failed
    assert "no xl watches domain 1 any more" in failed


def test_a_guest_of_a_unit_is_not_saved_to_go_on_without_it(bench: Any, path: Path) -> None:
    (bench.root / "systemd").mkdir(exist_ok=True)
    made = bench.domains(bench.guest(autostart=True, autostart_by="unit"))
    assert not made.get("failed"), made
    refused = save(bench, path, after="running")
    assert "xen-guest@web1.service would end while the guest goes on" in refused["msg"]
    assert not path.exists()
    assert save(bench, path)["state"] == "stopped"


def test_a_save_without_effect_is_a_failure(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"save": {"code": 0}})
    assert "no file of xl save" in save(bench, path)["msg"]
    assert bench.names() == ["web1"]
    assert list(path.parent.iterdir()) == []


def test_a_guest_that_is_gone_is_not_lost_where_its_file_cannot_be_put_in_place(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"save": {"kills": "after"}})
    save(bench, path)
    bench.set(faults={})
    path.mkdir()
    assert save(bench, path)["failed"]
    path.rmdir()
    assert save(bench, path)["changed"] is True
    assert restore(bench, path)["state"] == "running"


def test_a_file_that_is_not_whole_is_not_restored(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    save(bench, path)
    path.write_bytes(path.read_bytes()[:-9])
    bench.calls()
    assert "is not whole" in restore(bench, path)["msg"]
    path.write_text("something else")
    assert "is no file of xl save" in restore(bench, path)["msg"]
    assert bench.acts() == []


def test_what_a_guest_needs_for_its_boot_alone_is_not_missed(bench: Any, path: Path) -> None:
    """It may come to a host that has no pygrub, and no kernel of it."""
    bench.set(by_schema=True)
    kernel, loader = bench.root / "images/gone", bench.root / "images/loader"
    for file in (kernel, loader):
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    disk = [{"vdev": "xvda", "target": str(bench.root / "images/disk.img")}]
    for keys in ({"kernel": str(kernel)}, {"kernel": None, "bootloader": str(loader), "disk": disk}):
        made = bench.domains(bench.guest(**keys))
        assert not made.get("failed"), made["msg"]
        assert save(bench, path)["state"] == "stopped"
        kernel.unlink(missing_ok=True)
        if "bootloader" in keys:
            loader.unlink()
        back = restore(bench, path)
        assert back.get("state") == "running", back
        bench.domains({"name": "web1", "state": "absent"})


def test_a_file_of_another_guest_is_refused(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    save(bench, path)
    result = bench.run("xl_restore", name="other", src=str(path))
    assert "holds guest web1" in result["msg"]


@pytest.mark.sampled
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_that_dies_while_it_saves_loses_nothing(bench: Any, path: Path, moment: str) -> None:
    bench.domains(bench.guest())
    bench.set(faults={"save": {"kills": moment}})
    assert save(bench, path) == {}
    bench.await_names()
    bench.set(faults={})
    check = save(bench, path, check=True)
    assert (check["changed"], path.exists()) == (True, False)
    assert save(bench, path)["changed"] is True
    assert list(path.parent.iterdir()) == [path]
    assert restore(bench, path)["state"] == "running"


def test_what_a_failed_restore_leaves_is_taken_back_and_the_file_stays(bench: Any, path: Path) -> None:
    bench.domains(bench.guest())
    save(bench, path)
    bench.set(faults={"restore": {"code": 1, "errors": "xc: error: out of luck\n"}})
    assert "out of luck" in restore(bench, path)["msg"]
    assert (bench.names(), path.exists()) == ([], True)
