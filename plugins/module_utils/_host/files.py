# SPDX-License-Identifier: GPL-3.0-or-later
"""The guests' files in the configuration directory. Every change is atomic and on disk before the next step."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import MANAGED_MODE, ConfigFile

SUFFIX = ".cfg"
CANDIDATE_SUFFIX = ".xlops"  # a file that is not a guest's yet: ".NAME.cfg.RANDOM.xlops"
SIZE_LIMIT = 1 << 20


@dataclass(frozen=True)
class GuestFiles:
    """Files, links and candidates of one host."""

    paths: Paths

    def names(self) -> list[str]:
        """The guests that have a file."""
        return sorted(
            entry[: -len(SUFFIX)]
            for entry in entries(self.paths.config_dir)
            if entry.endswith(SUFFIX) and not entry.startswith(".")
        )

    def read(self, names: Iterable[str]) -> dict[str, ConfigFile]:
        found = ((name, self.read_one(name)) for name in names)
        return {name: file for name, file in found if file is not None}

    def read_one(self, name: str) -> ConfigFile | None:
        path = self.paths.config_file(name)
        found = read_file(path)
        return None if found is None else ConfigFile(path, *found)

    def links(self) -> dict[str, tuple[str, ...]]:
        """By guest, the names in auto/ that lead to its file."""
        found: dict[str, list[str]] = {}
        for entry in entries(self.paths.autostart_dir):
            directory, base = os.path.split(os.path.realpath(os.path.join(self.paths.autostart_dir, entry)))
            if directory == os.path.realpath(self.paths.config_dir) and base.endswith(SUFFIX):
                found.setdefault(base[: -len(SUFFIX)], []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    def leftovers(self) -> tuple[str, ...]:
        """Candidates of a run that died. Only under the host's lock are they nobody's."""
        return tuple(
            os.path.join(self.paths.config_dir, entry)
            for entry in entries(self.paths.config_dir)
            if entry.startswith(".") and entry.endswith(CANDIDATE_SUFFIX)
        )

    @contextmanager
    def candidate(self, name: str, content: bytes) -> Iterator[str]:
        """The path of a file with this content, for as long as the block runs."""
        with _candidate(self.paths.config_file(name), content) as path:
            yield path

    def publish(self, candidate: str, name: str) -> None:
        os.replace(candidate, self.paths.config_file(name))
        settle_directory(self.paths.config_dir)

    def keep(self, name: str) -> Callable[[], None]:
        """Remember the file as it is now; calling the result brings it back."""
        path = self.paths.config_file(name)
        try:
            with open(path, "rb") as file:
                content, status = file.read(), os.fstat(file.fileno())
        except FileNotFoundError:
            return lambda: self.remove(name)

        def bring_back() -> None:
            with self.candidate(name, content) as candidate:
                os.chown(candidate, status.st_uid, status.st_gid)
                os.chmod(candidate, stat.S_IMODE(status.st_mode))
                self.publish(candidate, name)

        return bring_back

    def back_up(self, name: str) -> str:
        """Keep the file under another name, beside; xendomains ignores names that end in ~."""
        path = self.paths.config_file(name)
        kept = f"{path}.{os.getpid()}.{time.strftime('%Y-%m-%d@%H:%M:%S')}~"
        os.link(path, kept)
        settle_directory(self.paths.config_dir)
        return kept

    def remove(self, name: str) -> None:
        self.forget(self.paths.config_file(name))

    def forget(self, path: str) -> None:
        """Remove a file of the configuration directory, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(path)
        settle_directory(self.paths.config_dir)

    def link_path(self, name: str) -> str:
        return os.path.join(self.paths.autostart_dir, f"{name}{SUFFIX}")

    def link(self, name: str) -> Callable[[], None]:
        """Lead to the guest's file from auto/; calling the result brings back what was there."""
        os.makedirs(self.paths.autostart_dir, mode=0o755, exist_ok=True)
        path = self.link_path(name)
        # To somewhere else: one that leads to the guest's file would be no change.
        former = os.readlink(path) if os.path.islink(path) else None
        if former is not None:
            os.unlink(path)
        os.symlink(f"../{name}{SUFFIX}", path)
        settle_directory(self.paths.autostart_dir)

        def bring_back() -> None:
            self.unlink([os.path.basename(path)])
            if former is not None:
                os.symlink(former, path)
                settle_directory(self.paths.autostart_dir)

        return bring_back

    def unlink(self, names: Iterable[str]) -> Callable[[], None]:
        """Remove links from auto/; calling the result brings them back."""
        former: dict[str, str] = {}
        for path in (os.path.join(self.paths.autostart_dir, name) for name in names):
            with suppress(FileNotFoundError):
                former[path] = os.readlink(path)
                os.unlink(path)
        settle_directory(self.paths.autostart_dir)

        def bring_back() -> None:
            for path, target in former.items():
                os.symlink(target, path)
            settle_directory(self.paths.autostart_dir)

        return bring_back

    def move_links(self, former: str, name: str) -> Callable[[], None]:
        """Have what led to one guest's file lead to another's, and bear its name. Calling the result takes it back."""
        moved: dict[str, tuple[str, str]] = {}
        links, old, new_name = self.links(), f"{former}{SUFFIX}", f"{name}{SUFFIX}"
        for entry in (*links.get(former, ()), *(one for one in links.get(name, ()) if one == old)):
            path = os.path.join(self.paths.autostart_dir, entry)
            new = self.link_path(name)
            new = new if entry == old and not os.path.lexists(new) else path
            moved[new] = (path, os.readlink(path))
            self._lead(path, new, f"../{new_name}")

        def bring_back() -> None:
            for present, (former, target) in moved.items():
                self._lead(present, former, target)

        return bring_back

    def _lead(self, path: str, new: str, target: str) -> None:
        """Another target and another name for a link: each at once, with the link there at any instant."""
        candidate = f"{self.paths.config_dir}/.{os.path.basename(new)}.{os.getpid()}{CANDIDATE_SUFFIX}"
        os.symlink(target, candidate)
        os.replace(candidate, path)
        os.replace(path, new)
        settle_directory(self.paths.autostart_dir)


@contextmanager
def _candidate(target: str, content: bytes, mode: int | None = MANAGED_MODE) -> Iterator[str]:
    """A hidden file beside the one that it may become."""
    directory, base = os.path.split(target)
    descriptor, path = tempfile.mkstemp(CANDIDATE_SUFFIX, f".{base}.", directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        with suppress(FileNotFoundError):
            os.unlink(path)


def settle_directory(directory: str) -> None:
    """A rename is on disk when its directory is."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: str, content: bytes, mode: int | None = MANAGED_MODE) -> None:
    """Write a file anywhere on the host, unless said otherwise readable for root alone. Under the host's lock: what a
    run that died left of an earlier attempt goes. A file system without modes, such as that of an EFI system partition,
    refuses to set one: None leaves it alone.
    """
    directory, base = os.path.split(path)
    for entry in entries(directory):
        if entry.startswith(f".{base}.") and entry.endswith(CANDIDATE_SUFFIX):
            os.unlink(os.path.join(directory, entry))
    with _candidate(path, content, mode) as candidate:
        os.replace(candidate, path)
    settle_directory(directory)


def read_text(path: str) -> str | None:
    """The text of a plain file, None when there is none. Never blocks on what is no plain file."""
    found = read_file(path)
    return None if found is None else found[0]


def read_file(path: str) -> tuple[str, int] | None:
    """Text and mode of a plain file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            return None
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(SIZE_LIMIT).decode("utf-8", "replace"), stat.S_IMODE(mode)
    finally:
        os.close(descriptor)


def read_end(path: str, size: int = 4096) -> str:
    """The last part of a text that may be long, empty when there is none."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - size))
            return file.read(size).decode("utf-8", "replace")
    except OSError:
        return ""


def entries(directory: str) -> list[str]:
    """The names in a directory, in order; none where there is no such directory."""
    try:
        return sorted(os.listdir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return []
