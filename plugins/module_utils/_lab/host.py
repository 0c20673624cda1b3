# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of one lab host: started, left alone while it runs, stopped, removed.

A host is a directory below the state directory. Its file ``host.json`` says what was asked for; whether it runs is always
read from the process itself.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ansible_collections.xlops.xen.plugins.module_utils._lab import image, locks, machine, network, process, ssh, state
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.identity import LOGIN_KEY, Identity
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress

RECORD = "host.json"
KNOWN_HOSTS = "known_hosts"
SOCKETS = (machine.QMP, machine.CONSOLE, machine.PID)
IDENTITY_LIMIT = 180.0

STARTS = ("restored", "fresh", "kept")
STOPS = ("graceful", "hard")


@dataclass(frozen=True)
class HostSpec:
    """What is asked for: a name, the image, the machine, how it starts, and the command that says it is up."""

    name: str
    image: str
    machine: Machine
    start: str = "restored"
    ready: str = ""
    port: Optional[int] = None


class Lab:
    """The hosts below one state directory."""

    def __init__(self, state_dir: Path, cache: Cache, progress: Progress) -> None:
        self.state_dir = state_dir.absolute()
        self.cache = cache
        self.progress = progress

    def directory(self, name: str) -> Path:
        return self.state_dir / "hosts" / name

    def names(self) -> list[str]:
        directory = self.state_dir / "hosts"
        return (
            sorted(path.name for path in directory.iterdir() if (path / RECORD).exists()) if directory.is_dir() else []
        )

    def describe(self, name: str) -> dict[str, Any]:
        """What a user, an inventory or a test needs to know of a host."""
        directory = self.directory(name)
        record = _read_record(directory)
        pid = process.running(directory)
        return {
            "name": name,
            "running": pid is not None and record.get("ready", False),
            "pid": pid,
            "address": ssh.ADDRESS,
            "port": record.get("port"),
            "user": ssh.USER,
            "private_key": str(directory / LOGIN_KEY),
            "known_hosts": str(directory / KNOWN_HOSTS),
            "private_address": network.private_address(record["index"]) if "index" in record else None,
            "console": str(directory / machine.CONSOLE),
            "console_log": str(directory / machine.CONSOLE_LOG),
            "image": record.get("image"),
            "machine": record.get("machine"),
        }

    def is_up(self, name: str) -> bool:
        return bool(self.describe(name)["running"])

    def start(self, spec: HostSpec) -> bool:
        """Bring a host up; False when it was up already."""
        with self._locked(spec.name):
            directory = self.directory(spec.name)
            if self.is_up(spec.name):
                return False
            if process.running(directory):
                self.progress.say(f"{spec.name} was left half started: it is started again")
                process.kill(directory)
            record = self._prepare(spec)
            try:
                self._launch(spec, record)
            except BaseException:
                process.kill(directory)
                raise
            _write_record(directory, {**record, "ready": True})
            return True

    def stop(self, name: str, how: str, limit: float) -> bool:
        """Stop a host; False when it did not run. A graceful stop that takes longer than ``limit`` seconds is an error."""
        with self._locked(name):
            directory = self.directory(name)
            if process.running(directory) is None:
                return False
            if how == "graceful":
                with self.progress.step("power down", f"Shutting {name} down"):
                    if not process.power_down(directory, limit):
                        raise LabError(
                            f"{name} did not shut down within {limit:.0f} s; it still runs. Stop it with hard instead."
                        )
            process.kill(directory)
            for socket in SOCKETS:
                (directory / socket).unlink(missing_ok=True)
            return True

    def remove(self, name: str) -> bool:
        """Forget a stopped host: its disks, keys and logs; False when there was nothing."""
        with self._locked(name):
            directory = self.directory(name)
            existed = directory.exists()
            shutil.rmtree(directory, ignore_errors=True)
            return existed

    def planned(self, spec: HostSpec) -> dict[str, Any]:
        """What ``describe`` will say once the host has been started."""
        return {
            **self.describe(spec.name),
            "running": True,
            "port": self._port(spec, _read_record(self.directory(spec.name))),
        }

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with locks.exclusive(
            self.state_dir / "locks" / name,
            lambda: self.progress.say(f"Another run is at work on {name}: waiting for it"),
        ):
            yield

    def _prepare(self, spec: HostSpec) -> dict[str, Any]:
        """The host's directory and record, port and number chosen; nothing runs yet."""
        directory = self.directory(spec.name)
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locks.exclusive(self.state_dir / "locks" / ".numbers", lambda: None):
            old = _read_record(directory)
            record = {
                "port": self._port(spec, old),
                "index": old["index"] if "index" in old else self._free_index(),
                "machine_id": old.get("machine_id") or uuid.uuid4().hex,
                "image": spec.image,
                "machine": {"memory": spec.machine.memory, "cpus": spec.machine.cpus, "disks": list(spec.machine.disks),
                            "accelerator": spec.machine.accelerator},
                "ready": False,
            }  # fmt: skip
            _write_record(directory, record)
        return record

    def _port(self, spec: HostSpec, old: dict[str, Any]) -> int:
        """The port asked for, else the one it had, else the first free one."""
        if spec.port is not None:
            if not network.is_free(spec.port):
                raise LabError(
                    f"{spec.name}: port {spec.port} of {ssh.ADDRESS} is taken by another program; give it another one, or none."
                )
            return spec.port
        if "port" in old and network.is_free(old["port"]):
            return int(old["port"])
        others = [_read_record(self.directory(name)).get("port") for name in self.names() if name != spec.name]
        return network.free_port([port for port in others if port])

    def _free_index(self) -> int:
        taken = {_read_record(self.directory(name)).get("index") for name in self.names()}
        for index in range(1, network.MAX_HOSTS + 1):
            if index not in taken:
                return index
        raise LabError(f"A lab has at most {network.MAX_HOSTS} hosts.")

    def _launch(self, spec: HostSpec, record: dict[str, Any]) -> None:
        directory = self.directory(spec.name)
        identity = Identity(spec.name, record["index"], record["machine_id"], directory)
        identity.make_keys()
        (directory / KNOWN_HOSTS).write_text(
            ssh.known_hosts_line(record["port"], directory / "ssh_host_ed25519_key.pub")
        )
        entry = self.cache.find("images", spec.image)
        if entry is None:
            raise LabError(f"{spec.name}: the cache has no image {spec.image}; build it first.")
        own_disk = spec.start == "kept" and (directory / machine.DISK).exists()
        restored = spec.start != "fresh" and not own_disk
        if own_disk:
            login = identity.login(record["port"])
        else:
            login = ssh.Login(record["port"], entry.file(image.LOGIN_KEY), entry.file(image.HOST_KEY + ".pub"))
            self._new_disks(spec, directory, restored)
        arguments = spec.machine.arguments(
            directory, port=record["port"], private_group=network.private_group(self.state_dir), incoming=restored
        )
        verb = "Restoring" if restored else "Booting"
        kind = f"{verb} {entry.facts['label']} {spec.machine.accelerator}"
        with self.progress.step(kind, f"{verb} {spec.name} ({entry.facts['label']})"):
            process.start(directory, arguments)
            if restored:
                state.load(directory)
            ssh.wait_for_banner(record["port"], state.BOOT_LIMIT, lambda: process.require_alive(directory))
            login.run(identity.script(secrets.token_hex(64), spec.ready), IDENTITY_LIMIT)

    def _new_disks(self, spec: HostSpec, directory: Path, restored: bool) -> None:
        """Fresh layers over the image or over the booted state, which the host depends on from now on."""
        for old in directory.glob("*.qcow2"):
            old.unlink()
        entry = self.cache.find("images", spec.image)
        assert entry is not None
        link = directory / machine.STATE
        link.unlink(missing_ok=True)
        if restored:
            saved = state.obtain(state.StateSpec(entry, spec.machine, spec.ready), self.cache, self.progress)
            saved.claim(directory)
            link.symlink_to(saved.file(machine.STATE))
            state.create_disks(directory, saved.file(machine.DISK), "qcow2", spec.machine.disks)
        else:
            state.create_disks(directory, entry.file(image.DISK), "raw", spec.machine.disks)
        entry.claim(directory)


def _read_record(directory: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((directory / RECORD).read_text())
        return record
    except (OSError, ValueError):
        return {}


def _write_record(directory: Path, record: dict[str, Any]) -> None:
    fresh = directory / f"{RECORD}.new"
    fresh.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    fresh.replace(directory / RECORD)
