# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the guests that are to be created fit into the host's free memory, by libxl's own arithmetic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, PVH

Model = Mapping[str, Any]

DEFAULT_MEMORY = 32  # MiB, when the guest says nothing
EXTRA = {PV: 1, PVH: 2, HVM: 2}  # MiB beside the guest's own
SUPERPAGE = 2  # MiB; libxl rounds up to it

SIZE = r"-?[0-9]+[bBkKmMgGtT]?"
FIXED_DOM0 = re.compile(rf"(^| )dom0_mem=((|min:|max:)({SIZE}|({SIZE}\+)?[0-9]{{1,2}}%),?)+($| )")


def needed(model: Model) -> int:
    """MiB that the host must have free before the guest is created."""
    guest_type = model.get("type", PV)
    memory = model.get("memory", model.get("maxmem", DEFAULT_MEMORY))
    total = memory + EXTRA[guest_type] + (0 if guest_type == PV else _shadow(model, memory))
    return int(-(-total // SUPERPAGE) * SUPERPAGE)


def _shadow(model: Model, memory: int) -> int:
    """1 MiB for each virtual CPU and 8 KiB for each MiB: the page tables of a guest that Xen translates for."""
    vcpus = model.get("maxvcpus", model.get("vcpus", 1))
    return int(vcpus + -(-model.get("maxmem", memory) * 8 // 1024))


def dom0_gives_way(autoballoon: str, xen_commandline: str) -> bool:
    """Whether xl shrinks dom0 to make room: `autoballoon` of xl.conf, where auto means unless dom0_mem is fixed."""
    if autoballoon in ("on", "1"):
        return True
    return autoballoon not in ("off", "0") and FIXED_DOM0.search(xen_commandline) is None


def lacking(needed_mib: int, left_mib: int, what: str = "it needs") -> str:
    return (
        f"memory: {what} {needed_mib} MiB and the host has {left_mib} MiB left for it; "
        "declare less memory, or stop another guest first"
    )
