# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter lint_xen_settings: what is told of the toolstack's settings."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.lint_xen_settings import lint_xen_settings


def test_there_is_nothing_to_say_of_what_is_read() -> None:
    assert lint_xen_settings({"autoballoon": False, "vif.default.bridge": "xenbr0"}, "xl_conf", "4.17") == []
    assert lint_xen_settings({"XENCONSOLED_ARGS": "--log=guest"}, "xencommons", "4.17", "debian") == []
    assert lint_xen_settings({"XENDOMAINS_SAVE": "", "XENDOMAINS_AUTO": None}, "xendomains", "4.5") == []


def test_a_finding_says_what_is_wrong_and_what_to_do() -> None:
    (finding,) = lint_xen_settings({"autobaloon": "off"}, "xl_conf", "4.17")
    assert finding == {
        "severity": "error",
        "message": "xl_conf.autobaloon: there is no such key (Xen 4.17); did you mean autoballoon?",
        "key": "xl_conf.autobaloon",
        "release": "4.17",
        "remedy": "did you mean autoballoon?",
    }


def test_every_fault_is_told() -> None:
    declared = {"XENCONSOLED_TRACE": "guest", "A B": "1", "XENSTORED": ["/bin/x"], "XENSTORED_ARGS": "a\nb"}
    findings = lint_xen_settings(declared, "xencommons", "4.17", "debian")
    assert [finding["key"] for finding in findings] == [f"xencommons.{key}" for key in declared]
    assert findings[0]["message"].startswith("xencommons.XENCONSOLED_TRACE: Debian's start scripts do not read it")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((["a"], "xl_conf"), "a mapping of settings by their keys"),
        (({}, "xl.conf"), "a file of settings is one of xencommons, xendomains, xl_conf, not xl.conf"),
        (({}, "xl_conf", "4.17", "arch"), "an origin is one of upstream, debian, sysv, not arch"),
        (({}, "xl_conf", "4.4"), "Xen 4.4 is too old"),
        (({}, "xl_conf", "nine"), "nine"),
    ],
)
def test_what_the_filter_cannot_take_is_said_in_one_sentence(given: Any, said: str) -> None:
    with pytest.raises(AnsibleFilterError, match="lint_xen_settings: ") as wrong:
        lint_xen_settings(*given)
    assert said in str(wrong.value)
