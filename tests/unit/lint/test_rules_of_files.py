# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that the text of a file breaks and a declaration cannot, and those that guests of one host break."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text, lint_together
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, Release
from ansible_collections.xlops.xen.tests.unit.lint.seeded import HVM, LISTENS, PCI, PV, SPICE, rules_of

TEXTS: list[tuple[str, str, str]] = [
    ("4.17", "alias", 'builder = "hvm"'),
    ("4.9", "", 'builder = "hvm"'),
    ("4.17", "alias", 'type = "hvm"\nstdvga = 1'),
    ("4.5", "type-unread", 'builder = "hvm"\ntype = "hvm"'),
    ("4.5", "shortened-word", 'builder = "h"'),
    ("4.17", "shortened-word", 'type = "h"'),
    ("4.5", "shortened-word", 'builder = ""'),
    ("4.17", "dropped-escape", 'type = "hvm"\nserial = "\\123"'),
    ("4.12", "later-syntax", 'type = "hvm"\nboot += "d"'),
    ("4.13", "", 'type = "hvm"\nboot += "d"'),
    ("4.17", "pins-unread", 'kernel = "k"\ncpus = "0"'),
    ("4.17", "", 'kernel = "k"\ncpus = "0"\nmaxvcpus = 2'),
    ("4.17", "", 'type = "hvm"\ncpus = "0"\nvnuma = [ [ "size=64", "vcpus=0-1" ] ]'),
    ("4.17", "pins-unread", 'type = "hvm"\ncpus = "0"\nvnuma = [ ]'),
    ("4.14", "later-key", 'kernel = "k"\nmsr_relaxed = 1\ntype = "pv"'),
    ("4.15", "deprecated", 'kernel = "k"\nmsr_relaxed = 1\ntype = "pv"'),
    ("4.17", "no-cpu", 'kernel = "k"\ncpus = "^0"\nvcpus = 1'),
    ("4.17", "no-cpu", 'kernel = "k"\ncpus_soft = "^0"\nvcpus = 1'),
    ("4.10", "deprecated", 'type = "hvm"\naltp2m = 1'),
    ("4.17", "deprecated", 'type = "hvm"\ntsc_mode = 1'),
    ("4.17", "target-not-last", 'kernel = "k"\ndisk = [ "vdev=xvda,target=/d,rw" ]'),
    ("4.17", "target-not-last", 'kernel = "k"\ndisk = [ "vdev=xvda,target=vg0/x,backendtype=qdisk" ]'),
    ("4.17", "relative-target", 'kernel = "k"\ndisk = [ "vdev=xvda,target=vg0/x" ]'),
    ("4.17", "device-unreadable", 'kernel = "k"\nvif = [ "trusted=1" ]'),
    ("4.17", "device-unreadable", 'kernel = "k"\ndisk = [ "vdev=xvda,discard=1,target=/d" ]'),
    ("4.17", "device-unreadable", 'kernel = "k"\nvif = [ "bridge=b, " ]'),
    ("4.17", "device-unreadable", 'kernel = "k"\np9 = [ "tag=t,path=/p,security_model=none,x" ]'),
    ("4.17", "device-unreadable", 'kernel = "k"\nvsnd = [ [ "card, sample-rates=" ] ]'),
    ("4.17", "", 'kernel = "k"\nvfb = [ "vnc=2" ]'),
    ("4.17", "", 'type = "hvm"\ncpuid = ""'),
    ("4.22", "", 'kernel = "k"\ncpus = "0"'),
    ("4.5", "null-command-line", 'root = "/dev/xvda"\nkernel = "k"'),
    ("4.5", "", 'root = "/dev/xvda"\nextra = "ro"\nkernel = "k"'),
    ("4.6", "", 'root = "/dev/xvda"\nkernel = "k"'),
    ("4.17", "open-decision", '# decision: line 3, memory: it is in pages.\nkernel = "k"'),
    ("4.17", "open-decision", '# decision: code: nobody knows what xm made of it.\nkernel = "k"'),
    ("4.17", "", '# it was a decision: ours\nkernel = "k" # decision: memory: made'),
    ("4.17", "comma-left-out", 'kernel = "k"\nvif = [ "bridge=xenbr0 mac=00:16:3e:11:11:11" ]'),
    ("4.17", "bridge-name", 'kernel = "k"\nvif = [ "bridge=\'xenbr0\'" ]'),
    ("4.17", "bridge-name", 'kernel = "k"\nvif = [ "bridge=" ]'),
    ("4.17", "relative-target", 'kernel = "k"\ndisk = [ \'vdev=xvda,target="/dev/vg/z"\' ]'),
    ("4.9", "type-misread", 'type = "hvm"\nboot = "c"\nusbdevice = "tablet"\nvga = "stdvga"'),
    ("4.17", "type-contradiction", 'type = "hvm"\nbuilder = "generic"\nboot = "c"\nusbdevice = "tablet"'),
    ("4.17", "type-contradiction", 'builder = "generic"\ntype = "hvm"\nboot = "c"\nusbdevice = "tablet"'),
    ("4.17", "type-contradiction", 'type = "foo"\nbuilder = "hvm"\nboot = "c"'),
    ("4.17", "type-contradiction", 'builder = "hvm"\ntype = "foo"\nboot = "c"'),
    ("4.17", "type-contradiction", 'builder = "linux"\ntype = "hvm"\nboot = "c"'),
    ("4.5", "type-misread", 'type = "pv"\nbuilder = "hvm"\nboot = "c"\nusbdevice = "tablet"'),
    ("4.9", "type-misread", 'type = "pvh"\nbuilder = "hvm"\nboot = "c"'),
    ("4.5", "type-misread", 'type = "hvm"\nbuilder = "generic"\nkernel = "k"'),
]

NAMES = [("migration-name", "a--incoming"), ("migration-name", "--migratedaway"), ("", "a-incoming")]

TOGETHER: list[tuple[str, list[dict[str, Any]]]] = [
    ("duplicate-name", [PV, PV]),
    ("duplicate-vncdisplay", [{**HVM, "vncunused": False}, {**HVM, "name": "b", "vncunused": 0, "vncdisplay": 0}]),
    ("", [{**HVM, "vncdisplay": 1}, {**HVM, "name": "b", "vncdisplay": 1}]),
    ("", [{**HVM, "vncunused": False}, {**HVM, "name": "b", "vncunused": False, "vnclisten": "192.0.2.1"}]),
    ("duplicate-spiceport", [{**HVM, **SPICE}, {**HVM, **SPICE, "name": "b"}]),
    ("", [{**HVM, "spiceport": 5930}, {**HVM, **SPICE, "name": "b"}]),
]


MAC = {"vif": [{"mac": "00:16:3e:00:00:01"}]}
NAMED = {**PV, "vif": [{"vifname": "web"}]}
TOGETHER += [
    ("", [{**NAMED, "state": "absent"}, {**NAMED, "name": "b"}]),
    ("duplicate-mac", [{**PV, **MAC, "state": "absent"}, {**PV, **MAC, "name": "b"}]),
    ("duplicate-mac", [{**PV, **MAC}, {**PV, "name": "b", "vif": [{"mac": "0-16-3E-0-0-1"}]}]),
    ("", [{**PV, "vif": [{"vifname": "{{x}}"}]}, {**PV, "name": "b", "vif": [{"vifname": "{{x}}"}]}]),
    (
        "duplicate-vifname",
        [{**PV, "vif": [{"vifname": "web"}]}, {**PV, "name": "b", "vif": [{"vifname": "db"}, {"vifname": "web"}]}],
    ),
    ("shared-pci", [{**PV, **PCI}, {**PV, "name": "b", "pci": [{"bdf": "0000:03:00.1"}]}]),
    ("shared-pci", [{**PV, **PCI}, {**PV, "name": "b", **PCI}]),
    ("shared-pci", [{**PV, "pci": [{"name": "gpu"}]}, {**PV, "name": "b", "pci": [{"name": "gpu"}]}]),
    ("", [{**PV, "pci": [{"bdf": "03:00.0"}]}, {**PV, "name": "b", "pci": [{"bdf": "03:00.1"}]}]),
    ("", [{**PV, **PCI}, {**PV, "name": "b", **PCI, "state": "stopped"}]),
    ("duplicate-vncdisplay", [{**HVM, **LISTENS}, {**HVM, "name": "b", "vncunused": False, "vncdisplay": 1}]),
    ("duplicate-vncdisplay", [{**HVM, **LISTENS}, {**PV, "name": "b", "vfb": [{"vncunused": False, "vncdisplay": 1}]}]),
    ("", [{**HVM, **LISTENS}, {**HVM, "name": "b", "vncunused": False}]),
    ("", [{**HVM, **LISTENS}, {**HVM, "name": "b", "vncdisplay": 1}]),
]


def disk(**keys: Any) -> dict[str, Any]:
    return {"disk": [{"vdev": "xvda", "target": "/d", **keys}]}


TOGETHER += [
    ("dependency-circle", [{**PV, "depends_on": ["a"]}]),
    ("dependency-goes", [{**PV, "depends_on": ["b"]}, {**PV, "name": "b", "state": "stopped"}]),
    ("former-name", [{**PV, "former_name": "b"}, {**PV, "name": "b"}]),
    ("former-name", [{**PV, "former_name": "c"}, {**PV, "name": "b", "former_name": "c"}]),
    ("former-name", [{**PV, "former_name": "c"}, {**PV, "name": "b", "depends_on": ["c"]}]),
    ("", [{**PV, "former_name": "c"}, {**PV, "name": "b", "depends_on": ["a"]}]),
    ("", [{**PV, "depends_on": ["b"]}, {**PV, "name": "b"}]),
    ("", [{**PV, "depends_on": ["b"], "state": "absent"}, {**PV, "name": "b", "state": "absent"}]),
    ("shared-disk", [{**PV, **disk()}, {**PV, "name": "b", **disk(access="ro")}]),
    ("", [{**PV, **disk(access="ro")}, {**PV, "name": "b", **disk(access="ro")}]),
    ("", [{**PV, **disk()}, {**PV, "name": "b", **disk(backend="driver")}]),
    ("", [{**PV, **disk()}, {**PV, "name": "b", **disk(), "state": "stopped"}]),
    ("wrong-value", [{**PV, **disk(access="w!")}]),
]


@pytest.mark.parametrize(("release", "rule", "text"), TEXTS)
def test_a_text_breaks_one_rule(release: str, rule: str, text: str) -> None:
    findings = lint_text(f'name = "a"\n{text}\n', Release.parse(release)).findings
    assert rules_of(findings) == [rule] * bool(rule)


def test_a_type_that_is_not_read_is_said_with_what_comes_of_it() -> None:
    for text, message in (
        ('kernel = "k"', "this release does not read it, and builds a pv guest"),
        ("boot = 'c'", "this release does not read it, and refuses the file of a pv guest with nothing to boot"),
    ):
        (finding,) = lint_text(f'name = "a"\ntype = "hvm"\n{text}\n', Release(4, 5)).findings
        assert (finding.rule, finding.message) == ("type-misread", message)


def test_a_guest_is_what_builder_says_where_type_is_not_read() -> None:
    text = 'name = "a"\ntype = "pv"\nbuilder = "hvm"\nvga = "stdvga"\nvideoram = 1\n'
    misread, *others = lint_text(text, Release(4, 5)).findings
    assert misread.message == "this release does not read it, and builds the hvm guest that builder says"
    assert (misread.rule, misread.remedy) == ("type-misread", "remove it")
    assert rules_of(others) == ["videoram"]  # of an hvm guest alone


def test_a_word_of_builder_that_says_nothing_leaves_what_type_was_meant_to() -> None:
    text = 'name = "a"\ntype = "hvm"\nbuilder = "linux"\nboot = "c"\n'
    misread, word = lint_text(text, Release(4, 5)).findings
    assert (misread.rule, misread.remedy, word.rule) == ("type-misread", 'write builder = "hvm"', "builder-word")


@pytest.mark.parametrize(
    ("kind", "builder", "remedy"),
    [
        ("hvm", "generic", "remove builder"),
        ("foo", "hvm", 'write type = "hvm" alone'),
        ("foo", "generic", 'write type = "pv" alone'),
    ],
)
def test_of_two_types_the_one_that_there_is_is_kept(kind: str, builder: str, remedy: str) -> None:
    linted = lint_text(f'name = "a"\ntype = "{kind}"\nbuilder = "{builder}"\nkernel = "k"\n', Release(4, 17))
    (finding,) = linted.findings
    assert (finding.rule, finding.remedy) == ("type-contradiction", remedy)


def test_an_open_decision_stands_where_it_is_written() -> None:
    text = "# Converted.\n# decision: line 3, memory: it is in pages.\nname = 'a'\nkernel = 'k'\n"
    (finding,) = lint_text(text, NEWEST, "a.cfg").findings
    assert (finding.line, finding.key, finding.severity, finding.guest) == (2, "memory", "note", "a")
    assert finding.message == "xm_to_xl left a decision to make: it is in pages"


def test_an_open_decision_has_a_key_that_no_terminal_obeys_and_no_value_of_another_device() -> None:
    text = "# decision: line 9, disk[1]\x1b[31m\r: what is it\n# decision: line 9, disk[1]: which\n"
    disks = 'name = "a"\nkernel = "k"\ndisk = [ "/dev/a,raw,xvda", "/dev/b,raw,xvdb" ]\n'
    hostile, plain = lint_together([lint_text(text + disks, NEWEST, "a.cfg")])
    assert (hostile.rule, hostile.key, hostile.value) == ("open-decision", "disk[1]\\x1b[31m\\r", None)
    assert (plain.rule, plain.key, plain.value) == ("open-decision", "disk[1]", None)


@pytest.mark.parametrize(("rule", "name"), NAMES)
def test_a_name_in_a_text_breaks_one_rule(rule: str, name: str) -> None:
    findings = lint_text(f'name = "{name}"\nkernel = "k"\n', NEWEST).findings
    assert [(one.rule, one.line) for one in findings] == [(rule, 1)] * bool(rule)


@pytest.mark.parametrize(("rule", "guests"), TOGETHER)
def test_guests_together_break_one_rule(rule: str, guests: list[dict[str, Any]]) -> None:
    found = lint_together([lint_declaration(guest, None, Release(4, 17)) for guest in guests])
    assert rules_of(found) == [rule] * bool(rule)
