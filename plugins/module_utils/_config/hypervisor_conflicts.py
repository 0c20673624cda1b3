# SPDX-License-Identifier: GPL-3.0-or-later
"""What on a hypervisor's command line contradicts something else on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.errors import ERROR, WARNING, Finding, shown
from ansible_collections.xlops.xen.plugins.module_utils._config.hypervisor_values import size_in_bytes
from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import FALSE_WORDS, TRUE_WORDS
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Said = tuple[str, "str | None", bool]  # name, value, negated


class Conflict(NamedTuple):
    """Two things that are not both to be said: a parameter that is on, or an item of its value."""

    one: tuple[str, str]
    other: tuple[str, str]
    message: str
    remedy: str
    severity: str = ERROR


ON, OFF = "on", "off"

CONFLICTS = (
    Conflict(("dom0", "pvh"), ("dom0pvh", ON), "dom0=pvh and dom0pvh are of different releases", "leave dom0pvh out"),
    Conflict(("dom0", "pvh"), ("dom0", "pv"), "the control domain is PV or PVH, not both", "leave one of them out"),
    Conflict(("dom0", "pvh"), ("iommu", OFF), "a PVH control domain needs the IOMMU", "leave iommu=off out"),
    Conflict(("dom0pvh", ON), ("dom0_shadow", ON), "a PVH control domain of these releases needs HAP",
             "leave dom0_shadow out"),
    Conflict(("iommu", OFF), ("iommu", "required"), "the IOMMU is switched off and required", "leave one of them out"),
    Conflict(("iommu", OFF), ("iommu", "force"), "the IOMMU is switched off and required", "leave one of them out"),
    Conflict(("dom0-iommu", "strict"), ("dom0-iommu", "passthrough"), "with passthrough nothing is translated",
             "leave one of them out"),
    Conflict(("iommu", "dom0-strict"), ("iommu", "dom0-passthrough"), "with passthrough nothing is translated",
             "leave one of them out"),
    Conflict(("x2apic", OFF), ("x2apic_phys", ON), "x2apic is switched off and its mode is given",
             "leave one of them out", WARNING),
    Conflict(("watchdog", ON), ("vpmu", ON), "the watchdog switches vPMU off", "leave one of them out", WARNING),
    Conflict(("console", "none"), ("console", "com1"), "console=none makes sense alone", "leave none out"),
    Conflict(("console", "none"), ("console", "vga"), "console=none makes sense alone", "leave none out"),
    Conflict(("noreboot", ON), ("watchdog", ON), "a host that the watchdog stops does not come back",
             "leave noreboot out", WARNING),
)  # fmt: skip


# Less is a number whose letter was forgotten.
LEAST_MEMORY = 32 << 20


def conflicts(line: Sequence[Said], release: Release) -> list[Finding]:
    """Pairs of the table, and amounts that do not fit together."""
    said = {item for name, value, negated in line for item in _items(name, value, negated)}
    found = [
        Finding(row.severity, row.message, key=row.other[0], release=release, remedy=row.remedy)
        for row in CONFLICTS
        if row.one in said and row.other in said
    ]
    return [*found, *_memory(line, release), *_vcpus(line, release)]


def _items(name: str, value: str | None, negated: bool) -> Iterator[tuple[str, str]]:
    """What a word says: that its parameter is on or off, and each item of its value."""
    if negated or value in FALSE_WORDS:
        yield name, OFF
        return
    for item in (value or ON).split(","):
        word, _sign, switch = item.partition("=")
        if switch not in FALSE_WORDS:  # strict=0 is no-strict
            yield name, OFF if item in FALSE_WORDS else ON if item in TRUE_WORDS else word
    if value is None or value not in FALSE_WORDS:
        yield name, ON


def _memory(line: Sequence[Said], release: Release) -> Iterator[Finding]:
    """dom0_mem: each part counts as it was given last."""
    parts: dict[str, str] = {}
    for name, value, _negated in line:
        if name == "dom0_mem" and value:
            for item in value.split(","):
                kind, sign, amount = item.partition(":")
                parts[kind if sign else "size"] = amount if sign else item
    sizes = {kind: size_in_bytes(amount) for kind, amount in parts.items()}
    for less, more in (("min", "max"), ("size", "max"), ("min", "size")):
        low, high = sizes.get(less), sizes.get(more)
        # What is counted from the end of memory, or as a share of it, cannot be compared here.
        if low is not None and high is not None and 0 <= high < low:
            yield Finding(
                ERROR,
                f"{_part(less, parts)} is more than {_part(more, parts)}",
                key="dom0_mem",
                release=release,
                remedy="give amounts of which none contradicts another",
            )
    size = sizes.get("size")
    if size is not None and 0 <= size < LEAST_MEMORY:
        yield Finding(
            ERROR,
            f"{shown(parts['size'])} is {size >> 10} KiB, with which no kernel starts",
            key="dom0_mem",
            release=release,
            remedy="add the letter: without one, Xen counts KiB",
        )


def _part(kind: str, parts: dict[str, str]) -> str:
    return shown(parts[kind] if kind == "size" else f"{kind}:{parts[kind]}")


def _vcpus(line: Sequence[Said], release: Release) -> Iterator[Finding]:
    for name, value, _negated in line:
        least, minus, most = (value or "").partition("-")
        if name == "dom0_max_vcpus" and minus and least.isdigit() and most.isdigit() and int(least) > int(most):
            yield Finding(
                ERROR, f"{least} is more than {most}", key=name, release=release, remedy=f"write {most}-{least}"
            )
        if name == "dom0_max_vcpus" and value == "0":
            yield Finding(ERROR, "it is nothing", key=name, release=release, remedy="give one at least")
