# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache of images and booted states: one directory per entry, named by the fingerprint of all that went in.

An entry appears complete or not at all (it is built beside and renamed), carries a manifest of its files, and is only
used when they still match. What does not match is removed with a notice, so that it is built again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ansible_collections.xlops.xen.plugins.module_utils._lab import fingerprint, locks
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Say

MANIFEST = "manifest.json"
USED = "used"
USERS = "users"
KINDS = ("images", "states")

# What Build is given: an empty directory to fill.
Build = Callable[[Path], None]


@dataclass(frozen=True)
class Entry:
    """One published entry. ``facts`` is what its builder wanted to remember."""

    path: Path
    facts: dict[str, Any]

    @property
    def key(self) -> str:
        return self.path.name

    def file(self, name: str) -> Path:
        return self.path / name

    def touch(self) -> None:
        (self.path / USED).touch()

    def claim(self, user: Path) -> None:
        """Record that a directory (of a host, or of another entry) depends on this entry for as long as it exists."""
        users = self.path / USERS
        users.mkdir(exist_ok=True)
        (users / fingerprint.of_value(str(user))).write_text(str(user))
        self.touch()

    @property
    def in_use(self) -> bool:
        users = self.path / USERS
        return users.is_dir() and any(Path(user.read_text()).exists() for user in users.iterdir())


class Cache:
    """The cache below ``root``. ``say`` hears what a user should know: waiting, damage, removal."""

    def __init__(self, root: Path, say: Say) -> None:
        self.root = root
        self.say = say

    def find(self, kind: str, key: str) -> Optional[Entry]:
        """The intact entry of that key, or None. A damaged one is removed."""
        path = self.root / kind / key
        if not path.is_dir():
            return None
        damage = _damage(path)
        if damage:
            self.discard(kind, key, damage)
            return None
        return Entry(path, json.loads((path / MANIFEST).read_text())["facts"])

    def obtain(self, kind: str, key: str, facts: dict[str, Any], build: Build) -> Entry:
        """The entry of that key, built by this run when no other has done it before."""
        with self.lock(kind, key):
            entry = self.find(kind, key)
            if entry is None:
                self._publish(kind, key, facts, build)
                entry = self.find(kind, key)
            if entry is None:
                raise LabError(
                    f"The cache entry {self.root / kind / key} was damaged as soon as it was written: is the disk failing?"
                )
            entry.touch()
            return entry

    def discard(self, kind: str, key: str, reason: str) -> None:
        self.say(f"The cached entry {kind}/{key} cannot be used ({reason}): it is removed and built again")
        shutil.rmtree(self.root / kind / key, ignore_errors=True)

    def lock(self, kind: str, key: str) -> Any:
        return locks.exclusive(
            self.root / "locks" / f"{kind}-{key}",
            lambda: self.say(f"Another run is at work on {kind}/{key}: waiting for it"),
        )

    def prune(self, kind: str, keep: int) -> list[str]:
        """Remove what is neither in use nor among the ``keep`` most recently used entries; return the removed keys."""
        entries = sorted(self._entries(kind), key=lambda entry: (entry.path / USED).stat().st_mtime, reverse=True)
        removed = [entry for entry in entries[keep:] if not entry.in_use]
        for entry in removed:
            self.say(f"Removing the cached entry {kind}/{entry.key}: unused, and {keep} newer ones are kept")
            shutil.rmtree(entry.path, ignore_errors=True)
        return [entry.key for entry in removed]

    def _entries(self, kind: str) -> Iterator[Entry]:
        directory = self.root / kind
        for path in sorted(directory.iterdir()) if directory.is_dir() else []:
            if (path / USED).exists():
                yield Entry(path, {})

    def _publish(self, kind: str, key: str, facts: dict[str, Any], build: Build) -> None:
        directory = self.root / kind
        directory.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers(directory, key)
        work = Path(tempfile.mkdtemp(prefix=f".{key}.", dir=directory))
        try:
            build(work)
            (work / USED).touch()
            (work / MANIFEST).write_text(json.dumps({"facts": facts, "built": time.time(), "files": _describe(work)}))
            os.replace(work, directory / key)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise

    def _remove_leftovers(self, directory: Path, key: str) -> None:
        """What a killed run left of this key; we hold its lock, so nobody is at work there."""
        for path in directory.glob(f".{key}.*"):
            shutil.rmtree(path, ignore_errors=True)


def _files(directory: Path) -> list[Path]:
    own = {MANIFEST, USED}
    return sorted(path for path in directory.iterdir() if path.is_file() and path.name not in own)


def _describe(directory: Path) -> dict[str, dict[str, Any]]:
    return {
        path.name: {
            "size": path.stat().st_size,
            "mtime_ns": path.stat().st_mtime_ns,
            "sha256": fingerprint.of_content(path),
        }
        for path in _files(directory)
    }


def _damage(directory: Path) -> str:
    """What is wrong with an entry, or nothing. Content is only read again when a file's time stamp moved."""
    try:
        expected = json.loads((directory / MANIFEST).read_text())["files"]
    except (OSError, ValueError, KeyError):
        return "its manifest is missing or unreadable"
    for name, wanted in expected.items():
        path = directory / name
        if not path.is_file():
            return f"{name} is missing"
        found = path.stat()
        if found.st_size != wanted["size"]:
            return f"{name} has {found.st_size} bytes instead of {wanted['size']}"
        if found.st_mtime_ns != wanted["mtime_ns"] and fingerprint.of_content(path) != wanted["sha256"]:
            return f"the content of {name} has changed"
    return ""
