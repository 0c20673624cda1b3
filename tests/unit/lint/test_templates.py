# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates in declarations: what only a play will know is not judged, and what stands around them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release
from ansible_collections.xlops.xen.tests.unit.lint.seeded import HVM, PV, rules_of


def test_what_a_template_will_be_is_not_judged() -> None:
    declared = {**PV, "type": "{{ kind }}", "memory": "{{ memory }}", "vif": "{{ vifs }}", "bios": "ovmf", "foo": 1}
    findings = lint_declaration(declared, None, NEWEST).findings
    assert sorted((finding.rule, finding.key) for finding in findings) == [
        ("template", "memory"),
        ("template", "type"),
        ("template", "vif"),
        ("unknown-key", "foo"),
    ]


@pytest.mark.parametrize("value", ["{{x}}", "{{ x }}", "{{ a.b if c else 'mac=' ~ d }}", "{% if x %}a{% endif %}"])
@pytest.mark.parametrize(
    ("of_text", "declared"),
    [
        (True, lambda value: {**PV, "vif": [{"bridge": value}]}),
        (True, lambda value: {**PV, "vif": [{"vifname": value}]}),
        (True, lambda value: {**PV, "vif": [{"vifname": f"{value}.0"}, {"vifname": f"{value}."}]}),
        (True, lambda value: {**PV, "disk": [{"vdev": "xvda", "target": value}]}),
        (True, lambda value: {**HVM, "vif": [{"model": value}], "usbdevice": ["tablet", value]}),
        (True, lambda value: {**HVM, "keymap": value, "serial": value}),
        (False, lambda value: {**PV, "disk": [{"vdev": value, "target": "/d"}]}),
        (False, lambda value: {**PV, "vif": [{"mac": value}]}),
        (False, lambda value: {**PV, "memory": value}),
    ],
)
def test_how_a_template_is_written_changes_nothing(
    value: str, of_text: bool, declared: Callable[[str], dict[str, Any]]
) -> None:
    rules = [] if of_text else ["template"]
    assert rules_of(lint_declaration(declared(value), None, Release(4, 17)).findings) == rules


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("{{ x | default('a', true) }}", []),
        ("{{ x\n }}", []),
        ("{% if x %}a,b{% endif %}", []),
        ("a,{{ x }}", ["wrong-value"]),
        ("{{ x }}\na", ["wrong-value"]),
    ],
)
@pytest.mark.parametrize(("device", "key"), [("vif", "script"), ("vfb", "vncpasswd")])
def test_a_comma_within_a_template_ends_no_sub_key(device: str, key: str, text: str, rules: list[str]) -> None:
    assert rules_of(lint_declaration({**PV, device: [{key: text}]}, None, NEWEST).findings) == rules


def test_a_device_that_is_a_template_is_not_judged() -> None:
    (finding,) = lint_declaration({**PV, "vif": ["{{ vif }}", {"mac": "00:16:3e:00:00:01"}]}, None, NEWEST).findings
    assert (finding.rule, finding.key) == ("template", "vif[0]")


@pytest.mark.parametrize(
    ("vifname", "wrong"),
    [
        ("web/{{ n }}", True),
        ("web {{n}}", True),
        ("{{ a }}:{{ b }}", True),
        ("{{ a }}sixteen-letters.{{ b }}", True),
        ("{{ a }}fifteen-letters", False),
        ("fifteen-letters{% if a %}-more{% endif %}", False),
        ("{{ a }}..", False),
    ],
)
def test_of_an_interface_the_text_around_a_template_is_judged(vifname: str, wrong: bool) -> None:
    findings = lint_declaration({**PV, "vif": [{"vifname": vifname}]}, None, NEWEST).findings
    message = f'"{vifname}" is no name of an interface whatever the template comes to, and the guest is not created'
    assert [(one.rule, one.message) for one in findings] == [("interface-name", message)] * wrong
