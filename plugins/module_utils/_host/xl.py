# SPDX-License-Identifier: GPL-3.0-or-later
"""The one door to xl: each command that the engine uses, as an argument list, with its time limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.messages import complaint, remedy
from ansible_collections.xlops.xen.plugins.module_utils._host.process import Finished, run

READ_LIMIT = 120.0  # seconds; xl blocks for ever where xenstored is gone and its socket too
ACT_LIMIT = 300.0
CREATE_LIMIT = 900.0  # a guest with much memory, or with a bootloader, takes minutes


@dataclass(frozen=True)
class Xl:
    """xl of the host, by the path of its program. A failed reading is a HostError, a failed action a GuestError.

    Files are given with -f: as a bare word, a path with an equals sign in it would be taken for a setting.
    """

    path: str = "xl"

    def info(self) -> str:
        """`xl info -n`"""
        return self._read("info", "-n")

    def log(self) -> str:
        """`xl dmesg`: what the hypervisor and its guests said, as far as its ring still has it"""
        return self._read("dmesg")

    def list_long(self) -> str:
        """`xl list -l`: the configuration of every domain that libxl can read"""
        return self._read("list", "-l")

    def list(self) -> str:
        """`xl list -v`: every domain, with its uuid"""
        return self._read("list", "-v")

    def list_pools(self) -> str:
        """`xl list -c`: every domain, with the pool it is in; Xen 4.5 does not know the option, and passes over it"""
        return self._read("list", "-c")

    def vcpus(self) -> str:
        """`xl vcpu-list`: the virtual CPUs of every domain, with their affinity"""
        return self._read("vcpu-list")

    def schedule(self, scheduler: str, vcpus: bool = False) -> str:
        """What the domains of a scheduler have, or their virtual CPUs; nothing where no pool uses it."""
        return self._read(f"sched-{scheduler}", *(["-v", "all"] if vcpus else []))

    def cpupools(self, cpus: bool = False) -> str:
        """`xl cpupool-list`"""
        return self._read("cpupool-list", *(["-c"] if cpus else []))

    def dry_run(self, path: str) -> str:
        """The configuration that xl reads from a file."""
        return self._act("-N", "create", "-q", "-f", path).output

    def create(self, path: str, paused: bool = False) -> None:
        self._act("create", "-q", *(["-p"] if paused else []), "-f", path, limit=CREATE_LIMIT)

    def stage(self, domid: int, path: str) -> None:
        """Keep the text of a file for the next boot of a running guest."""
        self._act("config-update", str(domid), "-f", path)

    def assignable(self, names: bool = False) -> str:
        """`xl pci-assignable-list`: the devices that guests can have and none has"""
        return self._read("pci-assignable-list", *(["-n"] if names else []))

    def pci_devices(self, domid: int) -> str:
        """`xl pci-list`: the devices that a guest has"""
        return self._read("pci-list", str(domid))

    def ask(self, *command: str) -> Finished:
        """A reading that may fail, for not every host has what is asked for."""
        return run([self.path, *command], READ_LIMIT)

    def alter(self, *command: str) -> str:
        """A command that changes what runs, and what it said. Most of these end well also where they did nothing."""
        return complaint(self._act(*command).errors)

    def save(self, domid: int, path: str, options: Sequence[str], limit: float) -> None:
        """Save a guest to a file, after which it is gone unless the options say otherwise."""
        self._act("save", *options, str(domid), path, limit=limit)

    def restore(self, path: str, paused: bool, limit: float) -> None:
        self._act("restore", *(["-p"] if paused else []), path, limit=limit)

    def pause(self, domid: int) -> None:
        self._act("pause", str(domid))

    def unpause(self, domid: int) -> None:
        self._act("unpause", str(domid))

    def destroy(self, domid: int) -> None:
        self._act("destroy", str(domid))

    def shut_down(self, domid: int, limit: float) -> bool:
        """Ask a guest to shut down and wait until it has: False when its time was up. Only the waiting is given up."""
        finished = run([self.path, "shutdown", "-w", str(domid)], limit)
        if finished.code is None:
            return False
        if not finished.ok:
            raise GuestError(sentence("xl shutdown", finished))
        return True

    def _read(self, *arguments: str) -> str:
        finished = run([self.path, *arguments], READ_LIMIT)
        if not finished.ok:
            raise HostError(sentence(f"xl {' '.join(arguments)}", finished))
        return finished.output

    def _act(self, *arguments: str, limit: float = ACT_LIMIT) -> Finished:
        finished = run([self.path, *arguments], limit)
        if not finished.ok:
            words = [word for word in arguments if not word.startswith(("-", "/")) and not word.isdigit()]
            raise GuestError(sentence(f"xl {' '.join(words)}", finished, limit))
        return finished


def sentence(command: str, finished: Finished, limit: float = READ_LIMIT) -> str:
    """How a command failed, and what to do."""
    ending = f"did not end within {limit:g} s" if finished.code is None else f"failed with code {finished.code}"
    said = complaint(finished.errors)
    advice = remedy(finished.errors)
    return f"{command} {ending}{f': {said}' if said else ''}{f'; {advice}' if advice else ''}"
