# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding and ending the machines that are ours, and no others."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._lab import process
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

from .monitor import qemu
from .orphans import has_ended, pid_after_a_killed_run

# Stands in for QEMU: writes its pid file, opens its socket, sleeps.
QEMU = "import os, sys, time; open(sys.argv[2], 'w').write(str(os.getpid())); open('qmp.sock', 'w'); time.sleep(600)"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "hosts" / "xen1"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "600"]) as child:
        yield child
        child.kill()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_started_machine_is_found_and_ended_by_its_pid(directory: Path) -> None:
    pid = process.start(directory, [sys.executable, "-c", QEMU, "-pidfile", str(directory / "qemu.pid")])
    assert process.running(directory) == pid
    process.kill(directory)
    assert process.running(directory) is None


@pytest.mark.parametrize("bound", [True, False])
def test_only_a_bound_machine_ends_with_a_run_that_is_killed(directory: Path, bound: bool) -> None:
    pid = pid_after_a_killed_run(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from ansible_collections.xlops.xen.plugins.module_utils._lab import process\n"
        f"directory = Path({str(directory)!r})\n"
        f"machine = [sys.executable, '-c', {QEMU!r}, '-pidfile', str(directory / 'qemu.pid')]\n"
        f"pid = process.start(directory, machine, bound={bound})\n"
        "(directory / 'answers').write_text(str(pid))\n"
        "time.sleep(600)\n",
        directory / "answers",
    )
    if bound:
        assert has_ended(pid)
    else:
        assert process.running(directory) == pid
        process.kill(directory)


def test_a_machine_that_does_not_start_says_what_qemu_said(directory: Path) -> None:
    script = "import sys; sys.exit('qemu: could not set up host forwarding rule')"
    with pytest.raises(LabError, match=r"^QEMU did not start: qemu: could not set up host forwarding rule$"):
        process.start(directory, [sys.executable, "-c", script])


def test_a_program_that_is_missing_is_named_with_its_package(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.xlops.xen.plugins.module_utils._lab.commands.SEARCH_PATH", "/nowhere")
    with pytest.raises(LabError, match=r"lacks qemu-system-x86_64, .* install the package qemu-system-x86"):
        process.start(directory, ["qemu-system-x86_64"])


def test_a_reused_pid_is_not_our_machine_and_survives(directory: Path, stranger: subprocess.Popen[bytes]) -> None:
    (directory / "qemu.pid").write_text(str(stranger.pid))
    assert process.running(directory) is None
    process.kill(directory)
    time.sleep(0.1)
    assert stranger.poll() is None


@pytest.mark.parametrize("content", ["", "nonsense", "999999999", "-1"])
def test_a_stale_or_damaged_pid_file_is_no_machine(directory: Path, content: str) -> None:
    (directory / "qemu.pid").write_text(content)
    assert process.running(directory) is None
    process.kill(directory)


@pytest.mark.parametrize(("status", "held"), [("io-error", True), ("running", False)])
def test_a_machine_that_cannot_write_its_disk_is_not_waited_for(
    directory: Path, monkeypatch: pytest.MonkeyPatch, status: str, held: bool
) -> None:
    monkeypatch.setattr(process, "running", lambda directory: 1)
    with qemu(directory, lambda name: [{"return": {"status": status}}]):
        if held:
            with pytest.raises(LabError, match=r"stands still: its disk cannot be written. Is there space left\?$"):
                process.require_alive(directory)
        else:
            process.require_alive(directory)


def test_a_machine_that_has_ended_is_told_with_its_last_words(directory: Path) -> None:
    (directory / "qemu.log").write_text("first\nqemu: terminating on signal 15\n")
    with pytest.raises(LabError, match=r"has ended: qemu: terminating on signal 15$"):
        process.require_alive(directory)
