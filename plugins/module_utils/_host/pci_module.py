# SPDX-License-Identifier: GPL-3.0-or-later
"""The module xl_pci_assignable: its options, and the way from them to what is done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.xlops.xen.plugins.module_utils._config.pci_address import BDF, normal_address
from ansible_collections.xlops.xen.plugins.module_utils._config.xl_tables import parse_info
from ansible_collections.xlops.xen.plugins.module_utils._host.errors import GuestError, HostError
from ansible_collections.xlops.xen.plugins.module_utils._host.host_module import host_of
from ansible_collections.xlops.xen.plugins.module_utils._host.kept_units import PERSISTENT, Keeping, KeptUnits
from ansible_collections.xlops.xen.plugins.module_utils._host.observe import Host, release_of
from ansible_collections.xlops.xen.plugins.module_utils._host.one_sentence import in_one_sentence
from ansible_collections.xlops.xen.plugins.module_utils._host.paths import Paths
from ansible_collections.xlops.xen.plugins.module_utils._host.pci_devices import PciDevices
from ansible_collections.xlops.xen.plugins.module_utils._host.resources import (
    RESOURCE_OPTIONS,
    command_texts,
    in_turn,
)
from ansible_collections.xlops.xen.plugins.module_utils._plan.cpupools import ABSENT, ALLOWED, PRESENT, REFUSE
from ansible_collections.xlops.xen.plugins.module_utils._plan.kept_resources import device_resources
from ansible_collections.xlops.xen.plugins.module_utils._plan.pci_assignable import (
    HAS_NAMES,
    PCIBACK,
    Change,
    Device,
    Observed,
    Wanted,
    plan,
    read_wanted,
)

# "0000:00:03.0 nic1"; what is no such line is a message that xl wrote to the wrong place.
ASSIGNABLE_ROW = re.compile(rf"({BDF.pattern})(?: +(\S*))?\s*")
# "00.0 0000:00:03.0"
ATTACHED_ROW = re.compile(rf"[0-9a-f]{{2}}\.[0-7] +({BDF.pattern})\s*")
# What virt_caps of xl info has where there is an IOMMU.
DIRECT_IO = {"hvm_directio", "pv_directio"}


def pci_spec() -> dict[str, dict[str, Any]]:
    device = {
        "bdf": {"type": "str", "required": True},
        "state": {"type": "str", "choices": [PRESENT, ABSENT], "default": PRESENT},
        "name": {"type": "str"},
        "rebind": {"type": "bool", "default": True},
    }
    return {
        "devices": {"type": "list", "elements": "dict", "required": True, "options": device},
        "used_by_host": {"type": "str", "choices": [REFUSE, ALLOWED], "default": REFUSE},
        **PERSISTENT,
        **RESOURCE_OPTIONS,
    }


def keep_assignable(module: AnsibleModule, paths: Paths | None = None) -> dict[str, Any]:
    """Bring the devices to their declarations, and give the module's result."""
    result: dict[str, Any] = {}
    with in_one_sentence(module):
        wanted = read_wanted(module.params["devices"])
        pci = _Pci(host_of(module, paths), wanted)
        with in_turn(pci.host, module.check_mode, module.params["lock_timeout"]):
            before = pci.observe()
            changes = plan(wanted, before, module.params["used_by_host"])
            units = KeptUnits(module, pci.host)
            keeping = units.plan(device_resources(wanted, before, units.persistent))
            after = before
            if not module.check_mode:
                with units.kept(keeping):
                    after = pci.carry_out(changes) if changes else before
        result.update(_result(before, after, changes, module.check_mode, keeping))
    return result


def _result(
    before: Observed, after: Observed, changes: Sequence[Change], foreseen: bool, keeping: Keeping
) -> dict[str, Any]:
    now = {address: device.report() for address, device in before.devices.items()}
    then = {address: device.report() for address, device in after.devices.items()}
    if foreseen:
        then.update({change.address: change.foreseen() for change in changes})
    return {
        **keeping.result(now, then, "assignable PCI devices", bool(changes)),
        "devices": then,
        "commands": command_texts((change.command,) for change in changes),
        "iommu": before.iommu,
        "xen_release": str(before.release),
    }


class _Pci:
    """The declared devices of a host."""

    def __init__(self, host: Host, wanted: Sequence[Wanted]) -> None:
        self.host = host
        self.wanted = wanted
        self.kernel = PciDevices(host.paths)

    def observe(self) -> Observed:
        info = parse_info(self.host.xl.info())
        release = release_of(info)
        listed = self._listed(release >= HAS_NAMES)
        users = self.kernel.users()
        there = [one.address for one in self.wanted if self.kernel.there(one.address)]
        drivers = {address: self.kernel.driver(address) for address in there}
        taken = [address for address in there if drivers[address] == PCIBACK and address not in listed]
        guests = self._guests() if taken else {}
        devices = {
            address: Device(
                drivers[address],
                self.kernel.is_bridge(address),
                address in listed,
                listed.get(address, ""),
                guests.get(address, ""),
                users.get(address, []),
            )
            for address in there
        }
        iommu = bool(DIRECT_IO & set(info.get("virt_caps", "").split()))
        return Observed(release, devices, self.kernel.has_pciback(), iommu)

    def _listed(self, names: bool) -> dict[str, str]:
        """The name of each assignable device."""
        rows = (ASSIGNABLE_ROW.fullmatch(line) for line in self.host.xl.assignable(names).splitlines())
        return {normal_address(row[1]): row[6] or "" for row in rows if row}

    def _guests(self) -> dict[str, str]:
        """By address, the guest that has a device."""
        found = {}
        for domain in self.host.table.rows():
            with suppress(HostError):  # it may be gone by now
                for line in self.host.xl.pci_devices(domain.domid).splitlines():
                    row = ATTACHED_ROW.fullmatch(line)
                    if row:
                        found[normal_address(row[1])] = domain.name
        return found

    def carry_out(self, changes: Sequence[Change]) -> Observed:
        """One device after the other; what xl says counts for nothing. Where one fails, all are as they were."""
        done: list[Change] = []
        seen = self.observe()
        try:
            for change in changes:
                done.append(change)
                said = self.host.xl.alter(*change.command)
                seen = self.observe()
                fault = change.fault(seen.devices.get(change.address, Device()))
                if fault:
                    raise GuestError(f"{command_texts([(change.command,)])[0]} had not its effect: {fault}; {said}")
        except (GuestError, HostError) as fault:
            self._take_back(done, str(fault))
        return seen

    def _take_back(self, done: Sequence[Change], reason: str) -> None:
        left = []
        for change in reversed(done):
            try:
                self._undo(change)
            except (GuestError, HostError, OSError) as fault:
                left.append(f"device {change.address} could not be given back: {fault}")
        raise GuestError(f"{reason}. {'. '.join(left) or 'What was done was undone'}")

    def _undo(self, change: Change) -> None:
        if change.comes and not change.former.assignable:
            if self.kernel.driver(change.address) == PCIBACK:
                with suppress(GuestError):  # it may refuse what it left half done, which the kernel then mends
                    self.host.xl.alter("pci-assignable-remove", change.address)
            self.kernel.bring_back(change.address, change.former.driver)
            return
        label = ("-n", change.former.name) if change.former.name else ()
        self.host.xl.alter("pci-assignable-add", *label, change.address)
