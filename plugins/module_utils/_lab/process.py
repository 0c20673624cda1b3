# SPDX-License-Identifier: GPL-3.0-or-later
"""The QEMU processes of the lab: started in their directory, found again and ended by pid, if they are ours."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import (
    bound_to_us,
    environment,
    last_lines,
    require,
)
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.qmp import Qmp

START_LIMIT = 60.0
END_LIMIT = 30.0
POLL = 0.05


def running(directory: Path) -> int | None:
    """The pid of the machine that lives in a directory, or None. A stale pid file or a reused pid is not a machine."""
    try:
        pid = int((directory / machine.PID).read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if str(directory / machine.PID).encode() in command.split(b"\0") else None


def start(directory: Path, arguments: Sequence[str], *, bound: bool = False) -> int:
    """Start QEMU in its directory and return its pid once it answers; its messages go to ``qemu.log``.

    A ``bound`` one ends with this process, however that ends; others live on. Both have a session of their own, so that
    a Ctrl-C that is meant for the run does not reach them.
    """
    require([arguments[0]])
    log = directory / machine.LOG
    (directory / machine.QMP).unlink(missing_ok=True)
    with log.open("wb") as output:
        child = subprocess.Popen(
            bound_to_us(arguments) if bound else arguments, cwd=directory, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, env=environment(), start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise LabError(f"QEMU did not start: {last_lines(log.read_text(errors='replace'), 1)}")
        if (directory / machine.QMP).exists() and running(directory) == child.pid:
            return child.pid
        time.sleep(POLL)
    child.kill()
    raise LabError(f"QEMU did not answer within {START_LIMIT:.0f} s: {last_lines(log.read_text(errors='replace'), 1)}")


def require_alive(directory: Path) -> None:
    """Raise LabError when the machine has ended, or when QEMU holds it because a disk of it cannot be written."""
    if running(directory) is None:
        log = directory / machine.LOG
        said = last_lines(log.read_text(errors="replace"), 1) if log.exists() else "it left no message"
        raise LabError(f"The machine in {directory} has ended: {said}")
    with Qmp(directory / machine.QMP) as qmp:
        if qmp.command("query-status")["status"] == "io-error":
            raise LabError(f"The machine in {directory} stands still: its disk cannot be written. Is there space left?")


def power_down(directory: Path, limit: float) -> bool:
    """Press the power button and wait; whether the machine went off within ``limit`` seconds."""
    with Qmp(directory / machine.QMP) as qmp:
        qmp.command("system_powerdown")
    return _ended(directory, limit)


def kill(directory: Path) -> None:
    """End the machine of a directory at once."""
    pid = running(directory)
    if pid is None:
        return
    os.kill(pid, signal.SIGKILL)
    if not _ended(directory, END_LIMIT):
        raise LabError(f"The QEMU process {pid} of {directory} does not end, not even by SIGKILL.")


def wait_for_end(directory: Path) -> None:
    """Wait for a machine that was told to quit."""
    if not _ended(directory, END_LIMIT):
        raise LabError(f"The machine in {directory} was told to quit and still runs.")


def _ended(directory: Path, limit: float) -> bool:
    deadline = time.monotonic() + limit
    while running(directory) is not None:
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
