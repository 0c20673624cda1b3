# SPDX-License-Identifier: GPL-3.0-or-later
"""Which PCI devices guests can have: what is declared, what is there, and what must not be taken from the host."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import shown
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import BDF, normal_address
from ansible_collections.xlops.xen.plugins.module_utils._plan.command import Command
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import ABSENT, ALLOWED, PRESENT
from ansible_collections.xlops.xen.plugins.module_utils._plan.refusal import refusal
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

PCIBACK = "pciback"
HAS_NAMES = Release(4, 15)
QUARANTINES = Release(4, 13)  # gives the device to nobody meanwhile, for which there must be an IOMMU
NAME = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True)
class Wanted:
    address: str
    state: str = PRESENT
    name: str | None = None
    rebind: bool = True


@dataclass(frozen=True)
class Device:
    """A device as it is: ``users`` says what the host itself uses it for, ``guest`` who has it."""

    driver: str | None = None
    bridge: bool = False
    assignable: bool = False
    name: str = ""
    guest: str = ""
    users: Sequence[str] = ()

    def report(self) -> dict[str, Any]:
        return {
            "assignable": self.assignable,
            "driver": self.driver,
            "name": self.name or None,
            "guest": self.guest or None,
        }


@dataclass(frozen=True)
class Observed:
    release: Release
    devices: Mapping[str, Device]  # by address, those that are declared and there
    pciback: bool
    iommu: bool


@dataclass(frozen=True)
class Change:
    address: str
    command: Command
    former: Device
    wanted: Wanted

    @property
    def comes(self) -> bool:
        return self.wanted.state == PRESENT

    def fault(self, found: Device) -> str:
        """What is otherwise than it should be; empty when all is well."""
        if found.assignable != self.comes:
            return f"device {self.address} is {'not ' if self.comes else 'still '}assignable"
        if self.comes and self.wanted.name is not None and found.name != self.wanted.name:
            return f"device {self.address} has the name {shown(found.name)}"
        if not self.comes and found.driver == PCIBACK:
            return f"device {self.address} is still with {PCIBACK}"
        return ""

    def foreseen(self) -> dict[str, Any]:
        """The driver to which a device goes back is known to xl alone."""
        if not self.comes:
            return Device().report()
        return Device(PCIBACK, assignable=True, name=self.wanted.name or self.former.name).report()


def read_wanted(items: Sequence[Mapping[str, Any]]) -> list[Wanted]:
    """The declarations, with addresses in full."""
    found = [_wanted(item) for item in items]
    addresses = [one.address for one in found]
    for address in addresses:
        if addresses.count(address) > 1:
            raise refusal(
                f"device {address} is declared {addresses.count(address)} times", "declare it once", "bdf", address
            )
    names = [one.name for one in found if one.name is not None]
    for name in names:
        if names.count(name) > 1:
            raise refusal(f"the name {shown(name)} is given to {names.count(name)} devices", "give it once", "name")
    return found


def _wanted(item: Mapping[str, Any]) -> Wanted:
    bdf, name = str(item["bdf"]).strip(), item.get("name")
    match = BDF.fullmatch(bdf)
    if match is None or match[4] == "*":
        raise refusal(
            f"{shown(bdf)} is not the address of one PCI device", "write one as 0000:03:00.0 or 03:00.0", "bdf", bdf
        )
    if name is not None and (not NAME.fullmatch(name) or BDF.fullmatch(name)):
        raise refusal(
            f"device {bdf}: {shown(name)} cannot be its name",
            "use at most 64 printable characters without blanks, and no address",
            "name",
            name,
        )
    return Wanted(normal_address(bdf), item.get("state") or PRESENT, name, item.get("rebind") is not False)


def plan(wanted: Sequence[Wanted], observed: Observed, used_by_host: str) -> list[Change]:
    """The commands, none where everything is as declared. ConfigError where one must not be given."""
    return [change for one in wanted for change in _changes(one, observed, used_by_host)]


def _changes(wanted: Wanted, observed: Observed, used_by_host: str) -> list[Change]:
    address, device = wanted.address, observed.devices.get(wanted.address)
    if device is None:
        if wanted.state == ABSENT:
            return []
        raise refusal(f"there is no PCI device {address}", "look at lspci -D", "bdf", address)
    if wanted.state == ABSENT:
        return _leave(wanted, device, observed)
    if wanted.name is not None and observed.release < HAS_NAMES:
        raise refusal(
            f"device {address}: assignable devices have names from Xen {HAS_NAMES} on",
            "remove the name",
            "name",
            wanted.name,
            observed.release,
        )
    named = wanted.name is None or device.name == wanted.name
    if device.guest or (device.assignable and named):
        return []
    if not device.assignable:
        _check(wanted, device, observed, used_by_host)
    name = wanted.name if wanted.name is not None else device.name
    label = ("-n", name) if name else ()
    return [Change(address, ("pci-assignable-add", *label, address), device, wanted)]


def _leave(wanted: Wanted, device: Device, observed: Observed) -> list[Change]:
    if device.guest:
        raise refusal(
            f"device {wanted.address} is in use by guest {shown(device.guest)}",
            "detach it there first: remove it from pci of the guest",
            "bdf",
            wanted.address,
            observed.release,
        )
    if not device.assignable:
        return []
    _check_iommu(wanted, observed, f"echo {wanted.address} > /sys/bus/pci/drivers/{PCIBACK}/unbind gives it back")
    option = ("-r",) if wanted.rebind else ()
    return [Change(wanted.address, ("pci-assignable-remove", *option, wanted.address), device, wanted)]


def _check(wanted: Wanted, device: Device, observed: Observed, used_by_host: str) -> None:
    address = wanted.address
    if not observed.pciback:
        raise refusal(
            f"device {address} cannot be made assignable: the driver {PCIBACK} is not there",
            "load it with modprobe xen-pciback, and for the next boot by a file in /etc/modules-load.d",
            "bdf",
            address,
        )
    _check_iommu(wanted, observed, "switch on VT-d or AMD-Vi in the firmware and boot the hypervisor with iommu=1")
    if device.bridge:
        raise refusal(
            f"device {address} is a bridge, and guests have only devices behind one", "name those", "bdf", address
        )
    if device.users and used_by_host != ALLOWED:
        raise refusal(
            f"device {address} is in use by the host: {', '.join(device.users)}",
            "free it first, or set used_by_host to allowed if the host is to lose it",
            "bdf",
            address,
        )


def _check_iommu(wanted: Wanted, observed: Observed, remedy: str) -> None:
    """Without an IOMMU xl fails half way: the device is with pciback then, and does not go back."""
    if observed.release >= QUARANTINES and not observed.iommu:
        raise refusal(
            f"device {wanted.address}: the hypervisor has no IOMMU, without which xl neither makes a device assignable "
            "nor gives one back",
            remedy,
            "bdf",
            wanted.address,
            observed.release,
        )
