# SPDX-License-Identifier: GPL-3.0-or-later
"""Every parameter that the hypervisor of a release reads from its command line, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import Parameter
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params_console import CONSOLE
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params_cpu import (
    CPU,
    SCHEDULER,
    SLEEP,
    VIRTUALISATION,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params_devices import (
    CLOCKS,
    FIRMWARE,
    INTERRUPTS,
    IOMMU,
    PCI,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params_dom0 import DOM0
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params_memory import MEMORY, SHARED
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_params_security import OTHERS, SECURITY

SUBJECTS: Mapping[str, tuple[Parameter, ...]] = MappingProxyType(
    {
        "Control domain": DOM0,
        "Consoles, logs and crashes": CONSOLE,
        "CPUs": CPU,
        "Sleep and frequency": SLEEP,
        "Schedulers": SCHEDULER,
        "Hardware virtualisation": VIRTUALISATION,
        "IOMMU": IOMMU,
        "PCI": PCI,
        "Interrupts": INTERRUPTS,
        "Clocks": CLOCKS,
        "Firmware": FIRMWARE,
        "Memory": MEMORY,
        "Shared by guests": SHARED,
        "Security": SECURITY,
        "Arm and RISC-V": OTHERS,
    }
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({row.name: row for rows in SUBJECTS.values() for row in rows})
