# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter xm_to_xl: what a playbook gets."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.xm_to_xl import FilterModule
from ansible_collections.xlops.xen.tests.unit.xm.guests import PV

xm_to_xl = FilterModule().filters()["xm_to_xl"]


def test_a_guest() -> None:
    guest = xm_to_xl(PV, "4.17", "web")
    assert (guest["name"], guest["syntax"], guest["errors"]) == ("guest", "xm", [])
    assert 'type = "pv"' in guest["config"]
    assert guest["model"]["memory"] == 64
    assert guest["counts"]["kept"] == 4
    assert {"action", "key", "line", "column", "old", "to", "new", "reason", "loss"} == set(guest["report"][0])


def test_the_release_decides() -> None:
    text = PV + "vusb = ['usbver=2']\n"
    assert "usbctrl" in xm_to_xl(text, "4.17")["model"]
    old = xm_to_xl(text, "4.5")
    assert 'builder = "generic"' in old["config"]
    assert "the first that does is Xen 4.7" in str(old["report"])


def test_the_syntax_can_be_forced() -> None:
    assert xm_to_xl(PV, "4.17", syntax="xl")["config"] == PV
    assert xm_to_xl("name = 'a'\nbios = 'ovmf'\nkernel = '/k'\n", "4.17", syntax="xm")["syntax"] == "xm"


def test_variables() -> None:
    assert xm_to_xl("name = 'vm%d' % vmid\nkernel = '/k'\n", "4.17", variables={"vmid": 3})["name"] == "vm3"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((7, "4.17"), "7 is not what the filter takes, which is the text of a guest file of xm"),
        ((PV, "new"), "is not a Xen release"),
        ((PV,), "release: it is missing; name that of xl, such as '4.17'"),
        ((PV, "4.4"), "too old"),
        ((PV, "9.9"), "Xen 9.9 is not known here"),
        (("a = = 1", "4.17", "web"), "web:1:5: it is no Python"),
        ((PV, "4.17", "", {"x": []}), "neither a text nor a number"),
        ((PV, "4.17", "", ["x"]), "no mapping"),
        ((PV, "4.17", "", {"memory": 64}), "is an option of xm, and no variable"),
        ((PV, "4.17", "", {}, "yaml"), "none of auto, xm, xl"),
    ],
)
def test_what_is_wrong_is_a_sentence(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(AnsibleFilterError, match=words):
        xm_to_xl(*arguments)
