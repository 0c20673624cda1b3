# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the guests that are to be created fit into the host's free memory, by libxl's own arithmetic on x86.

But for PV guests: libxl reckons page tables for them too when it asks dom0 for room, and then sets none aside, for
those of such a guest are its own memory. Who is refused here would not have started.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.xlops.xen.plugins.module_utils._config.guest_type import UPSTREAM, device_model_of
from ansible_collections.xlops.xen.plugins.module_utils._schema.option import HVM, PV, PVH
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

Model = Mapping[str, Any]

KIB_PER_MIB = 1024
DEFAULT_MEMORY = 32  # MiB, when the guest says nothing
EXTRA = {PV: 1, PVH: 2, HVM: 2}  # MiB beside the guest's own
SUPERPAGE = 2 * KIB_PER_MIB  # libxl rounds up to it
PAGE = 4  # KiB
ENTRIES, LEVELS = 512, 4  # of the page tables of an IOMMU

# MiB of graphics memory where no videoram is declared, in a stub domain of MiniOS and in one of Linux.
VIDEO = {"none": (0, 0), "cirrus": (4, 8), "stdvga": (8, 16), "qxl": (128, 128)}

SIZE = r"[0-9]+[bBkKmMgG]?"
LATER_SIZE = r"-?[0-9]+[bBkKmMgGtT]?"
SHARE = rf"({LATER_SIZE}\+)?[0-9]{{1,2}}%"


class Reckoning(NamedTuple):
    """How libxl and xl reckon from a release on."""

    first: Release
    hap: int = 8  # KiB of page tables for each MiB of a guest whose pages the processor translates
    shadowed: int = 8  # the same of those for which Xen does
    iommu: bool = True  # whether page tables of the IOMMU are reckoned
    minios: int = 28  # MiB of a stub domain with the traditional device model
    linux: int = 128  # the same with another one
    video: bool = True  # whether a stub domain's graphics memory is reckoned, and its size can be declared
    size: str = rf"{LATER_SIZE}|{SHARE}"  # of dom0_mem, as xl knows it
    vcpus: int = 0  # where none are declared


RECKONINGS = (
    Reckoning(Release(4, 22), hap=4, vcpus=1),
    Reckoning(Release(4, 17), hap=4),
    Reckoning(Release(4, 16)),
    Reckoning(Release(4, 14), size=SIZE),
    Reckoning(Release(4, 13), size=SIZE, minios=32, linux=32, video=False),
    Reckoning(Release(4, 5), size=SIZE, minios=32, linux=32, video=False, iommu=False),
)


def needed(model: Model, release: Release, info: Mapping[str, str]) -> int:
    """MiB that the host, of which xl tells ``info``, must have free before the guest is created."""
    rules = _rules(release)
    guest = model.get("type", PV)
    caps = info.get("virt_caps", "").split()
    nodes = sum(node["size"] for node in model.get("vnuma", ()))
    highest = nodes or model.get("maxmem", model.get("memory", DEFAULT_MEMORY))
    translated = guest != PV or model.get("pvh", False)
    hap = translated and model.get("hap", "hap" in caps)
    total = (model.get("memory", highest) + EXTRA[guest]) * KIB_PER_MIB
    if translated:
        total += _page_tables(model, highest, rules.hap if hap else rules.shadowed, rules)
    if rules.iommu and _has_own_iommu_tables(model, hap and "iommu_hap_pt_share" in caps):
        total += _iommu_tables(highest)
    if guest == HVM and model.get("device_model_stubdomain_override"):
        total += _stub_domain(model, rules, release) * KIB_PER_MIB
    return int(-(-total // SUPERPAGE) * SUPERPAGE // KIB_PER_MIB)


def dom0_gives_way(autoballoon: str, xen_commandline: str, release: Release) -> bool:
    """Whether xl shrinks dom0 to make room: `autoballoon` of xl.conf, where auto means unless dom0_mem is fixed."""
    if autoballoon in ("on", "1"):
        return True
    fixed = rf"(^| )dom0_mem=((|min:|max:)({_rules(release).size}),?)+($| )"
    return autoballoon not in ("off", "0") and re.search(fixed, xen_commandline) is None


def _rules(release: Release) -> Reckoning:
    return next((one for one in RECKONINGS if one.first <= release), RECKONINGS[-1])


def _page_tables(model: Model, highest: int, of_a_mib: int, rules: Reckoning) -> int:
    """KiB: as declared, else 1 MiB for each virtual CPU and some for each MiB."""
    if "shadow_memory" in model:
        return int(model["shadow_memory"] * KIB_PER_MIB)
    vcpus = model.get("maxvcpus", model.get("vcpus", rules.vcpus))
    return int(vcpus * KIB_PER_MIB + of_a_mib * highest)


def _has_own_iommu_tables(model: Model, can_share: bool) -> bool:
    """Whether the guest's devices have page tables beside its own, to be kept like those."""
    mode = model.get("passthrough", "default")
    if mode == "default":
        mode = "enabled" if model.get("pci") or model.get("dtdev") else "disabled"
    return mode == "sync_pt" or (mode == "enabled" and not can_share)


def _iommu_tables(highest: int) -> int:
    pages, entries = 0, highest * KIB_PER_MIB // PAGE
    for _level in range(LEVELS):
        entries = -(-entries // ENTRIES)
        pages += entries
    return pages * PAGE


def _stub_domain(model: Model, rules: Reckoning, release: Release) -> int:
    """MiB. With qemu-xen it is one of Linux, else of MiniOS."""
    linux = device_model_of(model.get("device_model_version"), True, release) == UPSTREAM
    own = rules.linux if linux else rules.minios
    if not rules.video:
        return own
    implied = VIDEO.get(model.get("vga", "cirrus"), VIDEO["cirrus"])[linux]
    return int(model.get("stubdomain_memory", own) + model.get("videoram", implied))


def lacking(needed_mib: int, left_mib: int, what: str = "it needs") -> str:
    return (
        f"memory: {what} {needed_mib} MiB and the host has {left_mib} MiB left for it; "
        "declare less memory, or stop another guest first"
    )
