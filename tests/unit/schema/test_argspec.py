# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible is shown the options that occur; the others would cost time for every guest and change nothing."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.xlops.xen.plugins.module_utils._host.guest_module import all_guests_spec
from ansible_collections.xlops.xen.plugins.module_utils._plan.declaration import given
from ansible_collections.xlops.xen.plugins.module_utils._schema.argspec import occurring

GUESTS: list[dict[str, Any]] = [
    {"name": "web1", "memory": "512", "vfb": [{"vnc": "yes", "vncpasswd": "secret"}]},
    {"name": "web2", "disk": [{"vdev": "xvda"}, {"vdev": "xvdb", "target": "/dev/vg0/b"}], "vif": []},
]
DEFAULTS = {"type": "pvh", "vcpus": 2}


def test_only_options_that_occur_are_left_and_those_that_must() -> None:
    spec = occurring(all_guests_spec(), {"domains": GUESTS, "defaults": DEFAULTS})
    assert set(spec) == set(all_guests_spec())
    assert set(spec["domains"]["options"]) == {"name", "memory", "vfb", "disk", "vif"}
    assert set(spec["domains"]["options"]["disk"]["options"]) == {"vdev", "target"}
    assert set(spec["domains"]["options"]["vfb"]["options"]) == {"vnc", "vncpasswd"}
    assert set(spec["defaults"]["options"]) == {"type", "vcpus"}
    assert set(occurring(all_guests_spec(), {})["domains"]["options"]) == {"name"}


def validated(spec: Any, params: dict[str, Any]) -> Any:
    result = ArgumentSpecValidator(spec).validate(params)
    return given(result.validated_parameters), result._no_log_values, [str(error) for error in result.errors.errors]


def test_ansible_finds_the_same_values_and_secrets() -> None:
    params = {"domains": GUESTS, "defaults": DEFAULTS}
    values, secrets, errors = validated(occurring(all_guests_spec(), params), params)
    assert (values, secrets, errors) == validated(all_guests_spec(), params)
    assert values["domains"][0]["memory"] == 512
    assert "secret" in secrets


def test_ansible_finds_the_same_faults_but_for_the_list_of_what_there_is() -> None:
    params = {"domains": [{"memory": "much", "disk": [{}]}]}
    assert validated(occurring(all_guests_spec(), params), params) == validated(all_guests_spec(), params)
    unknown = {"domains": [{"name": "web1", "memroy": 5}]}
    (fault,) = validated(occurring(all_guests_spec(), unknown), unknown)[2]
    assert "memroy" in fault


def test_a_text_that_ansible_makes_a_mapping_of_may_hold_any_option() -> None:
    params = {"domains": ["name=web1 memory=512"]}
    spec = occurring(all_guests_spec(), params)
    assert spec["domains"]["options"] == all_guests_spec()["domains"]["options"]
    assert validated(spec, params)[0]["domains"] == [{"name": "web1", "memory": 512}]
