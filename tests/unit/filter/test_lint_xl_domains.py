# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter lint_xl_domains: what is refused of guests while there is no host to ask."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.lint_xl_domains import lint_xl_domains

GUEST = {"name": "web1", "kernel": "/k", "memory": 128}
SECRET = "hunter2"


def said(*guests: Any, **defaults: Any) -> list[str]:
    return [finding["message"] for finding in lint_xl_domains(list(guests), defaults)]


@pytest.mark.parametrize(
    "guests",
    [
        [],
        [GUEST],
        [
            {**GUEST, "memory": "128", "autostart": "yes", "protect": "destroy,restart"}
        ],  # as templates and Ansible have it
        [{"name": "web1", "state": "absent"}],
        [{**GUEST, "state": None, "on_crash": None, "vif": None}],  # as templates leave it
        [{**GUEST, "type": "pvh"}],  # Xen 4.5 has none, which only the host's release will tell
    ],
)
def test_there_is_nothing_to_say_of_what_the_module_takes(guests: list[Any]) -> None:
    assert lint_xl_domains(guests) == []


def test_a_finding_names_guest_key_and_what_to_do() -> None:
    (finding,) = lint_xl_domains([{**GUEST, "memroy": 512}])
    assert (finding["guest"], finding["key"], finding["severity"]) == ("web1", "memroy", "error")
    assert finding["message"].startswith('guest "web1", memroy: there is no such option')
    assert finding["message"].endswith("did you mean memory?")


@pytest.mark.parametrize(
    ("guests", "words"),
    [
        ([{**GUEST, "memory": "lots"}], ['guest "web1", memory: "lots" is not a number of MiB']),
        ([{**GUEST, "state": "runing"}], ['guest "web1", state: "runing" is not one of', "did you mean running?"]),
        ([{**GUEST, "name": "Domain-0"}], ['"Domain-0"', "name: Domain-0 is the control domain"]),
        ([GUEST, GUEST], ['guest "web1", name: ']),
        (
            [{**GUEST, "depends_on": ["db1"], "former_name": "db1"}],
            ['guest "web1", depends_on: db1 is the former name'],
        ),
        ([{**GUEST, "disk": [{"target": "/d"}]}], ['guest "web1", disk[0].vdev: it is missing']),
        ([{**GUEST, "memory": "lots"}, {**GUEST, "name": "a", "vcpus": -1}], ["memory: ", 'guest "a", vcpus: -1']),
        ([{**GUEST, "protect": {}}], ['guest "web1", protect: {} is not a list']),
    ],
)
def test_every_fault_is_told(guests: list[Any], words: list[str]) -> None:
    told = " ".join(said(*guests))
    assert [word for word in words if word not in told] == [], told


def test_what_is_wrong_with_the_defaults_is_said_once() -> None:
    (message,) = said(GUEST, {**GUEST, "name": "web2"}, vcpuss=2)
    assert message.startswith("defaults.vcpuss: there is no such option")


@pytest.mark.parametrize(
    "wrong",
    [
        {"vncpasswd": [SECRET], "vcpus": "x"},
        {"vfb": [{"vnc": True, "vncpasswd": f"{SECRET}\n"}]},
        {"type": "hvm", "spice": True, "spicepasswd": [SECRET], "memory": {"vncpasswd": SECRET}},
        {"vfb": [f"vncpasswd={SECRET}"], "vcpus": "x"},
    ],
)
def test_no_message_has_a_secret(wrong: dict[str, Any]) -> None:
    messages = said({**GUEST, **wrong})
    assert messages
    assert SECRET not in " ".join(messages)


@pytest.mark.parametrize(
    ("domains", "defaults"),
    [(GUEST, {}), ([[GUEST]], {}), ([None], {}), (["name=web1"], {}), ("web1", {}), ([GUEST], ["x"])],
)
def test_what_the_filter_cannot_take_is_said_in_one_sentence(domains: Any, defaults: Any) -> None:
    with pytest.raises(AnsibleFilterError, match=r"lint_xl_domains: .* is not what the filter takes"):
        lint_xl_domains(domains, defaults)


def test_the_guest_that_is_none_is_named() -> None:
    with pytest.raises(AnsibleFilterError, match=r"a text is not what .* each a mapping \(number 2 is none\)"):
        lint_xl_domains([GUEST, "web1"])
