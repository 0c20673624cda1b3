# SPDX-License-Identifier: GPL-3.0-or-later
"""Save a guest to a file, and restore it. The file is whole or not there; the guest is there, or in the file."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._config.from_libxl import from_libxl
from ansible_collections.xlops.xen.plugins.module_utils._config.json_values import found
from ansible_collections.xlops.xen.plugins.module_utils._config.save_file import NEEDED, SaveFile, read_save_file
from ansible_collections.xlops.xen.plugins.module_utils._host.departure import discard
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError
from ansible_collections.xlops.xen.plugins.module_utils._host.files import settle_directory
from ansible_collections.xlops.xen.plugins.module_utils._host.lacks import lacks
from ansible_collections.xlops.xen.plugins.module_utils._host.lock import turn_of
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host
from ansible_collections.xlops.xen.plugins.module_utils._host.workers import is_watched
from ansible_collections.xlops.xen.plugins.module_utils._plan import memory
from ansible_collections.xlops.xen.plugins.module_utils._plan.observation import Domain, Observation
from ansible_collections.xlops.xen.plugins.module_utils._plan.presence import Presence, Sighting, absence, sight
from ansible_collections.xlops.xen.plugins.module_utils._plan.units import unit_name
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

STOPPED, RUNNING, PAUSED = "stopped", "running", "paused"
OPTIONS: Mapping[str, tuple[str, ...]] = {STOPPED: (), RUNNING: ("-c",), PAUSED: ("-p",)}
MIB = 1 << 20
IN_MEMORY = ("kernel", "ramdisk", "bootloader")  # what a guest needs for its boot alone: a saved one has booted
SUFFIX = ".xlops-saving"
# Before, the xl that watches a guest ends when it is suspended, as for each save (DOMAIN_RESTART_SUSPENDED came then).
STAYS_WATCHED = Release(4, 20)

Report = dict[str, Any]


@dataclass(frozen=True)
class Saving:
    """One guest of a host, on its way to a file or from it."""

    host: Host
    name: str
    path: str
    limit: float
    check_mode: bool
    patience: float

    @property
    def unfinished(self) -> str:
        """The file while it is written."""
        directory, base = os.path.split(self.path)
        return os.path.join(directory, f".{base}{SUFFIX}")

    def save(self, after: str, overwrite: bool) -> Report:
        """``after`` is what the guest shall be when it is saved."""
        directory = os.path.dirname(self.path)
        if not os.path.isdir(directory):
            raise GuestError(f"there is no directory {directory} to save to: make it first, for root alone")
        with turn_of(self.host.paths.lock, self.patience, self.check_mode):
            seen, sighting = self._settled()
            domain = sighting.domain
            if sighting.presence is Presence.ABSENT or domain is None:
                if after == STOPPED and self._holds_this_guest(self.path):
                    return self._report(sighting, sighting, changed=False)
                if after == STOPPED and self._holds_this_guest(self.unfinished):
                    return self._finish(sighting)
                raise GuestError(absence(self.name, seen))
            self._check_saving(sighting, domain, overwrite)
            self._check_unit(after, seen)
            if self.check_mode:
                gone = Sighting(Presence.ABSENT) if after == STOPPED else sighting
                return self._report(sighting, gone, changed=True)
            started = time.monotonic()
            try:
                self._write(domain, after)
                left = self._await(after)
            except GuestError as fault:
                raise GuestError(f"{fault}{self._unwatched(domain, seen)}") from None
            elapsed = time.monotonic() - started
            return {
                **self._report(sighting, left, changed=True, elapsed=elapsed),
                "warnings": [f"guest {self.name}{one}" for one in filter(None, [self._unwatched(domain, seen)])],
            }

    def restore(self, paused: bool, keep: bool) -> Report:
        """The guest comes from the file, which then goes unless it is to be kept."""
        saved = self._saved()
        if saved.name != self.name:
            raise GuestError(f"{self.path} holds guest {saved.name}: name that one, or give another file")
        with turn_of(self.host.paths.lock, self.patience, self.check_mode):
            seen, sighting = self._settled()
            if sighting.presence is not Presence.ABSENT:
                if sighting.domain is not None and sighting.domain.uuid == saved.uuid:
                    return self._report(sighting, sighting, changed=False)
                raise GuestError(f"a guest of its name is {sighting.presence.value}: it has to go first")
            self._check_restoring(saved, seen)
            if self.check_mode:
                return self._report(sighting, Sighting(Presence.PAUSED if paused else Presence.RUNNING), changed=True)
            started = time.monotonic()
            try:
                self.host.xl.restore(self.path, paused, self.limit)
                back = self._await(PAUSED if paused else RUNNING)
            except GuestError:
                discard(self.host, self.name, saved.uuid, seen)
                raise
            if not keep:
                os.unlink(self.path)
                settle_directory(os.path.dirname(self.path))
            return self._report(sighting, back, changed=True, elapsed=time.monotonic() - started)

    def _settled(self) -> tuple[Observation, Sighting]:
        seen = self.host.observe_settled([self.name], lambda seen: sight(self.name, None, seen).settled)
        sighting = sight(self.name, None, seen)
        if not sighting.settled:
            raise GuestError(f"nothing was done: {sighting.reason}")
        return seen, sighting

    def _check_saving(self, sighting: Sighting, domain: Domain, overwrite: bool) -> None:
        config = domain.config or {}
        if sighting.presence is Presence.HUSK:
            raise GuestError("it has shut down and was kept: there is nothing of it to save")
        if sighting.presence is Presence.PAUSED:
            raise GuestError("it is paused and cannot hear that it shall suspend: unpause it first")
        if os.path.lexists(self.path) and not overwrite:
            raise GuestError(f"{self.path} is there already: give another path, or say overwrite: true")
        if found(config, ("b_info", "disable_migrate")) in (True, "True"):
            raise GuestError("it is made with nomigrate, which forbids to save it")
        if config.get("pcidevs"):
            raise GuestError("it has PCI devices, which cannot be saved: detach them first")
        free = shutil.disk_usage(os.path.dirname(self.path)).free // MIB
        if free <= domain.memory:
            raise GuestError(f"it has {domain.memory} MiB of memory, and {self.path} has room for {free} MiB")

    def _check_unit(self, after: str, seen: Observation) -> None:
        """A unit ends with the xl that watches its guest, and the host would go down without asking the guest."""
        unit = unit_name(self.name)
        if after != STOPPED and seen.release < STAYS_WATCHED and unit in seen.units.enabled and seen.worker(self.name):
            raise GuestError(
                f"{unit} would end while the guest goes on, for before Xen {STAYS_WATCHED} the xl that watches a guest "
                "ends when it is saved; save it with after: stopped, or have it started by xendomains "
                "(autostart_by: xendomains)"
            )

    def _unwatched(self, domain: Domain, seen: Observation) -> str:
        """What a save has left of a guest that goes on, whether it went well or not."""
        others = {one.domid for one in seen.domains} - {domain.domid}
        if seen.release >= STAYS_WATCHED or not self._is_there(domain):
            return ""
        if is_watched(self.host.paths, (self.name,), others):
            return ""
        return (
            f": no xl watches domain {domain.domid} any more, for before Xen {STAYS_WATCHED} it ends when the guest is "
            "saved; a guest that reboots, shuts down or crashes stays as it is then, until it is destroyed; make it "
            "anew when it may be stopped"
        )

    def _check_restoring(self, saved: SaveFile, seen: Observation) -> None:
        if saved.whole is False:
            raise GuestError(f"{self.path} is not whole, its end is missing: look for another copy of it")
        for domain in seen.with_uuid(saved.uuid):
            raise GuestError(f"its uuid {saved.uuid} belongs to domain {domain.domid}, {domain.name}")
        model, _findings = from_libxl(saved.config, seen.release, seen.facts)
        missing = lacks({key: value for key, value in model.items() if key not in IN_MEMORY}, self.host, seen)
        if missing:
            raise GuestError("; ".join(missing))
        commandline = seen.info.get("xen_commandline", "")
        gives_way = memory.dom0_gives_way(seen.facts.xl_conf.autoballoon, commandline, seen.release)
        needed = memory.needed(model, seen.release, seen.info)
        if not gives_way and needed > seen.free_memory:
            raise GuestError(memory.lacking(needed, seen.free_memory))

    def _write(self, domain: Domain, after: str) -> None:
        """Save to a file that root alone can read, beside the one it becomes: xl would make it readable for all.

        When this run dies xl goes on by itself; the next run finds what became of it under the same name.
        """
        with suppress(FileNotFoundError):
            os.unlink(self.unfinished)
        os.close(os.open(self.unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            self.host.xl.save(domain.domid, self.unfinished, OPTIONS[after], self.limit)
            if _read(self.unfinished).whole is False and self._is_there(domain):
                raise GuestError("xl save ended well and its file is not whole; the guest is still there")
            self._publish()
        except (ConfigError, GuestError, OSError) as fault:
            if not self._is_there(domain):
                raise GuestError(f"{fault}; the guest is gone, and what there is of it is {self.unfinished}") from None
            os.unlink(self.unfinished)
            raise

    def _is_there(self, domain: Domain) -> bool:
        return self.host.table.find(domain.uuid) is not None

    def _publish(self) -> None:
        os.replace(self.unfinished, self.path)
        settle_directory(os.path.dirname(self.path))

    def _finish(self, sighting: Sighting) -> Report:
        """A run that died has left the guest under another name."""
        if not self.check_mode:
            self._publish()
        return self._report(sighting, sighting, changed=True)

    def _await(self, state: str) -> Sighting:
        wanted = {STOPPED: Presence.ABSENT, RUNNING: Presence.RUNNING, PAUSED: Presence.PAUSED}[state]

        def arrived(seen: Observation) -> bool:
            return sight(self.name, None, seen).presence is wanted

        left = sight(self.name, None, self.host.observe_settled([self.name], arrived))
        if left.presence is not wanted:
            raise GuestError(f"xl said that it is {state}, and the host shows it {left.reason or left.presence.value}")
        return left

    def _holds_this_guest(self, path: str) -> bool:
        if not os.path.isfile(path):
            return False
        saved = _read(path)
        return saved.name == self.name and saved.whole is not False

    def _saved(self) -> SaveFile:
        if not os.path.isfile(self.path):
            raise GuestError(f"there is no file {self.path} on the host")
        return _read(self.path)

    def _report(self, before: Sighting, after: Sighting, changed: bool, elapsed: float = 0.0) -> Report:
        return {
            "changed": changed,
            "name": self.name,
            "previous_state": _word(before),
            "state": _word(after),
            "domid": after.domain.domid if after.domain else None,
            "size": os.path.getsize(self.path) if os.path.isfile(self.path) else None,
            "elapsed": round(elapsed, 1),
        }


def _word(sighting: Sighting) -> str:
    return STOPPED if sighting.presence is Presence.ABSENT else sighting.presence.value


def _read(path: str) -> SaveFile:
    with open(path, "rb") as file:
        beginning = file.read(NEEDED)
        file.seek(max(0, os.fstat(file.fileno()).st_size - 64))
        return read_save_file(beginning, file.read(64), path)
