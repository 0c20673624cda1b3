# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What looks right to whoever wrote it, and is read otherwise: a zero in front, a blank behind, a point release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import Finding
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release

PV = {"name": "a", "kernel": "/k"}


def found(line: str, release: str = "4.17") -> list[Finding]:
    return list(lint_text(f'name = "a"\nkernel = "/k"\n{line}\n', Release.parse(release)).findings)


def of_key(key: str, findings: Sequence[Finding]) -> list[Finding]:
    return [one for one in findings if one.key == key]


@pytest.mark.parametrize("release", ["4.5", "4.22"])
@pytest.mark.parametrize("rate", ["010Mb/s", "10Mb/s@010ms"])
def test_a_rate_with_a_zero_in_front_is_octal(release: str, rate: str) -> None:
    (finding,) = found(f'vif = [ "rate={rate}" ]', release)
    assert (finding.rule, finding.key) == ("wrong-value", "vif[0].rate")
    assert finding.message == f'"{rate}" has a zero in front, and xl would silently read it as octal'
    assert finding.remedy == "write it without the zero"


def test_a_number_with_a_zero_in_front_that_is_not_even_octal() -> None:
    (finding,) = found("memory = 0128")
    assert (finding.rule, finding.key) == ("passed-over", "memory")
    assert finding.remedy == "write it without the zero in front, with which it is octal"


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
    (finding,) = of_key(key, findings)
    assert (finding.rule, finding.message, finding.remedy) == ("later-key", message, remedy)


def test_the_release_after_it_knows_the_key() -> None:
    assert lint_declaration({**PV, "type": "pvh", "pvshim": True}, None, Release(4, 11)).findings == []


@pytest.mark.parametrize(
    ("value", "remedy"),
    [("yes", "write 1 for yes, 0 for no"), ("", "write 1 for yes, 0 for no"), ("all", "put it in [ ]")],
)
@pytest.mark.parametrize("release", ["4.5", "4.22"])
def test_a_single_word_of_viridian_is_no_number(release: str, value: str, remedy: str) -> None:
    (finding,) = of_key("viridian", found(f'type = "hvm"\nbuilder = "hvm"\nviridian = "{value}"', release))
    assert finding.message == f'"{value}" is not a number, and xl would silently go on without it'
    assert (finding.rule, finding.key, finding.remedy) == ("passed-over", "viridian", remedy)


@pytest.mark.parametrize("value", ["1", '"0"', '[ "all" ]', "[ ]"])
def test_what_viridian_may_be(value: str) -> None:
    assert found(f'type = "hvm"\nviridian = {value}') == []


def test_a_word_of_viridian_is_declared_in_a_list() -> None:
    (finding,) = lint_declaration({"name": "a", "type": "hvm", "viridian": "all"}, None, NEWEST).findings
    assert finding.message == '"all" is a word of a list, and xl would silently go on without it'
    assert finding.remedy == "put it in [ ]"


@pytest.mark.parametrize(("release", "xl"), [("4.5", "warn and go on without it"), ("4.7", "refuse the file")])
def test_a_yes_of_gfx_passthru_is_neither_a_number_nor_a_card(release: str, xl: str) -> None:
    (finding,) = of_key("gfx_passthru", found('type = "hvm"\nbuilder = "hvm"\ngfx_passthru = "yes"', release))
    assert (finding.rule, finding.key) == ("wrong-value", "gfx_passthru")
    assert finding.message == f'"yes" is not a number, and xl would {xl}'


@pytest.mark.parametrize("value", ["1", '"0"', '"igd"', '"DEFAULT"'])
def test_what_gfx_passthru_may_be(value: str) -> None:
    assert found(f'type = "hvm"\ngfx_passthru = {value}') == []


def test_before_xen_4_7_a_card_is_no_number() -> None:
    (finding,) = of_key("gfx_passthru", found('type = "hvm"\nbuilder = "hvm"\ngfx_passthru = "igd"', "4.6"))
    assert finding.message == '"igd" is nothing this release can do, and xl would warn and go on without it'


@pytest.mark.parametrize(
    ("cpus", "rules"),
    [('"0-"', ["pins-unread", "wrong-value"]), ('[ "0-" ]', ["pins-unread"]), ('"^0"', ["pins-unread"])],
)
def test_pins_in_a_list_that_are_not_read_are_one_mistake(cpus: str, rules: list[str]) -> None:
    assert [finding.rule for finding in found(f"cpus = {cpus}")] == rules


@pytest.mark.parametrize(
    ("release", "line", "words"),
    [
        ("4.5", 'on_crash = "reboot"', "preserve, coredump-destroy, coredump-restart"),
        ("4.7", 'on_crash = "reboot"', "preserve, coredump-destroy, coredump-restart, soft-reset"),
        ("4.22", 'device_model_version = "foo"', "not one of qemu-xen"),
        ("4.20", 'device_model_version = "foo"', "not one of qemu-xen, qemu-xen-traditional"),
    ],
)
def test_the_words_that_are_offered_are_those_of_the_release(release: str, line: str, words: str) -> None:
    (finding,) = of_key(line.partition(" ")[0], found(line, release))
    assert finding.rule == "wrong-value" and f"{words}, and xl would refuse the file" in finding.message


@pytest.mark.parametrize(("key", "line"), [("name", 'name = [ "a" ]'), ("kernel", 'kernel = [ "/k" ]')])
def test_what_was_given_as_a_list_is_not_missing_besides(key: str, line: str) -> None:
    rest = {"name": 'kernel = "/k"', "kernel": 'name = "a"'}[key]
    assert [(one.rule, one.key) for one in lint_text(f"{rest}\n{line}\n", NEWEST).findings] == [("passed-over", key)]


@pytest.mark.parametrize("key", ["vif.bridge", "a.b", "memory.max"])
def test_an_unknown_key_with_a_point_in_it_is_found_where_it_stands(key: str) -> None:
    (finding,) = found(f'memory = 64\n  {key} = "x"')
    assert (finding.rule, finding.key, finding.line, finding.column) == ("unknown-key", key, 4, 3)
