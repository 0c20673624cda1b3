# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a lab: started, left alone while they run, stopped, removed.

A host is a directory below the state directory. Its file ``host.json`` says what was asked for; whether it runs is
always read from the process itself.
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._lab import locks, machine, network, process, ssh
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.identity import HOST_KEY, LOGIN_KEY, Identity
from ansible_collections.xlops.xen.plugins.module_utils._lab.launch import Base, HostSpec, Launch
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress

RECORD = "host.json"
KNOWN_HOSTS = "known_hosts"
SOCKETS = (machine.QMP, machine.CONSOLE, machine.PID)
NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

STARTS = ("auto", "restored", "fresh", "kept")
ANEW = ("restored", "fresh")  # without the former disk
STOPS = ("graceful", "hard")

# What a host was started with. It stays "ready: false" until the host is up, and "kept: true" from when it is
# stopped until other disks are laid for it.
Record = dict[str, Any]
NEEDED = {"port": int, "index": int, "machine_id": str, "image": str, "machine": dict}


class Lab:
    """The hosts below one state directory."""

    def __init__(self, state_dir: Path, cache: Cache, progress: Progress) -> None:
        self.state_dir = state_dir.absolute()
        self.cache = cache
        self.progress = progress

    def directory(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise LabError(f'"{name}" is no name for a host: lower case letters, digits and dashes, at most 63.')
        return self.state_dir / "hosts" / name

    def names(self) -> list[str]:
        """The names of all hosts, running or not."""
        return sorted(path.parent.name for path in self.state_dir.glob(f"hosts/*/{RECORD}"))

    def describe(self, name: str) -> dict[str, Any]:
        """What a user, an inventory or a test needs to know of a host."""
        directory = self.directory(name)
        record = _read(directory)
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
            "private_address": network.private_address(record["index"]) if record else None,
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
            directory, asked = self.directory(spec.name), spec
            spec = self._decided(asked)
            if self.is_up(spec.name):
                self._compare(spec, _read(directory), asked.start)
                return False
            self._announce(spec, asked)
            if process.running(directory):
                self.progress.say(f"{spec.name} was left half started: it is started again")
                process.kill(directory)
            with network.held(self._candidates(spec), self.cache.root / "locks") as port:
                record = self._prepare(spec, self._required(spec, port))
                try:
                    record["base"] = self._launch(spec, record)
                except BaseException:
                    process.kill(directory)
                    raise
            _write(directory, {**record, "ready": True})
            return True

    def stop(self, name: str, how: str, limit: float) -> bool:
        """Stop a host; False when it did not run. A graceful stop may take ``limit`` seconds; more is an error.

        From now on its disk is kept: a later start boots it, unless it asks for another.
        """
        with self._locked(name):
            directory = self.directory(name)
            record = _read(directory)
            if record.get("ready"):
                _write(directory, {**record, "kept": True})
            if process.running(directory) is None:
                return False
            if how == "graceful":
                with self.progress.step("power down", f"Shutting {name} down"):
                    if not process.power_down(directory, limit):
                        raise LabError(
                            f"{name} did not shut down within {limit:.0f} s and still runs; its console says why "
                            f"({directory / machine.CONSOLE_LOG}). Stop it hard, or give it more time."
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
        """What ``describe`` will say once the host is up, as far as it can be known."""
        present = self.describe(spec.name)
        if present["running"]:
            return present
        spec = self._decided(spec)
        port = next(filter(network.is_free, self._candidates(spec)), None)
        return {**present, "running": True, "port": port, "image": spec.image, "machine": spec.machine.shape}

    def _locked(self, name: str) -> AbstractContextManager[None]:
        return locks.exclusive(
            self.state_dir / "locks" / name,
            lambda: self.progress.say(f"Another run is at work on {name}: waiting for it"),
        )

    def _decided(self, spec: HostSpec) -> HostSpec:
        """The spec with the way to start decided. A kept disk stays one of the image that it was made from."""
        record = _read(self.directory(spec.name))
        wanted = spec.start == "kept" or (spec.start == "auto" and record.get("kept", False))
        if wanted and (self.directory(spec.name) / machine.DISK).exists():
            return replace(spec, start="kept", image=record["image"])
        return replace(spec, start="fresh" if spec.start == "fresh" else "restored")

    def _announce(self, spec: HostSpec, asked: HostSpec) -> None:
        """Tell what becomes of the disk of a host that is about to start."""
        record = _read(self.directory(spec.name))
        if spec.start == "kept":
            if spec.image != asked.image:
                self.progress.say(f"{spec.name} boots its kept disk, which is of image {spec.image}, not {asked.image}")
        elif record.get("kept"):
            self.progress.say(f"{spec.name} begins anew: the disk that it was stopped with is removed")
        elif record.get("ready"):
            self.progress.say(f"{spec.name} had died: it begins anew, without what was on its disk")

    def _compare(self, spec: HostSpec, record: Record, start: str) -> None:
        """Tell what a running host does not have yet of what is asked for."""
        if start in ANEW:
            self.progress.say(
                f"{spec.name} runs and is left alone, with its disk; start {start} holds for a host that does not run: "
                "stop it first"
            )
        wanted = {"image": spec.image, "machine": spec.machine.shape, "port": spec.port or record["port"]}
        differing = [key for key, value in wanted.items() if record[key] != value]
        if differing:
            self.progress.say(
                f"{spec.name} runs and is left alone; another {' and '.join(differing)} than it has is asked for, "
                "which takes effect when it is started anew"
            )

    def _prepare(self, spec: HostSpec, port: int) -> Record:
        """The host's directory, keys and record, its number chosen; nothing runs yet."""
        directory = self.directory(spec.name)
        with locks.exclusive(self.state_dir / "locks" / ".numbers", lambda: None):
            old = _read(directory)
            record = {
                "port": port,
                "index": old["index"] if old else self._free_index(),
                "machine_id": old["machine_id"] if old else uuid.uuid4().hex,
                "base": old.get("base", {}),
                "image": spec.image,
                "machine": spec.machine.shape,
                "kept": spec.start == "kept",
                "ready": False,
            }
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(directory, record)
        self._identity(spec.name, record).make_keys()
        known_host = ssh.known_hosts_line(record["port"], directory / f"{HOST_KEY}.pub")
        (directory / KNOWN_HOSTS).write_text(known_host)
        return record

    def _launch(self, spec: HostSpec, record: Record) -> Base:
        launch = Launch(
            spec=spec,
            identity=self._identity(spec.name, record),
            port=record["port"],
            private_group=network.private_group(self.state_dir),
            cache=self.cache,
            progress=self.progress,
        )
        if spec.start == "fresh":
            return launch.from_image()
        if spec.start == "kept":
            return launch.from_kept_disk(record["base"])
        return launch.from_state()

    def _identity(self, name: str, record: Record) -> Identity:
        return Identity(name, record["index"], record["machine_id"], self.directory(name))

    def _required(self, spec: HostSpec, port: int | None) -> int:
        if port is not None:
            return port
        if spec.port is None:
            raise LabError(f"{spec.name}: {ssh.ADDRESS} has no free port left for it; name one.")
        raise LabError(
            f"{spec.name}: another program has the port {spec.port} of {ssh.ADDRESS}; give the host another, "
            "or none to have a free one chosen."
        )

    def _candidates(self, spec: HostSpec) -> list[int]:
        """The port asked for; else the one it had, and then any that no other host of the lab has."""
        if spec.port is not None:
            return [spec.port]
        former = _read(self.directory(spec.name)).get("port")
        taken = [self._record(name)["port"] for name in self.names() if name != spec.name]
        return [*([former] if former else []), *network.any_port(taken)]

    def _free_index(self) -> int:
        taken = {self._record(name)["index"] for name in self.names()}
        for index in range(1, network.MAX_HOSTS + 1):
            if index not in taken:
                return index
        raise LabError(f"A lab has at most {network.MAX_HOSTS} hosts.")

    def _record(self, name: str) -> Record:
        return _read(self.directory(name))


def _read(directory: Path) -> Record:
    try:
        record = json.loads((directory / RECORD).read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        record = None
    if isinstance(record, dict) and all(isinstance(record.get(key), kind) for key, kind in NEEDED.items()):
        return record
    pid = process.running(directory)
    first = f"end its process {pid}, then " if pid else ""
    raise LabError(f"{directory / RECORD} is damaged; {first}remove {directory} and start the host again.")


def _write(directory: Path, record: Record) -> None:
    fresh = directory / f"{RECORD}.new"
    fresh.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    fresh.replace(directory / RECORD)
