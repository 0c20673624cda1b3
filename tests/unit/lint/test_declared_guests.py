# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guests in YAML: where they are found, where their keys stand, and what is no YAML."""

from __future__ import annotations

import textwrap

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_together
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST
from ansible_collections.xlops.xen.plugins.plugin_utils.declared_guests import Declared, read_declared


def read(text: str) -> Declared:
    declared = Declared("g.yml", NEWEST)
    read_declared(textwrap.dedent(text), declared)
    return declared


def found(text: str) -> list[tuple[int | None, int | None, str]]:
    declared = read(text)
    findings = declared.findings + lint_together(declared.guests)
    for step in declared.steps:
        findings += lint_together(step)
    return [(finding.line, finding.column, finding.rule) for finding in findings]


@pytest.mark.parametrize(
    "text",
    [
        "{name: a, kernel: k, memroy: 1}",
        "- {name: a, kernel: k, memroy: 1}",
        "domains: [{name: a, memroy: 1}]\ndefaults: {kernel: k}",
        "xen_guests_domains: [{name: a, memroy: 1}]\nxen_guests_defaults: {kernel: k}\nother: [1]",
        "all: {hosts: {x: {xen_guests_domains: [{name: a, kernel: k, memroy: 1}]}}}",
        "- hosts: all\n  tasks:\n    - xlops.xen.xl_domains: {domains: [{name: a, kernel: k, memroy: 1}]}",
        "- hosts: all\n  tasks:\n    - xlops.xen.xl_domain: {name: a, kernel: k, memroy: 1, lock_timeout: 9}",
        "- hosts: all\n  roles:\n    - role: r\n      vars: {xen_guests_domains: [{name: a, kernel: k, memroy: 1}]}",
        "# several documents\n---\n{x: 1}\n---\n{name: a, kernel: k, memroy: 1}",
        "base: &base {kernel: k, memroy: 1}\nxen_guests_domains: [{<<: *base, name: a}]",
    ],
)
def test_guests_are_found_where_the_collection_reads_them(text: str) -> None:
    (finding,) = found(text)
    assert finding[2] == "unknown-key"


@pytest.mark.parametrize(
    "text", ["", "x: 1", "- {name: play, hosts: all, serial: 1}", "- {name: curl, state: present}", "[[1, 2], text]"]
)
def test_other_yaml_declares_nothing(text: str) -> None:
    declared = read(text)
    assert (declared.guests, declared.steps, declared.findings) == ([], [], [])


def test_a_finding_stands_at_its_key_its_device_or_the_default_it_comes_from() -> None:
    text = """\
        xen_guests_defaults:
          memroy: 1
        xen_guests_domains:
          - name: a
            kernel: k
            a.b: 1
            disk:
              - vdev: xvda
                target: /d
              - vdev: xvdb
                target: /e
                format: qcow9
          - name: b
        """
    assert sorted(found(text)) == [
        (2, 3, "unknown-key"),
        (6, 5, "unknown-key"),
        (12, 9, "wrong-value"),
        (13, 5, "nothing-to-boot"),
    ]


def test_what_is_in_a_vault_is_not_known_and_what_is_unsafe_is_itself() -> None:
    text = """\
        - name: a
          kernel: !unsafe "k{{"
          memory: !vault |
            $ANSIBLE_VAULT;1.1;AES256
            00
          vif: !unsafe [{bridge: x}]
        """
    assert found(text) == [(3, 3, "template")]


def test_lists_and_guests_that_are_templates_are_not_judged() -> None:
    assert found('xen_guests_domains: "{{ a + b }}"') == [(1, 21, "template")]
    assert found('xen_guests_domains: ["{{ a }}", {name: b, kernel: k}]') == [(1, 22, "template")]
    assert found('xen_guests_defaults: "{{ d }}"\nxen_guests_domains: [{name: b}]') == [(2, 22, "template")]


def test_what_is_neither_guest_nor_template_is_wrong() -> None:
    assert found("xen_guests_domains: web1") == [(1, 21, "wrong-value")]
    assert found("xen_guests_domains: [web1]") == [(1, 22, "wrong-value")]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("é: 1\nxen_guests_domains: [{name: a\0}]", (2, 30), 'it is no YAML: it holds the character "\\u0000"'),
        ("x: \x07", (1, 4), 'it is no YAML: it holds the character "\\u0007"'),
        ("é: 1\nb: caf\udce9", (2, 7), "it is no Unicode"),
    ],
)
def test_a_character_that_yaml_has_not_is_shown_where_it_is(text: str, place: tuple[int, int], message: str) -> None:
    (finding,) = read(text).findings
    assert (finding.line, finding.column, finding.message) == (*place, message)


def test_a_key_that_is_given_twice_is_found() -> None:
    assert found("- {name: a, kernel: k, memory: 1, memory: 2}") == [(1, 35, "given-twice")]
    assert found("- &a {name: a, kernel: k}\n- {<<: *a, name: b, memory: 1, memory: 2}") == [(2, 32, "given-twice")]


def test_what_is_merged_may_be_said_again_and_is_found_where_it_is() -> None:
    base = "base: &base {kernel: k, memory: 512}\n"
    again = f"{base}xen_guests_domains:\n  - &a {{<<: *base, name: a, memory: %s}}\n  - {{<<: *a, name: b}}"
    assert found(again % 256) == []
    assert found(again % "much") == [(3, 29, "wrong-value")]


def test_tasks_follow_each_other_and_may_come_back_to_a_guest() -> None:
    task = "- xlops.xen.xl_domain: {name: a, kernel: k}\n"
    assert found(f"{task}{task}") == []
    assert len(read(f"{task}{task}").steps) == 2


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: b: c",
        "{[1]: 2, name: a, kernel: k}",
        "[" * 5000,
        "[" * 3000 + "]" * 3000,
        "{name: a, kernel: 2026-13-45}",
        "\udcff: 1",
        "&a [*a]",
    ],
)
def test_what_is_no_yaml_is_said_and_nothing_hangs(text: str) -> None:
    assert {rule for _line, _column, rule in found(text)} <= {"unreadable"}
    assert found(text) or text.startswith("&")


@pytest.mark.parametrize(
    ("devices", "wrong"),
    [
        ("disk: ['/a.img,raw,xvda,rw']", ["disk[0]"]),
        ("disk: [{vdev: xvda, target: [a]}]", ["disk[0].target"]),
        ("type: hvm, pci: ['01:00.0']", ["pci[0]"]),
        ("type: hvm, pci: [{bdf: 'zz:00.0'}]", ["pci[0].bdf"]),
        ("p9: ['tag=t']", ["p9[0]"]),
        ("p9: [{tag: [t], path: /p, security_model: none}]", ["p9[0].tag"]),
    ],
)
def test_a_device_that_cannot_be_read_is_one_mistake(devices: str, wrong: list[str]) -> None:
    (linted,) = read(f"{{name: a, kernel: k, {devices}}}").guests
    assert [finding.key for finding in linted.findings] == wrong


@pytest.mark.parametrize(
    ("key", "xl"),
    [
        ("disk: /srv/a.img", "xl would warn and go on without it"),
        ("vif: {bridge: xenbr0}", "xl would warn and go on without it"),
        ("vcpus: [1, 2]", "xl would warn and go on without it"),
        ("bootloader_args: [{a: b}]", "xl would refuse the file"),
    ],
)
def test_one_value_where_a_list_belongs_and_the_other_way_round(key: str, xl: str) -> None:
    (linted,) = read(f"{{name: a, kernel: k, {key}}}").guests
    (finding,) = linted.findings
    assert (finding.rule, finding.xl) == ("wrong-value", xl)
