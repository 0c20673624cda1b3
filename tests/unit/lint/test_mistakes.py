# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with seeded mistakes: each is found where it stands, and nothing else is. Correct files have no findings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.to_xl_cfg import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text, lint_together
from ansible_collections.xlops.xen.plugins.module_utils._config.report import Report, plain
from ansible_collections.xlops.xen.plugins.module_utils._config.report_junit import junit
from ansible_collections.xlops.xen.plugins.module_utils._config.report_sarif import sarif
from ansible_collections.xlops.xen.plugins.module_utils._plan.lint import lint_declaration
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST, RELEASES, Release
from ansible_collections.xlops.xen.plugins.plugin_utils.lint_files import lint_paths
from ansible_collections.xlops.xen.tests.unit.lint.seeded import MISTAKES, mistakes

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "docs/examples"


@pytest.mark.parametrize("release", ["4.5", "4.17"])
def test_each_seeded_mistake_is_found_and_none_is_invented(release: str) -> None:
    directory = MISTAKES / release
    report = lint_paths([str(directory)], Release.parse(release)).report
    found = sorted((finding.filename, finding.line, finding.rule) for finding in report.findings)
    assert found == mistakes(directory)
    assert len(found) >= 30


@pytest.mark.parametrize(
    ("paths", "releases"),
    [
        (["declared", "xl_cfg"], RELEASES),
        (["xl_cfg_4.17"], [one for one in RELEASES if one >= Release(4, 17)]),
    ],
)
def test_the_examples_are_correct(paths: list[str], releases: list[Release]) -> None:
    for release in releases:
        report = lint_paths([str(EXAMPLES / path) for path in paths], release).report
        assert report.guests
        assert [str(finding) for finding in report.findings] == []


def test_what_the_collection_itself_declares_is_correct() -> None:
    scenario = ROOT / "molecule/guests"
    paths = [ROOT / "playbooks", ROOT / "roles", scenario / "vars", scenario / "changes.yml", scenario / "removal.yml"]
    report = lint_paths([str(path) for path in paths], NEWEST).report
    assert report.guests > 15
    assert [str(finding) for finding in report.findings if finding.severity != "note"] == []


@pytest.mark.parametrize("release", ["4.5", "4.17"])
def test_every_finding_says_all_that_there_is_to_say(release: str) -> None:
    report = lint_paths([str(MISTAKES / release)], Release.parse(release)).report
    for one in map(plain, report.findings):
        there = {key for key, value in one.items() if value is not None}
        without = set()
        if one["rule"] == "syntax" or "here should be" in one["message"]:
            without = {"key", "value", "guest"}
        elif one["rule"] in ("missing", "nothing-to-boot"):
            without = {"value", "guest"}
        elif "both.cfg" in one["file"] or str(one["key"]).startswith("defaults."):
            without = {"guest"}  # it has no name, or it is of all guests
        assert set(one) - there <= without, one
        assert one["release"] == release
        assert one["xl"] in one["message"] or re.search(r"\bxl\b|not created", one["message"]), one


@pytest.mark.parametrize(
    ("text", "value", "xl", "remedy"),
    [
        ("hap = 'true'", "true", "xl would warn and go on without it", "write 1 for yes, 0 for no"),
        ("vcpus = 'two'", "two", "xl would warn and go on without it", "write digits alone"),
        ("memroy = 512", "512", "ignores it without a word", "did you mean memory?"),
        ("vncpaswd = 'hunter2'", "(not told)", "ignores it without a word", "did you mean vncpasswd?"),
        ("colour = 'hunter2'", "(not told)", "ignores it without a word", "did you mean llc_colors?"),
        ("vfb = 'vncpasswd=hunter2'", "(secret)", "xl would warn and go on without it", "put it in [ ]"),
        ("pci = ['zz:00.0']", '["zz:00.0"]', "xl would refuse the file", "write the address as lspci shows it"),
        ("vcpus = [ 2 ]", '["2"]', "xl would warn and go on without it", "write one value, without [ ]"),
    ],
)
def test_a_finding_as_data_has_the_value_and_what_xl_does(text: str, value: str, xl: str, remedy: str) -> None:
    linted = lint_text(f"name = 'a'\nkernel = 'k'\n{text}\n", NEWEST, "a.cfg")
    (one,) = map(plain, lint_together([linted]))
    assert (one["value"], one["xl"]) == (value, xl)
    assert one["remedy"].startswith(remedy)


def test_a_malformed_pci_device_is_said_to_have_no_address() -> None:
    (finding,) = lint_text("name = 'a'\nkernel = 'k'\npci = ['zz:00.0']\n", NEWEST).findings
    assert '"zz:00.0" is no PCI address' in str(finding)


def test_a_finding_says_where_what_which_release_and_what_to_do() -> None:
    (finding,) = lint_text('name = "web1"\nkernel = "k"\n\n  memry = 512\n', Release(4, 5), "web1.cfg").findings
    assert (finding.filename, finding.line, finding.column) == ("web1.cfg", 4, 3)
    assert (finding.rule, finding.severity, finding.guest, finding.key) == ("unknown-key", "error", "web1", "memry")
    assert str(finding) == (
        'web1.cfg:4:3, guest "web1", memry: there is no such option, and xl would ignore it without a word (Xen 4.5); '
        "did you mean memory?"
    )


DISKS = """name = "a"
type = "hvm"
disk = [
  "/dev/vg/a,raw,xvda",
  "a,b,c,d,e",
  "/dev/vg/b,raw,xvdb",
  "/dev/vg/c,raw,xvdb,r",
  "vdev=xvdc,acess=r,target=/dev/vg/d",
]
"""


def test_a_device_keeps_its_number_and_line_behind_one_that_cannot_be_read() -> None:
    found = lint_together([lint_text(DISKS, Release(4, 17), "a.cfg")])
    assert [(one.rule, one.line, one.key) for one in found] == [
        ("device-unreadable", 5, "disk"),
        ("duplicate-vdev", 7, "disk[3].vdev"),
        ("read-only-disk", 7, "disk[3].access"),
        ("unknown-sub-key", 8, "disk[4].acess"),
    ]
    assert found[2].value == "ro"
    assert found[3].remedy == "did you mean disk[4].access?"


def test_a_claim_on_a_disk_behind_one_that_cannot_be_read_has_its_line() -> None:
    other = 'name = "b"\ntype = "hvm"\ndisk = [ "/dev/vg/c,raw,xvda" ]\n'
    found = lint_together([lint_text(other, NEWEST, "b.cfg"), lint_text(DISKS, NEWEST, "c.cfg")])
    (shared,) = (one for one in found if one.rule == "shared-disk")
    assert (shared.filename, shared.line, shared.key, shared.value) == ("c.cfg", 7, "disk[3].target", "/dev/vg/c")


@pytest.mark.parametrize(
    ("key", "unreadable", "wrong"),
    [
        ("pci", "gpu", "04:00.0,permissive=x"),
        ("usbdev", "x", "hostbus=one,hostaddr=2"),
        ("channel", "foo", "name=a,connection=tty"),
        ("vif", "foo", "mac=1,bridge=xenbr0"),
    ],
)
def test_a_device_of_any_kind_keeps_its_number(key: str, unreadable: str, wrong: str) -> None:
    text = f'name = "a"\nkernel = "k"\n{key} = [\n"{unreadable}",\n"{wrong}",\n]\n'
    assert (5, f"{key}[1]") in [(one.line, str(one.key).partition(".")[0]) for one in lint_text(text, NEWEST).findings]


@pytest.mark.parametrize(
    "line",
    [
        'spicepasswd = ["hunter2"]',
        "vncpasswd = hunter2",
        "vncpasswd = 'hunter2",
        'vncpaswd = "hunter2" "x"',
        'vncpaswd = "hunter2"',
        'vfb = [ "vnc=1,vncpasswd=a,hunter2" ]',
        'vfb = [ "vnc=1,vncpaswd=hunter2" ]',
        'vfb = [ "vncpasswd=hunter2" "x" ]',
        'vfb = "vnc=1,vncpasswd=hunter2"',
        'vfb = [ [ "vncpasswd=hunter2" ] ]',
        'VNCPASSWD="hunter2"',
        'vncpasswd =\n"hunter2"',
        'vncpasswd = [\n"a",\n"hunter2" "x"\n"hunter2" ]',
    ],
)
def test_a_secret_is_not_shown(line: str) -> None:
    findings = lint_together([lint_text(f'name = "a"\nkernel = "k"\n{line}\n', NEWEST)])
    assert findings
    assert not [finding for finding in findings if "hunter2" in f"{finding} {plain(finding)}"]


@pytest.mark.parametrize(
    "declared",
    [
        {"vfb": [{"vncpasswd": ["hunter2"]}]},
        {"vfb": [{"vncpasswd": {"hunter2": "hunter2"}}]},
        {"vfb": [{"vncpasswd": "a,hunter2"}]},
        {"vfb": [{"vncpaswd": "hunter2"}]},
        {"vfb": ["vnc=1,vncpasswd=hunter2"]},
        {"vfb": [["vncpasswd=hunter2"]]},
        {"vfb": "vnc=1,vncpasswd=hunter2"},
        {"vfb": {"vncpasswd": "hunter2"}},
        {"vncpasswd": ["hunter2"]},
        {"type": "hvm", "spicepasswd": {"hunter2": "hunter2"}},
    ],
    ids=str,
)
def test_a_secret_of_a_declaration_is_not_shown(declared: dict[str, Any]) -> None:
    linted = lint_declaration({"name": "a", "kernel": "k", **declared}, None, NEWEST)
    findings = [*linted.findings, *lint_together([linted])]
    assert [finding for finding in findings if finding.severity == "error"]
    report = Report(NEWEST, ["a.yml"], 1, findings)
    for told in (*map(str, findings), *map(plain, findings), sarif(report), junit(report)):
        assert "hunter2" not in str(told)
    with pytest.raises(AnsibleFilterError) as refusal:
        to_xl_cfg({"name": "a", "kernel": "k", **declared})
    assert "hunter2" not in str(refusal.value)


def test_it_is_said_what_stands_where_a_secret_may_be() -> None:
    for vfb, what in (
        (["vnc=1"], "vfb[0]: a text is not a mapping"),
        ([[1]], "vfb[0]: a list is not a mapping"),
        ({"vnc": True}, "vfb: a mapping is not a list"),
        ([3], "vfb[0]: the value is not a mapping"),
    ):
        (finding,) = lint_declaration({"name": "a", "kernel": "k", "vfb": vfb}, None, NEWEST).findings
        assert what in str(finding)
    (finding,) = lint_declaration({"name": "a", "kernel": "k", "vif": ["x"]}, None, NEWEST).findings
    assert 'vif[0]: "x" is not a mapping' in str(finding)
