# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter lint_xen_cmdline: what is told of the command lines of a host."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.lint_xen_cmdline import lint_xen_cmdline


def test_there_is_nothing_to_say_of_what_the_release_knows() -> None:
    assert (
        lint_xen_cmdline({"dom0_mem": {"size": "2G", "max": "2G"}, "smt": False}, "4.17", linux=["console=hvc0"]) == []
    )


def test_a_finding_says_what_is_wrong_and_what_to_do() -> None:
    (finding,) = lint_xen_cmdline({}, "4.5", xen_words=["dom0=pvh"])
    assert finding == {
        "severity": "error",
        "message": "dom0: it comes with Xen 4.9 (Xen 4.5); leave it out, or boot Xen 4.9 or later.",
        "key": "dom0",
        "release": "4.5",
        "remedy": "leave it out, or boot Xen 4.9 or later",
    }


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"xen": {"dom0_men": "2G"}}, "dom0_men"),
        ({"xen": {}, "linux": ["xen_nopv"]}, "xen_nopv"),
        ({"xen": {"dom0_mem": {"size": "4G", "max": "2G"}}}, "dom0_mem"),
        ({"xen": {}, "arch": "aarch64", "xen_words": ["com1=115200"]}, "com1"),
    ],
)
def test_each_line_is_looked_at_for_release_and_machine(given: dict[str, Any], key: str) -> None:
    assert [(one["key"], one["severity"]) for one in lint_xen_cmdline(release="4.17", **given)] == [(key, "error")]


@pytest.mark.parametrize(("release", "severities"), [("4.17.5", []), ("4.17", ["warning"]), ("4.17.1", ["error"])])
def test_of_a_release_with_its_point_release_more_is_known(release: str, severities: list[str]) -> None:
    assert [one["severity"] for one in lint_xen_cmdline({"spec-ctrl": {"gds-mit": False}}, release)] == severities


def test_a_name_that_is_unknown_hides_no_other_fault() -> None:
    declared = {"flask": "enforce", "nosuch": 1, "iommu": "intremap=x", "dom0": "pvhh"}
    assert {one["key"] for one in lint_xen_cmdline(declared, "4.17")} == set(declared)


@pytest.mark.parametrize(
    "given",
    [
        {"xen": ["smt=off"]},
        {"xen": None},
        {"xen": {}, "arch": "sparc"},
        {"xen": {}, "arch": ["x86_64"]},
        {"xen": {}, "release": "4.1"},
        {"xen": {}, "release": "9.9"},
        {"xen": {}, "xen_words": "smt=off"},
        {"xen": {}, "linux": "quiet"},
    ],
)
def test_a_question_that_has_no_answer_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(AnsibleFilterError, match="lint_xen_cmdline: "):
        lint_xen_cmdline(**given)
