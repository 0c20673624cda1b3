# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""libxl's own arithmetic of what a guest needs, and when dom0 makes room."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.xlops.xen.plugins.module_utils._plan.memory import dom0_gives_way, needed
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

HAP = "pv hvm hvm_directio pv_directio hap shadow iommu_hap_pt_share"
SHADOW = "pv hvm hvm_directio pv_directio shadow"
STUBDOMAIN = {"type": "hvm", "memory": 512, "vcpus": 1, "device_model_stubdomain_override": True}
LINUX = {**STUBDOMAIN, "device_model_version": "qemu-xen"}
PCI = {"pci": [{"bdf": "03:00.0"}]}


@pytest.mark.parametrize(
    ("release", "caps", "model", "mib"),
    [
        # A PV guest's own and 1 MiB, whatever libxl asks dom0 for
        ("4.5", "hvm", {"memory": 64}, 66),
        *((release, HAP, {"memory": 1024, "vcpus": 4}, 1026) for release in ("4.5", "4.16", "4.17", "4.20")),
        ("4.17", HAP, {}, 34),
        ("4.17", HAP, {"maxmem": 128}, 130),
        ("4.17", HAP, {"memory": 64, "maxmem": 4096}, 66),
        ("4.17", HAP, {"memory": 512, "vcpus": 8, "shadow_memory": 64}, 514),
        # One that the processor translates for: 8 KiB a MiB, 1 MiB a virtual CPU if any is declared: 1024 + 8 + 4 + 1
        ("4.5", "hvm hap", {"pvh": True, "memory": 1024, "vcpus": 4}, 1038),
        # xl gives a virtual CPU to who declares none from 4.22 on: 61 + 0.24 + 2 is 63.24, and 64.24 then
        ("4.21", HAP, {"type": "pvh", "memory": 61}, 64),
        ("4.22", HAP, {"type": "pvh", "memory": 61}, 66),
        # Of others 2 MiB more. With hap 4 KiB a MiB from 4.17 on: 1024 + 4 + 4 + 2; without it 1024 + 8 + 4 + 2
        ("4.16", HAP, {"type": "pvh", "memory": 1024, "vcpus": 4}, 1038),
        ("4.17", HAP, {"type": "pvh", "memory": 1024, "vcpus": 4}, 1034),
        ("4.17", SHADOW, {"type": "pvh", "memory": 1024, "vcpus": 4}, 1038),
        ("4.17", HAP, {"type": "hvm", "memory": 1024, "vcpus": 4, "hap": False}, 1038),
        # 1024 + 16 + 4 + 2, and 1024 + 8 + 4 + 2
        ("4.5", "hvm", {"type": "hvm", "memory": 1024, "maxmem": 2048, "vcpus": 2, "maxvcpus": 4}, 1046),
        ("4.20", HAP, {"type": "hvm", "memory": 1024, "maxmem": 2048, "vcpus": 2, "maxvcpus": 4}, 1038),
        ("4.20", HAP, {"type": "hvm", "vnuma": [{"size": 256, "vcpus": "0"}, {"size": 256, "vcpus": "1"}]}, 516),
        # What is declared takes the place of all that: 512 + 64 + 2
        ("4.5", "hvm", {"type": "hvm", "memory": 512, "vcpus": 8, "shadow_memory": 64}, 578),
        ("4.17", HAP, {"type": "pvh", "memory": 512, "vcpus": 8, "shadow_memory": 64}, 578),
        # A stub domain is 32 MiB: 512 + 4 + 1 + 2 + 32 = 551. From 4.14 on its graphics are counted apart: with MiniOS
        # 28, with Linux 128, and graphics of 4 and 8 for a cirrus. 4.17, hap: 512 + 2 + 1 + 2 + 28 + 4 = 549
        ("4.5", "hvm", STUBDOMAIN, 552),
        ("4.13", HAP, STUBDOMAIN, 552),
        ("4.14", HAP, STUBDOMAIN, 552),  # 512 + 4 + 1 + 2 + 28 + 4 = 551
        ("4.17", HAP, STUBDOMAIN, 550),
        ("4.17", HAP, LINUX, 654),  # 512 + 2 + 1 + 2 + 128 + 8 = 653
        ("4.17", HAP, {**LINUX, "stubdomain_memory": 200, "vga": "stdvga"}, 734),  # ... + 200 + 16 = 733
        ("4.17", HAP, {**LINUX, "vga": "none"}, 646),  # ... + 128 + 0 = 645
        ("4.17", HAP, {**STUBDOMAIN, "vga": "stdvga", "videoram": 32}, 578),  # ... + 28 + 32 = 577
        ("4.20", HAP, STUBDOMAIN, 550),
        ("4.21", HAP, STUBDOMAIN, 654),  # there is no MiniOS any more
        ("4.17", HAP, {**STUBDOMAIN, "device_model_stubdomain_override": False}, 518),
        # Page tables of the IOMMU, where they are no guest's own: of 1024 MiB 512 + 1 + 1 + 1 pages, 2.01 MiB
        ("4.12", "pv hvm", {"memory": 1024, "vcpus": 1, **PCI}, 1026),  # 1024 + 1
        ("4.13", HAP, {"memory": 1024, "vcpus": 1, **PCI}, 1028),  # ... + 2.01 = 1027.01
        ("4.17", HAP, {"memory": 1024, "vcpus": 1, **PCI}, 1028),
        ("4.17", HAP, {"type": "hvm", "memory": 1024, "vcpus": 1, **PCI}, 1032),  # shared: 1024 + 4 + 1 + 2
        ("4.17", HAP, {"type": "hvm", "memory": 1024, "vcpus": 1, "passthrough": "sync_pt"}, 1034),
        ("4.17", SHADOW, {"type": "hvm", "memory": 1024, "vcpus": 1, "passthrough": "enabled"}, 1038),
        ("4.17", HAP, {"type": "hvm", "memory": 1024, "vcpus": 1, "passthrough": "disabled"}, 1032),
    ],
)
def test_what_a_guest_needs(release: str, caps: str, model: dict[str, Any], mib: int) -> None:
    assert needed(model, Release.parse(release), {"virt_caps": caps}) == mib


@pytest.mark.parametrize(
    ("release", "autoballoon", "command_line", "gives"),
    [
        ("4.17", "auto", "console=com1 dom0_mem=1024M,max:1024M loglvl=info", False),
        ("4.17", "auto", "dom0_mem=1G", False),
        ("4.17", "auto", "dom0_mem=min:512M,max:1G", False),
        ("4.17", "auto", "dom0_mem=10%", False),
        ("4.17", "auto", "placeholder console=vga", True),
        ("4.17", "auto", "my_dom0_mem=1G", True),
        ("4.17", "auto", "dom0_mem=much", True),
        ("4.17", "on", "dom0_mem=1G", True),
        ("4.17", "1", "dom0_mem=1G", True),
        ("4.5", "off", "", False),
        ("4.17", "0", "", False),
        ("4.17", "nonsense", "", True),
        ("4.5", "auto", "dom0_mem=1024M,max:1024M", False),
        ("4.5", "auto", "dom0_mem=1G loglvl=info", False),
        # Before 4.16 xl knows neither shares nor terabytes nor what is to be left free
        *(
            (release, "auto", f"dom0_mem={size}", gives)
            for size in ("10%", "1G+5%", "1T", "-512M", "1024M,max:-256M")
            for release, gives in (("4.5", True), ("4.15", True), ("4.16", False), ("4.20", False))
        ),
    ],
)
def test_dom0_gives_way_as_xl_decides_it(release: str, autoballoon: str, command_line: str, gives: bool) -> None:
    assert dom0_gives_way(autoballoon, command_line, Release.parse(release)) is gives
