# SPDX-License-Identifier: GPL-3.0-or-later
"""PCI devices as the kernel of the control domain shows them, and what it uses them for."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ansible_collections.xlops.xen.plugins.module_utils._host.files import read_text
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._plan.pci_assignable import PCIBACK

ADDRESS = re.compile(r"/([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])(?=/|$)")
BRIDGE_CLASS, STORAGE_CLASS = "0x06", "0x01"
UNKNOWN_ROOT = "perhaps the root file system, whose disk could not be found"
NO_INTERFACE = "lo"


class PciDevices:
    """The devices below /sys/bus/pci."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.sys = paths.sysfs

    def there(self, address: str) -> bool:
        return os.path.exists(self._device(address))

    def driver(self, address: str) -> str | None:
        with suppress(OSError):
            return os.path.basename(os.readlink(f"{self._device(address)}/driver"))
        return None

    def is_bridge(self, address: str) -> bool:
        return self._class(address).startswith(BRIDGE_CLASS)

    def has_pciback(self) -> bool:
        return os.path.isdir(self._driver(PCIBACK))

    def bring_back(self, address: str, driver: str | None) -> None:
        """Give a device to a driver, or to none, whatever has it now. For what xl left half done."""
        current = self.driver(address)
        if current != driver:
            if current is not None:
                self._write(f"{self._driver(current)}/unbind", address)
            if current == PCIBACK:
                with suppress(OSError):
                    self._write(f"{self._driver(PCIBACK)}/remove_slot", address)
            if driver is not None:
                self._write(f"{self._driver(driver)}/bind", address)

    def users(self) -> dict[str, list[str]]:
        """By address, what the host uses a device, or what is behind it, for."""
        found: dict[str, list[str]] = {}
        for use, path in [*self._disks(), *self._interfaces()]:
            for address in ADDRESS.findall(os.path.realpath(path)):
                if use not in found.setdefault(address, []):
                    found[address].append(use)
        if not any("the file system /" in uses for uses in found.values()):
            for entry in _entries(f"{self.sys}/bus/pci/devices"):
                if self._class(entry).startswith(STORAGE_CLASS):
                    found.setdefault(entry, []).append(UNKNOWN_ROOT)
        return found

    def _disks(self) -> Iterator[tuple[str, str]]:
        """What is mounted, swapped to or part of another block device, with the directories of its disks."""
        for line in (read_text(self.paths.mounts) or "").splitlines():
            words = line.split(" ")
            if len(words) > 4:
                source = words[words.index("-") + 2] if "-" in words[:-2] else ""
                for path in self._block(words[2], source):
                    yield f"the file system {words[4]}", path
        for line in (read_text(self.paths.swaps) or "").splitlines()[1:]:
            for path in self._block("", line.split(" ")[0]):
                yield "swap space", path
        for path in glob.glob(f"{self.sys}/class/block/*"):
            for holder in _entries(f"{path}/holders"):
                yield f"the block device {holder}", path

    def _block(self, number: str, source: str) -> list[str]:
        """The directories of a block device by its number, or by its file where it has none as with btrfs."""
        path = f"{self.sys}/dev/block/{number}"
        if not number or not os.path.exists(path):
            number = _number(source)
            path = f"{self.sys}/dev/block/{number}"
        return list(self._below(path)) if number and os.path.exists(path) else []

    def _below(self, path: str) -> Iterator[str]:
        """A block device and those it is made of."""
        yield path
        for entry in _entries(f"{path}/slaves"):
            yield from self._below(f"{path}/slaves/{entry}")

    def _interfaces(self) -> Iterator[tuple[str, str]]:
        for name in sorted(self._default_interfaces()):
            for lower in self._lower(name, set()):
                yield f"the default route ({name})", f"{self.paths.networks}/{lower}/device"

    def _lower(self, name: str, known: set[str]) -> Iterable[str]:
        """An interface and those it is made of: ports of a bridge, parts of a bond, what a VLAN is on."""
        if name not in known:
            known.add(name)
            directory = f"{self.paths.networks}/{name}"
            for entry in [*_entries(f"{directory}/brif"), *_entries(directory)]:
                if os.path.exists(f"{directory}/brif/{entry}"):
                    self._lower(entry, known)
                elif entry.startswith("lower_"):
                    self._lower(entry[len("lower_") :], known)
        return known

    def _default_interfaces(self) -> set[str]:
        """Those of default routes, in the kernel's two tables: destination and mask, or prefix, are all zeros."""
        found = set()
        for path in self.paths.routes:
            for line in (read_text(path) or "").splitlines():
                words = line.split()
                if len(words) > 9 and re.fullmatch("0{32}", words[0]) and words[1] == "00":
                    found.add(words[9])
                elif len(words) > 7 and words[1] == "00000000" and words[7] == "00000000":
                    found.add(words[0])
        return found - {NO_INTERFACE}

    def _device(self, address: str) -> str:
        return f"{self.sys}/bus/pci/devices/{address}"

    def _driver(self, driver: str) -> str:
        return f"{self.sys}/bus/pci/drivers/{driver}"

    def _class(self, address: str) -> str:
        return read_text(f"{self._device(address)}/class") or ""

    @staticmethod
    def _write(path: str, address: str) -> None:
        with open(path, "w") as file:
            file.write(address)


def _number(source: str) -> str:
    """Major and minor of a block device by its file."""
    if source.startswith("/dev/"):
        with suppress(OSError):
            number = os.stat(source).st_rdev
            return f"{os.major(number)}:{os.minor(number)}"
    return ""


def _entries(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []
