# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Role xen_lab without an emulated host: what it writes of the hosts that there are, and what a check says of that."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, run, tasks

NEW = "inventory.yml and ssh_config anew"
MAIN = {task["name"]: task for task in yaml.safe_load((ROOT / "roles/xen_lab/tasks/main.yml").read_text())}
WRITE = MAIN["Write the inventory"]
SHOW = {
    "ansible.builtin.debug": {
        "msg": "known {{ groups.of_its_own | default([]) }} {{ groups.xen_hosts | default([]) }}."
    }
}


@pytest.fixture
def lab(tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    """A lab in which demo and other run, and kept was stopped."""
    directory = tmp_path / "lab"
    machines = []
    for number, name in enumerate(("demo", "other", "kept")):
        host = directory / "hosts" / name
        host.mkdir(parents=True)
        record = {
            "port": 22022 + number,
            "index": number,
            "machine_id": "1",
            "image": "1",
            "machine": {},
            "ready": True,
        }
        (host / "host.json").write_text(json.dumps(record))
        if name != "kept":
            arguments = [sys.executable, "-c", "import time; time.sleep(600)", str(host / "qemu.pid")]
            machines.append(subprocess.Popen(arguments))
            (host / "qemu.pid").write_text(str(machines[-1].pid))
    yield directory
    for machine in machines:
        machine.kill()
        machine.wait()


def write(*hosts: dict[str, Any]) -> dict[str, Any]:
    """What role xen_lab does last, where it was asked for these hosts."""
    return of_role("xen_lab", "inventory", xen_lab_hosts=list(hosts), **WRITE["vars"])


def said_of(tmp_path: pathlib.Path, lab: pathlib.Path, listed: list[dict[str, Any]], *arguments: str) -> str:
    variables = {"xen_lab_state_dir": str(lab), "xen_lab_group": "of_its_own"}
    return tasks(tmp_path, listed, variables, *arguments).replace("''", "'")


def test_the_plays_that_follow_find_the_hosts_that_were_asked_for(tmp_path: pathlib.Path, lab: pathlib.Path) -> None:
    where = {"ansible.builtin.debug": {"msg": "{{ hostvars.demo.xen_lab_reached_at }}"}}
    said = said_of(tmp_path, lab, [write({"name": "demo"}), SHOW, where])
    assert "known ['demo'] []." in said, said
    assert "127.0.0.1:22022" in said
    inventory = yaml.safe_load((lab / "inventory.yml").read_text())
    assert sorted(inventory["xen_hosts"]["hosts"]) == ["demo", "kept", "other"]


def test_a_check_says_whether_a_run_would_write_the_inventory_anew(tmp_path: pathlib.Path, lab: pathlib.Path) -> None:
    cases: list[tuple[list[dict[str, Any]], bool]] = [
        ([{"name": "demo"}], False),
        ([{"name": "demo", "port": 40022}], False),  # it runs, and is left alone
        ([{"name": "kept", "port": 22024}], False),
        ([{"name": "kept", "port": 40022}], True),
        ([{"name": "demo"}, {"name": "new"}], True),
    ]
    said_of(tmp_path, lab, [write()])
    before = (lab / "inventory.yml").read_text()
    listed = []
    for hosts, _new in cases:
        listed += [write(*hosts), {"ansible.builtin.debug": {"msg": "next case"}}]
    said = said_of(tmp_path, lab, [*listed, SHOW], "--check")
    assert "failed=0" in said, said
    assert [NEW in part for part in said.split("next case")[:-1]] == [new for _hosts, new in cases], said
    assert "changed=2 " in said, said
    assert "known ['demo'] []." in said, said  # kept does not run, new is not there
    assert (lab / "inventory.yml").read_text() == before


def test_a_check_needs_no_directory_of_the_lab(tmp_path: pathlib.Path) -> None:
    said = said_of(tmp_path, tmp_path / "none", [write({"name": "demo"}), SHOW], "--check")
    assert "failed=0" in said, said
    assert "changed=1 " in said, said
    assert "known [] []." in said, said
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("keep", [True, False])
def test_the_check_of_lab_down_says_what_becomes_of_the_inventory(
    tmp_path: pathlib.Path, lab: pathlib.Path, keep: bool
) -> None:
    """Hosts that are kept stay in it."""
    said_of(tmp_path, lab, [write()])
    down = [str(ROOT / "playbooks/lab_down.yml"), "-e", f"xen_lab_state_dir={lab}", "-e", f"xen_lab_keep={keep}"]
    said = run(*down, "--check")
    assert "failed=0" in said, said
    assert (NEW in said) is not keep, said
    assert f"changed={1 if keep else 2} " in said, said


def test_a_check_ends_where_the_machine_has_not_what_the_lab_needs(tmp_path: pathlib.Path) -> None:
    """It installs nothing, and failed at the first program that was not there."""
    assert MAIN["Install what the lab needs on this machine"]["register"] == "xen_lab_installed"
    end = MAIN["End the check of a machine that has not what the lab needs"]
    went_on = {"ansible.builtin.debug": {"msg": "went on"}}
    known = {"xen_lab_hosts": [{"name": "xen1"}], "xen_lab_installed": {"changed": True}}
    said = tasks(tmp_path, [end, went_on], known, "--check")
    assert "and then brings up xen1." in said, said
    assert "went on" not in said
    assert "went on" in tasks(tmp_path, [end, went_on], {**known, "xen_lab_installed": {"changed": False}}, "--check")
