# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role xen_switch says where a try goes wrong, on a machine that it cannot reboot: Ansible refuses to, locally."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._host.switch_module import switch_spec
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, play, run

ROLE = ROOT / "roles/xen_switch"
STEP = {
    "outcome": "unhealthy",
    "to": "4.20.0",
    "present": "4.20.0",
    "complaints": ["xenconsoled.service failed (exit-code)", "xenstored.service does not run"],
    "hypervisor_messages": ["(XEN) first", "(XEN) last"],
}


def specified() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    return found


def test_the_role_has_what_the_module_has() -> None:
    module, options = switch_spec(), specified()["options"]
    own = {f"xen_switch_{name}" for name in module if name not in ("executable", "lock_timeout")}
    assert set(options) == own | {"xen_switch_reboot_timeout"}
    for name, row in module.items():
        option = options.get(f"xen_switch_{name}", {})
        for key in ("default", "choices"):
            assert not option or option.get(key) == row.get(key), name


def test_defaults_are_those_that_are_described() -> None:
    described = {name: option["default"] for name, option in specified()["options"].items() if "default" in option}
    assert yaml.safe_load((ROLE / "defaults/main.yml").read_text()) == described


def test_an_unhealthy_host_is_told_with_what_was_seen_also_where_it_does_not_come_back(tmp_path: pathlib.Path) -> None:
    said = play(tmp_path, "xen_switch", "back", {"xen_switch_step": STEP, "xen_switch_to": "4.20.0"})
    assert (
        "localhost booted 4.20.0 and was not healthy, so it was not made the default: xenconsoled.service failed "
        "(exit-code); xenstored.service does not run. It was not seen to come back with its default entry"
    ) in said
    assert "The hypervisor's last messages: (XEN) first | (XEN) last" in said.replace("\\'", "'")


def test_after_a_reboot_that_was_not_seen_the_host_is_asked_once_more(tmp_path: pathlib.Path) -> None:
    step = {**STEP, "outcome": "reboot", "present": "xen-4.17-amd64.gz"}
    said = play(tmp_path, "xen_switch", "try", {"xen_switch_step": step, "xen_switch_to": "4.20.0"})
    assert "Say that it did not" in said
    assert "was rebooted from" not in said, "it answers"
    assert "TASK [xlops.xen.xen_switch : Take the host one step nearer to 4.20.0]" in said


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("runs", "localhost runs 4.20.0, which is its default."),
        ("reboot", "localhost would be rebooted from 4.20.0 to try 4.20.0."),
        ("unhealthy", "localhost would be rebooted to leave 4.20.0: xenconsoled.service failed (exit-code); xenstored"),
    ],
)
def test_each_outcome_is_said_in_a_sentence(tmp_path: pathlib.Path, outcome: str, sentence: str) -> None:
    (task,) = (one for one in yaml.safe_load((ROLE / "tasks/main.yml").read_text()) if "ansible.builtin.debug" in one)
    plays = [{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]
    plays[0]["vars"] = {"xen_switch_step": {**STEP, "outcome": outcome}}
    (tmp_path / "role.yml").write_text(yaml.safe_dump(plays))
    assert sentence in run(str(tmp_path / "role.yml"))
