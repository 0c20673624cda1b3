# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is still at work after a run was killed by SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LIMIT = 60.0


def pid_after_a_killed_run(code: str, pid_file: Path) -> int:
    """Run Python code until it has written the pid of what it started, kill it, and return that pid."""
    with subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ) as run:
        try:
            return wait_for_pid(pid_file)
        finally:
            run.send_signal(signal.SIGKILL)


def wait_for_pid(pid_file: Path) -> int:
    assert became_true(lambda: pid_file.exists() and pid_file.read_text().strip() != "")
    return int(pid_file.read_text())


def has_ended(pid: int) -> bool:
    """Whether a process ends by itself. One that nobody reaps has ended, too."""
    ended = became_true(lambda: not Path(f"/proc/{pid}/exe").exists())
    if not ended:
        os.kill(pid, signal.SIGKILL)
    return ended


def became_true(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
