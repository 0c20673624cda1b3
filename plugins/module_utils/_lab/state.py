# SPDX-License-Identifier: GPL-3.0-or-later
"""Booted states: a machine is booted once, saved as a whole, and every later host begins where that one stood.

An entry holds the disk layer that the boot wrote and the compressed machine state. Hosts put a layer of their own over
the former and load the latter; both stay as they are, so that any number of hosts can come from one state.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ansible_collections.xlops.xen.plugins.module_utils._lab import (
    disk,
    fingerprint,
    firmware,
    image,
    machine,
    network,
    process,
    ssh,
)
from ansible_collections.xlops.xen.plugins.module_utils._lab.cache import Cache, Entry
from ansible_collections.xlops.xen.plugins.module_utils._lab.errors import LabError
from ansible_collections.xlops.xen.plugins.module_utils._lab.machine import Machine
from ansible_collections.xlops.xen.plugins.module_utils._lab.progress import Progress
from ansible_collections.xlops.xen.plugins.module_utils._lab.qmp import Qmp

BOOT_LIMIT = 900.0
SETTLE_LIMIT = 600.0
SAVE_LIMIT = 300.0
LOAD_LIMIT = 300.0
SPACE_GIB = 2.0
UNLIMITED = 1 << 40

# A state is taken when the boot is really over, and with the programs that every run needs in the page cache.
SETTLE = """set -u
systemctl is-system-running --wait || systemctl --failed --no-legend
until {ready}; do sleep 2; done
python3 -c 'import json, subprocess, tempfile, zipfile, selectors, ssl' >/dev/null
sync
"""


class Unusable(LabError):
    """QEMU does not take a saved state."""


@dataclass(frozen=True)
class StateSpec:
    """A machine booted from an image until the command ``ready`` succeeds on it."""

    image: Entry
    machine: Machine
    ready: str

    @property
    def key(self) -> str:
        return fingerprint.of_value([self.image.build, self.machine.identity, SETTLE, self.ready])

    @property
    def label(self) -> str:
        shape = self.machine
        return (
            f"{self.image.facts['label']}, {shape.memory} MiB, {shape.cpus} CPUs, {shape.firmware}, {shape.accelerator}"
        )


def obtain(spec: StateSpec, cache: Cache, progress: Progress) -> Entry:
    """The booted state of a spec: from the cache, or booted and saved now."""
    facts = {"label": spec.label, "image": spec.image.key}
    entry = cache.obtain("states", spec.key, facts, lambda work: _boot_and_save(spec, work, progress))
    spec.image.claim(entry.path)
    return entry


def load(directory: Path) -> None:
    """Let a machine that was started for it take over the state in its directory and run."""
    try:
        with Qmp(directory / machine.QMP) as qmp:
            qmp.command("migrate-incoming", uri=machine.LOAD_STATE)
            qmp.migrated(LOAD_LIMIT)
            qmp.command("cont")
    except LabError as error:
        raise Unusable(str(error)) from None


def create_disks(directory: Path, base: Path, base_format: str, shape: Machine) -> None:
    """The disks of a machine: a layer over ``base``, its firmware's variables, and blank ones."""
    disk.create_layer(directory / machine.DISK, base, base_format)
    firmware.create_variables(directory, shape.firmware, base.parent)
    create_missing_disks(directory, shape.disks)


def create_missing_disks(directory: Path, sizes: tuple[int, ...]) -> None:
    """Blank disks of the given sizes in GiB, but for those that are there."""
    for number, size in enumerate(sizes, start=1):
        path = directory / machine.extra_disk(number)
        if not path.exists():
            disk.create_blank(path, size)


def _boot_and_save(spec: StateSpec, work: Path, progress: Progress) -> None:
    disk.require_space(work, SPACE_GIB, "Saving the state of a host")
    port = network.ephemeral_port()
    create_disks(work, spec.image.file(image.DISK), "raw", spec.machine)
    login = ssh.Login(port, spec.image.file(image.LOGIN_KEY), spec.image.file(image.HOST_KEY + ".pub"))
    kind = f"{spec.image.facts['label']} {spec.machine.accelerator}"
    try:
        with progress.step(f"boot {kind}", f"Booting a host of {spec.label} for the first time") as step:
            arguments = spec.machine.arguments(work, port=port, private_group=network.private_group(work))
            process.start(work, arguments, bound=True)
            ssh.wait_for_banner(port, BOOT_LIMIT, lambda: process.require_alive(work))
            step.note("it answers, and settles")
            login.run(SETTLE.format(ready=spec.ready or "true"), SETTLE_LIMIT)
        with progress.step(f"save {kind}", "Saving the state of the booted host"), Qmp(work / machine.QMP) as qmp:
            qmp.command("stop")
            qmp.command("migrate-set-parameters", **{"max-bandwidth": UNLIMITED})
            qmp.command("migrate", uri=machine.SAVE_STATE)
            qmp.migrated(SAVE_LIMIT)
            qmp.command("quit")
        process.wait_for_end(work)
    finally:
        process.kill(work)
    for name in (machine.QMP, machine.CONSOLE, machine.PID, machine.LOG):
        (work / name).unlink(missing_ok=True)
