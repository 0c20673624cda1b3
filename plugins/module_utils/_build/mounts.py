# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory of a build, seen at one place in its chroot. The mount is this process's own, and ends with it."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._host.process import run

# From linux/sched.h.
CLONE_NEWNS = 0x00020000


@contextmanager
def bound(places: Mapping[str, str]) -> Iterator[None]:
    """Each target shows its place while the block runs, for us and our children."""
    if not places:
        yield
        return
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS):
        raise BuildError(f"this host does not let us mount ({os.strerror(ctypes.get_errno())}): run as root")
    # The new namespace still passes mounts on to the one that it came from, until it is told not to.
    _mount("--make-rprivate", "/")
    for target, place in places.items():
        _mount("--bind", place, target)
    try:
        yield
    finally:
        for target in places:
            run(["umount", target], 60)


def _mount(*arguments: str) -> None:
    done = run(["mount", *arguments], 60)
    if not done.ok:
        raise BuildError(f"mount {' '.join(arguments)} failed: {done.errors.strip()}")
