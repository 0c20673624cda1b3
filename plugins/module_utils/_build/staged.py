# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages' files put together into one tree, the same to the last bit each time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build import digest
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._build.store import remove

# What does not go into a package, as patterns of whole paths, with the reason.
LEFT_OUT = (
    *((f"{place}{below}", "made at boot") for place in ("run", "var/run", "var/lock") for below in ("", "/*")),
    ("*.pyc", "made from the source by whoever reads it, with the time in it"),
    ("*/__pycache__/*", "made from the source by whoever reads it, with the time in it"),
    ("usr/share/info/dir", "an index of all packages"),
)
# Names without the whole version, such as xen.gz: of several releases, the last one installed would have them.
ALIASES = "boot/"
PROGRAM, DATA = 0o755, 0o644


def assemble(staged: Sequence[str], root: str, epoch: int) -> None:
    """Link the files of the stages below ``root``, and give everything the same time and plain rights.

    Never follows a link: the files were written by somebody without rights, and we have them.
    """
    fresh = f"{root}.new"
    remove(fresh)
    os.makedirs(fresh)
    for one in staged:
        for path in entries(one):
            if not _left_out(one, path):
                _place(os.path.join(one, path), os.path.join(fresh, path))
    for path in [*entries(fresh), "."]:
        _settle(os.path.join(fresh, path), epoch)
    remove(root)
    os.replace(fresh, root)


def entries(root: str) -> Iterator[str]:
    """Every path below ``root``, directories before what is in them, in an order that does not depend on the disk."""
    for directory, directories, files in os.walk(root):
        directories.sort()
        for name in sorted([*directories, *files]):
            yield os.path.relpath(os.path.join(directory, name), root)


def described(root: str) -> list[dict[str, Any]]:
    """All files and links: path, mode, size and digest, or where a link leads."""
    found: list[dict[str, Any]] = []
    for path in sorted(entries(root)):
        status = os.lstat(os.path.join(root, path))
        if stat.S_ISLNK(status.st_mode):
            found.append({"path": f"/{path}", "link": os.readlink(os.path.join(root, path))})
        elif stat.S_ISREG(status.st_mode):
            found.append(
                {
                    "path": f"/{path}",
                    "mode": f"{stat.S_IMODE(status.st_mode):04o}",
                    "size": status.st_size,
                    "sha256": digest.of_file(os.path.join(root, path)),
                }
            )
    return found


def differences(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """The paths in which two builds are not the same."""
    old, new = ({one["path"]: one for one in side} for side in (before, after))
    return sorted(path for path in {*old, *new} if old.get(path) != new.get(path))


def _left_out(root: str, path: str) -> bool:
    if any(fnmatch(path, pattern) for pattern, _reason in LEFT_OUT):
        return True
    return path.startswith(ALIASES) and os.path.islink(os.path.join(root, path))


def _place(source: str, target: str) -> None:
    mode = os.lstat(source).st_mode
    if stat.S_ISDIR(mode):
        os.makedirs(target, exist_ok=True)
    elif stat.S_ISLNK(mode):
        if not os.path.lexists(target):
            os.symlink(os.readlink(source), target)
    elif stat.S_ISREG(mode):
        if not os.path.lexists(target):
            os.link(source, target, follow_symlinks=False)
    else:
        raise BuildError(f"make installed {source}, which is neither a file nor a directory nor a link")


def _settle(path: str, epoch: int) -> None:
    mode = os.lstat(path).st_mode
    if stat.S_ISDIR(mode):
        os.chmod(path, PROGRAM)
    elif stat.S_ISREG(mode):
        # The rights of an installed file are those of its kind, whatever umask a Makefile met; none gives rights away.
        os.chmod(path, PROGRAM if mode & 0o100 else DATA)
    os.utime(path, (epoch, epoch), follow_symlinks=False)
