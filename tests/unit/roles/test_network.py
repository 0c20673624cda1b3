# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role xen_network asks of a machine, and that its options are those of the module."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
import yaml
from ansible_collections.xlops.xen.plugins.module_utils._schema.network_spec import LINKS
from ansible_collections.xlops.xen.tests.unit.roles.plays import ROOT, of_role, tasks

SPEC = yaml.safe_load((ROOT / "roles/xen_network/meta/argument_specs.yml").read_text())["argument_specs"]["main"]


@pytest.mark.parametrize("number", ["many", "1048577", "-1"])
def test_a_wrong_number_of_loop_devices_is_refused(tmp_path: pathlib.Path, number: str) -> None:
    listed = [of_role("xen_network", "preconditions", ignore_errors=True)]
    said = tasks(tmp_path, listed, {"xen_network_loop_devices": number})
    assert f'xen_network_loop_devices is \\"{number}\\"' in said or f'xen_network_loop_devices is "{number}"' in said


def test_the_site_leaves_a_network_alone_that_is_declared_nowhere(tmp_path: pathlib.Path) -> None:
    (site,) = yaml.safe_load((ROOT / "playbooks/site.yml").read_text())
    (role,) = (one for one in site["roles"] if one["role"] == "xlops.xen.xen_network")
    (check,) = (
        one
        for one in site["pre_tasks"]
        if one.get("ansible.builtin.include_role", {}).get("name") == "xlops.xen.xen_network"
    )
    assert check["when"] == role["when"]
    defaults = yaml.safe_load((ROOT / "roles/xen_network/defaults/main.yml").read_text())
    cases: list[tuple[dict[str, Any], bool]] = [({}, False), ({"xen_network_loop_devices": 64}, True)]
    cases += [({f"xen_network_{option}": [{"name": "one"}]}, True) for option in LINKS]
    listed = [
        {
            "ansible.builtin.assert": {"that": f"({role['when']}) == {wanted}", "fail_msg": str(given)},
            "vars": {**defaults, **given},
        }
        for given, wanted in cases
    ]
    said = tasks(tmp_path, listed, {})
    assert "failed=0" in said, said


def bare(options: dict[str, Any]) -> dict[str, Any]:
    """Without words for readers."""
    kept = {
        name: {key: value for key, value in option.items() if key not in ("description", "options")}
        for name, option in options.items()
    }
    return {
        name: {**kept[name], **({"options": bare(option["options"])} if "options" in option else {})}
        for name, option in options.items()
    }


@pytest.mark.parametrize("option", list(LINKS))
def test_options_of_the_role_are_those_of_the_module(option: str) -> None:
    assert bare({option: SPEC["options"][f"xen_network_{option}"]}) == bare({option: LINKS[option]})
