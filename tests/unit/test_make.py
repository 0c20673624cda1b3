# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What make would run, and what it says where there is nothing to go to."""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Without the words of a make that this test runs below."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "SUITE")
    }
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def would_run(*arguments: str) -> str:
    return make("--dry-run", *arguments).stdout


def test_docs_are_written_by_every_tool_that_writes_some() -> None:
    writes = re.compile(r'^"""Write .*(?:docs/|doc_fragments/|README)', re.MULTILINE)
    tools = sorted(path.name for path in (ROOT / "tests/tools").glob("*.py") if writes.search(path.read_text()))
    assert "role_readme.py" in tools
    planned = would_run("docs")
    assert [tool for tool in tools if f"tests/tools/{tool}" not in planned] == []


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("demo", ["-e xen_lab_state_dir={lab}/demo -e xen_lab_suite=bookworm", "make demo-ssh logs in"]),
        ("demo SUITE=trixie", ["{lab}/demo-trixie -e xen_lab_suite=trixie", "make demo-ssh SUITE=trixie logs in"]),
        ("demo-ssh SUITE=trixie", ["ssh -F {lab}/demo-trixie/ssh_config demo"]),
        ("demo-down SUITE=trixie", ["-e xen_lab_state_dir={lab}/demo-trixie"]),
        ("lab-up", ["-e xen_lab_state_dir={lab} -e xen_lab_suite=bookworm"]),
        ("lab-up SUITE=trixie", ["-e xen_lab_suite=trixie"]),
        ("lab-up LAB=-e\\ xen_lab_suite=bullseye", ["xen_lab_suite=bookworm -e xen_lab_suite=bullseye"]),
    ],
)
def test_the_suite_reaches_the_emulated_host(goal: str, words: list[str]) -> None:
    planned = would_run(*shlex.split(goal))
    assert [word for word in words if word.format(lab=ROOT / ".lab") not in planned] == [], planned


@pytest.mark.parametrize(
    ("goal", "says"),
    [
        ("lab-ssh HOST=nobody", "There is no emulated host nobody in {lab}: make lab-up brings one up."),
        ("demo-ssh SUITE=sid", "There is no emulated host demo in {lab}/demo-sid: make demo SUITE=sid brings one up."),
    ],
)
def test_without_a_host_there_is_one_clear_sentence(goal: str, says: str) -> None:
    done = make(*shlex.split(goal))
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == says.format(lab=ROOT / ".lab")


def test_the_way_to_the_host_is_taken_where_there_is_one(tmp_path: pathlib.Path) -> None:
    (tmp_path / "hosts/xen1").mkdir(parents=True)
    (tmp_path / "hosts/xen1/host.json").touch()
    done = make("lab-ssh", f"LAB_DIR={tmp_path}")
    assert done.stdout == f"ssh -F {tmp_path}/ssh_config xen1\n"
    assert "There is no emulated host" not in done.stderr


def test_the_name_that_a_shell_has_for_its_machine_is_no_emulated_host(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOST", "workstation")
    assert "There is no emulated host xen1 in" in make("lab-ssh", f"LAB_DIR={tmp_path}").stderr
    assert "There is no emulated host xen2 in" in make("lab-ssh", "HOST=xen2", f"LAB_DIR={tmp_path}").stderr


def test_an_environment_that_was_interrupted_is_made_whole(tmp_path: pathlib.Path) -> None:
    """It has an interpreter, but no pip yet: every later setup failed for want of it."""
    for name, script in (
        ("venv/bin/python", f'#!/bin/sh\ntest -e "{tmp_path}/made"\n'),
        ("python", f'#!/bin/sh\ntest "$1" != -m || touch "{tmp_path}/made"\n'),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PYTHON": str(tmp_path / "python")}
    subprocess.run([str(ROOT / "make/create-venv"), str(tmp_path / "venv"), "the.lock"], env=environment, check=True)
    assert (tmp_path / "made").exists()


def test_setup_says_what_takes_its_time(tmp_path: pathlib.Path) -> None:
    """pip is told to be quiet, and over a minute of silence looks like a fault."""
    python = tmp_path / "bin/python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    done = subprocess.run(
        [str(ROOT / "make/create-venv"), str(tmp_path), "the.lock"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(f"Installing what the.lock names into {tmp_path}")
