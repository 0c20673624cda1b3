# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one program on the host. Output goes to files, not to pipes: the daemon that xl leaves would hold a pipe open."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

OUTPUT_LIMIT = 64 << 20
ERRORS_LIMIT = 64 << 10


@dataclass(frozen=True)
class Finished:
    """How a program ended: ``code`` is None when its time was up and it was killed."""

    argv: Sequence[str]
    code: int | None
    output: str
    errors: str

    @property
    def ok(self) -> bool:
        return self.code == 0


def run(argv: Sequence[str], limit: float) -> Finished:
    """Run ``argv`` for at most ``limit`` seconds.

    The program gets a session of its own, so that what it leaves behind (the monitor of a guest) is not hit by signals
    meant for us. When its time is up the program alone is killed, not its children.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd="/",
            env=dict(os.environ, LC_ALL="C"),
            start_new_session=True,
        )
        return Finished(argv, _exit_code(process, limit), _text(output, OUTPUT_LIMIT), _text(errors, ERRORS_LIMIT))


def _exit_code(process: subprocess.Popen[bytes], limit: float) -> int | None:
    """None when the time was up and the program was killed.

    Popen's own wait with a limit looks from time to time, up to 50 ms late; this one is woken by the end.
    """
    overdue = threading.Event()

    def end() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(limit, end)
    timer.daemon = True
    timer.start()
    try:
        code = process.wait()
    finally:
        timer.cancel()
    return None if overdue.is_set() and code == -signal.SIGKILL else code


def _text(file: IO[bytes], limit: int) -> str:
    file.seek(0)
    return file.read(limit).decode("utf-8", "replace")
