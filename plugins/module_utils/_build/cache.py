# SPDX-License-Identifier: GPL-3.0-or-later
"""What was fetched: one entry per thing, whole or not there, in a directory that one user alone can write to."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError
from ansible_collections.xlops.xen.plugins.module_utils._lab import locks

# Beside the entry that is being fetched; a run that died leaves it, and the next one goes on with it or removes it.
PARTIAL = ".partial"


class Cache:
    """The cache below ``root``. Only one run at a time uses it: hold ``lock()``."""

    def __init__(self, root: str) -> None:
        self.root = root

    def prepare(self, uid: int, gid: int) -> None:
        """Make the directory of this user; refuse one that another could have filled."""
        os.makedirs(self.root, mode=0o755, exist_ok=True)
        found = os.lstat(self.root)
        if found.st_uid not in (uid, os.geteuid()) or found.st_mode & 0o022 or not os.path.isdir(self.root):
            raise BuildError("somebody else can write to it", self.root, "remove it, or name another cache")
        if found.st_uid != uid:
            os.chown(self.root, uid, gid)

    @contextmanager
    def lock(self, waiting: str, say: Callable[[str], None]) -> Iterator[None]:
        with locks.exclusive(Path(f"{self.root}.lock"), lambda: say(waiting)):
            yield

    def entry(self, kind: str, key: Sequence[str]) -> str:
        """The path of an entry, which need not exist."""
        name = hashlib.sha256(json.dumps(list(key)).encode()).hexdigest()[:32]
        os.makedirs(os.path.join(self.root, kind), mode=0o755, exist_ok=True)
        return os.path.join(self.root, kind, name)

    @contextmanager
    def new(self, entry: str) -> Iterator[str]:
        """An empty directory, which becomes the entry when the block ends well, and goes when it does not."""
        fresh = entry + PARTIAL
        self.clear(fresh)
        os.mkdir(fresh)
        try:
            yield fresh
            self.remove(entry)
            os.rename(fresh, entry)
        finally:
            self.clear(fresh)

    def remove(self, entry: str) -> None:
        self.clear(entry)

    @staticmethod
    def clear(path: str) -> None:
        """Remove a file or a directory, if it is there."""
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            with suppress(FileNotFoundError):
                os.unlink(path)
