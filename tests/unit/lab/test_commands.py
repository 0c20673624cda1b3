# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that are missing, fail, hang or are orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import commands
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError


def test_everything_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "SEARCH_PATH", "/nowhere")
    with pytest.raises(LabError) as caught:
        commands.require(["as", "ld", "qemu-img"])
    assert str(caught.value) == (
        "This machine lacks as, ld, qemu-img, which the lab needs: install the packages binutils qemu-utils."
    )


def test_what_is_there_is_not_complained_about() -> None:
    commands.require(["sh", "tar"])


def test_a_program_of_the_superuser_is_found_without_his_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/usr/sbin" in commands.SEARCH_PATH.split(os.pathsep)
    assert commands.environment()["PATH"] == commands.SEARCH_PATH


def test_a_failure_quotes_the_end_of_what_the_program_said() -> None:
    script = "import sys; sys.stderr.write('one\\ntwo\\nthree\\nfour\\n'); sys.exit(3)"
    with pytest.raises(LabError, match=r"failed \(status 3\): two / three / four$"):
        commands.run([sys.executable, "-c", script])


def test_a_silent_failure_says_so() -> None:
    with pytest.raises(LabError, match=r"false failed \(status 1\): it said nothing"):
        commands.run(["false"])


def test_a_program_that_hangs_is_given_up() -> None:
    with pytest.raises(LabError, match=r"^sleep did not finish within 0 s"):
        commands.run(["sleep", "60"], timeout=0.1)


def test_the_lines_of_a_long_program_are_heard_and_kept(tmp_path: Path) -> None:
    heard: list[str] = []
    commands.stream(["printf", "%s\\n", "one", "two"], heard.append, log=tmp_path / "log")
    assert heard == ["one", "two"]
    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_a_long_program_that_fails_quotes_its_log(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"^sh failed \(status 2\): broken$"):
        commands.stream(["sh", "-c", "echo broken; exit 2"], lambda line: None, log=tmp_path / "log")


def test_a_long_program_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    """Not even SIGKILL of the run leaves its program at work."""
    started = tmp_path / "pid"
    code = (
        "from pathlib import Path\n"
        "from ansible_collections.xlops.xen.plugins.module_utils._lab import commands\n"
        f"commands.stream(['sh', '-c', 'echo $$ >{started}; exec sleep 600'], print, log=Path('{tmp_path}/log'))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ) as run:
        deadline = time.monotonic() + 30
        while not (started.exists() and started.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(signal.SIGKILL)
    orphan = Path("/proc") / started.read_text().strip()
    deadline = time.monotonic() + 10
    while orphan.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not orphan.exists()
