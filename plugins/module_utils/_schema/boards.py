# SPDX-License-Identifier: GPL-3.0-or-later
"""The Arm boards that Xen 4.5 names: how to tell them, and where their console is. None of it was run on hardware.

What could not be found is None: a console that is wrong is worse than one that is not set, for Xen would be silent on
the line that somebody watches. docs/boards.md has the table for readers, and says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.xlops.xen.plugins.module_utils._schema.hypervisor_param import ARM32, ARM64
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

# The UART by the name of its early printk code; Xen's driver for it goes by the device tree.
PL011, UART_8250, EXYNOS4210 = "pl011", "8250", "exynos4210"

# What starts Xen. On 32-bit Arm, Xen is no EFI application in any release.
U_BOOT, UEFI = "u-boot", "uefi"

# From 4.20 on there are no words for boards: the driver and its address are given.
LAST_WITH_WORDS = Release(4, 19)


@dataclass(frozen=True)
class Board:
    """One board.

    ``compatible`` are the strings of its device tree's root by which it is told from all others; ``matched`` is the one
    by which Xen 4.5 chooses a platform, which whole families share, and ``platform`` what Xen logs then. ``dtuart`` is
    a path or an alias of Linux's device tree. ``early_printk`` is a word up to the release ``printk_until``.
    """

    name: str
    title: str
    arch: str
    compatible: tuple[str, ...]
    uart: str
    base: int
    sources: tuple[str, ...]
    dtuart: str | None = None
    matched: str | None = None
    platform: str = ""
    early_printk: str | None = None
    printk_until: Release = LAST_WITH_WORDS
    boots: str | None = None


# Sources are files of Xen 4.5.0 (xen/arch/arm/), files of Linux (arch/arm/boot/dts, arch/arm64/boot/dts), commits of
# Xen, and pages of its wiki. Words and addresses of early printk are those of Rules.mk without more said.
ROWS: tuple[Board, ...] = (
    Board(
        "seattle",
        "AMD Seattle",
        ARM64,
        ("amd,seattle",),
        PL011,
        0xE1010000,
        ("platforms/seattle.c", "Linux amd-overdrive.dts, amd-seattle-soc.dtsi"),
        dtuart="/smb/serial@e1010000",
        matched="amd,seattle",
        platform="SEATTLE",
        early_printk="seattle",
    ),
    # The trees of Linux are of brcm,bcm7445, which Xen does not know; none with this string was found.
    Board(
        "bcm7445d0",
        "Broadcom 7445D0",
        ARM32,
        ("brcm,bcm7445d0",),
        UART_8250,
        0xF040AB00,
        ("platforms/brcm.c",),
        matched="brcm,bcm7445d0",
        platform="Broadcom B15",
        early_printk="brcm",
    ),
    Board(
        "midway",
        "Calxeda Midway (ECX-2000)",
        ARM32,
        ("calxeda,ecx-2000",),
        PL011,
        0xFFF36000,
        ("platforms/midway.c", "Linux ecx-2000.dts, ecx-common.dtsi", "wiki Midway"),
        dtuart="/soc/serial@fff36000",
        matched="calxeda,ecx-2000",
        platform="CALXEDA MIDWAY",
        early_printk="midway",
        boots=U_BOOT,
    ),
    # Xen takes other boards with this SoC for the same platform, such as a Chromebook, whose console is elsewhere.
    Board(
        "arndale",
        "Insignal Arndale (Samsung Exynos 5250)",
        ARM32,
        ("insignal,arndale",),
        EXYNOS4210,
        0x12C20000,
        ("platforms/exynos5.c", "Linux exynos5250-arndale.dts, exynos5250.dtsi, exynos5.dtsi"),
        dtuart="serial2",
        matched="samsung,exynos5250",
        platform="SAMSUNG EXYNOS5250",
        early_printk="exynos5250",
        boots=U_BOOT,
    ),
    Board(
        "odroid_xu",
        "Hardkernel Odroid-XU (Samsung Exynos 5410)",
        ARM32,
        ("hardkernel,odroid-xu",),
        EXYNOS4210,
        0x12C20000,
        ("platforms/exynos5.c", "Linux exynos5410-odroidxu.dts, exynos5.dtsi"),
        dtuart="serial2",
        matched="samsung,exynos5410",
        platform="SAMSUNG EXYNOS5",
    ),
    Board(
        "vexpress",
        "Arm Versatile Express",
        ARM32,
        ("arm,vexpress",),
        PL011,
        0x1C090000,
        ("platforms/vexpress.c", "Linux vexpress-v2p-ca15_a7.dts"),
        dtuart="serial0",
        matched="arm,vexpress",
        platform="VERSATILE EXPRESS",
        early_printk="vexpress",
    ),
    Board(
        "fastmodel",
        "Arm Fast Models (AEMv8-A, Foundation)",
        ARM64,
        ("arm,rtsm_ve,aemv8a", "arm,foundation-aarch64"),
        PL011,
        0x1C090000,
        ("platforms/vexpress.c", "Linux rtsm_ve-aemv8a.dts, rtsm_ve-motherboard.dtsi, foundation-v8.dts"),
        dtuart="serial0",
        matched="arm,vexpress",
        platform="VERSATILE EXPRESS",
        early_printk="fastmodel",
    ),
    Board(
        "omap5",
        "TI OMAP5432 uEVM",
        ARM32,
        ("ti,omap5-uevm",),
        UART_8250,
        0x48020000,
        ("platforms/omap5.c", "Linux omap5-uevm.dts, omap5.dtsi"),
        dtuart="serial2",
        matched="ti,omap5",
        platform="TI OMAP5",
        early_printk="omap5432",
    ),
    # Other boards with ti,dra7 have their console on another UART.
    Board(
        "dra7",
        "TI DRA7 EVM",
        ARM32,
        ("ti,dra7-evm",),
        UART_8250,
        0x4806A000,
        ("platforms/omap5.c", "Linux dra7-evm.dts, dra7.dtsi"),
        dtuart="serial0",
        matched="ti,dra7",
        platform="TI DRA7",
        early_printk="dra7",
        boots=U_BOOT,
    ),
    Board(
        "sun7i_a20",
        "Allwinner A20 (boards with its UART0 as console)",
        ARM32,
        ("allwinner,sun7i-a20",),
        UART_8250,
        0x01C28000,
        ("platforms/sunxi.c", "Linux sun7i-a20.dtsi, sun7i-a20-bananapi.dts", "wiki Allwinner"),
        dtuart="serial0",
        matched="allwinner,sun7i-a20",
        platform="Allwinner A20",
        early_printk="sun7i",
        boots=U_BOOT,
    ),
    # Xen knows the platform from 4.10 on.
    Board(
        "sun6i_a31",
        "Allwinner A31 (boards with its UART0 as console)",
        ARM32,
        ("allwinner,sun6i-a31",),
        UART_8250,
        0x01C28000,
        ("Linux sun6i-a31-hummingbird.dts", "wiki Allwinner"),
        dtuart="serial0",
        early_printk="sun6i",
        boots=U_BOOT,
    ),
    Board(
        "mustang",
        "APM X-Gene Mustang",
        ARM64,
        ("apm,mustang",),
        UART_8250,
        0x1C020000,
        ("platforms/xgene-storm.c", "Linux apm-mustang.dts, apm-storm.dtsi", "Xen commit d45e9b7c53"),
        dtuart="/soc/serial@1c020000",
        matched="apm,xgene-storm",
        platform="APM X-GENE STORM",
        early_printk="xgene-storm",
        boots=UEFI,
    ),
    # No device tree of it was found, and so neither a string of its own nor the place of its console.
    Board(
        "mcdivitt",
        "APM X-Gene McDivitt",
        ARM64,
        (),
        UART_8250,
        0x1C021000,
        ("platforms/xgene-storm.c", "Xen commit d17405f815"),
        matched="apm,xgene-storm",
        platform="APM X-GENE STORM",
        early_printk="xgene-mcdivitt",
    ),
    # Its list has arm,vexpress too, and Xen takes it for that platform.
    Board(
        "juno",
        "Arm Juno",
        ARM64,
        ("arm,juno",),
        PL011,
        0x7FF80000,
        ("platforms/vexpress.c", "Linux juno.dts, juno-r1.dts", "Xen commit ca59618967"),
        dtuart="serial0",
        matched="arm,vexpress",
        platform="VERSATILE EXPRESS",
        early_printk="juno",
        boots=UEFI,
    ),
    # Its interrupt controller has a driver in Xen 4.6 alone.
    Board(
        "hip04_d01",
        "HiSilicon Hip04 D01",
        ARM32,
        ("hisilicon,hip04-d01",),
        UART_8250,
        0xE4007000,
        ("Linux hip04-d01.dts, hip04.dtsi",),
        dtuart="serial0",
        early_printk="hip04-d01",
        printk_until=Release(4, 6),
    ),
)
BOARDS = {board.name: board for board in ROWS}
_BY_STRING = {string: board for board in ROWS for string in board.compatible}


def board_of(compatible: Sequence[str]) -> Board | None:
    """The board that a device tree names. Its list goes from what the machine is to what it resembles."""
    return next((_BY_STRING[string] for string in compatible if string in _BY_STRING), None)


def fits(board: Board, compatible: Sequence[str]) -> bool:
    """Whether a device tree is of the board. One without a string of its own may be any of its family."""
    found = board_of(compatible)
    return found is board or (found is None and not board.compatible and board.matched in compatible)
