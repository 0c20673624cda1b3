# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the controller's programs: argv lists only, errors as one sentence."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

# Program -> the Debian package that brings it, so that a missing program is answered with what to install.
PACKAGE_OF = {
    "as": "binutils",
    "chroot": "coreutils",
    "ld": "binutils",
    "mke2fs": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "newuidmap": "uidmap",
    "setpriv": "util-linux",
    "qemu-img": "qemu-utils",
    "qemu-system-x86_64": "qemu-system-x86",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "tar": "tar",
    "timeout": "coreutils",
    "unshare": "util-linux",
    "zstd": "zstd",
}

# The line in which apt, dpkg or tar tell what is wrong; consequences follow it, and the farewell of mmdebstrap.
CAUSE = re.compile(r"^E: |^dpkg: error|No space left on device")

# From linux/prctl.h.
PR_SET_PDEATHSIG = 1

# Runs a program, without a limit of time, in a process group: told to end, it passes that on to all of them, and makes
# them end soon after. And mmdebstrap, when it fails, ends its group, which must not be the one of this process.
AS_A_GROUP = ("timeout", "--kill-after=5", "0")

# An ordinary user's PATH often lacks the directories of mke2fs and chroot.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def require(programs: Iterable[str]) -> None:
    """Raise one sentence that names every missing program and the packages that bring them."""
    missing = [name for name in programs if shutil.which(name, path=SEARCH_PATH) is None]
    if missing:
        packages = sorted({PACKAGE_OF.get(name, name) for name in missing})
        raise LabError(
            f"This machine lacks {', '.join(missing)}, which the lab needs: install the package"
            f"{'s' if len(packages) > 1 else ''} {' '.join(packages)}."
        )


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "PATH": SEARCH_PATH, "LC_ALL": "C.UTF-8", **(extra or {})}


def last_lines(text: str, count: int = 3) -> str:
    """The end of a program's output on one line, for an error message."""
    return " / ".join(line.strip() for line in text.strip().splitlines()[-count:]) or "it said nothing"


def cause(text: str) -> str:
    """What a long program that failed complained about first.

    With the line before, if that is no notice of progress; and with the next, if the complaint ends in a colon.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for number, line in enumerate(lines):
        if CAUSE.search(line):
            before = [other for other in lines[max(number - 1, 0) : number] if not re.search(r"^I: |\.\.\.$", other)]
            after = lines[number + 1 : number + 2] if line.endswith(":") else []
            return " / ".join([*before, line, *after])
    return last_lines(text)


def end_with_parent() -> None:
    """Have this process of multiprocessing told to end when the one that started it dies, or if it died already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    parent = multiprocessing.parent_process()
    if parent and parent.pid != os.getppid():
        os.kill(os.getpid(), signal.SIGTERM)


def bound_to_us(argv: Sequence[str]) -> list[str]:
    """The program as one that is told to end when this process dies, so that a killed run leaves none at work.

    The kernel watches the thread that starts it: that must be one that lives as long as the process.
    """
    return ["setpriv", "--pdeathsig", "TERM", *argv]


def run(
    argv: Sequence[str],
    *,
    stdin: str | None = None,
    timeout: float | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> str:
    """Run a program and return its standard output; raise LabError when it is missing, fails or takes too long."""
    require([argv[0]])
    try:
        done = subprocess.run(
            argv,
            input=stdin or "",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            env=environment(env),
            cwd=cwd,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LabError(f"{argv[0]} did not finish within {timeout:.0f} s: {' '.join(argv)}") from None
    if done.returncode:
        raise LabError(f"{argv[0]} failed (status {done.returncode}): {last_lines(done.stderr or done.stdout)}")
    return done.stdout


def stream(
    argv: Sequence[str],
    on_line: Callable[[str], None],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    stdin: Path | None = None,
    pass_fds: Sequence[int] = (),
    within: Sequence[str] = (),
) -> None:
    """Run a long program, hand each line that it prints to ``on_line`` and keep all of them in ``log``.

    It ends with all that it has started when this process dies. ``within`` is a command that runs the program.
    """
    require([argv[0]])
    with (
        open(stdin or os.devnull, "rb") as source,
        log.open("a") as record,
        subprocess.Popen(
            bound_to_us([*AS_A_GROUP, *within, *argv]),
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment(env),
            pass_fds=pass_fds,
        ) as process,
    ):
        said = []
        for line in process.stdout or ():
            said.append(line)
            record.write(line)
            on_line(line.rstrip())
    if process.returncode:
        raise LabError(f"{argv[0]} failed (status {_as_a_shell_says(process.returncode)}): {cause(''.join(said))}")


def _as_a_shell_says(status: int) -> int:
    """A signal and 128. What ran the program dies of that signal too, or tells it so; whichever comes first."""
    return status if status >= 0 else 128 - status
