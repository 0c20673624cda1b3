# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lint as its users have it: playbook, filter, and the page that says what it knows."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.xlops.xen.plugins.filter.lint_xl_cfg import FilterModule, lint_xl_cfg
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import NEWEST
from ansible_collections.xlops.xen.tests.unit.lint.seeded import MISTAKES, mistakes

ROOT = Path(__file__).resolve().parents[3]
SEEDED = MISTAKES / "4.5"


# A letter left out in the middle and at the end, some added, two exchanged.
SLIPS = ("xen_rlease", "xen_releas", "xen_realease", "xenrelease", "xen_rellease", "xen_relaese")


def lint(*variables: str) -> subprocess.CompletedProcess[str]:
    """What playbooks/lint.yml says from the command line."""
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "playbooks/lint.yml"]
    command += [word for variable in variables for word in ("-e", variable)]
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_NOCOLOR": "1",
    }
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def expected_lines() -> set[str]:
    return {f"{file}:{line}" for file, line, _rule in mistakes(SEEDED)}


def test_the_playbook_finds_the_seeded_mistakes_and_fails(tmp_path: Path) -> None:
    report = tmp_path / "build/guests.sarif"
    done = lint("xen_release=4.5", f"xen_lint_paths={SEEDED}", f"xen_lint_report={report}")
    assert done.returncode == 2
    assert "errors," in done.stdout
    printed = [line.rsplit(" [", 1) for line in done.stdout.splitlines() if line.startswith(str(SEEDED))]
    found = sorted((line.split(":")[0], int(line.split(":")[1]), rule.rstrip("]")) for line, rule in printed)
    assert found == mistakes(SEEDED)
    assert len(json.loads(report.read_text())["runs"][0]["results"]) == len(found)


def test_the_playbook_is_content_with_the_examples() -> None:
    done = lint(
        "xen_release=4.5", "xen_lint_paths=docs/examples/declared,docs/examples/xl_cfg", "xen_lint_fail_on=note"
    )
    assert done.returncode == 0, done.stdout
    assert "0 errors, 0 warnings and 0 notes in 0 of 3 files with 7 guests, for Xen 4.5" in done.stdout


def test_what_is_not_printed_is_counted_and_in_the_report(tmp_path: Path) -> None:
    report = tmp_path / "guests.xml"
    variables = ["xen_release=4.5", f"xen_lint_paths={SEEDED}", "xen_lint_limit=5", "xen_lint_fail_on=never"]
    done = lint(*variables, f"xen_lint_report={report}", "xen_lint_report_format=junit")
    assert done.returncode == 0, done.stdout
    total = len(mistakes(SEEDED))
    assert f"{total - 5} more findings, by rule:" in done.stdout
    root = ElementTree.fromstring(report.read_text())  # noqa: S314 # it is our own
    assert len(list(root.iter("testcase"))) == total


@pytest.mark.parametrize(
    ("variable", "message"),
    [
        ("xen_release=4.1", "Xen 4.1 is too old"),
        ("xen_release=latest", "is not a Xen release"),
        ("xen_lint_one_host=rack", "value of one_host must be one of"),
        ("xen_lint_limit=-1", "limit is -1"),
        ("xen_lint_paths=,", "paths is empty"),
        *((f"{slip}=4.5", f"There is no {slip};") for slip in SLIPS),
        ("xen_lint_path=docs", "There is no xen_lint_path"),
    ],
)
def test_a_wrong_variable_is_explained(variable: str, message: str) -> None:
    done = lint("xen_lint_paths=docs/examples", variable)
    assert done.returncode == 2
    assert message in done.stdout + done.stderr


@pytest.mark.parametrize("variables", [["xen_reverse=true"], ["xen_release=4.5", "xen_releases=4.5"]])
def test_variables_of_others_are_theirs(variables: list[str]) -> None:
    done = lint("xen_lint_paths=docs/examples/declared", *variables)
    assert done.returncode == 0, done.stdout


def test_a_release_that_is_not_named_is_said() -> None:
    done = lint("xen_lint_paths=docs/examples/declared")
    assert done.returncode == 0, done.stdout
    assert f"for Xen {NEWEST}, the newest that is known, for no release is named" in " ".join(done.stdout.split())


def test_paths_have_to_be_named() -> None:
    done = lint()
    assert done.returncode == 2
    assert "xen_lint_paths names files or directories" in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["plugins/filter/lint_xl_cfg.yml", "plugins/modules/xl_lint.py"])
def test_the_examples_of_the_documentation_run(tmp_path: Path, name: str) -> None:
    path = ROOT / name
    text = (
        runpy.run_path(str(path))["EXAMPLES"] if path.suffix == ".py" else yaml.safe_load(path.read_text())["EXAMPLES"]
    )
    (tmp_path / "host_vars").mkdir()
    tasks = yaml.safe_load(text.replace("/etc/xen", str(ROOT / "docs/examples/xl_cfg")))
    (tmp_path / "play.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "LC_ALL": "C.UTF-8"}
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "play.yml"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_filter_takes_a_text_a_declaration_or_several() -> None:
    text = 'name = "a"\nkernel = "k"\nmemroy = 1\n'
    (finding,) = lint_xl_cfg(text, "4.17", "a.cfg")
    assert (finding["file"], finding["line"], finding["rule"], finding["release"]) == (
        "a.cfg",
        3,
        "unknown-key",
        "4.17",
    )
    declared: dict[str, Any] = {"name": "a", "kernel": "k", "memroy": 1, "state": "present"}
    assert [one["rule"] for one in lint_xl_cfg(declared)] == ["unknown-key"]
    assert sorted(one["rule"] for one in lint_xl_cfg([text, declared])) == [
        "duplicate-name",
        "unknown-key",
        "unknown-key",
    ]
    assert FilterModule().filters()["lint_xl_cfg"](text) == lint_xl_cfg(text)


@pytest.mark.parametrize(
    ("value", "release", "message"), [(7, "4.17", "7 is not what the filter takes"), ("", "4.4", "too old")]
)
def test_the_filter_explains_what_it_cannot_take(value: Any, release: str, message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        lint_xl_cfg(value, release)


def test_the_page_has_the_rules_as_they_are() -> None:
    tool = runpy.run_path(str(ROOT / "tests/tools/lint_rules_doc.py"))
    page = (ROOT / "docs/lint.md").read_text()
    assert page == tool["renewed"](page), "run tests/tools/lint_rules_doc.py"
    assert "unknown-key" in page
