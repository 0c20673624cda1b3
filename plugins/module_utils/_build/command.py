# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that fetch and verify: a clean environment, a limit of time, an end with this process, progress by lines."""

from __future__ import annotations

import os
import re
import resource
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._host.process import ERRORS_LIMIT, OUTPUT_LIMIT

# Of the caller's environment a program gets what tells it the way to the network, and nothing else.
PASSED_ON = re.compile(r"(?i)(https?|ftp|all|no)_proxy|SSL_CERT_(FILE|DIR)|GIT_SSL_CAINFO|SSH_AUTH_SOCK|PATH")

# A killed run leaves no program at work: the kernel ends the program when this process dies.
BOUND_TO_US = ("setpriv", "--pdeathsig", "KILL", "--")

# No program writes a larger file, whatever a server sends it.
LARGEST_FILE = 8 << 30

# Program -> the Debian package that brings it.
PACKAGES = {
    "apt-get": "apt",
    "dpkg-source": "dpkg-dev",
    "git": "git",
    "gpg": "gnupg",
    "prlimit": "util-linux",
    "setpriv": "util-linux",
}


@dataclass(frozen=True)
class Done:
    """How a program ended. ``errors`` is the end of what it wrote there."""

    code: int
    output: bytes
    errors: str

    @property
    def ok(self) -> bool:
        return self.code == 0

    @property
    def complaint(self) -> str:
        """Why it failed, on one line: what it says of an error itself, else its last words."""
        lines = [line.strip() for line in re.split(r"[\r\n]+", self.errors) if line.strip()]
        telling = [line for line in lines if re.match(r"(fatal|error|E|gpg|W: GPG error): ", line)] or lines
        if self.code == -signal.SIGXFSZ:
            return f"it would have written a file larger than {LARGEST_FILE >> 30} GiB"
        return " / ".join(telling[-3:]) or f"it ended with status {self.code} and said nothing"


def run(
    argv: Sequence[str],
    *,
    cwd: str = "/",
    env: Mapping[str, str] | None = None,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    on_line: Callable[[str], None] | None = None,
    limit: float = 3600.0,
) -> Done:
    """Run a program. Its output is kept, or goes to ``stdout``; ``on_line`` hears its standard error."""
    for program in ("setpriv", "prlimit", argv[0]):
        if shutil.which(program) is None:
            package = PACKAGES.get(program, program)
            raise BuildError(f"there is no {program} on this host", remedy=f"install the package {package}")
    # In memory, where a killed run leaves nothing.
    with open(os.memfd_create("output"), "w+b") as kept:
        process = subprocess.Popen(
            [*BOUND_TO_US, "prlimit", f"--fsize={_largest_file()}", "--", *argv],
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or kept,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment(env),
            start_new_session=True,
        )
        try:
            errors = _listen(process, process.stderr, on_line or (lambda _line: None), time.monotonic() + limit)
            code = process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        finally:
            if process.stderr:
                process.stderr.close()
        if errors is None:
            raise BuildError(f"{argv[0]} was not done after {limit:.0f} s and was ended", " ".join(argv[:3]))
        kept.seek(0)
        return Done(code, kept.read(OUTPUT_LIMIT), errors)


def _largest_file() -> int:
    """Never more than this process may itself, which only root could allow."""
    own = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return LARGEST_FILE if own == resource.RLIM_INFINITY else min(own, LARGEST_FILE)


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    return {**passed, "LC_ALL": "C.UTF-8", "LANGUAGE": "C", **(extra or {})}


def _listen(
    process: subprocess.Popen[bytes], stream: IO[bytes] | None, on_line: Callable[[str], None], deadline: float
) -> str | None:
    """The end of what the program writes to its standard error; None if its time was up, and it was killed."""
    if stream is None:
        return ""
    said, pending = b"", b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                os.killpg(process.pid, signal.SIGKILL)
                return None
            block = os.read(stream.fileno(), 1 << 16)
            if not block:
                return said.decode("utf-8", "replace")
            said = (said + block)[-ERRORS_LIMIT:]
            *lines, pending = re.split(rb"[\r\n]+", pending[-ERRORS_LIMIT:] + block)
            for line in lines:
                on_line(line.decode("utf-8", "replace"))
