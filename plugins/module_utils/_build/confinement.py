# SPDX-License-Identifier: GPL-3.0-or-later
"""How a program of a build runs: without rights, without a network, within bounds, and never longer than we do.

A chain of util-linux and coreutils does it, each of which becomes the next. The build is in namespaces of its own:
there is no network device in them but a loopback that is down, and when the first process in them dies, the kernel
kills the others. That one is told to die with its parent, and the parent with us, so that nothing goes on when a run
is killed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished, run

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NAMESPACES = ("--mount", "--ipc", "--uts", "--pid", "--fork", "--kill-child=KILL")
SHORT = 60.0
HOST = "/"


@dataclass(frozen=True)
class Confinement:
    """``root``: the system that is seen; ``user``: who runs in it, None: who we are; ``memory``: MiB of a process."""

    root: str = HOST
    user: tuple[int, int] | None = None
    memory: int = 0
    network: bool = False

    def argv(self, command: Sequence[str], directory: str, environment: Mapping[str, str]) -> list[str]:
        inside = HOST if self.root == HOST else f"{self.root}/"
        return [
            *("setpriv", "--pdeathsig", "KILL"),
            # Who is not root becomes nobody else, and has these rights in a user namespace only.
            *("unshare", *(() if os.geteuid() == 0 else ("--user", "--map-current-user"))),
            *(() if self.network else ("--net",)),
            *(*NAMESPACES, f"--mount-proc={inside}proc"),
            *(() if self.root == HOST else ("chroot", self.root)),
            # To become somebody else clears what the parent's death does, so that it is said once more.
            *("setpriv", "--pdeathsig", "KILL", "--no-new-privs", *self._identity()),
            # Upstream's mkelf32 writes what its stack happens to hold between two headers: addresses, never the same.
            *("setarch", "--addr-no-randomize"),
            *("prlimit", "--core=0", *([f"--as={self.memory << 20}"] if self.memory else [])),
            *("env", "--ignore-environment", f"--chdir={directory}"),
            *(f"{name}={value}" for name, value in sorted(environment.items())),
            *command,
        ]

    def _identity(self) -> tuple[str, ...]:
        if self.user is None or os.geteuid() != 0:
            return ()
        return (f"--reuid={self.user[0]}", f"--regid={self.user[1]}", "--clear-groups")

    def ask(self, command: Sequence[str], directory: str = "/", extra: Mapping[str, str] | None = None) -> Finished:
        """Run a short program and return what it said."""
        return run(self.argv(command, directory, {**plain_environment(), **(extra or {})}), SHORT)

    def require(self) -> None:
        """BuildError where this machine cannot confine a build."""
        try:
            done = self.ask(["true"])
        except FileNotFoundError as missing:
            raise BuildError(f"this host lacks {missing.filename}: install util-linux") from None
        if not done.ok:
            raise BuildError(
                "a build must run without a network, and this host does not let us make the namespaces for that "
                f"({_last(done.errors)}). Run as root, and not in a container that forbids unshare() or personality()"
            )


def plain_environment() -> dict[str, str]:
    """What a program of the build finds in its environment, and nothing of ours besides."""
    return {"PATH": SEARCH_PATH, "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent", "USER": "xen-build"}


def stream(argv: Sequence[str], log: IO[bytes], on_line: Callable[[str], None]) -> int:
    """Run a long program; every line goes to the log and to ``on_line``. Returns its exit code."""
    log.flush()
    reading, writing = os.pipe()
    with open(reading, "rb") as output:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=writing, stderr=writing, cwd="/")
        os.close(writing)
        for line in output:
            log.write(line)
            on_line(line.decode("utf-8", "replace"))
    code = process.wait()
    log.flush()
    return code


def _last(text: str) -> str:
    return next(reversed(text.strip().splitlines()), "no reason given")
