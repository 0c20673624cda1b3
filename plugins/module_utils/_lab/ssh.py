# SPDX-License-Identifier: GPL-3.0-or-later
"""The way into a lab host: OpenSSH to a forwarded port on loopback, with strictly known keys."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import run
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

ADDRESS = "127.0.0.1"
USER = "root"
BANNER = b"SSH-2.0-"
BANNER_WAIT = 5.0


def make_key(path: Path, comment: str) -> None:
    """A new key pair ``path`` and ``path``.pub; an existing one is kept."""
    if not path.exists():
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)])


@dataclass(frozen=True)
class Login:
    """Where and as whom: the port, the private key, and the public half of the key the host must show."""

    port: int
    private_key: Path
    host_key: Path

    def options(self, known_hosts: Path) -> list[str]:
        return [
            "-F", "none",
            "-i", str(self.private_key),
            "-p", str(self.port),
            "-o", f'UserKnownHostsFile="{known_hosts}"',
            "-o", "GlobalKnownHostsFile=none",
            "-o", "StrictHostKeyChecking=yes",
            "-o", "IdentitiesOnly=yes",
            "-o", "BatchMode=yes",
            "-o", "ControlPath=none",
            "-o", "ConnectTimeout=60",
        ]  # fmt: skip

    def run(self, script: str, timeout: float) -> str:
        """Run a POSIX shell script on the host and return what it prints."""
        known_hosts = self.private_key.with_name(f"known_hosts.{os.getpid()}")
        known_hosts.write_text(known_hosts_line(self.port, self.host_key))
        try:
            return run(
                ["ssh", *self.options(known_hosts), f"{USER}@{ADDRESS}", "sh", "-s"], stdin=script, timeout=timeout
            )
        finally:
            known_hosts.unlink()


def known_hosts_line(port: int, host_key: Path) -> str:
    kind, key = host_key.read_text().split()[:2]
    return f"[{ADDRESS}]:{port} {kind} {key}\n"


def wait_for_banner(port: int, limit: float, check: Callable[[], None]) -> None:
    """Wait until an SSH server greets on the port; ``check()`` raises when waiting has become pointless."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        check()
        began = time.monotonic()
        if _greets(port):
            return
        time.sleep(max(0.0, 0.5 - (time.monotonic() - began)))
    raise LabError(f"No SSH server answered on {ADDRESS}:{port} within {limit:.0f} s")


def _greets(port: int) -> bool:
    try:
        with socket.create_connection((ADDRESS, port), BANNER_WAIT) as stream:
            return stream.recv(len(BANNER)) == BANNER
    except OSError:
        return False
