# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with seeded mistakes: each is found where it stands, and nothing else is. Correct files have no findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.to_xl_cfg import to_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
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


def test_a_finding_says_where_what_which_release_and_what_to_do() -> None:
    (finding,) = lint_text('name = "web1"\nkernel = "k"\n\n  memry = 512\n', Release(4, 5), "web1.cfg").findings
    assert (finding.filename, finding.line, finding.column) == ("web1.cfg", 4, 3)
    assert (finding.rule, finding.severity, finding.guest, finding.key) == ("unknown-key", "error", "web1", "memry")
    assert str(finding) == (
        'web1.cfg:4:3, guest "web1", memry: there is no such option, and xl would ignore it without a word (Xen 4.5); '
        "did you mean memory?"
    )


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
    findings = lint_text(f'name = "a"\nkernel = "k"\n{line}\n', NEWEST).findings
    assert findings
    assert not [finding for finding in findings if "hunter2" in str(finding)]


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
    findings = lint_declaration({"name": "a", "kernel": "k", **declared}, None, NEWEST).findings
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
