# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time on one host, so that two controllers do not take turns inside one another's plans."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError

POLL = 0.2


@contextmanager
def host_lock(path: str, patience: float) -> Iterator[None]:
    """Hold the host's lock, waiting at most ``patience`` seconds for it. The kernel drops it when we die."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _acquire(descriptor, path, patience)
        yield
    finally:
        os.close(descriptor)


def turn_of(path: str, patience: float, check_mode: bool) -> AbstractContextManager[None]:
    """The lock for a run; one that only checks disturbs nobody, and waits for nobody."""
    return nullcontext() if check_mode else host_lock(path, patience)


def _acquire(descriptor: int, path: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise HostError(
                    f"another run is changing the guests of this host: process {_holder(descriptor)} has held {path} "
                    f"for the {patience:g} s we waited; try again when it is done"
                ) from None
            time.sleep(POLL)
        else:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            return


def _holder(descriptor: int) -> str:
    text = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
    return text if text.isdigit() else "unknown"
