# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host comes up: on which disks, from which state, and how it becomes itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._lab import image, machine, process, ssh, state
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache, Entry
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.identity import Identity
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress

IDENTITY_LIMIT = 300.0

# What the disk of a host lies over: kind and key of a cache entry, and which builds of it and of the image.
Base = dict[str, Any]


@dataclass(frozen=True)
class HostSpec:
    """What is asked for: a name, the image, the machine, how it starts, and the command that says it is up."""

    name: str
    image: str
    machine: Machine
    start: str = "auto"
    ready: str = ""
    port: int | None = None


@dataclass(frozen=True)
class Launch:
    """One start of one host."""

    spec: HostSpec
    identity: Identity
    port: int
    private_group: str
    cache: Cache
    progress: Progress

    @property
    def directory(self) -> Path:
        return self.identity.directory

    def from_kept_disk(self, base: Base) -> Base:
        """Boot the disk as the host left it; return what it lies over."""
        if not self._is_intact(base):
            raise LabError(
                f"{self.spec.name}: what its kept disk lies over is no longer in the cache. "
                "Start it restored or fresh; what was on the disk is lost."
            )
        state.create_missing_disks(self.directory, self.spec.machine.disks)
        self._boot(self.identity.login(self.port), incoming=False)
        return base

    def from_image(self) -> Base:
        """Boot a fresh disk; return what it lies over."""
        entry = self._image()
        self._lay_disks(entry, entry.file(image.DISK), "raw")
        self._boot(self._first_login(entry), incoming=False)
        return self._base("images", entry)

    def from_state(self) -> Base:
        """Restore the booted state over a fresh disk; return what that lies over.

        A state that QEMU refuses is removed and made once more.
        """
        try:
            return self._restore()
        except state.Unusable as error:
            process.kill(self.directory)
            self.cache.discard("states", self._state_spec().key, str(error))
            return self._restore()

    def _restore(self) -> Base:
        saved = state.obtain(self._state_spec(), self.cache, self.progress)
        self._lay_disks(saved, saved.file(machine.DISK), "qcow2")
        (self.directory / machine.STATE).symlink_to(saved.file(machine.STATE))
        self._boot(self._first_login(self._image()), incoming=True)
        return self._base("states", saved)

    def _base(self, kind: str, entry: Entry) -> Base:
        return {"kind": kind, "key": entry.key, "builds": [entry.build, self._image().build]}

    def _is_intact(self, base: Base) -> bool:
        """Whether a disk still finds all that it lies over, down to the image, as it was when the disk was made."""
        found = [self.cache.find(base["kind"], base["key"]), self.cache.find("images", self.spec.image)] if base else []
        return bool(found) and [entry and entry.build for entry in found] == base["builds"]

    def _state_spec(self) -> state.StateSpec:
        return state.StateSpec(self._image(), self.spec.machine, self.spec.ready)

    def _image(self) -> Entry:
        entry = self.cache.find("images", self.spec.image)
        if entry is None:
            raise LabError(
                f"{self.spec.name}: the cache has no image {self.spec.image}; build it with xen_lab_image first."
            )
        return entry

    def _first_login(self, entry: Entry) -> ssh.Login:
        """Every machine of an image begins with the image's keys, until it is given its own."""
        return ssh.Login(self.port, entry.file(image.LOGIN_KEY), entry.file(f"{image.HOST_KEY}.pub"))

    def _lay_disks(self, entry: Entry, base: Path, base_format: str) -> None:
        for old in (*self.directory.glob("*.qcow2"), self.directory / machine.STATE):
            old.unlink(missing_ok=True)
        entry.claim(self.directory)
        state.create_disks(self.directory, base, base_format, self.spec.machine)

    def _boot(self, login: ssh.Login, *, incoming: bool) -> None:
        verb = "Restoring" if incoming else "Booting"
        arguments = self.spec.machine.arguments(
            self.directory, port=self.port, private_group=self.private_group, incoming=incoming
        )
        kind = f"{verb} {self._image().facts['label']} {self.spec.machine.accelerator}"
        with self.progress.step(kind, f"{verb} {self.spec.name}"):
            process.start(self.directory, arguments)
            if incoming:
                state.load(self.directory)
            ssh.wait_for_banner(self.port, state.BOOT_LIMIT, lambda: process.require_alive(self.directory))
            login.run(self.identity.script(secrets.token_hex(64), self.spec.ready), IDENTITY_LIMIT)
