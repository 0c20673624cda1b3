# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with seeded mistakes: each is found where it stands, and nothing else is. Correct files have no findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.lint import lint_text
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
    ],
)
def test_a_secret_is_not_shown(line: str) -> None:
    findings = lint_text(f'name = "a"\nkernel = "k"\n{line}\n', NEWEST).findings
    assert findings
    assert not [finding for finding in findings if "hunter2" in str(finding)]


def test_a_secret_of_a_declaration_is_not_shown() -> None:
    for vfb in ({"vncpasswd": ["hunter2"]}, {"vncpasswd": "a,hunter2"}, {"vncpaswd": "hunter2"}):
        findings = lint_declaration({"name": "a", "kernel": "k", "vfb": [vfb]}, None, NEWEST).findings
        assert findings
        assert not [finding for finding in findings if "hunter2" in str(finding)]
