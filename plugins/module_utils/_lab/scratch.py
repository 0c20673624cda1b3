# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a system is unpacked on its way into an image, and the rights of root over what lies there.

An ordinary user has them in a user namespace only, where the system's users are others than outside.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import fingerprint
from ansible_collections.xlops.xen.plugins.module_utils._lab.commands import run
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError

# Not /tmp, which is often in memory.
DEFAULT_PARENT = "/var/tmp"  # noqa: S108 - every directory below has a name of its own


def parent() -> Path:
    return Path(os.environ.get("TMPDIR", DEFAULT_PARENT))


def unprivileged() -> bool:
    return os.geteuid() != 0


def in_namespace() -> list[str]:
    """What makes a program run as root over the users of the system."""
    return ["mmdebstrap", "--unshare-helper"] if unprivileged() else []


def mounting_for_itself() -> list[str]:
    """What keeps to itself whatever a program of root mounts, so that it ends with the program.

    Root who may not do this, in a container, may not mount anything either.
    """
    private = ["unshare", "--mount"]
    try:
        run([*private, "true"])
    except LabError:
        return []
    return private


@contextmanager
def directory(work: Path) -> Iterator[Path]:
    """A directory for the build of a cache entry in ``work``. What killed builds of that entry left is removed."""
    _nothing, key, _random = work.name.split(".")
    prefix = f"xen-lab-{fingerprint.of_value(str(work.with_name(key)))}-"
    for leftover in parent().glob(f"{prefix}*"):
        _remove(leftover)
    path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent()))
    path.chmod(0o1777)  # other users write here: the namespace's root, and apt's
    try:
        yield path
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    """Remove what there is a right to remove: of the system's users by the namespace's root, then the rest."""
    if unprivileged():
        with suppress(LabError):
            run([*in_namespace(), "find", str(path), "-xdev", "-mindepth", "1", "-delete"])
    shutil.rmtree(path, ignore_errors=True)
