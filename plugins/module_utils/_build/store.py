# SPDX-License-Identifier: GPL-3.0-or-later
"""What builds leave on a host: environments, work in progress, results. Whatever is there under its name is whole.

lock  progress.json  durations.json  last.json
environments/KEY/    a system to build in: root/ and environment.json
work/KEY/            a build that is under way, or was killed: tree/, stage/NAME/, state.json, build.log
results/KEY/         package, manifest.json, sbom.cdx.json, result.json, build.log
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._build import digest
from ansible_collections.xlops.xen.plugins.module_utils._build.errors import BuildError

RESULT = "result.json"
NEW = ".new"  # what is not whole yet is KEY.new
# An unpacked tree with its objects, the staged files and the package of a full build.
SPACE_MIB = 2048


@dataclass(frozen=True)
class Store:
    """The directory ``build_dir`` of a host."""

    root: str

    def path(self, *parts: str) -> str:
        return os.path.join(self.root, *parts)

    def prepare(self) -> None:
        for name in ("environments", "work", "results"):
            os.makedirs(self.path(name), mode=0o755, exist_ok=True)

    def require_space(self, mib: int = SPACE_MIB) -> None:
        free = shutil.disk_usage(self.root).free >> 20
        if free < mib:
            raise BuildError(f"{self.root} has {free} MiB left, and a build takes {mib}: make room, or set build_dir")

    @contextmanager
    def making(self, kind: str, key: str) -> Iterator[str]:
        """A directory that becomes KIND/KEY when the block ends well. What killed runs left of it goes first."""
        target = self.path(kind, key)
        work = target + NEW
        remove(work)
        os.makedirs(work)
        yield work
        remove(target)
        os.replace(work, target)

    def result(self, key: str) -> dict[str, Any] | None:
        """The result of that key, None where there is none or where its package is not what it was."""
        found = read_json(self.path("results", key, RESULT))
        if found is None:
            return None
        package = found.get("package")
        intact = package is None or (os.path.isfile(package) and digest.of_file(package) == found.get("package_sha256"))
        return found if intact else None

    def results(self) -> list[dict[str, Any]]:
        """All results, the youngest first."""
        found = [read_json(self.path("results", key, RESULT)) for key in _entries(self.path("results"))]
        return sorted((one for one in found if one), key=lambda one: -float(one["finished"]))

    def last(self, version: str) -> dict[str, Any] | None:
        """What a new build of the version is compared with: the youngest result of it, else of all."""
        found = self.results()
        return next((one for one in found if one["version"] == version), found[0] if found else None)

    def prune(self, keep: int, current: str, keep_work: bool) -> None:
        """Remove all but the youngest results, and the work, which has become one."""
        for one in [one for one in self.results() if one["fingerprint"] != current][max(keep - 1, 0) :]:
            remove(self.path("results", one["fingerprint"]))
        if not keep_work:
            remove(self.path("work", current))


def read_json(path: str) -> dict[str, Any] | None:
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write_json(path: str, value: Any, settle: bool = True) -> None:
    """Replaced as a whole, and on disk before it is seen, unless that is of no matter."""
    descriptor, fresh = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o644)
            json.dump(value, file, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            if settle:
                os.fsync(file.fileno())
        os.replace(fresh, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(fresh)
        raise


def write_new(path: str, text: str) -> None:
    """In a directory that others write to: whatever has the name goes, and no link of theirs is followed."""
    if os.path.islink(os.path.dirname(path)):
        raise BuildError(f"{os.path.dirname(path)} is a link: these are no sources of Xen")
    remove(path)
    with open(path, "x", encoding="utf-8") as file:
        file.write(text)


def remove(path: str) -> None:
    """Remove a tree, whatever rights its directories were left with."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
        if os.path.isdir(path):
            for directory, _directories, _files in os.walk(path):
                os.chmod(directory, 0o700)
            shutil.rmtree(path)


@contextmanager
def in_sentences(root: str) -> Iterator[None]:
    """What the file system refuses, as a sentence that says what to do."""
    try:
        yield
    except OSError as refused:
        if refused.errno == errno.ENOSPC:
            raise BuildError(
                f"the file system of {root} is full: make room, or set build_dir; the next run goes on where this "
                f"one ended"
            ) from refused
        if refused.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise BuildError(
                f"{refused.filename or root}: {refused.strerror}; become root, or set build_dir"
            ) from refused
        raise


def now() -> float:
    return round(time.time(), 1)


def _entries(directory: str) -> list[str]:
    return sorted(os.listdir(directory)) if os.path.isdir(directory) else []
