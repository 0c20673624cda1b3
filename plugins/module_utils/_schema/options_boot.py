# Copyright: (c) 2026, The xlops.xen contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows: what a guest boots, and what becomes of it when it stops."""

from __future__ import annotations

from ansible_collections.xlops.xen.plugins.module_utils._schema.option import (
    HVM,
    PV,
    PVH,
    Choice,
    Option,
    at,
    words,
)
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import Release

ACTIONS = (
    *words("destroy", "restart"),
    Choice("rename-restart", "restart_rename"),
    *words("preserve", "coredump-destroy", "coredump-restart"),
    Choice("soft-reset", first=Release(4, 7)),
)

BOOT = (
    Option("kernel", "text", "Kernel on the host that is booted directly.", (at("b_info/kernel"),)),
    Option("ramdisk", "text", "Initial RAM disk on the host, for I(kernel).", (at("b_info/ramdisk"),)),
    Option("cmdline", "text", "Command line of I(kernel).", (at("b_info/cmdline"),)),
    Option(
        "root",
        "text",
        "Root device; joined with I(extra) to I(cmdline) when that is not given.",
        instead="cmdline",
    ),
    Option(
        "extra",
        "text",
        "Further arguments for the kernel; joined with I(root) to I(cmdline) when that is not given.",
        instead="cmdline",
    ),
    Option(
        "bootloader",
        "text",
        "Program on the host that finds the kernel inside the guest's disk, such as C(pygrub).",
        (at("b_info/type.pv/bootloader"), at("b_info/bootloader", Release(4, 10))),
        guests=(PV, PVH),
    ),
    Option(
        "bootloader_args",
        "texts",
        "Arguments for I(bootloader).",
        (at("b_info/type.pv/bootloader_args"), at("b_info/bootloader_args", Release(4, 10))),
        guests=(PV, PVH),
    ),
    Option(
        "bootloader_restrict",
        "flag",
        "Run I(bootloader) with as few rights as possible.",
        (at("b_info/bootloader_restrict"),),
        guests=(PV, PVH),
        first=Release(4, 18),
        default="that of C(xl.conf)",
        filled=True,
    ),
    Option(
        "bootloader_user",
        "text",
        "User as whom a restricted I(bootloader) runs.",
        (at("b_info/bootloader_user"),),
        guests=(PV, PVH),
        first=Release(4, 18),
        default="C(xen-bootloader)",
    ),
    Option(
        "firmware",
        "text",
        "Firmware of the guest. For HVM guests C(bios), C(uefi), C(seabios), C(rombios), C(ovmf) or a path; for others "
        "C(pvgrub32) or C(pvgrub64).",
        first=Release(4, 10),
        earlier="bios or firmware_override",
        default="the BIOS that belongs to the device model",
    ),
    Option(
        "boot",
        "text",
        "Order in which devices are tried, of the letters C(c) disk, C(d) cdrom and C(n) network.",
        (at("b_info/type.hvm/boot"),),
        guests=(HVM,),
        default="C(cda)",
        pattern=r"[acdn]{1,8}",
        example="dc",
    ),
    Option(
        "bios",
        "choice",
        "Firmware of the guest by name.",
        (at("b_info/type.hvm/bios"),),
        choices=words("seabios", "rombios", "ovmf"),
        guests=(HVM,),
        default="C(seabios), or C(rombios) with the traditional device model",
        filled=True,
    ),
    Option(
        "bios_path_override",
        "text",
        "File to use as the firmware that I(bios) names.",
        (at("b_info/type.hvm/system_firmware"),),
        guests=(HVM,),
        first=Release(4, 8),
        default="that of the distribution",
    ),
    Option(
        "firmware_override",
        "text",
        "File to use instead of hvmloader.",
        (at("b_info/type.hvm/firmware"),),
        guests=(HVM,),
        default="Xen's own",
    ),
    Option(
        "pvshim",
        "flag",
        "Run a paravirtual kernel inside a PVH guest.",
        (at("b_info/type.pvh/pvshim"),),
        guests=(PVH,),
        first=Release(4, 11),
        default="C(false)",
        filled=True,
    ),
    *(
        Option(
            key,
            "text",
            description,
            (at(f"b_info/type.pvh/{key}"),),
            guests=(PVH,),
            first=Release(4, 11),
            default=default,
            filled=True,
        )
        for key, description, default in (
            ("pvshim_path", "File of the shim that I(pvshim) uses.", "Xen's own"),
            ("pvshim_cmdline", "Command line of the shim.", "C(pv-shim console=xen,pv)"),
            ("pvshim_extra", "Further arguments for the shim.", "none"),
        )
    ),
)

LIFECYCLE = tuple(
    Option(
        key,
        "choice",
        description,
        (at(key, first, silent="destroy"),),
        choices=ACTIONS,
        default=f"C({implied})",
        implied=implied,
        first=first,
    )
    for key, description, implied, first in (
        ("on_poweroff", "What happens when the guest powers off.", "destroy", Release(4, 5)),
        ("on_reboot", "What happens when the guest reboots.", "restart", Release(4, 5)),
        ("on_watchdog", "What happens when the guest's watchdog fires.", "destroy", Release(4, 5)),
        ("on_crash", "What happens when the guest crashes.", "destroy", Release(4, 5)),
        ("on_soft_reset", "What happens when the guest asks for a soft reset.", "soft-reset", Release(4, 7)),
    )
)
