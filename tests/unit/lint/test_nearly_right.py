# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks right to whoever wrote it, and is read otherwise: a zero in front, a blank behind, a point release."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

PV = {"name": "a", "kernel": "/k"}


def found(line: str, release: str = "4.17") -> list[Finding]:
    return list(lint_text(f'name = "a"\nkernel = "/k"\n{line}\n', Release.parse(release)).findings)


@pytest.mark.parametrize("release", ["4.5", "4.22"])
@pytest.mark.parametrize("rate", ["010Mb/s", "10Mb/s@010ms"])
def test_a_rate_with_a_zero_in_front_is_octal(release: str, rate: str) -> None:
    (finding,) = found(f'vif = [ "rate={rate}" ]', release)
    assert (finding.rule, finding.key) == ("wrong-value", "vif[0].rate")
    assert finding.message == f'"{rate}" has a zero in front, and xl would silently read it as octal'
    assert finding.remedy == "write it without the zero"


def test_a_rate_of_which_nothing_can_be_read_is_refused() -> None:
    (finding,) = found('vif = [ "rate=08Mb/s" ]')
    assert finding.message == '"08Mb/s" is not a rate, and xl would refuse the file'


@pytest.mark.parametrize(
    ("ports", "xl"),
    [
        ('"3f8x"', "complain and take the port that it begins with"),
        ('"3f8 - 3ff"', "complain and take the port that it begins with"),
        ('"70", " 3f8", "0x3f8,"', "complain and take the port that it begins with"),
        ('" 3f8- 3ff"', "take it silently"),
        ('"3f8-3ffx"', "refuse the file"),
        ('"3f8-"', "refuse the file"),
        ('"3f8x", "lpt1"', "refuse the file"),
    ],
)
@pytest.mark.parametrize("release", ["4.5", "4.22"])
def test_what_stands_behind_a_port(release: str, ports: str, xl: str) -> None:
    (finding,) = found(f"ioports = [ {ports} ]", release)
    assert (finding.rule, finding.key) == ("wrong-value", "ioports")
    assert finding.message.endswith(f"is not of the form it must have, and xl would {xl}")


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ('vif = [ "bridge=xenbr0 ,mac=00:16:3e:00:00:01" ]', "vif[0].bridge", "xenbr0 "),
        ('vif = [ "model=e1000 " ]', "vif[0].model", "e1000 "),
        ('vif = [ "bridge= xenbr0" ]', "vif[0].bridge", " xenbr0"),
        ('disk = [ "vdev=xvda,target=/d " ]', "disk[0].target", "/d "),
        ('pvcalls = [ "backend=net\t" ]', "pvcalls[0].backend", "net\t"),
    ],
)
def test_a_blank_at_an_end_is_part_of_the_value(line: str, key: str, value: str) -> None:
    (finding,) = found(line)
    assert (finding.rule, finding.severity, finding.key, finding.value) == ("blank-kept", "warning", key, value)
    assert finding.remedy == "remove the blank"


@pytest.mark.parametrize(
    "line",
    ['channel = [ "connection=pty, name=c " ]', 'vfb = [ "vncpasswd=a " ]', 'vif = [ " bridge=xenbr0, model=e1000" ]'],
)
def test_a_blank_that_xl_takes_off_or_that_is_meant(line: str) -> None:
    assert found(line) == []


def test_a_blank_is_told_of_a_name_once() -> None:
    assert [finding.rule for finding in found('disk = [ "vdev=xvda ,target=/d" ]')] == ["no-disk-name"]


@pytest.mark.parametrize("key", ["bridge", "script"])
def test_a_blank_of_a_declaration_comes_to_the_file(key: str) -> None:
    declared: dict[str, Any] = {**PV, "vif": [{key: "xenbr0 "}]}
    (finding,) = lint_declaration(declared, None, NEWEST).findings
    assert (finding.rule, finding.key) == ("blank-kept", f"vif[0].{key}")


@pytest.mark.parametrize(
    ("release", "message", "remedy"),
    [
        ("4.9", "this release does not know it, and xl would ignore it", "the first that does is Xen 4.10.1"),
        (
            "4.10",
            "4.10.0 does not know it, and its xl would ignore it",
            "the first that does is Xen 4.10.1, and all of 4.11 do",
        ),
    ],
)
@pytest.mark.parametrize(("key", "value"), [("pvshim", True), ("pvshim_path", "/s"), ("pvshim_extra", "sched=null")])
def test_a_key_that_a_point_release_brought(key: str, value: Any, release: str, message: str, remedy: str) -> None:
    findings = lint_declaration({**PV, "type": "pvh", key: value}, None, Release.parse(release)).findings
    (finding,) = (one for one in findings if one.key == key)
    assert (finding.rule, finding.message, finding.remedy) == ("later-key", message, remedy)


def test_the_release_after_it_knows_the_key() -> None:
    assert lint_declaration({**PV, "type": "pvh", "pvshim": True}, None, Release(4, 11)).findings == []
