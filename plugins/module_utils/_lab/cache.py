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
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._lab import fingerprint, locks, process
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Say

MANIFEST = "manifest.json"
USED = "used"
USERS = "users"
RECENT_AGE = 600.0

# What Build is given: an empty directory to fill.
Build = Callable[[Path], None]


@dataclass(frozen=True)
class Entry:
    """One published entry: what its builder wanted to remember, and what tells two builds of one key apart."""

    path: Path
    facts: dict[str, Any]
    build: str

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


class Cache:
    """The cache below ``root``. ``say`` hears what a user should know: waiting, damage, removal."""

    def __init__(self, root: Path, say: Say) -> None:
        self.root = root
        self.say = say

    def find(self, kind: str, key: str) -> Entry | None:
        """The intact entry of that key, or None. Changes nothing."""
        path = self.root / kind / key
        if _damage(path):
            return None
        manifest = json.loads((path / MANIFEST).read_text())
        return Entry(path, manifest["facts"], manifest["build"])

    def obtain(self, kind: str, key: str, facts: dict[str, Any], build: Build) -> Entry:
        """The entry of that key; built by this run when no other has done it before, or when it is damaged."""
        path = self.root / kind / key
        with self.lock(kind, key):
            if path.is_dir() and self.find(kind, key) is None:
                self.discard(kind, key, _damage(path))
            if not path.is_dir():
                self._publish(path, facts, build)
            entry = self.find(kind, key)
            if entry is None:
                raise LabError(f"The cache entry {path} was damaged as soon as it was written ({_damage(path)}).")
            entry.touch()
            return entry

    def discard(self, kind: str, key: str, reason: str) -> None:
        """Remove an entry that turned out to be useless."""
        self.say(f"The cached {kind}/{key} cannot be used ({reason}): it is removed and built again")
        shutil.rmtree(self.root / kind / key, ignore_errors=True)

    def lock(self, kind: str, key: str) -> AbstractContextManager[None]:
        return locks.exclusive(
            self._lock_file(kind, key),
            lambda: self.say(f"Another run is at work on {kind}/{key}: waiting for it"),
        )

    def prune(self, kind: str, keep: int) -> list[str]:
        """Remove all but the ``keep`` most recently used entries, and what killed runs left; return the removed keys.

        What a host or another entry depends on stays, and so does what was used in the last minutes: another run may be
        about to depend on it.
        """
        for key in {_key_of_leftover(path) for path in (self.root / kind).glob(".*")}:
            lock = locks.attempt(self._lock_file(kind, key))
            if lock is not None:  # nobody builds it
                with lock:
                    self._sweep(kind, key)
        entries = sorted((path.parent for path in (self.root / kind).glob(f"[!.]*/{USED}")), key=_unused_for)
        removed = [path for path in entries[keep:] if not _in_use(path) and _unused_for(path) > RECENT_AGE]
        for path in removed:
            self.say(f"Removing the cached {kind}/{path.name}: nothing uses it, and {keep} newer ones are kept")
            shutil.rmtree(path, ignore_errors=True)
        return [path.name for path in removed]

    def _publish(self, path: Path, facts: dict[str, Any], build: Build) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sweep(path.parent.name, path.name)
        work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            build(work)
            (work / USED).touch()
            manifest = {"facts": facts, "build": uuid.uuid4().hex, "files": _describe(work)}
            (work / MANIFEST).write_text(json.dumps(manifest, indent=1))
            os.replace(work, path)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _sweep(self, kind: str, key: str) -> None:
        """Remove what killed runs left of an entry, and end a machine that outlived its run. The lock must be held."""
        for leftover in (self.root / kind).glob(f".{key}.*"):
            process.kill(leftover)
            shutil.rmtree(leftover, ignore_errors=True)

    def _lock_file(self, kind: str, key: str) -> Path:
        return self.root / "locks" / f"{kind}-{key}"


def _key_of_leftover(path: Path) -> str:
    return path.name.split(".")[1]


def _unused_for(entry: Path) -> float:
    """Seconds since an entry was last of use."""
    return time.time() - (entry / USED).stat().st_mtime


def _in_use(path: Path) -> bool:
    users = path / USERS
    return users.is_dir() and any(Path(user.read_text()).exists() for user in users.iterdir())


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


def _complete(manifest: Any) -> bool:
    """Whether it has all that is read of it: a damaged file may be any JSON, ``null`` too."""
    return (
        _has(manifest, "facts", "build", "files")
        and isinstance(manifest["facts"], dict)
        and isinstance(manifest["files"], dict)
        and all(_has(wanted, "size", "mtime_ns", "sha256") for wanted in manifest["files"].values())
    )


def _has(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() >= set(keys)


def _damage(directory: Path) -> str:
    """What is wrong with an entry, or nothing. Content is only read again when a file's time stamp moved."""
    if not directory.is_dir():
        return "it does not exist"
    try:
        manifest = json.loads((directory / MANIFEST).read_text())
    except (OSError, ValueError):
        return "its manifest is missing or unreadable"
    if not _complete(manifest):
        return "its manifest is incomplete"
    for name, wanted in manifest["files"].items():
        path = directory / name
        if not path.is_file():
            return f"{name} is missing"
        found = path.stat()
        if found.st_size != wanted["size"]:
            return f"{name} has {found.st_size} bytes instead of {wanted['size']}"
        if found.st_mtime_ns != wanted["mtime_ns"] and fingerprint.of_content(path) != wanted["sha256"]:
            return f"the content of {name} has changed"
    return ""
