# SPDX-License-Identifier: GPL-3.0-or-later
"""Bundles of a host's configuration in a directory of their own, and the way back from one of them.

A bundle has guests' passwords: it is root's alone. One that a restore makes of what it replaces has a name of its own,
so that the newest bundle goes on being the one from before the last run.
"""

from __future__ import annotations

import calendar
import glob
import hashlib
import os
import re
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import printable
from ansible_collections.xlops.xen.plugins.module_utils._host.bundle import (
    LIMIT,
    Configuration,
    Entry,
    behind_link,
    packed,
    unpacked,
)
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import (
    CANDIDATE_SUFFIX,
    entries,
    read_text,
    replace_file,
    settle_directory,
)

NEWEST = "newest"
BEFORE_RUN, BEFORE_RESTORE = "", "-before-restore"
STAMP = "%Y%m%dT%H%M%SZ"
_DECIDE = "nothing was changed; move what is there away, and run again"
NAME = re.compile(r"(\d{8}T\d{6}Z)(|-before-restore)\.tar\.gz")


@dataclass(frozen=True)
class Bundles:
    """The bundles in a directory, the newest last."""

    directory: str

    def names(self, kinds: tuple[str, ...] = (BEFORE_RUN, BEFORE_RESTORE)) -> list[str]:
        found = (NAME.fullmatch(entry) for entry in entries(self.directory))
        return [one[0] for one in found if one and one[2] in kinds]

    def newest(self, kind: str = BEFORE_RUN) -> str | None:
        return next(reversed(self.names((kind,))), None)

    def path(self, name: str) -> str:
        return os.path.join(self.directory, name)

    def chosen(self, name: str) -> str:
        """The name of the bundle that somebody asked for. HostError if there is no such one."""
        found = self.newest() if name == NEWEST else name
        if found in self.names():
            return str(found)
        known = ", ".join(self.names()) or "none"
        raise HostError(f"there is no bundle {printable(name)} in {self.directory}, only {known}: name one of them")

    def read(self, name: str) -> dict[str, Entry]:
        """What is in a bundle, which nobody but root may have written."""
        path = self.path(name)
        untrusted = HostError(f"{path} is a link, or may be written by others than root: name another bundle")
        if os.path.islink(path):
            raise untrusted
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or _others_write(status):
                raise untrusted
            return unpacked(file.read(LIMIT), path)

    def differs(self, present: Configuration, kind: str = BEFORE_RUN) -> bool:
        """Whether the newest bundle of the kind has something else than the host."""
        name = self.newest(kind)
        if name is None:
            return True
        try:
            return self.read(name) != present.entries
        except HostError:
            return True

    def write(self, present: Configuration, keep: int, kind: str = BEFORE_RUN, now: float | None = None) -> str:
        """A new bundle, and none but the newest ``keep`` of its kind. Its name sorts last, whatever the clock says."""
        self._make_directory()
        stamp = time.strftime(STAMP, time.gmtime(now))
        last = next(reversed(self.names()), "")[: len(stamp)]
        name = f"{max(stamp, _following(last) if last else '')}{kind}.tar.gz"
        for leftover in entries(self.directory):
            if leftover.startswith(".") and leftover.endswith(CANDIDATE_SUFFIX):
                os.unlink(self.path(leftover))
        replace_file(self.path(name), packed(present.entries))
        for old in self.names((kind,))[:-keep]:
            os.unlink(self.path(old))
        return name

    def _make_directory(self) -> None:
        os.makedirs(self.directory, mode=0o700, exist_ok=True)
        status = os.lstat(self.directory)
        if not stat.S_ISDIR(status.st_mode) or _others_write(status):
            raise HostError(
                f"{self.directory} is no directory that root alone may write, so bundles in it could be anybody's: "
                "move it away, or name another directory"
            )
        os.chmod(self.directory, 0o700)


@dataclass(frozen=True)
class Restore:
    """``written`` are files that differ or are missing, ``newer`` those that are there and not in the bundle.

    What installed packages brought is not newer, but theirs.
    """

    written: tuple[Entry, ...]
    newer: tuple[str, ...]
    present: Configuration

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.written]


def plan(root: str, wanted: Mapping[str, Entry], present: Configuration) -> Restore:
    """What differs from a bundle. HostError, before any change, where a file could not be put in its place."""
    written = tuple(entry for name, entry in wanted.items() if present.entries.get(name) != entry)
    for entry in written:
        path = os.path.join(root or "/", entry.name)
        if behind_link(root, entry.name):
            raise HostError(f"/{printable(entry.name)} would be written through a link, or below a file: {_DECIDE}")
        if os.path.lexists(path) and not (os.path.islink(path) or os.path.isfile(path)):
            raise HostError(f"/{printable(entry.name)} is a directory or a device by now: {_DECIDE}")
    newer = tuple(sorted(set(present.entries) - set(wanted) - _packages_own(root)))
    return Restore(written, newer, present)


def perform(root: str, todo: Restore, remove: bool) -> None:
    """Each file in one step. A run that dies is completed by the next one."""
    for entry in todo.written:
        path = os.path.join(root or "/", entry.name)
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        if entry.target is None:
            replace_file(path, entry.content, entry.mode)
        else:
            _link(path, entry.target)
        status = os.lstat(path)
        if (status.st_uid, status.st_gid) != (entry.uid, entry.gid):
            os.chown(path, entry.uid, entry.gid, follow_symlinks=False)
    for name in todo.newer if remove else ():
        path = os.path.join(root or "/", name)
        with suppress(FileNotFoundError):
            os.unlink(path)
        settle_directory(os.path.dirname(path))


def listing(found: Mapping[str, Entry], names: list[str]) -> str:
    """Files as a diff shows them: by what they are, for their contents have passwords."""
    return "".join(f"/{printable(name)} {_told(found[name])}\n" for name in names if name in found)


def _told(entry: Entry) -> str:
    if entry.target is not None:
        return f"-> {printable(entry.target)}"
    digest = hashlib.sha256(entry.content).hexdigest()[:16]
    return f"{entry.mode:04o} {entry.uid}:{entry.gid} {len(entry.content)} bytes, sha256 {digest}"


def _packages_own(root: str) -> set[str]:
    """The files of settings that packages of Debian brought, by the lists of dpkg and ucf. Elsewhere there are none."""
    known = glob.glob(os.path.join(glob.escape(root or "/"), "var/lib/dpkg/info/*.conffiles"))
    lists = [*known, os.path.join(root or "/", "var/lib/ucf/registry")]
    lines = (line.split() for path in lists for line in (read_text(path) or "").splitlines())
    return {words[-1].lstrip("/") for words in lines if words}


def _link(path: str, target: str) -> None:
    directory, base = os.path.split(path)
    candidate = os.path.join(directory, f".{base}.link{CANDIDATE_SUFFIX}")
    with suppress(FileNotFoundError):
        os.unlink(candidate)
    os.symlink(target, candidate)
    os.replace(candidate, path)
    settle_directory(directory)


def _others_write(status: os.stat_result) -> bool:
    return status.st_uid != os.geteuid() or bool(status.st_mode & 0o022)


def _following(stamp: str) -> str:
    """The second after a stamp; as it is where it is none of a calendar."""
    try:
        return time.strftime(STAMP, time.gmtime(calendar.timegm(time.strptime(stamp, STAMP)) + 1))
    except ValueError:
        return stamp
