# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms of a value that are younger than their parameter, or of some machines alone.

Elsewhere Xen says nothing about them: it takes what stands before, or nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import TEXT, X86, Row, ranged


@dataclass(frozen=True)
class Form(Row):
    """``name`` is the parameter, ``pattern`` finds the form in its value, ``remedy`` says what to give instead."""

    remedy: str = ""


def form(name: str, pattern: str, remedy: str, since: int = 5, **row: Any) -> Form:
    return Form(name, TEXT, pattern=pattern, remedy=remedy, **ranged(since, None, row.pop("got", None)), **row)


OTHER_WAY = "give one of acpi, kbd, triple and pci"

FORMS: tuple[Form, ...] = (
    # parse_amt() of x86's dom0_build.c; Arm reads both by integer_param() and parse_size_and_unit() alone.
    form("dom0_mem", r".*%.*", "give an amount", since=12, arches=X86),
    form("dom0_mem", r"^-[^%]*$", "give an amount", arches=X86),
    form("dom0_max_vcpus", r".*-.*", "give one number", arches=X86),
    form("com1", r"[a-z-]+=[^,]*", "give everything by position", since=10),
    form("com2", r"[a-z-]+=[^,]*", "give everything by position", since=10),
    form("dbgp", r"^xhci.*", "give ehci, or a serial port", since=17),
    form("debugtrace", r"^cpu:.*", "give the size alone", since=13),
    # kexec.c looked for @ alone.
    form("crashkernel", r"<.*", "give the address with @", since=8),
    form("crashkernel", r",below=.*", "give the address with @", since=10),
    form("reboot", r"^e.*", OTHER_WAY, since=6, got={5: 1}),
    form("reboot", r"^P.*", OTHER_WAY, since=6),
    form("reboot", r"^x.*", OTHER_WAY, since=11, got={10: 1}),
    form("max_cstate", r",.*", "give the first number alone", since=13),
    form("cpufreq", r"^(?:on|off|yes|no|true|false|1|0)$", "give xen or none", since=7),
    form("cpufreq", r"(?<![a-z-])hwp(?![a-z-]).*", "give xen, dom0-kernel or none", since=18),
    form("cpufreq", r"amd-cppc.*", "give xen, dom0-kernel or none", since=21),
    # With iommu=quarantine=.
    form("iommu", r"^scratch-page$", "write quarantine alone", since=16),
)
