# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which commands make PCI devices assignable, and which devices are left alone."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ConfigError
from ansible_collections.xlops.xen.plugins.module_utils._plan.pci_assignable import Device, Observed, plan, read_wanted
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

NIC = "0000:00:05.0"
FREE = Device("e1000")
READY = Device("pciback", assignable=True)
NAMED = Device("pciback", assignable=True, name="nic1")


def commands(
    device: Device | None,
    release: str = "4.17",
    permission: str = "refuse",
    pciback: bool = True,
    iommu: bool = True,
    **wanted: Any,
) -> list[str]:
    observed = Observed(Release.parse(release), {NIC: device} if device else {}, pciback, iommu)
    return [" ".join(one.command) for one in plan(read_wanted([{"bdf": "0:5.0", **wanted}]), observed, permission)]


@pytest.mark.parametrize(
    ("device", "wanted", "expected"),
    [
        (FREE, {}, [f"pci-assignable-add {NIC}"]),
        (FREE, {"name": "nic1"}, [f"pci-assignable-add -n nic1 {NIC}"]),
        (READY, {}, []),
        (READY, {"name": "nic1"}, [f"pci-assignable-add -n nic1 {NIC}"]),
        (READY, {"pciback": False}, []),
        (READY, {"iommu": False}, []),
        (FREE, {"iommu": False, "release": "4.5"}, [f"pci-assignable-add {NIC}"]),
        (NAMED, {}, []),
        (NAMED, {"name": "nic1"}, []),
        (NAMED, {"name": "nic2"}, [f"pci-assignable-add -n nic2 {NIC}"]),
        (NAMED, {"state": "absent"}, [f"pci-assignable-remove -r {NIC}"]),
        (NAMED, {"state": "absent", "rebind": False}, [f"pci-assignable-remove {NIC}"]),
        (FREE, {"state": "absent"}, []),
        (None, {"state": "absent"}, []),
        (Device("pciback", guest="web1"), {}, []),
        (Device("e1000", users=["swap space"]), {"permission": "allowed"}, [f"pci-assignable-add {NIC}"]),
    ],
)
def test_commands(device: Device | None, wanted: dict[str, Any], expected: list[str]) -> None:
    assert commands(device, **wanted) == expected


@pytest.mark.parametrize(
    ("device", "wanted", "message"),
    [
        (None, {}, f"there is no PCI device {NIC}"),
        (FREE, {"pciback": False}, "modprobe xen-pciback"),
        (Device("pcieport", bridge=True), {"permission": "allowed"}, "is a bridge"),
        (Device("e1000", users=["swap space"]), {}, "is in use by the host: swap space; free it first"),
        (Device("pciback", guest="web1"), {"state": "absent"}, 'is in use by guest "web1"'),
        (FREE, {"iommu": False}, "the hypervisor has no IOMMU"),
        (READY, {"iommu": False, "state": "absent"}, "echo 0000:00:05.0 > /sys/bus/pci/drivers/pciback/unbind"),
        (FREE, {"name": "nic1", "release": "4.14"}, "have names from Xen 4.15 on"),
        (FREE, {"name": "a b"}, "cannot be its name"),
        (FREE, {"name": "00:05.0"}, "cannot be its name"),
        (FREE, {"bdf": "00:05"}, "is not the address of one PCI device"),
        (FREE, {"bdf": "00:05.*"}, "is not the address of one PCI device"),
    ],
)
def test_refusals(device: Device | None, wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message.replace("*", "\\*")):
        commands(device, **wanted)


def test_a_device_is_declared_once() -> None:
    with pytest.raises(ConfigError, match="is declared 2 times"):
        read_wanted([{"bdf": "00:05.0"}, {"bdf": NIC}])
    with pytest.raises(ConfigError, match="is given to 2 devices"):
        read_wanted([{"bdf": "00:05.0", "name": "a"}, {"bdf": "00:06.0", "name": "a"}])
