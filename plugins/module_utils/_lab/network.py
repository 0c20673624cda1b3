# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports and addresses of the lab. Everything is bound to loopback."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import locks
from ansible_collections.xlops.xen.plugins.module_utils._lab.ssh import ADDRESS

FIRST_PORT = 22022
PORTS = 1000

# The uplink of every host: each has QEMU's user network to itself, so they may all look alike.
UPLINK_MAC = "52:54:00:58:45:4e"
# The network between the hosts of one lab; host N has the address .10+N.
PRIVATE_NETWORK = "10.77.0"
PRIVATE_PREFIX = 24
FIRST_PRIVATE = 10
MAX_HOSTS = 240


def private_address(index: int) -> str:
    return f"{PRIVATE_NETWORK}.{FIRST_PRIVATE + index}"


def private_mac(index: int) -> str:
    return f"52:54:00:4d:00:{index:02x}"


def private_group(state_dir: Path) -> str:
    """The multicast group and port that carry the private network of one lab, different for each state directory."""
    digest = hashlib.sha256(str(state_dir).encode()).digest()
    return f"239.{digest[0]}.{digest[1]}.{digest[2]}:{20000 + int.from_bytes(digest[3:5], 'big') % 10000}"


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True


def any_port(taken: Collection[int]) -> Iterator[int]:
    """Every port that a host may have when none is asked for, but those in ``taken``."""
    return (port for port in range(FIRST_PORT, FIRST_PORT + PORTS) if port not in taken)


@contextmanager
def held(candidates: Iterable[int], lock_dir: Path) -> Iterator[int | None]:
    """The first candidate that is free, if any. Another start that looks meanwhile passes over it."""
    with ExitStack() as locked:
        yield next((port for port in candidates if _is_ours(port, lock_dir, locked)), None)


def _is_ours(port: int, lock_dir: Path, locked: ExitStack) -> bool:
    lock = locks.attempt(lock_dir / f"port-{port}")
    if lock is None:
        return False
    if not is_free(port):
        lock.close()
        return False
    locked.enter_context(lock)
    return True


def ephemeral_port() -> int:
    """A port for the minute in which a state is made."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port
