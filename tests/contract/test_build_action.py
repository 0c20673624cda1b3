# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Through Ansible, a build says how far it is, and its result is that of the module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from build_bench import BuildBench, build_bench

ROOT = Path(__file__).resolve().parents[2]


def play(build: BuildBench, **params: Any) -> tuple[str, dict[str, Any]]:
    """What was printed, and the task's result."""
    tasks = [
        {"xlops.xen.xen_build": {**build.order(), **params}, "register": "build", "ignore_errors": True},
        {"ansible.builtin.copy": {"content": "{{ build | to_json }}", "dest": str(build.root / "result.json")}},
    ]
    (build.root / "play.yml").write_text(
        yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    )
    environment = {
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_ASYNC_DIR": str(build.root / "async"),
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "ansible", "playbook", str(build.root / "play.yml")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads((build.root / "result.json").read_text())


def test_stages_are_told_while_they_run() -> None:
    with build_bench() as build:
        build.tell("script", "sleep 5\n")
        printed, built = play(build)
        assert "[localhost] building: nothing was built here before" in printed
        assert "[localhost] tools (4 of 5): " in printed
        assert built["changed"] is True
        assert Path(built["package"]).exists()
        assert not {"ansible_job_id", "finished", "results_file"} & set(built)
        printed, found = play(build)
        assert not [line for line in printed.splitlines() if line.startswith("[localhost]")]
        assert (found["changed"], found["package"]) == (False, built["package"])


def test_a_build_that_fails_says_why() -> None:
    with build_bench() as build:
        build.tell("fail", "xl.c:7:3: error: no such thing\n")
        _printed, failed = play(build)
        assert failed["failed"] is True
        assert failed["msg"].startswith("the stage tools failed: xl.c:7:3: error: no such thing")
