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
from ansible_collections.xlops.xen.plugins.module_utils._schema.release import OLDEST, Release

ACTIONS = (
    *words("destroy", "restart"),
    Choice("rename-restart", "restart_rename"),
    *words("preserve", "coredump-destroy", "coredump-restart"),
    Choice("soft-reset", first=Release(4, 7)),
)

BOOT = (
    Option("kernel", "text", (at("b_info/kernel"),)),
    Option("ramdisk", "text", (at("b_info/ramdisk"),)),
    Option("cmdline", "text", (at("b_info/cmdline"),)),
    Option("root", "text", instead="cmdline"),
    Option("extra", "text", instead="cmdline"),
    Option(
        "bootloader",
        "text",
        (at("b_info/type.pv/bootloader"), at("b_info/bootloader", Release(4, 10))),
        guests=(PV, PVH),
    ),
    Option(
        "bootloader_args",
        "texts",
        (at("b_info/type.pv/bootloader_args"), at("b_info/bootloader_args", Release(4, 10))),
        guests=(PV, PVH),
    ),
    Option(
        "bootloader_restrict",
        "flag",
        (at("b_info/bootloader_restrict"),),
        guests=(PV, PVH),
        first=Release(4, 18),
        filled=True,
    ),
    Option("bootloader_user", "text", (at("b_info/bootloader_user"),), guests=(PV, PVH), first=Release(4, 18)),
    Option("firmware", "text", first=Release(4, 10), earlier="bios or firmware_override"),
    Option("boot", "text", (at("b_info/type.hvm/boot"),), guests=(HVM,), pattern=r"[acdn]{1,8}", example="dc"),
    Option(
        "bios",
        "choice",
        (at("b_info/type.hvm/bios"),),
        choices=words("seabios", "rombios", "ovmf"),
        any_case=OLDEST,
        guests=(HVM,),
        filled=True,
    ),
    Option("bios_path_override", "text", (at("b_info/type.hvm/system_firmware"),), guests=(HVM,), first=Release(4, 8)),
    Option("firmware_override", "text", (at("b_info/type.hvm/firmware"),), guests=(HVM,)),
    *(
        Option(
            key,
            kind,
            (at(f"b_info/type.pvh/{key}"),),
            guests=(PVH,),
            first=Release(4, 11),
            point="4.10.1",
            filled=True,
        )
        for key, kind in (
            ("pvshim", "flag"),
            ("pvshim_path", "text"),
            ("pvshim_cmdline", "text"),
            ("pvshim_extra", "text"),
        )
    ),
)

LIFECYCLE = tuple(
    Option(key, "choice", (at(key, first, silent="destroy"),), choices=ACTIONS, implied=implied, first=first)
    for key, implied, first in (
        ("on_poweroff", "destroy", Release(4, 5)),
        ("on_reboot", "restart", Release(4, 5)),
        ("on_watchdog", "destroy", Release(4, 5)),
        ("on_crash", "destroy", Release(4, 5)),
        ("on_soft_reset", "soft-reset", Release(4, 7)),
    )
)
