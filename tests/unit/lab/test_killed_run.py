# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play that is ended in the middle of an image: a real ansible-playbook, and a mmdebstrap that never ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .orphans import has_ended, wait_for_pid

ROOT = Path(__file__).parents[3]
PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")

# As mmdebstrap does, it hands its work to a child, waits on for that when it is told to end, and says what it does.
# (A signal that reaches Python right before it begins to wait for a line is heeded when the line comes.)
MMDEBSTRAP = """#!/bin/sh
trap : TERM INT
while sleep 0.2; do echo "I: at work"; done &
echo $! >{pid}.new
mv {pid}.new {pid}
wait
wait
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    program = tmp_path / "bin" / "mmdebstrap"
    program.parent.mkdir()
    program.write_text(MMDEBSTRAP.format(pid=tmp_path / "pid"))
    program.chmod(0o755)
    settings = {
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "TMPDIR": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }
    return {**os.environ, **settings, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}


@pytest.fixture
def play(tmp_path: Path) -> Path:
    role = ROOT / "roles/xen_lab/files"
    image = {
        "label": "test",
        "suite": "bookworm",
        "packages": ["systemd"],
        "overlays": [str(role / "image/common")],
        "guests": str(role / "guests"),
        "cache_dir": str(tmp_path / "cache"),
    }
    tasks = [{"name": "Image", "xlops.xen.xen_lab_image": image}]
    path = tmp_path / "play.yml"
    path.write_text(json.dumps([{"name": "Image", "hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    return path


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_a_run_is_at_work_when_the_run_has_ended(
    how: signal.Signals, play: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    with subprocess.Popen(
        [PLAYBOOK, "-i", "localhost,", play], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as run:  # fmt: skip
        pid = wait_for_pid(tmp_path / "pid")
        run.send_signal(how)
    assert has_ended(pid)
