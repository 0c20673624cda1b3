# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles say of declarations, on a machine that is no Xen host."""

from __future__ import annotations

import json
import pathlib
import stat
import sys
from typing import Any

import pytest
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, play, run


def test_wrong_volumes_are_refused_in_one_message(tmp_path: pathlib.Path) -> None:
    wrong = {
        "/a (number 1): it has no size, and no template": {"path": "/a"},
        "vg0/? (number 2): a logical volume needs vg and lv": {"vg": "vg0", "size": "1G"},
        "/c (number 3): it has path and vg": {"path": "/c", "vg": "vg0", "lv": "c", "size": "1G"},
        "/d (number 4): it has no size": {"path": "/d", "format": "qcow2"},
        "/e (number 5): a copy of a template": {"path": "/e", "format": "vhd", "template": "/t", "size": "1G"},
        "vg0/f (number 6): it has no size": {"vg": "vg0", "lv": "f"},
        "?/? (number 7): it has neither path": {"size": "1G"},
        '/h (number 8): its size is "big"': {"path": "/h", "size": "big"},
        "i (number 9): its path is not the full path": {"path": "i", "size": "1M"},
        "//h (number 10): number 8 is the same image file": {"path": "//h", "size": "1M"},
        "vg0/f (number 11): number 6 is the same logical volume": {"vg": "vg0", "lv": "f", "size": "1M"},
        "/file (number 12): another declaration brings a file": {"path": "/file", "size": "1M"},
        '/u (number 13): its size is "4"': {
            "path": "/u",
            "size": "4",
        },
    }
    good = [{"path": "/ok", "size": "2G"}, {"path": "/ok2", "template": "/t"}, {"vg": "vg0", "lv": "ok", "size": "1G"}]
    said = play(
        tmp_path,
        "xen_guests",
        "preconditions",
        {"xen_guests_volumes": [*wrong.values(), *good], "xen_guests_files": [{"src": "file", "dest": "/file"}]},
    )
    assert "xen_guests_volumes is wrong, so nothing was changed" in said
    assert [finding for finding in wrong if finding not in said] == []
    assert said.count("(number ") % len(wrong) == 0


def test_wrong_files_are_refused_in_one_message(tmp_path: pathlib.Path) -> None:
    wrong = {
        "/a (number 1): it has neither src": {"dest": "/a"},
        "/b (number 2): it has src and url": {"dest": "/b", "src": "b", "url": "https://e/b", "checksum": "md5:1"},
        "/c (number 3): a download needs a checksum": {"dest": "/c", "url": "https://e/c"},
        '/d (number 4): its checksum is "abc"': {"dest": "/d", "url": "https://e/d", "checksum": "abc"},
        "//a (number 5): number 1 has the same dest": {"dest": "//a", "src": "a"},
        "? (number 6): it has no dest": {"src": "f"},
        "g (number 7): its dest is not the full path": {"dest": "g", "src": "g"},
        "/h (number 8): its mode is 420, which YAML has made of it": {"dest": "/h", "src": "h", "mode": 0o644},
    }
    good = [
        {"dest": "/ok", "src": "ok", "mode": "0600"},
        {"dest": "/ok2", "url": "https://e/ok", "checksum": "sha256:1"},
    ]
    said = play(tmp_path, "xen_guests", "preconditions", {"xen_guests_files": [*wrong.values(), *good]})
    assert [finding for finding in wrong if finding not in said] == []
    assert said.count("(number ") % len(wrong) == 0


def test_a_file_that_is_the_disk_of_a_guest_is_refused(tmp_path: pathlib.Path) -> None:
    """The guest has written to it when the next run compares it with the controller's."""
    files = [
        {"dest": f"/srv/{name}.img", "src": "image"}
        for name in ("own", "common", "cd", "read", "template", "far", "former")
    ]
    disks: list[Any] = [
        {"vdev": "xvda", "target": "/srv//own.img", "backend": "Domain-0"},
        {"vdev": "xvdb", "target": "/srv/cd.img", "devtype": "cdrom"},
        {"vdev": "xvdc", "target": "/srv/read.img", "access": "ro"},
        {"vdev": "xvdd", "target": "/srv/far.img", "backend": "storage"},
        {"vdev": "xvde", "target": None},
        "none",
    ]
    variables = {
        "xen_guests_files": files,
        "xen_guests_defaults": {"disk": [{"vdev": "xvda", "target": "/srv/common.img", "access": "rw"}]},
        "xen_guests_domains": [
            {"name": "web1", "disk": disks},
            {"name": "web2"},
            {"name": "web3", "disk": 7},
            {"name": "web4", "state": "absent", "disk": [{"vdev": "xvda", "target": "/srv/former.img"}]},
            None,
        ],
    }
    said = play(tmp_path, "xen_guests", "words", variables)
    assert "/srv/own.img (number 1): guest web1 writes to it, and every run would put it back" in said, said
    assert "/srv/common.img (number 2): guest web2 writes to it" in said, said
    assert [name for name in ("cd", "read", "template", "far", "former") if f"/srv/{name}.img (number" in said] == [], (
        said
    )


GUEST = {"name": "web1", "kernel": "/k", "vncpasswd": "hunter2"}


@pytest.mark.parametrize("tasks_from", ["check", "main"])
def test_wrong_guests_are_refused_before_anything_is_made(tmp_path: pathlib.Path, tasks_from: str) -> None:
    wrong = {
        'guest "a", memroy: there is no such option': {**GUEST, "name": "a", "memroy": 512},
        'guest "b", memory: "lots" is not a number of MiB': {**GUEST, "name": "b", "memory": "lots"},
        'guest "c", name: ': {**GUEST, "name": "c"},
        "Domain-0 is the control domain of the host, never a guest": {**GUEST, "name": "Domain-0"},
        "did you mean stopped?": {"name": "e", "state": "stoped"},
    }
    made = tmp_path / "kernel"
    variables = {
        "xen_guests_domains": [*wrong.values(), {**GUEST, "name": "c"}],
        "xen_guests_files": [{"src": str(ROOT / "README.md"), "dest": str(made)}],
    }
    said = play(tmp_path, "xen_guests", tasks_from, variables).replace('\\"', '"')
    assert "The guests are declared wrongly, so nothing was changed." in said
    assert [finding for finding in wrong if finding not in said] == []
    assert "hunter2" not in said
    assert not made.exists()


def test_the_check_of_guests_needs_nothing_of_the_host(tmp_path: pathlib.Path) -> None:
    domains = [{**GUEST, "disk": [{"vdev": "xvda", "target": "/dev/vg0/web1"}]}, {"name": "old", "state": "absent"}]
    variables = {"xen_guests_domains": domains, "xen_guests_defaults": {"type": "pvh"}}
    assert "changed=0 unreachable=0 failed=0" in play(tmp_path, "xen_guests", "check", variables)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"xen_guests_domains": [{**GUEST, "memroy": 512}]}, 'guest "web1", memroy: there is no such option'),
        ({"xen_guests_volumes": [{"path": "/srv/a.img", "size": "big"}]}, '/srv/a.img (number 1): its size is "big"'),
        ({"xen_storage_disks": [{"path": "/srv/a.img", "size": "big"}]}, '/srv/a.img (number 1): its size is "big"'),
    ],
    ids=["guests", "volumes", "storage"],
)
def test_the_site_checks_everything_before_it_changes_the_host(
    tmp_path: pathlib.Path, variables: dict[str, Any], sentence: str
) -> None:
    host = {
        "ansible_connection": "local",
        "ansible_become": False,
        "ansible_python_interpreter": sys.executable,
        **variables,
    }
    inventory = tmp_path / "inventory.yml"
    inventory.write_text(json.dumps({"xen_hosts": {"hosts": {"xen1": host}}}))
    said = run(str(ROOT / "playbooks/site.yml"), "-i", str(inventory), "--check").replace('\\"', '"')
    assert sentence in said
    assert "TASK [xlops.xen.xen_host" not in said


def test_directories_that_are_there_stay_as_they_are(tmp_path: pathlib.Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    there.chmod(0o1777)
    source = tmp_path / "source"
    source.write_text("kernel")
    variables = {
        "xen_guests_files": [
            {"src": str(source), "dest": str(place / "kernel")} for place in (there, tmp_path / "new")
        ],
        "xen_guests_volumes": [
            {"path": str(there / "image"), "template": str(source)},
            {"path": str(tmp_path / "other/image"), "template": str(there / "kernel"), "size": "1M"},
        ],
    }
    assert "failed=0" in play(tmp_path, "xen_guests", "main", variables)
    assert (tmp_path / "other/image").stat().st_size == 1 << 20
    assert (there / "image").read_text() == "kernel"
    assert stat.S_IMODE(there.stat().st_mode) == 0o1777
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o755


def test_a_check_foresees_files_and_disks_in_new_directories(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "source"
    source.write_text("kernel")
    new = tmp_path / "new"
    variables = {
        "xen_guests_files": [
            {"src": str(source), "dest": str(new / "a")},
            {"url": source.as_uri(), "checksum": "md5:1", "dest": str(new / "b")},
        ],
        "xen_guests_volumes": [
            {"path": str(tmp_path / "disks/image"), "template": str(new / "a")},
            {"path": str(new / "c"), "size": "1M"},
            {"path": str(new / "d"), "format": "qcow2", "size": "1M"},
        ],
    }
    said = play(tmp_path, "xen_guests", "main", variables, "--check")
    assert "failed=0" in said
    assert f"create {new / 'd'}, 1M" in said
    assert not new.exists()


def test_a_check_leaves_out_guests_whose_kernel_or_disk_is_not_there_yet(tmp_path: pathlib.Path) -> None:
    there = tmp_path / "vmlinuz"
    there.touch()
    missing, image = str(tmp_path / "not-yet"), str(tmp_path / "image")
    variables = {
        "xen_guests_files": [{"dest": missing}, {"dest": str(there)}],
        "xen_guests_volumes": [{"path": image, "size": "1M"}],
        "xen_guests_defaults": {"kernel": missing},
        "xen_guests_domains": [
            {"name": "by-default"},
            {"name": "by-null", "kernel": None, "disk": None, "vif": None, "depends_on": None},
            {"name": "by-itself", "kernel": str(there), "disk": None, "vif": None, "depends_on": None},
            {"name": "by-friend-of-friend", "kernel": str(there), "depends_on": ["by-itself", "by-friend"]},
            {"name": "by-friend", "kernel": str(there), "depends_on": ["by-disk"]},
            {"name": "by-backend", "kernel": str(there), "vif": [{"backend": "by-default"}, {"bridge": "xenbr0"}]},
            {"name": "by-disk", "kernel": str(there), "disk": [{"vdev": "xvda", "target": image}]},
            {"name": "by-storage", "kernel": str(there), "disk": [{"vdev": "xvda", "target": "/dev/vg0/later"}]},
        ],
        "xen_storage_unmade": ["/dev/vg0/later"],
    }
    said = play(tmp_path, "xen_guests", "unmade", variables)
    waiting = "by-default, by-null, by-disk, by-storage, by-friend, by-backend, by-friend-of-friend"
    assert f"of them and of guests that need them: {waiting}" in " ".join(said.split())
